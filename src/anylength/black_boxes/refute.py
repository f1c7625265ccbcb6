"""The search for a wrong answer of a black box: every source in turn, then the wrong input made shorter, and asked once more.

What is found is a fact about the function; what is not found is none: the verdict is then NOT REFUTED.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

import msgspec
import numpy as np

from anylength.black_boxes.examinee import Allowance, Asked, Examinee, written
from anylength.black_boxes.shorten import shortened
from anylength.black_boxes.sources import Milestone, Source, sources
from anylength.errors import quoted
from anylength.records import BlackBoxVerdict
from anylength.records.black_boxes import BOX_REFUTED, NOT_DETERMINISTIC, NOT_REFUTED

SEARCH = 0.8
"""The share of the allowance that the search may take; the rest is for shortening."""


@dataclass
class _Search:
    """What a search has seen.

    Attributes:
        whole: The largest milestone of each kind.
        by: The source of the input asked last.
    """

    whole: dict[str, int] = field(default_factory=lambda: {"every": 0, "machines": 0})
    by: str = ""


def refuted(examinee: Examinee, *, budget: float | None, calls: int | None, limit: int, seed: int) -> BlackBoxVerdict:
    """The verdict on a function after so many seconds, or inputs, at most.

    Raises:
        InputError: The function failed to answer; or no allowance.
    """
    started = time.monotonic()
    allowance, search = Allowance.of(budget, calls), _Search()
    first = replace(allowance, until=started + SEARCH * (allowance.until - started), most=max(1, SEARCH * allowance.most))
    wrong = _wrong(examinee, first, search, _in_turn(sources(examinee.script, np.random.default_rng([seed, 17]), limit)))
    verdict = _unharmed(examinee, search) if wrong is None else _found(examinee, wrong, allowance, search)
    return msgspec.structs.replace(verdict, seconds=time.monotonic() - started)


def _in_turn(running: dict[str, Source]) -> Iterator[tuple[str, Milestone | tuple[int, ...]]]:
    """An item of each source in turn, for as long as there are any."""
    while running:
        for name, source in list(running.items()):
            item = next(source, None)
            if item is None:
                del running[name]
            else:
                yield name, item


def _wrong(
    examinee: Examinee, allowance: Allowance, search: _Search, items: Iterator[tuple[str, Milestone | tuple[int, ...]]]
) -> Asked | None:
    """The first input that is answered wrongly, if the allowance is enough to find one."""
    while (room := min(examinee.at_once, allowance.left(examinee.asked))) >= 1:
        part = list(islice(items, int(room)))
        inputs = [(name, item) for name, item in part if not isinstance(item, Milestone)]
        for (name, _), asked in zip(inputs, examinee.ask([columns for _, columns in inputs]), strict=True):
            if not asked.good:
                search.by = name
                return asked
        for _, item in part:
            if isinstance(item, Milestone):
                search.whole[item.of] = item.size
    return None


def _found(examinee: Examinee, wrong: Asked, allowance: Allowance, search: _Search) -> BlackBoxVerdict:
    """The verdict after a wrong answer: asked again, shortened, asked again."""
    if examinee.again(wrong).good:
        return _wavering(examinee, wrong, search)
    shorter, tried = shortened(examinee, wrong, allowance, search.whole["every"])
    replayed = examinee.again(shorter)
    if replayed.good:
        return _wavering(examinee, shorter, search)
    length = len(shorter.columns)
    kind = "no shorter input is answered wrongly" if tried else f"the shortest that was found; by: {search.by}"
    reason = f"an input of {length} digit{'s' if length > 1 else ''} is answered wrongly ({kind})"
    if shorter.read is None:
        reason += f"; the answer {quoted(shorter.said)} is none that the task has"
    if replayed.said != shorter.said:
        reason += f"; it is not deterministic: asked again, it said {quoted(replayed.said)}, which is wrong too"
    return _record(examinee, search, BOX_REFUTED, reason, shorter, tried)


def _wavering(examinee: Examinee, wrong: Asked, search: _Search) -> BlackBoxVerdict:
    said = f"{written(wrong.question)} was answered {quoted(wrong.said)}, and asked again {quoted(wrong.right)}, which is right"
    return _record(examinee, search, NOT_DETERMINISTIC, f"the function is not deterministic: {said}", wrong)


def _unharmed(examinee: Examinee, search: _Search) -> BlackBoxVerdict:
    every, machines = search.whole["every"], search.whole["machines"]
    reason = f"{examinee.asked:,} inputs of up to {examinee.longest:,} digits were answered rightly"
    if every:
        reason += f", among them every one of up to {every} digit{'s' if every > 1 else ''}"
    if machines:
        reason += f"; if the function is a machine of up to {machines} states, it is the task's"
    return _record(examinee, search, NOT_REFUTED, f"{reason}: that is no proof")


def _record(
    examinee: Examinee, search: _Search, verdict: str, reason: str, wrong: Asked | None = None, shortest: bool = False
) -> BlackBoxVerdict:
    mistake = wrong.mistake() if wrong else None
    return BlackBoxVerdict(
        task=examinee.script.task.name, base=examinee.script.task.base, verdict=verdict, reason=reason,  # type: ignore[arg-type]
        counterexample=mistake.numbers if mistake else None, mistake=mistake, shortest=shortest, questions=examinee.asked,
        longest=examinee.longest, every_up_to=search.whole["every"], machines_up_to=search.whole["machines"],
    )  # fmt: skip
