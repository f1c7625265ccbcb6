"""The search for a word that a net answers wrongly: attacks within a budget, the replay as the only judge, then shortening.

`None` says that no such word was found, not that there is none. The attacks run in numpy; only the replay runs the net as `ask`
does. The states of a net may overflow to infinities and NaN. The attacks follow them like all others, so numpy is told not to warn.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from anylength.base import Symbols
from anylength.nets import Net, answers
from anylength.rules import Machine, PartialMachine
from anylength.verification.refutation.budget import TimeBudget
from anylength.verification.refutation.schedule import AttackSchedule, Suspect
from anylength.verification.refutation.search import Search, Tried
from anylength.verification.refutation.shorten import shorten
from anylength.verification.refutation.simulator import Simulator
from anylength.verification.refutation.words import Word

ALONG_OPEN_STEPS, TESTED = "open steps of a proof", "tests of long words"
"""The names of the attacks with words along which a proof does not close, and with words that tests found to be wrong."""

SHORTENING_SECONDS = 5.0
"""Most seconds of shortening. More seconds find somewhat shorter words."""


@dataclass(frozen=True)
class Refutation:
    """A word that the net answers wrongly.

    Attributes:
        word: Symbols, least significant first; the answer to its last symbol is wrong, those before it are right.
        attack: The name of the attack that found it, or the longer word that it was made from.
        shortest_proved: Every shorter word was tried (in float32) and is right.
    """

    word: Word
    attack: str
    shortest_proved: bool


def refute(net: Net, machine: Machine | PartialMachine, *, seconds: float) -> Refutation | None:
    """Searches for a word on which the net and the machine differ, for at most `seconds` and the time of one replay.

    Where the machine is partial, only words that it follows are tried.

    Raises:
        ValueError: The net and the machine read different alphabets.
    """
    return refute_within(net, machine, TimeBudget(seconds))


@np.errstate(all="ignore")
def refute_within(net: Net, machine: Machine | PartialMachine, budget: TimeBudget, tried: Tried | None = None) -> Refutation | None:
    """`refute` within a budget of seconds or of steps; along the words of a partial machine alone. Raises what `refute` does.

    All words of a few symbols are tried, however small the budget is. Where no wrong word is found, `tried` learns what was tried.
    """
    search = Search(Simulator(net, machine), budget)
    confirm, schedule = partial(replay, net, machine), AttackSchedule(search)
    suspect = _first_confirmed(schedule, budget, confirm)
    if suspect is None:
        if tried is not None:
            tried.longest, tried.answers = max(tried.longest, schedule.longest), tried.answers + search.simulator.judged
        return None
    attack, word = suspect
    shortening = Search(search.simulator, budget.at_most(SHORTENING_SECONDS), search.tree)
    word, proved = shorten(shortening, word, schedule.starts, confirm)
    return Refutation(word, attack, proved)


@np.errstate(all="ignore")
def refute_along(net: Net, machine: Machine | PartialMachine, words: Sequence[Word]) -> Refutation | None:
    """`refute` with these words alone, as far as a partial machine follows them. Raises what `refute` does."""
    positions = Simulator(net, machine).first_wrong(words)
    wrong = [tuple(words[column][: positions[column] + 1]) for column in np.flatnonzero(positions >= 0).tolist()]
    return refute_with(net, machine, wrong, ALONG_OPEN_STEPS, TimeBudget(SHORTENING_SECONDS))


@np.errstate(all="ignore")
def refute_with(
    net: Net, machine: Machine | PartialMachine, words: Sequence[Word], attack: str, budget: TimeBudget
) -> Refutation | None:
    """The first of these words that the net answers wrongly, shortened within a budget. Raises what `refute` does.

    Each word is replayed, and run by nothing else before. `attack` is the name of what found the words.
    """
    search, confirm = Search(Simulator(net, machine), budget), partial(replay, net, machine)
    wrong = next((word for word in map(confirm, words) if word is not None), None)
    if wrong is None:
        return None
    shorter, proved = shorten(search, wrong, search.simulator.start(), confirm)
    return Refutation(shorter, attack, proved)


@np.errstate(all="ignore")
def find_wrong_word(net: Net, machine: Machine, *, seconds: float) -> Word | None:
    """The first word found on which the net and the machine differ, replayed but not shortened; at most `seconds`.

    Raises:
        ValueError: The net and the machine read different alphabets.
    """
    search = Search(Simulator(net, machine), TimeBudget(seconds))
    suspect = _first_confirmed(AttackSchedule(search), search.budget, partial(replay, net, machine))
    return suspect[1] if suspect else None


def _first_confirmed(schedule: AttackSchedule, budget: TimeBudget, confirm: Callable[[Word], Word | None]) -> Suspect | None:
    """The first suspicious word that is confirmed, and the attack that found it."""
    for attack, suspect in schedule.suspects():
        word = confirm(suspect)
        if word is not None:
            return attack, word
        if budget.spent:
            break
    return None


def replay(net: Net, machine: Machine | PartialMachine, word: Word) -> Word | None:
    """The word cut after its first wrong answer; None where every answer is right, as far as the machine follows the word.

    The net runs through `anylength.nets.answers`, as in `ask`. The word that is returned was run once more by itself after the cut.
    """
    if isinstance(machine, PartialMachine):
        word, machine = machine.followed(word), machine.total
    right = np.asarray(machine.run(word))
    while word:
        symbols: Symbols = np.asarray(word, np.uint8 if machine.symbols <= 256 else np.uint16)  # type: ignore[assignment]
        wrong = np.flatnonzero(answers(net, symbols[:, None])[:, 0] != right[: len(word)])
        if not len(wrong):
            return None
        if wrong[0] == len(word) - 1:
            return word
        word = word[: wrong[0] + 1]
    return None
