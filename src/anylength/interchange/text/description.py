"""A recurrent net and its questions as plain values that the text exports write down.

Every layout of a task reads a question in phases. If L is the number of digits of the longest number, then L steps of digits come
first, then w₁·L + w₂ steps of one symbol, then a₁·L + a₂ steps of another. The answer is in the outputs of all steps or of the last
phase.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from anylength.nets import Net, NetConfig, tensors
from anylength.tasks import LeastFirst, MostFirst, Task
from anylength.tasks.phases import Phases, marker

EQUATIONS: Mapping[str, tuple[str, ...]] = {
    "rnn": ("h' = tanh(p + W_hh h)",),
    "relu": ("h' = max(0, p + W_hh h)",),
    "gru": (
        "blocks of H rows in p and m = W_hh h: r, z, n",
        "r = σ(p_r + m_r)",
        "z = σ(p_z + m_z)",
        "n = tanh(p_n + r (m_n + b_hn))",
        "h' = (1 - z) n + z h",
    ),
    "gru-reset-before": (
        "blocks of H rows in p and W_hh: r, z, n",
        "r = σ(p_r + W_r h)",
        "z = σ(p_z + W_z h)",
        "n = tanh(p_n + W_n (r h))",
        "h' = (1 - z) n + z h",
    ),
    "lstm": (
        "blocks of H rows in p and m = W_hh h: i, f, g, o",
        "c' = σ(p_f + m_f) c + σ(p_i + m_i) tanh(p_g + m_g)",
        "h' = σ(p_o + m_o) tanh(c')",
    ),
    "linear": ("blocks of H rows in p: a, u, o", "s' = σ(p_a) s + p_u", "h' = tanh(p_o + W_hh s')"),
    "linear-signed": ("blocks of H rows in p: a, u, o", "s' = tanh(p_a) s + p_u", "h' = tanh(p_o + W_hh s')"),
    "mingru": ("blocks of H rows in p: z, u, o", "s' = (1 - σ(p_z)) s + σ(p_z) p_u", "h' = tanh(p_o + W_hh s')"),
}
"""The equations of one step for each cell, one a line, as in `anylength.cells` and `docs/certificate.md`.

Products of two vectors are element by element; σ(x) = 1 / (1 + exp(-x)); the state starts at 0.
"""


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
    answers: tuple[int, int]
    work_symbol: int = 0
    answer_symbol: int = 0


@dataclass(frozen=True)
class NetDescription:
    """Everything that is needed to run a net and to ask it a question.

    Attributes:
        cell: The name of the cell.
        equations: The equations of one step, one a line.
        task: The task.
        hidden: H.
        state_size: D, the size of the state. The read-out sees its first H entries.
        schedule: The steps of a question.
        tensors: float32 tensors, by the names of the weights file without `cell.`; the read-out's are `readout_weight` and
            `readout_bias`.
    """

    cell: str
    equations: tuple[str, ...]
    task: Task
    hidden: int
    state_size: int
    schedule: StepSchedule
    tensors: Mapping[str, np.ndarray]


def describe_net(net: Net, config: NetConfig) -> NetDescription:
    """The description of a net whose state has a fixed size."""
    named = {name.removeprefix("cell.").replace(".", "_"): value for name, value in tensors(net).items()}
    input_term = "p = W_ih x + b + b_hh" if "bias_hh" in named else "p = W_ih x + b"
    return NetDescription(
        cell=config.cell, equations=(input_term, *EQUATIONS[config.cell]), task=config.task, hidden=net.hidden,
        state_size=net.cell.state_size, schedule=step_schedule(config.task), tensors=named,
    )  # fmt: skip


def step_schedule(task: Task) -> StepSchedule:
    """The steps of a task's questions.

    Raises:
        TypeError: The task's layout is not known here.
    """
    match task.layout:
        case LeastFirst(tail=tail):
            return StepSchedule(False, False, all_outputs=True, work=(0, 0), answers=(0, tail))
        case MostFirst():
            return StepSchedule(True, True, all_outputs=True, work=(0, 0), answers=(0, 0))
        case Phases() as phases:
            work_symbol, answer_symbol = (marker(task.letters - back, task.letters, task.tapes) for back in (2, 1))
            return StepSchedule(
                phases.read_most_first, phases.answer_most_first, False, phases.work, phases.answers, work_symbol, answer_symbol
            )
        case _:
            raise TypeError(f"expected a known layout, got {type(task.layout).__name__}: add it to step_schedule")
