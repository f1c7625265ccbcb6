"""The shared look of the report and the playground: a style sheet and ES modules as files, and what puts them on a page."""

from anylength.web.assets import SCRIPTS, STYLE, script, style
from anylength.web.bundle import bundled, policy

__all__ = ["SCRIPTS", "STYLE", "bundled", "policy", "script", "style"]
