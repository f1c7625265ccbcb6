"""Events of a run: a log that only grows, and streams of it from any place on (server-sent events)."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable

import msgspec

HEARTBEAT, LOOK = 10.0, 0.5
"""Seconds between two signs of life of a silent stream, and between two looks at whether the server closes."""

BATCH = 32
"""Events that are sent in one go."""

END = "end"


class EventLog:
    """The events of a run, numbered from a base that no older log of this or an earlier server has reached."""

    def __init__(self) -> None:
        self._base = time.time_ns() // 1000
        self._entries: list[str] = []
        self._more = asyncio.Event()
        self.ended = False

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, event: str, data: str) -> None:
        """Adds an event; `data` is one line of JSON. Nothing follows an end."""
        if self.ended:
            return
        number = self._base + len(self._entries) + 1
        self._entries.append(f"id: {number}\nevent: {event}\ndata: {data}\n\n")
        self.ended = event == END
        self._more.set()
        self._more = asyncio.Event()

    def status(self, status: str, message: str | None = None) -> None:
        """Adds a status."""
        self.add("status", msgspec.json.encode({"status": status, "message": message}).decode())

    def place(self, last: str | None) -> int:
        """How many events a client that has seen the event numbered `last` need not see again; 0 where the number is no one's."""
        if last is None or not last.isascii() or not last.isdigit() or len(last) > 18:
            return 0
        seen = int(last) - self._base
        return seen if 0 < seen <= len(self._entries) else 0

    async def stream(self, seen: int, closing: Callable[[], bool]) -> AsyncIterator[str]:
        """The events after the first `seen`, as text; it ends after the end, or when the server closes."""
        yield "retry: 2000\n\n"
        spoken = time.monotonic()
        while not closing():
            more, here = self._more, self._entries[seen : seen + BATCH]
            if here:
                seen, spoken = seen + len(here), time.monotonic()
                yield "".join(here)
                continue
            if self.ended:
                return
            try:
                await asyncio.wait_for(more.wait(), LOOK)
            except TimeoutError:
                if time.monotonic() - spoken >= HEARTBEAT:
                    spoken = time.monotonic()
                    yield ": here\n\n"
