"""Marks of unfinished runs, signed with the user's key.

A server marks every run that it starts, and removes the mark when the run ends. A mark that is left belongs to a run whose server
was killed. Only a mark with a valid signature makes the next server continue the run by itself: anybody can write a folder with a
mark and send it, but only this user's server can sign one.
"""

import hashlib
import hmac
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from anylength.errors import InputError
from anylength.experiments import layout
from anylength.files import Folder

MARKER = "serving.json"
"""The file that marks an unfinished run."""

FORMAT = 2
"""The format number of the file. Marks of format 1 had no signature."""

MAX_MARKER, MAX_CONFIG = 4096, layout.RECORD_LIMIT
"""Bytes of a mark and of a configuration that are read."""

OURS, FOREIGN = "ours", "foreign"
"""Kinds of marks: one that this user's server has written for this run in this folder, and any other."""


@dataclass(frozen=True)
class Marks:
    """The marks that are signed with one key."""

    key: bytes

    def add(self, path: Path) -> None:
        """Marks a run as unfinished.

        Raises:
            InputError: The folder cannot be written.
        """
        content = {"format": FORMAT, "signature": self._signature(path)}
        Folder(path).write(MARKER, json.dumps(content).encode() + b"\n")

    def remove(self, path: Path) -> None:
        """Removes the mark where there is one and the folder can be written."""
        with suppress(InputError):
            Folder(path).remove(MARKER)

    def kind(self, path: Path) -> str | None:
        """The kind of the mark of a run; None without a mark."""
        try:
            content = Folder(path).read(MARKER, limit=MAX_MARKER)
            if content is None:
                return None
            signature = json.loads(content)["signature"]
            is_ours = hmac.compare_digest(str(signature).encode(), self._signature(path).encode())
        except (InputError, OSError, ValueError, TypeError, KeyError, RecursionError):
            return FOREIGN
        return OURS if is_ours else FOREIGN

    def _signature(self, path: Path) -> str:
        """The signature of this very folder (its path and its inode) with this configuration."""
        config = Folder(path).read(layout.CONFIG, limit=MAX_CONFIG) or b""
        parts = [os.fsencode(path.resolve()), str(path.stat().st_ino).encode(), hashlib.sha256(config).hexdigest().encode()]
        return hmac.new(self.key, b"\0".join([b"anylength unfinished run", *parts]), hashlib.sha256).hexdigest()
