"""Coq on the theorems about all nets, and on the file of one net: whether the kernel accepts it, and what that takes."""

import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import IO, Any

from anylength.base import exclusive
from anylength.formal import library_folder

FLOAT32_ONLY = ("Given.v", "Proved.v", "Float32.v")
"""The files of a freshly trained net that are measured. Those of other formats take as long as that of float32."""


def compile_library() -> None:
    """Compiles the theorems about all nets, where they lie. Two processes do so one after the other.

    Raises:
        subprocess.CalledProcessError: Coq refuses one of them.
    """
    with exclusive(library_folder()):
        subprocess.run(["make", "-C", library_folder(), f"-j{os.cpu_count()}"], stdout=subprocess.DEVNULL, check=True)


def compiled(file: Path) -> dict[str, Any]:
    """One file through Coq."""
    command = ["coqc", "-q", "-w", "none", "-Q", library_folder(), "Anylength", "-Q", file.parent, "Run", file]
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+") as printed, tempfile.TemporaryFile("w+") as error:
        process = subprocess.Popen(command, stdout=printed, stderr=error)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)  # Popen has not waited itself
        texts = [_text(stream) for stream in (printed, error)]
    measured = {
        "seconds": round(usage.ru_utime + usage.ru_stime, 1), "elapsed": round(time.perf_counter() - started, 1),
        "megabytes": round(usage.ru_maxrss / 1024),
    }  # fmt: skip
    return {"accepted": process.returncode == 0, "printed": texts[0], "error": texts[1][-300:], "measured": measured}


def _text(stream: IO[str]) -> str:
    stream.seek(0)
    return stream.read()
