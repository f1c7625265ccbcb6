"""Fills the pages' templates. `shared/base.html` is the frame of all pages.

`render` makes a self-contained page: its style sheet, its one script and its data are in the file, and its content security
policy forbids loading anything else.
"""

from functools import cache
from typing import Any

import jinja2

from anylength.web.bundle import bundled, policy
from anylength.web.files import ROOT, styles, text

TITLES = {
    "nines": "Counting nines", "patterns": "Type a pattern", "turn": "Turn a weight", "stacks": "Type brackets",
    "attention": "Attention",
}  # fmt: skip
"""The site's pages, the one that opens first in front, with what links to them say."""


def render(page: str, data: str, **values: Any) -> str:
    """A self-contained page as HTML text.

    Args:
        page: The folder of the page, which holds `page.html`, `page.js` and `page.css`.
        data: JSON that the page's script reads.
        values: What the page's template shows.
    """
    contents = {"script": page_script(page), "style": page_style(page), "policy": page_policy(page), "data": _inside_script(data)}
    return _template(page).render(contents | values) + "\n"


def render_still(page: str, **values: Any) -> str:
    """A self-contained page without a script, from `page.html` and `page.css` in the page's folder."""
    style = page_style(page)
    return _template(page).render(style=style, policy=policy("", style), **values) + "\n"


def render_listing(**values: Any) -> str:
    """The list of a folder's pages, which runs no script."""
    style = page_style("report")
    return _template("site", "listing").render(style=style, policy=policy("", style), **values) + "\n"


@cache
def page_script(page: str) -> str:
    """The one script of a self-contained page."""
    return bundled(f"{page}/{page}.js", text)


@cache
def page_style(page: str) -> str:
    """The one style sheet of a self-contained page."""
    return "\n".join(text(path) for path in styles(page))


def page_policy(page: str) -> str:
    """The content security policy of a self-contained page."""
    return policy(page_script(page), page_style(page))


@cache
def _template(page: str, name: str = "") -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True,
        loader=jinja2.FileSystemLoader(ROOT),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = "{:,}".format
    return environment.get_template(f"{page}/{name or page}.html")


def _inside_script(json: str) -> str:
    """JSON that may stand inside a script element: no character in it can end the element."""
    return json.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
