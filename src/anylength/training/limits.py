"""What theory says that a cell cannot hold: known before it is trained.

The state of a linear recurrence is multiplied by numbers that depend on the input alone. Along a word that is repeated for ever,
these numbers either shrink the difference of two states to nothing, or keep it and every error with it. So a linear recurrence
cannot both keep two states apart and correct errors (arXiv 2605.07755, theorem 1). It can do what forgets: machines whose state
depends on the last few symbols alone.
"""

import numpy as np

from anylength.cells import CELLS
from anylength.rules import Machine, Task, minimise


def cell_limit(task: Task, cell: str) -> str | None:
    """Why no net of this cell can be proved on the task, in one line for people; None where nothing is known against it."""
    if task.transducer is None or cell not in CELLS:
        return None
    kind = CELLS[cell]
    if kind.linear_recurrence and never_forgets(minimise(task.machine)):
        return (
            f"{cell} is a linear recurrence, and {task.name} must keep states apart for ever: it cannot correct rounding errors "
            "while it does (arXiv 2605.07755), so expect a horizon, not a proof"
        )
    if kind.linear_recurrence and not kind.decays:
        return f"the state of {cell} never shrinks as a whole, so rounding errors add up in it: expect a horizon, not a proof"
    return None


def never_forgets(machine: Machine) -> bool:
    """Whether two states of a minimal machine stay apart along some endless word: no number of last symbols tells the state."""
    delta, states = np.asarray(machine.delta), machine.states
    apart = ~np.eye(states, dtype=bool)
    while True:
        stays = np.zeros_like(apart)
        for symbol in range(machine.symbols):
            after = delta[:, symbol]
            stays |= apart[after[:, None], after]
        if (apart & stays == apart).all():
            return bool(apart.any())
        apart &= stays
