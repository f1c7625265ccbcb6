"""From evidence to findings. Each is a sentence with a question that the net answers wrong, replayed as `ask` does."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from anylength.diagnosis.evidence import HeldInputEvidence, Word
from anylength.diagnosis.failure_modes import failure_mode_of
from anylength.diagnosis.wording import break_text, horizon_text, no_failure_text, wrong_word_text
from anylength.lengths import mistake_on, truncate
from anylength.nets import Net
from anylength.records import Finding, Mistake
from anylength.records.failure_modes import FailureMode
from anylength.rules import Task

KEEPS = "keeps"
"""The failure mode of the only finding where nothing went wrong."""


@dataclass(frozen=True)
class MeasuredHorizon:
    """The horizon of a net: held steps of the task's carry chains that are answered right.

    Attributes:
        steps: The horizon, None if nothing failed up to `limit`.
        limit: Held steps that were run.
    """

    steps: int | None
    limit: int


def findings(
    net: Net,
    task: Task,
    evidence: Sequence[HeldInputEvidence],
    words: Sequence[Word],
    horizon: MeasuredHorizon | None = None,
) -> list[Finding]:
    """The findings, one for each failure mode, the one with the shortest example first.

    A break that is predicted but not measured is no finding, as the held input is run much longer than predicted. If nothing went
    wrong, the only finding says so.

    Args:
        net: The net.
        task: Its task.
        evidence: The held inputs that were examined.
        words: Words that end with their first wrong answer.
        horizon: The measured horizon. If a break of a carry chain is shorter, its finding explains the difference.
    """
    shortest: dict[FailureMode, tuple[int, Finding]] = {}
    broken = [(word, part) for part in evidence if (word := part.wrong_word()) is not None]
    for word, part in sorted(broken, key=lambda pair: len(pair[0])):
        mode = failure_mode_of(net, task.machine, word)
        if mode not in shortest:
            text = _break_text(task, mode, word, part, horizon)
            shortest[mode] = (len(word), _finding(mode, text, _mistake(net, task, word)))
    for word in words:
        mode = failure_mode_of(net, task.machine, word)
        if mode in shortest and shortest[mode][0] <= len(word):
            continue
        mistake = _mistake(net, task, word)
        if mistake is not None:
            shortest[mode] = (len(word), _finding(mode, wrong_word_text(task, mode, word), mistake))
    if not shortest:
        return [Finding(failure_mode=KEEPS, text=no_failure_text(task, evidence))]
    return [finding for _, finding in sorted(shortest.values(), key=lambda pair: pair[0])]


def _break_text(task: Task, mode: FailureMode, word: Word, evidence: HeldInputEvidence, horizon: MeasuredHorizon | None) -> str:
    """A break in words, with its relation to the horizon if the two differ."""
    start = evidence.start
    if mode not in ("forgets", "invents") or len(word) <= len(start.prefix):
        return wrong_word_text(task, mode, word)
    text = break_text(task, mode, evidence)
    is_carry_chain = any((chain.prefix, chain.symbol) == (start.prefix, start.symbol) for chain in task.carry_chains)
    if horizon is None or not is_carry_chain or horizon.steps == evidence.steps_right:
        return text
    return f"{text} {horizon_text(task, start.symbol, horizon.steps, horizon.limit)}"


def _mistake(net: Net, task: Task, word: Word) -> Mistake | None:
    """A wrong word as a question that `ask` answers wrong, too. None if `ask` answers it right."""
    mistake = mistake_on(net, task, truncate(task, np.asarray(word, np.uint16), len(word) - 1))
    return None if mistake.answer == mistake.expected else mistake


def _finding(mode: FailureMode, text: str, mistake: Mistake | None) -> Finding:
    if mistake is None:
        return Finding(failure_mode=mode, text=text)
    return Finding(
        failure_mode=mode,
        text=text,
        numbers=mistake.numbers,
        answer=mistake.answer,
        expected=mistake.expected,
        separator=mistake.separator,
    )
