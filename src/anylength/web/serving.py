"""A plain server of files, read-only and on loopback: the reports of a folder, a site that lies in it, and a list of both.

It answers GET and HEAD. It serves regular files of known kinds below the folder, and nothing that is hidden or that a link leads to
outside of the folder.
"""

import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import IO

from anylength.base import InputError, quoted
from anylength.web.listing import listing_page

HOST, PORT = "127.0.0.1", 8765
"""The server listens on loopback only. The default port is an arbitrary free one."""

KINDS = frozenset({".html", ".js", ".mjs", ".css", ".json", ".safetensors", ".wasm", ".zip", ".png", ".svg", ".woff2"})
"""The endings of the files that are served: those of reports and sites."""

HEADERS = {
    "cache-control": "no-cache",
    "content-security-policy": "frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
}
"""Headers of every answer: pages from elsewhere can neither frame nor load what is served."""


def serve(root: Path, *, port: int = PORT, started: Callable[[str], None] | None = None) -> None:
    """Serves a folder until Ctrl-C.

    Args:
        root: The folder.
        port: The port on loopback; 0: any free one.
        started: Called with the address once the server listens.

    Raises:
        InputError: There is no such folder, or the port is taken or out of range.
        KeyboardInterrupt: Ctrl-C.
    """
    with _server(root, port) as server:
        if started is not None:
            started(server.url)
        server.serve_forever()


@contextmanager
def serving(root: Path) -> Iterator[str]:
    """Serves a folder while the block runs: the address, with a slash at its end."""
    with _server(root, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.url
        finally:
            server.shutdown()


def _server(root: Path, port: int) -> "_Server":
    if not root.is_dir():
        remedy = "train a net first (anylength demo), or name a folder of runs or a site"
        raise InputError("a folder to serve", f"{str(root)!r}, which is none", remedy)
    if not 0 <= port <= 65_535:
        raise InputError("a port of 0 to 65535", str(port), f"pass for example --port {PORT}")
    try:
        return _Server(root.resolve(), port)
    except OSError as error:
        raise InputError("a free port", f"{port}: {error.strerror}", "pass another --port, or 0 for any") from None


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, root: Path, port: int) -> None:
        self.root = root
        super().__init__((HOST, port), _Handler)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.server_port}/"

    @property
    def hosts(self) -> frozenset[str]:
        """What a request may call this server. A page of another host that leads to loopback is refused."""
        return frozenset(f"{name}:{self.server_port}" for name in (HOST, "localhost"))

    def finish_request(self, request: object, client_address: object) -> None:
        _Handler(request, client_address, self, directory=str(self.root))  # type: ignore[arg-type]

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that has gone is no error of the server."""

    def serves(self, path: Path) -> bool:
        """Whether this is a folder, or a file of a known kind, and lies in the folder that is served."""
        try:
            found = path.resolve()
            is_hidden = any(part.startswith(".") for part in found.relative_to(self.root).parts)
            return not is_hidden and (found.is_dir() or (found.is_file() and found.suffix in KINDS))
        except (OSError, ValueError):  # outside of the folder; a link to itself; a name that no file can have
            return False


class _Handler(http.server.SimpleHTTPRequestHandler):
    server: _Server  # type: ignore[assignment]
    # a browser sends its request at once
    timeout = 10
    server_version, sys_version = "anylength", ""

    def send_head(self) -> BytesIO | IO[bytes] | None:  # type: ignore[override]
        """The file of the address, its headers sent; None after an error."""
        if self.headers.get("host") not in self.server.hosts:
            self.send_error(HTTPStatus.FORBIDDEN, explain=f"expected this server's own address: open {self.server.url}")
            return None
        if not self.server.serves(Path(self.translate_path(self.path))):
            return self._not_here()
        return super().send_head()

    def list_directory(self, path: object) -> BytesIO | None:  # type: ignore[override]
        """The list of pages at the root. Other folders have none."""
        if Path(str(path)) != self.server.root:
            return self._not_here()
        content = listing_page(self.server.root, self.server.serves).encode()
        self.send_response(HTTPStatus.OK)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        return BytesIO(content)

    def _not_here(self) -> None:
        explain = f"expected a page or file of this folder, got {quoted(self.path)}: open /"
        self.send_error(HTTPStatus.NOT_FOUND, explain=explain)

    def end_headers(self) -> None:
        """Ends the headers with those of every answer."""
        for name, value in HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Says nothing on the console."""
