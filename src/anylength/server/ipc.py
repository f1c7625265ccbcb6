"""The wire between the server and its worker processes: lines of text, an event's name and its JSON.

A worker ends when its standard input does, which happens when the server dies, however it dies.
"""

import os
import sys
import threading
from collections.abc import Callable
from typing import TextIO

Emit = Callable[[str, str], None]
"""(event, one line of JSON) → told to the server."""


def stdout_emitter() -> Emit:
    """Takes standard output for the wire; whatever else prints goes to standard error from now on."""
    own = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    lock = threading.Lock()

    def emit(event: str, data: str) -> None:
        with lock:
            try:
                own.write(f"{event} {data}\n")
                own.flush()
            except OSError:  # the server is gone
                os._exit(0)

    return emit


def listen_to_stdin(on_event: Callable[[str], None], source: TextIO | None = None) -> None:
    """Hears every line of standard input in a thread; the process ends with it."""
    lines = source or sys.stdin

    def listen() -> None:
        for line in lines:
            on_event(line)
        os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
