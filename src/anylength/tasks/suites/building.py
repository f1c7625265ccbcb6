"""Builds the smallest machine of a rule that is given as functions of a state and a symbol's name.

States are any hashable values. All states that can be reached from the start are found, and equivalent ones are merged.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Literal, TypeVar

from anylength.machines import ACCEPTOR_OUTPUTS, Machine, NamedMachine, explore, minimise

State = TypeVar("State", bound=Hashable)


def transducer(
    symbols: Sequence[str],
    outputs: Sequence[str],
    start: State,
    step: Callable[[State, str], tuple[State, str]],
    *,
    graded: Literal["last", "all"],
) -> NamedMachine:
    """The smallest machine of a rule `step(state, symbol)`, which gives the next state and the name of the output."""
    states = [state for state, _ in explore(start, range(len(symbols)), lambda state, s: step(state, symbols[s])[0])]
    number = {state: at for at, state in enumerate(states)}
    class_of = {name: c for c, name in enumerate(outputs)}
    rows = [[step(state, symbol) for symbol in symbols] for state in states]
    machine = Machine(
        start=0,
        delta=tuple(tuple(number[state] for state, _ in row) for row in rows),
        output=tuple(tuple(class_of[output] for _, output in row) for row in rows),
    )
    smallest = minimise(machine)
    default_names = Machine(smallest.start, smallest.delta, smallest.output)
    return NamedMachine(default_names, tuple(symbols), tuple(outputs), graded)


def acceptor(
    symbols: Sequence[str],
    start: State,
    follow: Callable[[State, str], State | None],
    accepts: Callable[[State], bool] = lambda _: True,
) -> NamedMachine:
    """The smallest acceptor of a rule `follow(state, symbol)`, which gives the next state.

    `follow` returns None where no continuation is in the language. A word is accepted if it ends in a state with `accepts(state)`;
    by default, in any state but None.
    """

    def step(state: State | None, symbol: str) -> tuple[State | None, str]:
        after = None if state is None else follow(state, symbol)
        return after, ACCEPTOR_OUTPUTS[after is not None and accepts(after)]

    return transducer(symbols, ACCEPTOR_OUTPUTS, start, step, graded="last")
