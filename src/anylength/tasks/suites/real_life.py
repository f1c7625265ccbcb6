"""Machines of daily use: a UTF-8 validator and a recogniser of JSON numbers.

The alphabet of `utf-8` is the 256 bytes, named `00` to `ff`, so that any file is a word. Its machine has 9 states. Bytes that no
state tells apart form 12 classes, and `utf-8-classes` is the same rule over these: 108 transitions in place of 2,304, since
training takes longer with each.
"""

from dataclasses import replace

from anylength.machines import Machine, NamedMachine
from anylength.tasks.suites.tables import machine_of, suite_of_tables


def utf_8() -> NamedMachine:
    """The machine of `utf-8-classes` with a symbol for each byte: the names of the classes are ranges such as `e1-ec+ee-ef`."""
    classes = machine_of("real-life", "utf-8-classes")
    class_of = {byte: number for number, name in enumerate(classes.symbols) for byte in _bytes(name)}
    columns, machine = [class_of[byte] for byte in range(256)], classes.machine
    delta, output = (tuple(tuple(row[column] for column in columns) for row in rows) for rows in (machine.delta, machine.output))
    return replace(classes, machine=Machine(machine.start, delta, output), symbols=tuple(f"{byte:02x}" for byte in range(256)))


def _bytes(name: str) -> list[int]:
    """The bytes of a class."""
    ends = [part.split("-") for part in name.split("+")]
    return [byte for low, high in ((end[0], end[-1]) for end in ends) for byte in range(int(low, 16), int(high, 16) + 1)]


_OF_TABLES = suite_of_tables("real-life")

SUITE = replace(_OF_TABLES, tasks=tuple(replace(task, make=utf_8) if task.name == "utf-8" else task for task in _OF_TABLES.tasks))
"""The suite. The machine of `utf-8` is made from that of the classes."""
