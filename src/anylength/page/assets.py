"""The fixed set of files that the page is made of, read once and served from memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
PLACES = ("web/*.css", "web/js/*.js", "page/static/*.css", "page/static/*.js")
PAGE = "page/static/playground.html"
TOKEN = "{{ token }}"


@dataclass(frozen=True)
class Asset:
    """A file in memory."""

    kind: str
    content: bytes


def assets() -> Mapping[str, Asset]:
    """The files by their names; a folder that is missing has none."""
    found = [path for place in PLACES for path in sorted(PACKAGE.glob(place))]
    return {path.name: Asset(KINDS[path.suffix], path.read_bytes()) for path in found}


def page(token: str) -> str:
    """The playground with the token of this start."""
    return (PACKAGE / PAGE).read_text("utf-8").replace(TOKEN, token)
