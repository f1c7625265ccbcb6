"""The events of a run: a log that only grows, and streams of it from any position (server-sent events)."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable

import msgspec

HEARTBEAT_SECONDS = 10.0
"""Seconds between comments on a silent stream: proxies and browsers drop a connection that is silent for a minute."""

CLOSE_CHECK_SECONDS = 0.5
"""Seconds between checks whether the server closes."""

RETRY_MILLISECONDS = 2000
"""Milliseconds after which a browser opens a lost stream again."""

BATCH = 32
"""Events sent at once. More replay a film faster; fewer let other streams run in between."""

MAX_ID_DIGITS = 18
"""Digits of an event number at most, so that it fits 64 bits."""

END = "end"
"""The name of the last event of a log."""


class EventLog:
    """The events of a run. Their numbers start above those of every older log of the run."""

    def __init__(self) -> None:
        self._first_number = time.time_ns() // 1000
        self._entries: list[str] = []
        self._more = asyncio.Event()
        self.ended = False

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, event: str, data: str) -> None:
        """Adds an event; `data` is one line of JSON. Events after the end are dropped."""
        if self.ended:
            return
        number = self._first_number + len(self._entries) + 1
        self._entries.append(f"id: {number}\nevent: {event}\ndata: {data}\n\n")
        self.ended = event == END
        self._more.set()
        self._more = asyncio.Event()

    def status(self, status: str, message: str | None = None) -> None:
        """Adds a status."""
        self.add("status", msgspec.json.encode({"status": status, "message": message}).decode())

    def position_after(self, last_id: str | None) -> int:
        """The number of events that a client has already got, by the number of its last event; 0 for an unknown number."""
        if last_id is None or not last_id.isascii() or not last_id.isdigit() or len(last_id) > MAX_ID_DIGITS:
            return 0
        position = int(last_id) - self._first_number
        return position if 0 < position <= len(self._entries) else 0

    async def stream(self, position: int, closing: Callable[[], bool]) -> AsyncIterator[str]:
        """The events from a position on, as text. The stream ends with the log, or when the server closes."""
        yield f"retry: {RETRY_MILLISECONDS}\n\n"
        last_sent = time.monotonic()
        while not closing():
            more, batch = self._more, self._entries[position : position + BATCH]
            if batch:
                position, last_sent = position + len(batch), time.monotonic()
                yield "".join(batch)
                continue
            if self.ended:
                return
            try:
                await asyncio.wait_for(more.wait(), CLOSE_CHECK_SECONDS)
            except TimeoutError:
                if time.monotonic() - last_sent >= HEARTBEAT_SECONDS:
                    last_sent = time.monotonic()
                    yield ": heartbeat\n\n"
