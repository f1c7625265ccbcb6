"""The static site: pages that need no server of ours. Each has one script, one style sheet, and perhaps a worker."""

from collections.abc import Mapping

from anylength.web.bundle import bundled
from anylength.web.files import ROOT, text
from anylength.web.render import page_script, page_style, render

FIRST = "patterns"
"""The page that opens first."""

TITLES = {"patterns": "Patterns"}
"""The site's pages in order, with what links to them say."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; worker-src 'self'; img-src data:; base-uri 'none'; form-action 'none'"
)
"""A site loads only its own files."""


def site_files(data: Mapping[str, str]) -> dict[str, bytes]:
    """The files of the site by name.

    Args:
        data: For each page JSON that its script reads.
    """
    files: dict[str, str] = {}
    for page in TITLES:
        files[f"{page}.html"] = render(page, data[page], policy=POLICY, pages=TITLES, own=page)
        files[f"{page}.css"] = page_style(page)
        files[f"{page}.js"] = page_script(page)
        if (ROOT / page / "worker.js").exists():
            files[f"{page}-worker.js"] = bundled(f"{page}/worker.js", text)
    files["index.html"] = files[f"{FIRST}.html"]
    return {name: content.encode() for name, content in files.items()}
