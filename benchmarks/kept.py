"""Keeps the unfinished search of a benchmark in a file, so that it goes on another day."""

from pathlib import Path


class KeptIn:
    """Keeps an unfinished search in a file.

    Args:
        path: The file; None keeps nothing.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path

    def read(self) -> bytes | None:
        """What was kept."""
        return self.path.read_bytes() if self.path and self.path.exists() else None

    def write(self, content: bytes) -> None:
        """Puts it in place of what was kept."""
        if self.path:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            fresh = self.path.with_suffix(".fresh")
            fresh.write_bytes(content)
            fresh.replace(self.path)
