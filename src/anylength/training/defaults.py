"""The cell and the recipe where none is named."""

from anylength.cells import STACK_CELLS
from anylength.nets import architecture_named
from anylength.rules import Task

CERTIFIED_NAME, CONSTRUCTED_NAME, HARDEN_NAME = "certified", "constructed", "harden"
"""The names of three recipes, for those who only name them."""

HARDENED = "harden-"
"""Prefix of the name of a recipe from given weights."""

UNSATURATED = frozenset({"relu"})
"""Cells without a linear recurrence whose states do not saturate either. `unrolled` suits them: of 4 nets for count by `certified`
one was proved, and its boxes have nothing that closes them."""

UNLEARNED = "No cell here learns it beyond numbers of one digit"
"""Of `multiply`. With seed 0 and default recipes, `transformer-rotary` has all products of single digits right and 5 % of those of
two digits; `stack-rnn` has 83 % and 1 %, `tape-rnn` and `content` have 38 and 40 % of those of single digits."""


def default_cell(task: Task) -> str:
    """The name of the cell that learns most of a task.

    `rnn` for a finite-state task, `stack-rnn` where one word must be kept whole (`reverse`, `count-natural`), and a transformer
    where several must (`multiply`): see `UNLEARNED`.
    """
    if task.transducer is not None:
        return "rnn"
    return "stack-rnn" if task.tapes == 1 else "transformer-rotary"


def known_limit(task: Task) -> str | None:
    """What no net here has learned of a task, in a sentence for people; None where nets learn all of it."""
    return UNLEARNED if task.transducer is None and task.tapes > 1 else None


def default_recipe(task: Task, cell: str) -> str:
    """The name of the recipe that works best for a task and cell.

    Where a proof is possible, it is `certified`; for cells whose states do not saturate it is `unrolled`.
    """
    architecture = architecture_named(cell)
    if task.memory is not None and cell in STACK_CELLS:
        return CERTIFIED_NAME
    if task.transducer is None:
        return "memory" if architecture.cell is not None else "plain"
    if architecture.cell is None or not architecture.has_fixed_size_state:
        return "plain"
    return "unrolled" if architecture.cell.linear_recurrence or cell in UNSATURATED else "certified"
