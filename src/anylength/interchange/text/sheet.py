"""A recurrent net and how it is asked, as plain values that any other language can be told.

Whatever a task's layout, a question whose longest number has L digits is read in phases: L steps of digits, w₁·L + w₂ steps of one
symbol, a₁·L + a₂ steps of another. The answer is in the outputs of all steps or in those of the last phase.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from anylength.interchange.text.equations import EQUATIONS
from anylength.nets import Net, NetConfig, tensors
from anylength.tasks import LeastFirst, MostFirst, Task
from anylength.tasks.phases import Phases, marker


@dataclass(frozen=True)
class StepBudget:
    """How a question of L digits lies in time.

    Attributes:
        most_first: Whether the most significant digit is read first, else the least.
        written: Whether the answer comes with its most significant digit first, else the least.
        whole: Whether the answer is in the outputs of all steps, else in those of the last phase.
        work: (w₁, w₂): w₁·L + w₂ steps of `work_symbol` follow the digits.
        answers: (a₁, a₂): so many steps of `answer_symbol` follow these.
        work_symbol: The symbol of the second phase.
        answer_symbol: The symbol of the third.
    """

    most_first: bool
    written: bool
    whole: bool
    work: tuple[int, int]
    answers: tuple[int, int]
    work_symbol: int = 0
    answer_symbol: int = 0


@dataclass(frozen=True)
class Sheet:
    """All that is needed to run a net and to ask it.

    Attributes:
        cell: The cell's name.
        equations: One step in words, a line each.
        task: The task and its config.
        hidden: H.
        state_size: D: the first H rows are what the read-out sees.
        steps: How a question lies in time.
        tensors: float32, by the names of the weights file without `cell.`; `readout_weight` and `readout_bias`.
    """

    cell: str
    equations: tuple[str, ...]
    task: Task
    hidden: int
    state_size: int
    steps: StepBudget
    tensors: Mapping[str, np.ndarray]


def sheet(net: Net, config: NetConfig) -> Sheet:
    """The sheet of a net whose state has a fixed size."""
    task = config.task
    named = {name.removeprefix("cell.").replace(".", "_"): value for name, value in tensors(net).items()}
    drive = "p = W_ih x + b + b_hh" if "bias_hh" in named else "p = W_ih x + b"
    return Sheet(
        cell=config.cell, equations=(drive, *EQUATIONS[config.cell]), task=task, hidden=net.hidden, state_size=net.cell.state_size,
        steps=steps_of(task), tensors=named,
    )  # fmt: skip


def steps_of(task: Task) -> StepBudget:
    """How a task's questions lie in time.

    Raises:
        TypeError: Its layout is none that is known here.
    """
    match task.layout:
        case LeastFirst(tail=tail):
            return StepBudget(most_first=False, written=False, whole=True, work=(0, 0), answers=(0, tail))
        case MostFirst():
            return StepBudget(most_first=True, written=True, whole=True, work=(0, 0), answers=(0, 0))
        case Phases() as phases:
            ends = (marker(task.letters - back, task.letters, task.tapes) for back in (2, 1))
            return StepBudget(phases.read_most_first, phases.answer_most_first, False, phases.work, phases.answers, *ends)
        case _:
            raise TypeError(f"{type(task.layout).__name__} is no layout of ours")
