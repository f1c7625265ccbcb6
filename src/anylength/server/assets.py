"""The playground's files, read once and served from memory."""

from collections.abc import Mapping
from dataclasses import dataclass

from anylength.web import PLAYGROUND, SHARED, scripts, styles, text

CONTENT_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
"""The content type of each file ending."""


@dataclass(frozen=True)
class Asset:
    """A file in memory."""

    kind: str
    content: bytes


def assets() -> Mapping[str, Asset]:
    """The scripts and styles of the playground, by their paths below `/assets/`."""
    paths = [*styles(PLAYGROUND), *scripts(SHARED), *scripts(PLAYGROUND)]
    return {path: Asset(CONTENT_TYPES[path.rpartition(".")[2]], text(path).encode()) for path in paths}
