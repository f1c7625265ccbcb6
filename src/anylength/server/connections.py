"""One HTTP connection, with limits that uvicorn does not have: a request must arrive in time, and idle connections make room.

uvicorn closes a connection that is idle between two requests. It waits for ever for a request that has begun, and for the first
request of a connection (https://github.com/Kludex/uvicorn/issues/157).
"""

import asyncio
from collections.abc import Iterable
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from anylength.server import limits

HEAD, BODY, IDLE, COMPLETE = "head", "body", "idle", "complete"
"""What a connection waits for: the rest of a request's head, the rest of its body, another request, or nothing."""

BODY_GRACE_SECONDS = 2.0
"""Seconds after the limit for a body until the connection is closed. In between, the middleware sends the error."""


class LimitedConnection(H11Protocol):
    """A connection that is closed where a request does not arrive in time.

    Attributes:
        waits_for: What it waits for.
        since: Since when, in seconds on the clock of the event loop.
    """

    waits_for, since = COMPLETE, 0.0
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Starts the time of the first request's head."""
        super().connection_made(transport)
        self._set(HEAD)
        make_room(connection for connection in self.connections if isinstance(connection, LimitedConnection))

    def data_received(self, data: bytes) -> None:
        """Takes bytes of a request. More bytes of the same head or body do not prolong its time."""
        super().data_received(data)
        self._set(self._missing())

    def on_response_complete(self) -> None:
        """Takes the next request."""
        super().on_response_complete()
        self._set(self._missing())

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends the connection."""
        self._set(COMPLETE)
        super().connection_lost(exc)

    @property
    def is_open(self) -> bool:
        """Whether nobody has begun to close it."""
        return not self.transport.is_closing()

    @property
    def is_unused(self) -> bool:
        """Whether it has no request."""
        return self.is_open and self.waits_for in (HEAD, IDLE)

    def drop(self) -> None:
        """Closes the connection at once."""
        self.transport.abort()

    def _missing(self) -> str:
        if self.conn.their_state is h11.SEND_BODY:
            return BODY
        if self.conn.their_state is not h11.IDLE:
            return COMPLETE
        return HEAD if self.conn.trailing_data[0] else IDLE

    def _set(self, waits_for: str) -> None:
        if waits_for == self.waits_for:
            return
        self.waits_for, self.since = waits_for, self.loop.time()
        if self._deadline is not None:
            self._deadline.cancel()
        seconds = {HEAD: limits.HEADER_SECONDS, BODY: limits.BODY_SECONDS + BODY_GRACE_SECONDS}.get(waits_for)
        self._deadline = None if seconds is None else self.loop.call_later(seconds, self.drop)


def make_room(connections: Iterable[LimitedConnection]) -> None:
    """Closes the connection that has waited longest without a request, where there are too many connections."""
    open_ones = [connection for connection in connections if connection.is_open]
    unused = [connection for connection in open_ones if connection.is_unused]
    if len(open_ones) >= limits.MAX_CONNECTIONS and unused:
        min(unused, key=lambda connection: connection.since).drop()
