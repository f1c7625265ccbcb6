"""Places in the user's own source: the line that called an operation of PyTorch."""

import linecache
import re
from pathlib import Path
from types import TracebackType

FRAME = re.compile(r'File "(?P<file>[^"]+)", line (?P<line>[0-9]+), in (?P<function>[^\n]*)(?:\n\s+(?P<code>[^\n]+))?')
"""A frame of a stack trace that PyTorch keeps as text."""

MAX_CODE = 60
"""Characters of a line of code that a message shows."""

OWN_FOLDER = str(Path(__file__).parents[2])
"""The folder of anylength: its frames are not the user's."""


def place_of(stack_trace: str | None) -> str:
    """The last line of the user's source in a stack trace, as `FILE:LINE (code)`; empty where there is none."""
    frames = [frame for frame in FRAME.finditer(stack_trace or "") if _is_users(frame["file"])]
    return _text(frames[-1]["file"], int(frames[-1]["line"]), frames[-1]["code"] or "") if frames else ""


def place_of_error(traceback: TracebackType | None) -> str:
    """The last line of the user's source in a traceback, as `FILE:LINE (code)`; empty where there is none."""
    found = ""
    while traceback is not None:
        file, line = traceback.tb_frame.f_code.co_filename, traceback.tb_lineno
        if _is_users(file):
            found = _text(file, line, linecache.getline(file, line))
        traceback = traceback.tb_next
    return found


def _is_users(file: str) -> bool:
    import torch

    return not file.startswith((str(Path(torch.__file__).parent), OWN_FOLDER, "<frozen")) and file != "<string>"


def _text(file: str, line: int, code: str) -> str:
    code = code.strip()
    short = code if len(code) <= MAX_CODE else f"{code[:MAX_CODE]}…"
    return f"{Path(file).name}:{line}" + (f" ({short})" if short else "")
