"""The files: one style sheet, and scripts that are known by their flat names. Nothing else is ever read."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent

STYLE = "style.css"

SCRIPTS: Mapping[str, Path] = {path.name: path for path in sorted((_HERE / "js").glob("*.js"))}
"""Every shared module by its name."""


@cache
def style() -> str:
    """The shared style sheet."""
    return (_HERE / STYLE).read_text(encoding="utf-8")


@cache
def script(name: str) -> str:
    """The text of one shared module.

    Raises:
        KeyError: There is no such module.
    """
    return SCRIPTS[name].read_text(encoding="utf-8")
