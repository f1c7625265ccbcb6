"""The hidden units that a learned invariant needs for a machine."""

import math

from anylength.rules import Task

UNIT_STEP, SPARE_UNITS = 8, 16
"""Units of a learned invariant come in steps of 8, 16 of them beside one for each state and row of an encoded symbol. With fewer,
for symbols that act alike, 2 of 20 nets for remainder-7 (72 units in place of 88) and 3 of 20 for compare (32 in place of 80)
stayed open."""

TAPES_UNITS = 14
"""Units for each state with several tapes, beside one for each row of an encoded symbol: 48 for add in base 10, 64 for compare. Of
30 adding nets each, 40 units left one unproved, 48 none; of the zoo's 100 comparing nets, 48 units left three unproved, 64 two."""


def units_for(task: Task) -> int:
    """Hidden units for the machine of a task: about one for each state and row of an encoded symbol, fewer with several tapes."""
    rows, states = task.encoding_size, task.machine.states
    units = rows * states + SPARE_UNITS
    if task.tapes > 1:
        units = min(units, rows + TAPES_UNITS * states)  # the first where symbols have few rows: small bases
    return UNIT_STEP * math.ceil(units / UNIT_STEP)
