"""Horizons in words, and why a net can be wrong on a number that is shorter than its horizon."""

from dataclasses import dataclass

from anylength.records import Explanation, Mistake, Stress, Verdict
from anylength.records.failure_modes import DESCRIPTIONS
from anylength.records.lengths import HELD_INPUT_FAMILY
from anylength.records.verdicts import mistake_of
from anylength.rules import HeldWords, Task, held_words, shortened
from anylength.web.words.mistakes import composition, groups_of, mistake_length, mistake_text, numbers_text

DRIFTS = ("forgets", "invents")
"""Failure modes while a symbol repeats."""


@dataclass(frozen=True)
class Horizon:
    """A measured horizon.

    Attributes:
        steps: Repetitions that are answered right, None if none up to `limit` failed.
        limit: Repetitions that were tried.
    """

    steps: int | None
    limit: int

    @property
    def reached(self) -> int:
        """Repetitions that were tried and answered right."""
        return self.limit if self.steps is None else self.steps


def horizon_of(stress: Stress | None, explanation: Explanation | None) -> Horizon | None:
    """The horizon that a stress test measured, else the one in the explanation; None where there is neither."""
    if stress is not None and any(family.name == HELD_INPUT_FAMILY for family in stress.families):
        return Horizon(stress.horizon, stress.limit)
    if explanation is not None and explanation.limit:
        return Horizon(explanation.measured_horizon, explanation.limit)
    return None


def predicted_text(words: HeldWords, predicted: int | None, measured: Horizon) -> str:
    """A horizon as the dynamics predict it, and whether the measurement contradicts it."""
    text = "no limit" if predicted is None else f"right up to {words.counted(predicted)}" if predicted else "wrong from the start"
    is_denied = measured.steps is not None if predicted is None else measured.steps is None and predicted < measured.limit
    return f"{text} (the measurement shows that this prediction is wrong)" if is_denied else text


def figures_text(
    task: Task, stress: Stress | None = None, explanation: Explanation | None = None, verdict: Verdict | None = None
) -> str | None:
    """How the horizon, the shorter breaks of other inputs and the counterexample go together; None where they do not differ."""
    words, horizon = held_words(task), horizon_of(stress, explanation)
    if words is None or horizon is None:
        return None
    mode = None if explanation is None or verdict is None else explanation.counterexample
    followed = _followed_break(words, explanation)
    return mistakes_text(words, task.base, horizon, followed=followed, mistake=_mistake(stress, verdict), mode=mode)


def mistakes_text(
    words: HeldWords,
    base: int,
    horizon: Horizon,
    *,
    followed: int | None = None,
    mistake: Mistake | None = None,
    mode: str | None = None,
) -> str | None:
    """Why a net is wrong on shorter inputs than its horizon; None where it is not.

    Args:
        words: The words for the held inputs.
        base: The base of the digits.
        horizon: The horizon.
        followed: Repetitions that are answered right whichever symbol follows; None where that is not known.
        mistake: A wrong answer.
        mode: The failure mode of the mistake.
    """
    shorter = mistake if mistake is not None and mistake_length(mistake) <= horizon.reached else None
    sooner = followed if followed is not None and followed < horizon.reached else None
    if shorter is None and sooner is None:
        return None
    alone = f"{words.alone_subject} are {words.measured(horizon.steps, horizon.limit)}.".replace(", wrong at", " and wrong at")
    others = (
        _other_inputs(words, sooner, shorter, mode) if words.digit is None else _other_numbers(words, base, sooner, shorter, mode)
    )
    return " ".join([alone, *others])


def _mistake(stress: Stress | None, verdict: Verdict | None) -> Mistake | None:
    """The counterexample, else the shortest mistake of the stress test."""
    return mistake_of(verdict) or (None if stress is None else stress.shortest_mistake)


def _followed_break(words: HeldWords, explanation: Explanation | None) -> int | None:
    """Repetitions that are answered right whichever symbol follows; None without a break.

    Only numbers that begin with the repeated digit count where the horizon is about one digit.
    """
    held_inputs = () if explanation is None else explanation.held_inputs
    considered = [part for part in held_inputs if part.remembers and (words.digit is None or not part.prefix)]
    return min((part.measured for part in considered if part.measured is not None), default=None)


def _other_numbers(words: HeldWords, base: int, followed: int | None, mistake: Mistake | None, mode: str | None) -> list[str]:
    """Sentences about numbers that hold other digits besides the repeated one."""
    rule = None if followed is None else _rule(words, followed)
    if mistake is None:
        return [] if rule is None else [f"{rule}."]
    number = mistake.numbers[0]
    made_of = composition(number, base)
    example = f"{shortened(number)} ({made_of}) is wrong" if made_of else f"{shortened(number)} is wrong"
    run, has_right = _longest_run(number, words.digit or "")
    if mode not in (None, *DRIFTS) or run < 2:
        return [*([] if rule is None else [f"{rule}."]), _other_kind(mistake, mode)]
    if not has_right and (followed is None or run <= followed):
        return [f"{words.followed_subject} can be wrong from {words.counted(run)} on: {example}."]
    if not has_right:
        return [f"{rule}, so {example}."]
    preceded = f"{words.preceded_subject} can be wrong from {words.counted(run)} on: {example}."
    return [preceded] if rule is None else [f"{rule}.", preceded]


def _rule(words: HeldWords, followed: int) -> str:
    """Up to how many repetitions inputs are right in which another symbol follows."""
    if followed == 0:
        return f"{words.followed_subject} are wrong from 1 {words.one} on"
    return f"{words.followed_subject} are right up to {words.counted(followed)} only"


def _longest_run(number: str, digit: str) -> tuple[int, bool]:
    """The length of the longest run of a digit in a number, and whether other digits stand behind it."""
    groups = groups_of(number)
    run, place = max(((count, place) for place, (sign, count) in enumerate(groups) if sign == digit), default=(0, 0))
    return run, place < len(groups) - 1


def _other_inputs(words: HeldWords, followed: int | None, mistake: Mistake | None, mode: str | None) -> list[str]:
    """Sentences about inputs of a task in which many symbols are held."""
    parts = [] if followed is None else [f"{_rule(words, followed)}."]
    if mistake is None:
        return parts
    if mode in DRIFTS and parts:
        return [*parts, f"The mistake is of this kind: {mistake_text(mistake)}."]
    return [*parts, _other_kind(mistake, mode)]


def _other_kind(mistake: Mistake, mode: str | None) -> str:
    """That a mistake is of another kind than the inputs of a horizon."""
    text = f"The mistake on {numbers_text(mistake)} is of another kind"
    description = next((words for name, words in DESCRIPTIONS.items() if name == mode), None)
    return f"{text}." if description is None else f"{text}: there the net {description}."
