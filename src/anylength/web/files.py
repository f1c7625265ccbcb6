"""The files of the pages: one folder for each page, and `shared` for what several pages use."""

from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent
SHARED = "shared"

SHARED_STYLES = ("theme", "elements", "layout", "controls", "tables", "figures", "media")
"""The shared style sheets in order: of two rules of equal weight the later one counts."""


@cache
def text(path: str) -> str:
    """The text of a file, by its path below this package, for example `shared/chart.js`.

    Raises:
        FileNotFoundError: There is no such file.
    """
    return (ROOT / path).read_text(encoding="utf-8")


def scripts(folder: str) -> list[str]:
    """The paths of all ES modules in a folder."""
    return [f"{folder}/{path.name}" for path in sorted((ROOT / folder).glob("*.js"))]


def weights(folder: str) -> dict[str, bytes]:
    """The trained nets in a folder, safetensors files, by name. `python -m benchmarks.opened_nets` trains them."""
    return {path.stem: path.read_bytes() for path in sorted((ROOT / folder).glob("*.safetensors"))}


def styles(page: str) -> list[str]:
    """The paths of a page's style sheets: the shared ones, then the page's own."""
    return [*(f"{SHARED}/{name}.css" for name in SHARED_STYLES), f"{page}/{page}.css"]
