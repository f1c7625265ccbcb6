"""Confirms a verdict on an imported net in the net's original, as its own library runs it.

The net that was searched is a reading of the original. So a counterexample is shown only after the original has answered it
wrongly, alone and eagerly, and nothing is proved of an original that answers one of the compared words wrongly.
"""

from dataclasses import replace

import msgspec
import numpy as np
from numpy.typing import NDArray

from anylength.base import InputError, Symbols
from anylength.interchange.agreement import Agreement, classes_of
from anylength.interchange.heads import Head
from anylength.interchange.original import Original, OriginalNet, original_net
from anylength.interchange.rounding_differences import beyond_rounding
from anylength.lengths import answer_to, mistake_on, truncate
from anylength.nets import Net
from anylength.records import Mistake, NotApplicable, Proved, Refuted, Unknown, Verdict
from anylength.rules import Task
from anylength.verification.verdicts import Verification

REPLAYED = 20
"""Compared words that the original answered wrongly, replayed alone, the shortest first, until one is wrong again."""

MISREAD = "report the step: it was read as something that it is not"


def confirmed(verification: Verification, net: Net, task: Task, original: Original, agreement: Agreement) -> Verification:
    """The verification, if the original bears it out; else REFUTED by a word that the original itself answers wrongly, or UNKNOWN.

    Args:
        verification: What was found about the net.
        net: The net that was read.
        task: Its task.
        original: The original.
        agreement: What both answered.

    Raises:
        InputError: The original answers the counterexample rightly, and no rounding explains it: the net was misread.
    """
    head = agreement.head
    verdict, runs = verification.verdict, original_net(original, lambda answer: classes_of(head, answer), task)
    if isinstance(verdict, NotApplicable):
        return verification
    if isinstance(verdict, Refuted) and verdict.counterexample is not None:
        mistake = answer_to(runs, task, tuple(map(task.notation.read, verdict.counterexample)))
        if mistake.answer != mistake.expected:
            reason = f"{verdict.reason}{_reordered(task, agreement)}"
            return replace(verification, verdict=msgspec.structs.replace(verdict, mistake=mistake, reason=reason))
    own = _own_mistake(runs, task, _wrong(task, agreement))
    if own is not None:
        return Verification(_refuted(own, verdict, original.runtime))
    if isinstance(verdict, Refuted):
        return _unconfirmed(verification, net, task, head, original)
    if agreement.doubt is not None:
        reason = f"{original.runtime} and the step program that was read give {agreement.doubt.got}"
        return Verification(Unknown(reason=reason, seconds=verdict.seconds))
    return verification


def _wrong(task: Task, agreement: Agreement) -> list[Symbols]:
    """The beginnings of words that the original answered wrongly, the shortest first."""
    words, steps = agreement.words, list(agreement.response.steps)
    answered, expected = _answers(task, agreement)
    differs = answered != expected
    columns = np.flatnonzero(differs.any(axis=0))
    ends = sorted((steps[int(np.flatnonzero(differs[:, column])[0])], int(column)) for column in columns)
    return [truncate(task, words[:, column], end) for end, column in ends]


def _answers(task: Task, agreement: Agreement) -> tuple[Symbols, NDArray[np.int64]]:
    """What the original answered to the compared words, and what is right."""
    expected = np.stack([task.machine.run(word.tolist()) for word in agreement.words.T], axis=1)
    return classes_of(agreement.head, agreement.response), expected.astype(np.int64)[list(agreement.response.steps)]


def _reordered(task: Task, agreement: Agreement) -> str:
    """That another order of the classes answers every compared word rightly, for a reason; empty where none does."""
    answered, expected = _answers(task, agreement)
    pairs = np.unique(np.stack([answered.ravel(), expected.ravel()]), axis=1).T.tolist()
    if len({one for one, _ in pairs}) < len(pairs) or len({one for _, one in pairs}) < len(pairs):
        return ""
    order = ", ".join(f"{theirs} for {ours}" for theirs, ours in pairs)
    return f"; with its classes in another order ({order}) it answers all {agreement.compared:,} compared words rightly"


def _own_mistake(runs: OriginalNet, task: Task, words: list[Symbols]) -> Mistake | None:
    """The first mistake that the original makes again, alone and eagerly."""
    mistakes = (mistake_on(runs, task, word) for word in words[:REPLAYED])
    return next((mistake for mistake in mistakes if mistake.answer != mistake.expected), None)


def _refuted(mistake: Mistake, verdict: Verdict, runtime: str) -> Verdict:
    reason = f"{runtime} itself answers this input wrongly (found by: the inputs of the comparison)"
    if isinstance(verdict, Proved):
        reason += "; the step program that was read answers it rightly, so float32 decides"
    return Refuted(reason=reason, counterexample=mistake.numbers, mistake=mistake, seconds=verdict.seconds)


def _unconfirmed(verification: Verification, net: Net, task: Task, head: Head, original: Original) -> Verification:
    """UNKNOWN where rounding explains that the original answers a counterexample rightly.

    Raises:
        InputError: No rounding explains it.
    """
    verdict = verification.verdict
    assert verdict.counterexample is not None
    word = np.asarray(task.word(tuple(map(task.notation.read, verdict.counterexample))))[:, None]
    response = original.respond_alone(word[:, 0])
    theirs = np.full(word.shape, -1, np.int64)
    theirs[list(response.steps)] = classes_of(head, response)
    shown = " and ".join(verdict.counterexample)
    if beyond_rounding(net, word, theirs, head).any():
        got = f"a right answer of {original.runtime} to {shown}, which the step program answers wrongly"
        raise InputError("a step program that answers as its original does", got, MISREAD)
    reason = f"rounding decides the answer to {shown}: the step program gives a wrong one, {original.runtime} the right one"
    return Verification(Unknown(reason=reason, seconds=verdict.seconds))
