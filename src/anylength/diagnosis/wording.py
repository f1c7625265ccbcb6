"""The sentences of findings: symbols, states, breaks and wrong words in plain words."""

from collections.abc import Sequence

from anylength.diagnosis.evidence import MAX_NEXT_SYMBOLS, HeldInputEvidence, Word
from anylength.dynamics.ghosts import FASTEST
from anylength.records.failure_modes import FailureMode
from anylength.rules import LeastFirst, Task, digit_plural, held_words

CARRIES = ("carry", "borrow")
"""Names of machine states that stand for a carry. The state without one is called "none"."""


def symbol_text(task: Task, symbol: int) -> str:
    """A symbol as people write it."""
    return task.symbol_name(symbol)


def repeated_text(task: Task, symbol: int) -> str:
    """A repeated symbol in words: "nines", or "3,4 again and again"."""
    return digit_plural(symbol, task.base) if _is_digit(task, symbol) else f"{symbol_text(task, symbol)} again and again"


def _is_digit(task: Task, symbol: int) -> bool:
    """Whether a symbol is one digit, and no marker."""
    return task.tapes == 1 and task.names is None and symbol < task.base


def state_text(names: Sequence[str], name: str) -> str:
    """A machine state in words, among the names of all states: "the carry", "the state without a carry", "the state “odd”"."""
    if name in CARRIES:
        return f"the {name}"
    carry = next((other for other in names if other in CARRIES), None)
    return f"the state without a {carry}" if name == "none" and carry else f"the state “{name}”"


def break_text(task: Task, failure_mode: FailureMode, evidence: HeldInputEvidence) -> str:
    """A break under a held symbol in words."""
    start, state = evidence.start, state_text(task.machine.names, task.machine.names[evidence.start.state])
    before = f" after {' '.join(symbol_text(task, symbol) for symbol in start.prefix)}" if start.prefix else ""
    repeated = repeated_text(task, start.symbol)
    event = f"loses {state}" if failure_mode == "forgets" else f"leaves {state}, although nothing has happened"
    return f"While it reads {repeated}{before}, the net {event}. {_mechanism_text(state, evidence)} {_limit_text(task, evidence)}"


def _mechanism_text(state: str, evidence: HeldInputEvidence) -> str:
    """What the dynamics near the start of a held input are, in a sentence."""
    factor = abs(evidence.prediction.reduction.eigenvalues[0])
    speed = evidence.prediction.reduction.point.speed
    if speed > FASTEST:
        return f"No fixed point stores {state}: even at the slowest point found, one step moves the state by {speed:.2g}."
    distance = f"each step multiplies the distance by {factor:.2f}"
    slow = f"there is only a slow point, where one step moves the state by {speed:.2g}"
    return {
        "sink": f"It moves to a fixed point whose answers are not those of {state}; {distance}.",
        "saddle": f"It starts near an unstable fixed point and moves away; {distance}.",
        "ghost": f"No fixed point stores {state}: {slow}, and the net drifts past it.",
    }[evidence.prediction.mechanism]


def _limit_text(task: Task, evidence: HeldInputEvidence) -> str:
    """How many repetitions are answered right, measured and predicted, in a sentence."""
    predicted = "no limit" if evidence.prediction.steps is None else f"{evidence.prediction.steps:,}"
    steps, unit = evidence.steps_right, _repetitions(task, evidence.start.symbol)
    counted = f"Up to {steps:,} {unit} are" if steps > 1 else "A single one is" if steps else "Not even a single one is"
    return f"{counted} answered right, {_continuations_text(task)} (predicted {predicted}, measured {steps:,})."


def _repetitions(task: Task, symbol: int) -> str:
    """What is counted when a symbol repeats: "nines", or "repetitions" if the symbol has no name."""
    return digit_plural(symbol, task.base) if _is_digit(task, symbol) else "repetitions"


def _continuations_text(task: Task) -> str:
    """Which symbols were tried after the repeated one."""
    if task.names is None and task.tapes == 1 and isinstance(task.layout, LeastFirst) and task.symbols <= MAX_NEXT_SYMBOLS:
        return "whichever digit stands in front of them"
    unit = task.notation.unit if task.tapes == 1 else "symbol"
    return f"whichever {unit} comes next" if task.symbols <= MAX_NEXT_SYMBOLS else f"with any of {MAX_NEXT_SYMBOLS} next {unit}s"


def horizon_text(task: Task, symbol: int, horizon: int | None, limit: int) -> str:
    """Why the horizon differs from a break of the same held symbol, in a sentence."""
    unit = _repetitions(task, symbol)
    upto = f"up to {horizon:,} {unit}" if horizon is not None else f"up to {limit:,} {unit}, all that were tried"
    following = {0: "nothing follows", 1: "only a leading 0 follows"}.get(task.tail, "only leading zeros follow")
    words = held_words(task)
    if words is not None and words.digit is not None:
        numbers = ", ".join(words.digit * length for length in (1, 2, 3))
        return f"{words.alone_subject} ({numbers}, …), where {following}, are right {upto}."
    return f"Inputs that only repeat it, where {following}, are right {upto}."


def wrong_word_text(task: Task, failure_mode: FailureMode, word: Word) -> str:
    """A wrong answer at the end of a word, in a sentence."""
    read = f"After it has read {grouped_text(task, word)}"
    if failure_mode == "misreads":
        return f"{read}, the net gives an answer that no state of the machine would give."
    names = task.machine.names
    state = state_text(names, names[task.machine.trace(word)[-2]])
    if failure_mode == "trips":
        return f"A wrong step and not a slow drift: {read[0].lower()}{read[1:]}, the net does not give the answer of {state}."
    return f"{read}, the net has {'lost' if failure_mode == 'forgets' else 'left'} {state}."


def grouped_text(task: Task, word: Word) -> str:
    """A word with its repetitions counted: "9 (5 times), 2, 1"."""
    starts = [i for i in range(len(word)) if i == 0 or word[i] != word[i - 1]]
    runs = [(word[i], j - i) for i, j in zip(starts, [*starts[1:], len(word)], strict=True)]
    return ", ".join(symbol_text(task, symbol) + (f" ({times} times)" if times > 1 else "") for symbol, times in runs)


def no_failure_text(task: Task, evidence: Sequence[HeldInputEvidence]) -> str:
    """That no wrong answer was found, in words."""
    symbols = sorted({part.start.symbol for part in evidence if part.start.remembers})
    if not symbols:
        return "While one symbol repeats, this task has nothing to remember. No wrong answer was found."
    return (
        f"While it reads {_repeated_texts(task, symbols)}, the net keeps every state that must be told apart, and its "
        f"answers are right. No wrong answer was found nearby.{_fading_text(task, evidence)}"
    )


def _fading_text(task: Task, evidence: Sequence[HeldInputEvidence]) -> str:
    """How fast the slowest disturbance fades while one symbol repeats, in a sentence; empty where one does not fade."""
    factors = [(abs(part.prediction.reduction.eigenvalues[0]), part.start.symbol) for part in evidence]
    factor, symbol = max(factors)
    if not factor < 1:
        return ""
    slowest = f"slowest with {repeated_text(task, symbol)}: each step leaves {_share_text(factor)} of it"
    return f" Whatever disturbs a state fades while one symbol repeats, {slowest}."


def _share_text(share: float) -> str:
    """A share below 1 with as many digits as tell it from 1."""
    return next(text for digits in range(2, 20) if (text := f"{share:.{digits}f}") < "1" or digits == 19)


def _repeated_texts(task: Task, symbols: Sequence[int]) -> str:
    """Several repeated symbols: their names, or their number if there are many."""
    thing = task.notation.unit if task.tapes == 1 else "symbol"
    if len(symbols) == task.symbols:
        return f"any {thing} again and again"
    if len(symbols) > 4:  # more make a sentence hard to read
        return f"any of {len(symbols)} {thing}s again and again"
    return " or ".join(repeated_text(task, symbol) for symbol in symbols)
