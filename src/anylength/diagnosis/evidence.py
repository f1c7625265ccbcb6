"""Evidence for an explanation: held inputs with their predicted and measured breaks, and words that go wrong near their states."""

from collections.abc import Sequence
from dataclasses import dataclass

from anylength.dynamics import (
    BreakPrediction,
    HeldInput,
    HeldInputStart,
    held_input_starts,
    predict_break,
    states_along,
    transient_errors,
)
from anylength.dynamics.as_run import measured_as_run
from anylength.dynamics.transient_errors import first_wrong_prefix
from anylength.nets import Net
from anylength.rules import Machine, evenly_chosen

MAX_NEXT_SYMBOLS = 12
"""Symbols that are tried after a held step at most. All ten digits of `count` are tried."""

LEAST_RUN = 400
"""Held steps that are run at least. Longer runs find later breaks and cost linear time."""

Word = tuple[int, ...]


def next_symbols(machine: Machine) -> tuple[Word, ...]:
    """The symbols that are tried after a held step, as words of one symbol."""
    return tuple((symbol,) for symbol in evenly_chosen(range(machine.symbols), MAX_NEXT_SYMBOLS))


@dataclass(frozen=True)
class HeldInputEvidence:
    """A held input with its predicted break and its break as measured.

    Attributes:
        start: Prefix, symbol and machine state.
        held_input: The held input.
        prediction: The predicted break.
        measured: Held steps before the first wrong answer, None if all `limit` steps are answered right.
        limit: Held steps that were run.
    """

    start: HeldInputStart
    held_input: HeldInput
    prediction: BreakPrediction
    measured: int | None
    limit: int

    @property
    def steps_right(self) -> int:
        """Held steps answered right, as far as they were run."""
        return self.limit if self.measured is None else self.measured

    def wrong_word(self) -> Word | None:
        """A word whose last answer shows the break, None without a break.

        It has one held step too many, and ends with the symbol that is answered wrong. If an answer in the prefix is already wrong,
        it is the prefix up to there.
        """
        if self.measured is None:
            return None
        net, machine = self.held_input.held_map.net, self.held_input.machine
        wrong_prefix = first_wrong_prefix(net, machine, self.start.prefix)
        if wrong_prefix is not None:
            return wrong_prefix
        word = (*self.start.prefix, *(self.start.symbol,) * (self.measured + 1))
        broken = HeldInput.of(net, machine, word[:-1], word[-1], continuations=self.held_input.continuations)
        before, after = machine.trace(word)[-2:]
        margins = broken.margins(broken.warm_up_states[:, [0]], after, before)[:, 0]
        return word if margins[0] < 0 else (*word, *self.held_input.continuations[int(margins[1:].argmin())])


def examine_held_inputs(net: Net, machine: Machine) -> list[HeldInputEvidence]:
    """The evidence of every start of the machine's held inputs."""
    return [examine_held_input(net, machine, start) for start in held_input_starts(machine)]


def examine_held_input(net: Net, machine: Machine, start: HeldInputStart) -> HeldInputEvidence:
    """The evidence of one held input."""
    held_input = HeldInput.of(net, machine, start.prefix, start.symbol, continuations=next_symbols(machine))
    prediction = predict_break(held_input, surface_steps=LEAST_RUN)
    # twice as long as it is predicted to last, to check the prediction
    limit = max(LEAST_RUN, 2 * (prediction.steps or 0))
    return HeldInputEvidence(start, held_input, prediction, measured_as_run(held_input, limit), limit)


def wrong_words(net: Net, machine: Machine, evidence: Sequence[HeldInputEvidence]) -> list[Word]:
    """Words that go wrong near the states along the held inputs, the shortest first."""
    runs = [(part.start.prefix, part.start.symbol, min(40, part.steps_right)) for part in evidence]
    return transient_errors(net, machine, states_along(net, machine, runs))
