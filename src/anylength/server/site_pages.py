"""The pages of the static site on the server. They are made when a reader first asks for one, by a process of their own."""

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from anylength.errors import InputError, quoted
from anylength.server.assets import CONTENT_TYPES, Asset
from anylength.server.middleware import RefusedError

KINDS = {**CONTENT_TYPES, "html": "text/html; charset=utf-8", "json": "application/json", "safetensors": "application/octet-stream"}
"""The content type of each file ending."""

Build = Callable[[Path], Awaitable[None]]
"""Writes the site into a new folder. Raises RuntimeError if that fails."""


async def built_by_a_process(folder: Path) -> None:
    """Writes the site into a new folder, in a session of its own, so that Ctrl-C reaches the server only.

    Raises:
        RuntimeError: The process failed; its messages are on standard error.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "anylength.server.site_builder", str(folder),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        code = await process.wait()
    except asyncio.CancelledError:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        raise
    if code != 0:
        raise RuntimeError(f"the process that makes the pages ended with {code}")


class SitePages:
    """The files of the site, made once for each start of the server.

    Args:
        build: Writes the site.
    """

    def __init__(self, build: Build = built_by_a_process) -> None:
        self._build = build
        self._making: asyncio.Task[Mapping[str, Asset]] | None = None

    def file(self, name: str) -> Asset | None:
        """A file by its name; None while the site is being made, which the first call starts.

        Raises:
            RefusedError: The site has no such file, or it could not be made.
        """
        if self._making is None:
            self._making = asyncio.create_task(self._made())
        if not self._making.done():
            return None
        if self._making.exception() is not None:
            self._making = None
            expected = InputError("the pages of the site", "an error while they were made", "see the messages of the server")
            raise RefusedError(500, expected)
        asset = self._making.result().get(name)
        if asset is None:
            raise RefusedError(404, InputError("a file of the site", quoted(name), "open / for the page"))
        return asset

    async def close(self) -> None:
        """Ends the making of the site."""
        if self._making is not None:
            self._making.cancel()
            await asyncio.gather(self._making, return_exceptions=True)

    async def _made(self) -> Mapping[str, Asset]:
        with tempfile.TemporaryDirectory(prefix="anylength-site-") as kept:
            folder = Path(kept) / "site"
            await self._build(folder)
            paths = [path for path in folder.iterdir() if path.suffix[1:] in KINDS]
            return {path.name: Asset(KINDS[path.suffix[1:]], path.read_bytes()) for path in paths}
