"""Runs the command line in many short-lived processes: a parent has imported anylength, and forks a child for each call.

The parent computes nothing with JAX, so that it has no threads when it forks. `python -m tests.hostile_child` is the parent: it
reads a call as a line of JSON, and answers with a line of JSON.
"""

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import time
import warnings
from dataclasses import dataclass
from pathlib import Path

ADDRESS_SPACE = 6 << 30
"""Bytes of address space of a child: far more than a good call needs, and too few to harm the machine."""

ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false",
}  # fmt: skip
"""Threads would not survive a fork."""

CPU_SECONDS = 150
"""Seconds of processor time after which a child is killed: more than what is allowed."""

PATIENCE = 300.0
"""Seconds after which a child is killed: it waits for something, as a busy machine is not that slow."""

CAPABILITIES_VERSION = 0x20080522
"""Version 3 of the structures of Linux's capset."""


@dataclass(frozen=True)
class Ended:
    """What a call left behind.

    Attributes:
        code: The exit code; negative where a signal ended it.
        seconds: Its processor time.
        mebibytes: Its largest resident size.
        output: Standard output.
        messages: Standard error.
        waited: Whether it was killed because it waited for ever.
    """

    code: int
    seconds: float
    mebibytes: int
    output: str
    messages: str
    waited: bool


class Children:
    """The parent process, as its users see it."""

    def __init__(self, log: Path) -> None:
        self._log = log
        command = [sys.executable, "-m", "tests.hostile_child"]
        root = Path(__file__).parent.parent
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root, env=os.environ | ONE_THREAD
        )

    def call(self, words: list[str], folder: Path) -> Ended:
        """Runs one command line in a folder."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps([words, str(folder), str(self._log)]) + "\n")
        self._process.stdin.flush()
        return Ended(**json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        """Ends the parent."""
        self._process.communicate()


def give_up_privileges() -> None:
    """Gives up root's right to read and write everything, so that a read-only folder is read-only in a container too."""
    header = (ctypes.c_uint32 * 2)(CAPABILITIES_VERSION, 0)
    ctypes.CDLL(None).capset(header, (ctypes.c_uint32 * 6)())


def run(words: list[str], folder: str, log: str) -> None:
    """The child: runs one command line and ends."""
    from anylength.cli.main import main

    os.chdir(folder)
    for number in (1, 2):
        os.dup2(os.open(f"{log}.{number}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    give_up_privileges()
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    code = 71
    try:
        code = main(words)
    except SystemExit as stop:
        code = int(stop.code or 0)
    finally:
        os._exit(code)


def wait(child: int) -> tuple[int, resource.struct_rusage, bool]:
    """The child's status and use of resources, and whether it was killed."""
    end = time.monotonic() + PATIENCE
    waited = False
    while True:
        found, status, used = os.wait4(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status), used, waited
        if time.monotonic() > end and not waited:
            os.kill(child, signal.SIGKILL)
            waited = True
        time.sleep(0.002)


def serve() -> None:
    """The parent: forks a child for each line."""
    import anylength.experiments
    import anylength.interchange
    import anylength.sweeps.run  # noqa: F401

    warnings.filterwarnings("ignore", message=".*os.fork", category=RuntimeWarning)
    for line in sys.stdin:
        words, folder, log = json.loads(line)
        child = os.fork()
        if child == 0:
            run(words, folder, log)
        code, used, waited = wait(child)
        streams = [Path(f"{log}.{number}").read_bytes().decode(errors="replace") for number in (1, 2)]
        ended = Ended(code, used.ru_utime + used.ru_stime, used.ru_maxrss >> 10, *streams, waited)
        print(json.dumps(vars(ended)), flush=True)


if __name__ == "__main__":
    serve()
