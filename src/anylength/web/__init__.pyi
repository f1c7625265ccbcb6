from .bundle import bundled, declared_names, imported_by, policy, without_comments
from .files import SHARED, scripts, styles, text
from .pages import report_page
from .render import page_policy, page_script, page_style, render, render_still
from .static_site import site_files

__all__ = [
    "SHARED", "bundled", "declared_names", "imported_by", "page_policy", "page_script", "page_style", "policy", "render",
    "render_still", "report_page", "scripts", "site_files", "styles", "text", "without_comments",
]  # fmt: skip
