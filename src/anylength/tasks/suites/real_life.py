"""Machines of daily use: a UTF-8 validator and a recogniser of JSON numbers.

The alphabet of `utf-8` is the 256 bytes, named `00` to `ff`, so that any file is a word. Its machine has 9 states. Bytes that no
state tells apart form 12 classes, and `utf-8-classes` is the same rule over these: 108 transitions in place of 2,304, since
training takes longer with each.
"""

import itertools

from anylength.machines import Machine, NamedMachine
from anylength.tasks.suites.building import ACCEPTOR_OUTPUTS, acceptor
from anylength.tasks.suites.suite import Suite, SuiteTask

Ranges = tuple[tuple[int, int], ...]
"""Least and largest value of each byte that must follow."""

REST = (0x80, 0xBF)
"""The range of a byte inside a character, but for some second bytes."""

CHARACTERS: tuple[tuple[int, int, Ranges], ...] = (
    (0x00, 0x7F, ()),
    (0xC2, 0xDF, (REST,)),
    (0xE0, 0xE0, ((0xA0, 0xBF), REST)),
    (0xE1, 0xEC, (REST, REST)),
    (0xED, 0xED, ((0x80, 0x9F), REST)),
    (0xEE, 0xEF, (REST, REST)),
    (0xF0, 0xF0, ((0x90, 0xBF), REST, REST)),
    (0xF1, 0xF3, (REST, REST, REST)),
    (0xF4, 0xF4, ((0x80, 0x8F), REST, REST)),
)
"""First bytes from … to …, and the bytes that follow: the table in section 4 of RFC 3629."""

NUMBER_CHARACTERS = tuple("0123456789-+.eE")

NUMBER_RULE: dict[str, dict[str, str]] = {
    "start": {"-": "minus", "0": "zero", "1-9": "integer"},
    "minus": {"0": "zero", "1-9": "integer"},
    "zero": {".": "point", "eE": "exponent"},
    "integer": {"0": "integer", "1-9": "integer", ".": "point", "eE": "exponent"},
    "point": {"0": "fraction", "1-9": "fraction"},
    "fraction": {"0": "fraction", "1-9": "fraction", "eE": "exponent"},
    "exponent": {"+": "sign", "-": "sign", "0": "power", "1-9": "power"},
    "sign": {"0": "power", "1-9": "power"},
    "power": {"0": "power", "1-9": "power"},
}
"""State → kind of character → next state: the grammar in section 6 of RFC 8259. What is missing is rejected for good."""

COMPLETE = ("zero", "integer", "fraction", "power")
"""The states in which a JSON number may end."""


def utf_8() -> NamedMachine:
    """Whether the bytes so far are whole characters in UTF-8. The state is the ranges of the bytes that must follow."""

    def follow(awaited: Ranges, name: str) -> Ranges | None:
        byte = int(name, 16)
        if awaited:
            low, high = awaited[0]
            return awaited[1:] if low <= byte <= high else None
        return next((following for low, high, following in CHARACTERS if low <= byte <= high), None)

    return acceptor([f"{byte:02x}" for byte in range(256)], (), follow, lambda awaited: not awaited)


def utf_8_classes() -> NamedMachine:
    """The machine of `utf-8` with one symbol for all bytes that no state tells apart, named by their ranges."""
    machine = utf_8().machine
    columns = zip(zip(*machine.delta, strict=True), zip(*machine.output, strict=True), strict=True)
    alike: dict[object, list[int]] = {}
    for byte, column in enumerate(columns):
        alike.setdefault(column, []).append(byte)
    firsts = [members[0] for members in alike.values()]
    return NamedMachine(
        Machine(
            machine.start,
            tuple(tuple(row[byte] for byte in firsts) for row in machine.delta),
            tuple(tuple(row[byte] for byte in firsts) for row in machine.output),
        ),
        tuple(_range_names(members) for members in alike.values()),
        ACCEPTOR_OUTPUTS,
    )


def _range_names(members: list[int]) -> str:
    """Bytes as ranges: `e0`, `00-7f`, `e1-ec+ee-ef`."""
    runs = [[byte for _, byte in run] for _, run in itertools.groupby(enumerate(members), lambda pair: pair[1] - pair[0])]
    return "+".join(f"{run[0]:02x}" if len(run) == 1 else f"{run[0]:02x}-{run[-1]:02x}" for run in runs)


def json_number() -> NamedMachine:
    """Whether the characters so far are a number in JSON."""
    kinds = dict.fromkeys("123456789", "1-9") | dict.fromkeys("eE", "eE")

    def follow(state: str, character: str) -> str | None:
        return NUMBER_RULE[state].get(kinds.get(character, character))

    return acceptor(NUMBER_CHARACTERS, "start", follow, lambda state: state in COMPLETE)


SUITE = Suite(
    "real-life",
    "machines of daily use: UTF-8 and JSON numbers",
    "RFC 3629, RFC 8259",
    (
        SuiteTask("utf-8", "whether bytes, named 00 to ff, are valid UTF-8", "RFC 3629", utf_8),
        SuiteTask(
            "utf-8-classes", "whether bytes are valid UTF-8, by 12 classes of bytes that behave alike", "RFC 3629", utf_8_classes
        ),
        SuiteTask("json-number", "whether characters are a JSON number", "RFC 8259", json_number),
    ),
)
