"""Messages between the server and its worker processes: lines of text, each an event's name and its JSON.

A worker ends when its standard input closes. That happens when the server ends, in whatever way.
"""

import os
import sys
import threading
from collections.abc import Callable
from typing import TextIO

Emit = Callable[[str, str], None]
"""(event, one line of JSON): sends an event to the server."""


def stdout_emitter() -> Emit:
    """Reserves standard output for events. Everything else that prints goes to standard error from now on."""
    events = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    lock = threading.Lock()

    def emit(event: str, data: str) -> None:
        with lock:
            try:
                events.write(f"{event} {data}\n")
                events.flush()
            except OSError:  # the server has ended
                os._exit(0)

    return emit


def listen_to_stdin(on_line: Callable[[str], None], source: TextIO | None = None) -> None:
    """Calls `on_line` with every line of standard input, in a thread. The process ends when the input closes."""
    lines = source or sys.stdin

    def listen() -> None:
        for line in lines:
            on_line(line)
        os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
