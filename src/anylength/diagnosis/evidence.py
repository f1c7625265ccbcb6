"""The evidence: every hold with its predicted and its measured break, and words near the net's resting places that go wrong."""

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
from anylength.dynamics.held_input_starts import evenly_spaced
from anylength.dynamics.transient_errors import first_wrong_prefix
from anylength.machines import Machine
from anylength.nets import Net

AFTER = 12
"""So many symbols are tried after a held step: all of them where there are no more."""

BEYOND, LEAST = 2, 400
"""A hold is run twice as far as it is predicted to last, and so many steps at least."""

ALONG = 40
"""From so many states along a hold the search for stumbles starts."""

Word = tuple[int, ...]


@dataclass(frozen=True)
class HeldInputEvidence:
    """A hold with what was predicted of it and what was measured over `limit` held steps."""

    entry: HeldInputStart
    held_input: HeldInput
    found: BreakPrediction
    measured: int | None
    limit: int

    @property
    def lasts(self) -> int:
        """Held steps answered rightly, as far as they were run."""
        return self.limit if self.measured is None else self.measured

    def wrong_word(self) -> Word | None:
        """A word that shows the break at its last symbol: one held step too many, and the symbol after it that is answered wrongly.

        Where the prefix is answered wrongly already, the part of it that is.
        """
        if self.measured is None:
            return None
        net, machine = self.held_input.held.net, self.held_input.machine
        early_break = first_wrong_prefix(net, machine, self.entry.prefix)
        if early_break is not None:
            return early_break
        word = (*self.entry.prefix, *(self.entry.symbol,) * (self.measured + 1))
        held_input = HeldInput.of(net, machine, word[:-1], word[-1], after=self.held_input.after)
        before, at = machine.trace(word)[-2:]
        margins = held_input.margins(held_input.first[:, [0]], at, before)[:, 0]
        return word if margins[0] < 0 else (*word, *self.held_input.after[int(margins[1:].argmin())])


def examine_held_inputs(net: Net, machine: Machine) -> list[HeldInputEvidence]:
    """All beginnings of the machine's holds."""
    after = tuple((symbol,) for symbol in evenly_spaced(range(machine.symbols), AFTER))
    return [
        _examined(entry, HeldInput.of(net, machine, entry.prefix, entry.symbol, after=after))
        for entry in held_input_starts(machine)
    ]


def _examined(entry: HeldInputStart, held_input: HeldInput) -> HeldInputEvidence:
    found = predict_break(held_input, patience=LEAST)
    limit = max(LEAST, BEYOND * (found.steps or 0))
    return HeldInputEvidence(entry, held_input, found, held_input.measured_break(limit), limit)


def wrong_words(net: Net, machine: Machine, held_inputs: Sequence[HeldInputEvidence]) -> list[Word]:
    """Words that go wrong near the states along the holds, the shortest first."""
    runs = [(each.entry.prefix, each.entry.symbol, min(ALONG, each.lasts)) for each in held_inputs]
    return transient_errors(net, machine, states_along(net, machine, runs))
