"""Serves the playground: a socket on loopback, the application behind it, and a clean shutdown."""

import asyncio
import secrets
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn

from anylength.errors import InputError
from anylength.server import limits
from anylength.server.app import protected_application
from anylength.server.connections import LimitedConnection
from anylength.server.run_service import RunService
from anylength.server.user_key import user_key
from anylength.server.worker_pair import ProcessWorkerPair

HOST, PORT = "127.0.0.1", 8765
"""The server listens on loopback only. The default port is an arbitrary free one."""

KEEP_ALIVE_SECONDS, SHUTDOWN_SECONDS = 15, 3
"""Seconds that an idle connection stays open, and that open requests get when the server closes."""

ARRIVAL_SECONDS = 0.05
"""Seconds in which connections arrive that were accepted just before the server closed: some turns of the event loop."""

CONNECTION_FACTOR = 2
"""uvicorn answers 503 above this many times `limits.MAX_CONNECTIONS`. Below it, `connections.make_room` closes the connection that
waits longest: its closing takes a turn of the event loop, in which as many others may arrive."""


class Server(uvicorn.Server):
    """uvicorn's server; when it closes, it closes every connection.

    uvicorn leaves two kinds open: a connection that arrives while the server closes, and one whose client does not read its answer.
    """

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Closes the server within some seconds."""
        for server in self.servers:
            server.close()
        await asyncio.sleep(ARRIVAL_SECONDS)
        await super().shutdown(sockets)
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)  # the event loop ends connections in its next turn


def serve(root: Path, *, port: int = PORT, started: Callable[[str], None] | None = None) -> None:
    """Serves the page over a folder of runs until Ctrl-C.

    Args:
        root: The folder of runs.
        port: The port on loopback; 0: any free one.
        started: Called with the page's address once the server listens.

    Raises:
        InputError: The port is taken or out of range, or the folder cannot be made.
        KeyboardInterrupt: Ctrl-C, after all runs are resumable and all processes have ended.
    """
    make_folder(root)
    with listening_socket(port) as listener:
        actual_port = listener.getsockname()[1]
        server: list[Server] = []
        run_service = RunService(root, user_key(root), ProcessWorkerPair.open)
        app = protected_application(run_service, secrets.token_urlsafe(32), actual_port, closing=lambda: server[0].should_exit)
        server.append(Server(settings(app)))
        if started is not None:
            listener.listen(limits.MAX_CONNECTIONS)
            started(f"http://{HOST}:{actual_port}/")
        server[0].run(sockets=[listener])


def settings(app: object) -> uvicorn.Config:
    """The configuration of uvicorn."""
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        loop="asyncio", http=LimitedConnection, ws="none", lifespan="on", log_level="warning", access_log=False,
        server_header=False, proxy_headers=False, limit_concurrency=CONNECTION_FACTOR * limits.MAX_CONNECTIONS,
        backlog=limits.MAX_CONNECTIONS, timeout_keep_alive=KEEP_ALIVE_SECONDS, timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )  # fmt: skip


def make_folder(root: Path) -> None:
    """Makes the folder where it does not exist.

    Raises:
        InputError: Something else is there, or it cannot be made.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError("a folder for runs", f"{str(root)!r}: {error.strerror}", "name another folder") from None


def listening_socket(port: int) -> socket.socket:
    """A socket bound to a port on loopback; 0: any free port.

    Raises:
        InputError: The port is taken or out of range.
    """
    if not 0 <= port <= 65_535:
        raise InputError("a port of 0 to 65535", str(port), f"pass for example --port {PORT}")
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise InputError("a free port", f"{port}: {error.strerror}", "pass another --port, or 0 for any") from None
    return listener
