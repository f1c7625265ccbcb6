"""A recurrent net and its questions as plain values that the text exports write down.

Every layout of a task reads a question in phases. If L is the number of digits of the longest number, then L steps of digits come
first, then w₁·L + w₂ steps of one symbol, then a₁·L + a₂ steps of another. The answer is in the outputs of all steps or of the last
phase.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from anylength.cells import StackCell
from anylength.interchange.text.identifiers import identifiers
from anylength.nets import Net, NetConfig, tensors
from anylength.programs import Program, equations, value_names
from anylength.rules import InOrder, LeastFirst, MostFirst, Phases, Task, marker


@dataclass(frozen=True)
class StepSchedule:
    """The steps of a question whose longest number has L digits.

    Attributes:
        read_most_first: Whether the net reads the most significant digit first, else the least.
        answer_most_first: Whether the answer comes with its most significant digit first, else the least.
        all_outputs: Whether the answer is in the outputs of all steps, else in those of the last phase.
        work: (w₁, w₂): w₁·L + w₂ steps of `work_symbol` follow the digits.
        answers: (a₁, a₂): then follow a₁·L + a₂ steps of `answer_symbol`.
        work_symbol: The symbol of the second phase.
        answer_symbol: The symbol of the third phase.
    """

    read_most_first: bool
    answer_most_first: bool
    all_outputs: bool
    work: tuple[int, int]
    answers: tuple[float, int]
    work_symbol: int = 0
    answer_symbol: int = 0


@dataclass(frozen=True)
class NetDescription:
    """Everything that is needed to run a net and to ask it a question.

    Attributes:
        cell: The name of the cell.
        program: The step program.
        task: The task.
        hidden: H.
        schedule: The steps of a question.
        tensors: float32 tensors, by their names in the program.
    """

    cell: str
    program: Program
    task: Task
    hidden: int
    schedule: StepSchedule
    tensors: Mapping[str, np.ndarray]

    @property
    def equations(self) -> tuple[str, ...]:
        """The equations of one step, one a line."""
        return equations(self.program)

    @property
    def variables(self) -> Mapping[str, str]:
        """A name of a variable for each tensor."""
        return identifiers(name for name, _ in self.program.shapes)

    @property
    def names(self) -> Mapping[int, str]:
        """The names of variables that the equations give to values of the step, by number; not those of parts of the new state."""
        digits = str.maketrans({chr(0x2080 + digit): str(digit) for digit in range(10)})
        plain = {number: name.translate(digits) for number, name in value_names(self.program).items()}
        return {number: name for number, name in plain.items() if re.fullmatch(r"[a-jl-wyzA-Z]\d*", name)}


def describe_net(net: Net, config: NetConfig) -> NetDescription:
    """The description of a net whose state has a fixed size, or of one with stacks: its program is the controller's."""
    program = net.cell.controller_program(net.classes) if isinstance(net.cell, StackCell) else net.program
    return NetDescription(
        cell=config.cell, program=program, task=config.task, hidden=net.hidden, schedule=step_schedule(config.task),
        tensors=tensors(net),
    )  # fmt: skip


def step_schedule(task: Task) -> StepSchedule:
    """The steps of a task's questions.

    Raises:
        TypeError: The task's layout is not known here.
    """
    match task.layout:
        case LeastFirst(tail=tail):
            return StepSchedule(False, False, all_outputs=True, work=(0, 0), answers=(0, tail))
        case MostFirst() | InOrder():
            return StepSchedule(True, True, all_outputs=True, work=(0, 0), answers=(0, 0))
        case Phases() as phases:
            work_symbol, answer_symbol = (marker(task.letters - back, task.letters, task.tapes) for back in (2, 1))
            return StepSchedule(
                phases.read_most_first, phases.answer_most_first, False, phases.work, phases.answers, work_symbol, answer_symbol
            )
        case _:
            raise TypeError(f"expected a known layout, got {type(task.layout).__name__}: add it to step_schedule")
