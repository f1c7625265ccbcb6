"""The fixed set of files that the page is made of, read once and served from memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from anylength.web import SCRIPTS, STYLE, script, style

OWN = Path(__file__).parent / "static"
KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
PAGE, TOKEN = "playground.html", "{{ token }}"


@dataclass(frozen=True)
class Asset:
    """A file in memory."""

    kind: str
    content: bytes


def assets() -> Mapping[str, Asset]:
    """The page's own files and the shared ones, by their names."""
    own = [path for path in sorted(OWN.iterdir()) if path.suffix in KINDS]
    return {
        STYLE: Asset(KINDS[".css"], style().encode()),
        **{name: Asset(KINDS[".js"], script(name).encode()) for name in SCRIPTS},
        **{path.name: Asset(KINDS[path.suffix], path.read_bytes()) for path in own},
    }


def page(token: str) -> str:
    """The playground with the token of this start."""
    return (OWN / PAGE).read_text("utf-8").replace(TOKEN, token)
