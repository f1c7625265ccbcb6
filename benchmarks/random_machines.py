"""Random minimal machines: 2–30 states, 2–10 symbols, half of them acceptors, half of them transducers of 2–5 outputs.

    from benchmarks.random_machines import HELD_OUT, TUNING, machines
    machines(200)                 the 200 machines that results are about
    machines(50, first=TUNING)    others, to develop with

Each machine is drawn from a seed of its own by numpy's PCG64, so it is the same everywhere. Nothing may be tuned on the machines of
`HELD_OUT`.
"""

from dataclasses import dataclass

import numpy as np

from anylength.rules import Machine, NamedMachine, Task, from_named_machine, minimise

HELD_OUT = 17_000
"""First seed of the machines that results are about."""

TUNING = 18_000
"""First seed of the machines to develop with. The two ranges never meet: no result is about more than 1,000 machines."""

STATES, SYMBOLS, OUTPUTS = (2, 30), (2, 10), (2, 5)
"""The least and the most of each. Acceptors have two outputs."""


@dataclass(frozen=True)
class RandomMachine:
    """A minimal machine.

    Attributes:
        seed: The seed it was drawn from.
        kind: "acceptor" (the state after a step fixes the output) or "transducer".
        machine: The machine.
    """

    seed: int
    kind: str
    machine: Machine

    @property
    def pairs(self) -> int:
        """The number of pairs of a state and a symbol."""
        return self.machine.states * self.machine.symbols

    @property
    def name(self) -> str:
        """A short name."""
        return f"{self.kind}-{self.seed}"


def machines(count: int, first: int = HELD_OUT) -> list[RandomMachine]:
    """The machines of `count` seeds. Acceptors have even seeds."""
    return [random_machine(seed) for seed in range(first, first + count)]


def random_machine(seed: int) -> RandomMachine:
    """The machine of a seed: sizes first, then tables until the minimal machine has just these sizes.

    Tables are drawn with up to twice as many states, since not all states of a random machine are reached.
    """
    rng = np.random.default_rng(seed)
    states, symbols, outputs = (int(rng.integers(least, most + 1)) for least, most in (STATES, SYMBOLS, OUTPUTS))
    kind = "transducer" if seed % 2 else "acceptor"
    outputs = outputs if kind == "transducer" else 2
    while True:
        drawn = int(rng.integers(states, 2 * states + 1))
        delta = rng.integers(0, drawn, (drawn, symbols))
        output = rng.integers(0, outputs, (drawn, symbols)) if kind == "transducer" else rng.integers(0, 2, drawn)[delta]
        machine = minimise(Machine(0, delta.tolist(), output.tolist()))
        if machine.states == states and machine.classes == outputs:
            return RandomMachine(seed, kind, machine)


def task_of(drawn: RandomMachine) -> Task:
    """The task of a random machine."""
    symbols = tuple(f"s{number}" for number in range(drawn.machine.symbols))
    outputs = tuple(f"y{number}" for number in range(drawn.machine.classes))
    return from_named_machine(NamedMachine(drawn.machine, symbols, outputs, graded="all"), drawn.name, "a random machine")
