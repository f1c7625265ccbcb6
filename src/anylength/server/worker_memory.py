"""Bounds the memory of a worker process between two runs.

JAX keeps every compiled program of a process. Every size of a net and every task has programs of its own, 30 to 60 MB a run
(`docs/results/server-memory.json`). A process that has grown beyond a limit forgets its programs. Where that is not enough, it asks
to be replaced by a new process.
"""

import ctypes
import gc
import resource
import sys
from contextlib import suppress
from pathlib import Path

MEBIBYTE = 1 << 20

CLEAR_BYTES, REPLACE_BYTES = 600 * MEBIBYTE, 800 * MEBIBYTE
"""Resident bytes beyond which a process forgets its compiled programs, and beyond which it is replaced. A new process takes about
200 MiB, and one run with it up to 420 MiB."""


def resident_bytes() -> int:
    """The resident memory of this process; where the system does not tell, the most that it ever had."""
    with suppress(OSError):
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def release_memory() -> bool:
    """Forgets compiled programs where this process has grown too large. Returns whether it is still too large."""
    if resident_bytes() > CLEAR_BYTES:
        clear_programs()
    return resident_bytes() > REPLACE_BYTES


def clear_programs() -> None:
    """Forgets all compiled programs, and gives their memory back to the system."""
    import jax

    jax.clear_caches()
    gc.collect()
    with suppress(OSError, AttributeError):  # only the GNU C library has it
        ctypes.CDLL(None).malloc_trim(0)
