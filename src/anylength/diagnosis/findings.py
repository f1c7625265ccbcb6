"""From evidence to findings: each a sentence and a number that shows it, replayed on the net as `ask` does."""

from collections.abc import Sequence

import numpy as np

from anylength.diagnosis.evidence import HeldInputEvidence, Word
from anylength.diagnosis.failure_modes import FailureMode, failure_mode_of
from anylength.dynamics.ghosts import FASTEST
from anylength.lengths import mistake_on, truncate
from anylength.nets import Net
from anylength.records import Finding, Mistake
from anylength.tasks import Task

DIGITS = ("zeros", "ones", "twos", "threes", "fours", "fives", "sixes", "sevens", "eights", "nines")


def findings(net: Net, task: Task, held_inputs: Sequence[HeldInputEvidence], words: Sequence[Word]) -> list[Finding]:
    """What the evidence says, the finding with the shortest example first; that all is kept, where nothing went wrong.

    A break that is predicted and was not met, though run far beyond, is none.
    """
    found: dict[FailureMode, tuple[int, Finding]] = {}
    broken = [(word, each) for each in held_inputs if (word := each.wrong_word()) is not None]
    for word, each in sorted(broken, key=lambda pair: len(pair[0])):
        way = failure_mode_of(net, task.machine, word)
        if way not in found:
            drifts = way in ("forgets", "invents") and len(word) > len(each.entry.prefix)
            says = _drift(task, way, each) if drifts else _stumble(task, way, word)
            found[way] = (len(word), _finding(way, says, _mistake(net, task, word)))
    for word in words:
        way = failure_mode_of(net, task.machine, word)
        mistake = _mistake(net, task, word)
        if mistake is not None and (way not in found or found[way][0] > len(word)):
            found[way] = (len(word), _finding(way, _stumble(task, way, word), mistake))
    if not found:
        return [Finding(failure_mode="keeps", text=_kept(task, held_inputs))]
    return [finding for _, finding in sorted(found.values(), key=lambda pair: pair[0])]


def _mistake(net: Net, task: Task, word: Word) -> Mistake | None:
    """A wrong word as a question that `ask` answers wrongly, too; None where it does not."""
    mistake = mistake_on(net, task, truncate(task, np.asarray(word, np.uint16), len(word) - 1))
    return None if mistake.answer == mistake.expected else mistake


def _finding(way: FailureMode, says: str, mistake: Mistake | None) -> Finding:
    if mistake is None:
        return Finding(failure_mode=way, text=says)
    return Finding(failure_mode=way, text=says, numbers=mistake.numbers, answer=mistake.answer, expected=mistake.expected)


def repeated(task: Task, symbol: int) -> str:
    """A repeated symbol in words."""
    if task.tapes == 1 and task.base <= len(DIGITS):
        return DIGITS[symbol]
    return f"{symbol_text(task, symbol)} again and again"


def symbol_text(task: Task, symbol: int) -> str:
    """A symbol as people write it: one digit per tape."""
    digits = [symbol // task.base**tape % task.base for tape in range(task.tapes)]
    return ",".join("0123456789abcdefghijklmnopqrstuvwxyz"[digit] for digit in digits)


def state_text(task: Task, state: int) -> str:
    """A state of the machine in words."""
    names = task.machine.names
    if names[state] in ("carry", "borrow"):
        return f"the {names[state]}"
    other = next((name for name in names if name in ("carry", "borrow")), None)
    return f"the state without a {other}" if names[state] == "none" and other else f"the state “{names[state]}”"


def _drift(task: Task, way: FailureMode, each: HeldInputEvidence) -> str:
    """A break under a held symbol in words."""
    state, found = state_text(task, each.entry.state), each.found
    before = "" if not each.entry.prefix else f" after {' '.join(symbol_text(task, s) for s in each.entry.prefix)}"
    where = f"Reading {repeated(task, each.entry.symbol)}{before}, {_place(state, each)}"
    what = "is wrongly left" if way == "invents" else "cannot be read any more"
    steps = "never" if found.steps is None else f"{found.steps:,}"
    return f"{where}; {state} {what} after {each.lasts:,} of them: predicted {steps}, measured {each.lasts:,}."


def _place(state: str, each: HeldInputEvidence) -> str:
    """What there is near the beginning of a hold, in words."""
    rate = abs(each.found.reduction.eigenvalues[0])
    speed = each.found.reduction.point.speed
    if speed > FASTEST:
        return f"the net finds no rest near {state} (it moves on by {speed:.2g} a step)"
    return {
        "sink": f"the net comes to rest where {state} is not read, what is left shrinking by {rate:.2f} a step",
        "saddle": f"the net starts near a resting point that repels, and leaves it by a factor of {rate:.2f} a step",
        "ghost": f"the net has no resting point for {state}, only a slow place which it passes (at {speed:.2g} a step)",
    }[each.found.mechanism]


def _stumble(task: Task, way: FailureMode, word: Word) -> str:
    """A stumble in words."""
    read = _grouped(task, word)
    if way == "misreads":
        return f"After {read} the answer belongs to no state of the machine."
    state = state_text(task, task.machine.trace(word)[-2])
    if way == "trips":
        return f"No drift, but a step into the wrong basin: after {read} the answer is not that of {state}."
    return f"After {read}, {state} cannot be read any more."


def _grouped(task: Task, word: Word) -> str:
    """A word with its repetitions counted: "9 ×5, 2, 1"."""
    starts = [i for i in range(len(word)) if i == 0 or word[i] != word[i - 1]]
    runs = [(word[i], j - i) for i, j in zip(starts, [*starts[1:], len(word)], strict=True)]
    return ", ".join(symbol_text(task, symbol) + (f" ×{times}" if times > 1 else "") for symbol, times in runs)


def _kept(task: Task, held_inputs: Sequence[HeldInputEvidence]) -> str:
    """That nothing went wrong, in words."""
    telling = sorted({each.entry.symbol for each in held_inputs if each.entry.remembers})
    if not telling:
        return "There is nothing to remember under a repeated symbol, and no wrong answer was found near the resting places."
    symbols = ", ".join(repeated(task, symbol) for symbol in telling[:10])
    return (
        f"Reading {symbols}, every state that must be told apart has a resting place of its own where it is read rightly, and no "
        "wrong answer was found near them. That is no proof: anylength prove gives one."
    )
