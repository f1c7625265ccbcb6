"""The evidence: every hold with its predicted and its measured break, and words near the net's resting places that go wrong."""

from collections.abc import Sequence
from dataclasses import dataclass

from anylength.dynamics import Break, Entry, Hold, along, entries, predicted, stumbles
from anylength.dynamics.entries import evenly
from anylength.dynamics.stumbles import wrong_part
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
class Examined:
    """A hold with what was predicted of it and what was measured over `limit` held steps."""

    entry: Entry
    hold: Hold
    found: Break
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
        net, machine = self.hold.held.net, self.hold.machine
        early = wrong_part(net, machine, self.entry.prefix)
        if early is not None:
            return early
        word = (*self.entry.prefix, *(self.entry.symbol,) * (self.measured + 1))
        hold = Hold.of(net, machine, word[:-1], word[-1], after=self.hold.after)
        before, at = machine.trace(word)[-2:]
        leads = hold.leads(hold.first[:, [0]], at, before)[:, 0]
        return word if leads[0] < 0 else (*word, *self.hold.after[int(leads[1:].argmin())])


def examined(net: Net, machine: Machine) -> list[Examined]:
    """All beginnings of the machine's holds."""
    after = tuple((symbol,) for symbol in evenly(range(machine.symbols), AFTER))
    return [_examined(entry, Hold.of(net, machine, entry.prefix, entry.symbol, after=after)) for entry in entries(machine)]


def _examined(entry: Entry, hold: Hold) -> Examined:
    found = predicted(hold, patience=LEAST)
    limit = max(LEAST, BEYOND * (found.steps or 0))
    return Examined(entry, hold, found, hold.measured(limit), limit)


def wrong_words(net: Net, machine: Machine, holds: Sequence[Examined]) -> list[Word]:
    """Words that go wrong near the states along the holds, the shortest first."""
    runs = [(each.entry.prefix, each.entry.symbol, min(ALONG, each.lasts)) for each in holds]
    return stumbles(net, machine, along(net, machine, runs))
