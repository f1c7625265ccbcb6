"""A net as one C99 file: `step(state, symbol)`, and a program that answers the numbers it is called with. It allocates nothing."""

import string

from anylength.interchange.text.filling import filled
from anylength.interchange.text.sheet import Sheet, sheet
from anylength.nets import Net, NetConfig

PLAIN = string.ascii_letters + string.digits + " -_.,:+=<>"
"""Signs that are written as they are."""


def c_bytes(net: Net, config: NetConfig) -> bytes:
    """The file, in UTF-8 of which nothing outside comments is more than ASCII."""
    own = sheet(net, config)
    return filled("model.c", own, labels=", ".join(map(_literal, own.task.labels or ())), room=_room(own)).encode()


def _room(own: Sheet) -> str:
    """How many digits the longest answer has."""
    steps = own.steps
    most, more = (1, steps.answers[1]) if steps.whole else steps.answers
    return f"{most} * LONGEST + {more}" if most != 1 else f"LONGEST + {more}"


def _literal(text: str) -> str:
    """A string; signs that could mean anything to a compiler as octal bytes of three digits."""
    return '"' + "".join(chr(byte) if chr(byte) in PLAIN else f"\\{byte:03o}" for byte in text.encode()) + '"'
