"""The HTML pages: all scripts, styles and templates, and the code that fills them. Reads records only; no JAX.

Folders: `report`, `summary` and `benchmark` are self-contained pages; `nines`, `patterns`, `turn`, `memory` and
`attention` are the pages of the static site. Several pages use `shared`, `checker` (the independent checker in JavaScript) and
`learning` (nets that learn with their proofs).
"""

from anylength.web.bundle import bundled, declared_names, imported_by, policy, without_comments
from anylength.web.files import SHARED, scripts, styles, text
from anylength.web.pages import report_page
from anylength.web.render import page_policy, page_script, page_style, render
from anylength.web.static_site import site_files

__all__ = [
    "SHARED", "bundled", "declared_names", "imported_by", "page_policy", "page_script", "page_style", "policy", "render",
    "report_page", "scripts", "site_files", "styles", "text", "without_comments",
]  # fmt: skip
