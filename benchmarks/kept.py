"""Keeps the unfinished search of a benchmark in a file, so that it goes on another day."""

from pathlib import Path


class KeptIn:
    """Keeps an unfinished search in a file of a folder.

    Args:
        folder: The folder; None keeps nothing.
        name: What the search is about.
    """

    def __init__(self, folder: Path | None, name: str) -> None:
        self.path = None if folder is None else folder / f"{name.lower().replace(', ', '-').replace(' ', '-')}.kept"

    def read(self) -> bytes | None:
        """What was kept."""
        return self.path.read_bytes() if self.path is not None and self.path.exists() else None

    def write(self, content: bytes) -> None:
        """Puts it in place of what was kept."""
        if self.path:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            fresh = self.path.with_suffix(".fresh")
            fresh.write_bytes(content)
            fresh.replace(self.path)
