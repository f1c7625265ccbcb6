"""The HTML pages: all scripts, styles and templates, and the code that fills them. Reads records only; no JAX.

Folders: `report` and `summary` are self-contained pages, `playground` is served page by page, and `shared` holds what they have in
common.
"""

from anylength.web.bundle import bundled, declared_names, imported_by, policy
from anylength.web.files import PLAYGROUND, SHARED, scripts, styles, text
from anylength.web.pages import report_page
from anylength.web.render import page_policy, page_script, page_style, render, render_playground

__all__ = [
    "PLAYGROUND", "SHARED", "bundled", "declared_names", "imported_by", "page_policy", "page_script", "page_style", "policy",
    "render", "render_playground", "report_page", "scripts", "styles", "text",
]  # fmt: skip
