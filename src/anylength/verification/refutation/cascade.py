"""The search for a wrong word: attacks from cheap to dear within a time budget, the replay as the only judge, then shortening.

`None` says that nothing was found, not that nothing is there. The attacks run in numpy; only the replay runs the net as `ask` does.
"""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from functools import partial

from anylength.machines import Machine
from anylength.nets import Net
from anylength.verification.refutation.clock import TimeBudget
from anylength.verification.refutation.exhaustive import exhaustive
from anylength.verification.refutation.hunt import Attack, Hunt, Result
from anylength.verification.refutation.merged import breadth_first, lookahead
from anylength.verification.refutation.replay import replayed
from anylength.verification.refutation.runs import far, runs
from anylength.verification.refutation.shorten import shortened
from anylength.verification.refutation.simulator import Front, Seen, Simulator, cells, joined
from anylength.verification.refutation.words import Word

ORBIT, REPEATS = 2_000, 200
"""The longest runs from the start, and from the states that the search has merged."""

COARSE = 0.2
FINER = (0.1, 0.05)
CAP = 100_000
REPEATED = 1_500
BEAMS = 3
QUICK, DEEP = 20_000, 12_000_000
"""So many words are tried exhaustively at first, and at the end."""

SHORTENING = 5.0
"""Seconds at most."""


@dataclass(frozen=True)
class Refutation:
    """A word that the net answers wrongly.

    Attributes:
        word: Symbols, least significant first; the answer to its last symbol is wrong, those before it are right.
        stage: The attack that found it (or the longer word that it was made from).
        shortest_proved: Every shorter word was tried (in float32) and is right.
    """

    word: Word
    stage: str
    shortest_proved: bool


def refute(net: Net, machine: Machine, *, seconds: float) -> Refutation | None:
    """Searches for a word on which the net and the machine differ, for `seconds` at most (and a replay's time more).

    Raises:
        ValueError: The net and the machine read different alphabets.
    """
    return refute_by(net, machine, TimeBudget(seconds))


def refute_by(net: Net, machine: Machine, clock: TimeBudget) -> Refutation | None:
    """The same until a clock runs out, of seconds or of steps. Raises what `refute` does."""
    hunt = Hunt(Simulator(net, machine), clock)
    confirm, campaign = partial(replayed, net, machine), Campaign(hunt)
    found = _first(campaign, hunt.clock, confirm)
    if found is None:
        return None
    stage, word = found
    brief = Hunt(hunt.simulator, hunt.clock.most(SHORTENING), hunt.tree)
    word, proved = shortened(brief, word, campaign.starts, confirm)
    return Refutation(word, stage, proved)


def attacked(net: Net, machine: Machine, *, seconds: float) -> Word | None:
    """The first word found on which the net and the machine differ, replayed but not shortened; `seconds` at most.

    Raises:
        ValueError: The net and the machine read different alphabets.
    """
    hunt = Hunt(Simulator(net, machine), TimeBudget(seconds))
    found = _first(Campaign(hunt), hunt.clock, partial(replayed, net, machine))
    return found[1] if found else None


def _first(campaign: "Campaign", clock: TimeBudget, confirm: Callable[[Word], Word | None]) -> tuple[str, Word] | None:
    """The first suspicious word that is confirmed, and the attack that found it."""
    for stage, suspect in campaign.attacks():
        word = confirm(suspect)
        if word is not None:
            return stage, word
        if clock.over:
            break
    return None


class Campaign:
    """The attacks in their order. `starts` are the states that they have found worth starting from, so far."""

    def __init__(self, hunt: Hunt) -> None:
        self._hunt = hunt
        self.starts: Front = hunt.simulator.start()

    def attacks(self) -> Iterator[tuple[str, Word]]:
        """The suspicious words, each with the name of the attack that found it."""
        hunt = self._hunt
        yield from _named("exhaustive", exhaustive(hunt, QUICK))
        left = yield from _named("orbits", runs(hunt.within(0.5), hunt.roots(), ORBIT))
        self.starts = left.exits
        visited = yield from _named(f"cells {COARSE}", breadth_first(hunt, self.starts, COARSE, CAP))
        again = yield from _named("repeats", runs(hunt.within(0.3), visited.take(slice(0, REPEATED)), REPEATS))
        self.starts = _merged([self.starts, again.exits])
        for width in FINER:
            yield from _named(f"cells {width}", breadth_first(hunt.within(0.5), self.starts, width, CAP))
        for seed in range(BEAMS):
            yield from _named("beam", lookahead(hunt.within(0.4), self.starts, seed))
        yield from _named("far", far(hunt.within(0.5), left.unsettled))
        yield from _named("exhaustive", exhaustive(hunt, DEEP))


def _named(stage: str, attack: Attack[Result]) -> Generator[tuple[str, Word], None, Result]:
    """The attack with its name beside every word."""
    while True:
        try:
            word = next(attack)
        except StopIteration as stop:
            return stop.value
        yield stage, word


def _merged(fronts: list[Front]) -> Front:
    """All columns, one of each fine cell."""
    front = joined(fronts)
    return front.take(Seen().fresh(cells(front.states, front.at, FINER[-1])))
