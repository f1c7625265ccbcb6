"""An audit in plain sentences, for the terminal and the report."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import msgspec

from anylength.audits.drift import ALARMS, LEAST_CHANGE, is_constant, undecided
from anylength.audits.remaining import duration
from anylength.records import Audit, Change, Drift, Forgetting, Probe, Treatment


def sentences(result: Audit) -> Iterator[tuple[str, str]]:
    """The parts of an audit with a sentence or two each."""
    yield "drift", drift(result)
    if result.cells is not None:
        yield "cells", cells(result)
    if result.growth is not None:
        yield "growth", growth(result)
    yield "forgetting", forgetting(result.forgetting)
    if result.rest is not None:
        after = "never do" if result.rest.agree_after is None else f"do after {result.rest.agree_after:.3g} s"
        time = duration(result.rest.seconds)
        yield "rest", f"In {time} of silence used nets should come to answer like a reset one: they {after}."
    if result.storage:
        ruined = [item.name.removeprefix("state in ") for item in result.storage if not item.works]
        good = "float16, bfloat16 and int8 all keep the answers."
        change = "changes" if len(ruined) == 1 else "change"
        yield "storage", f"The state stored in fewer bits: {', '.join(ruined)} {change} the answers." if ruined else good
    yield "cure", cure(result)
    for bound in result.bounds:
        yield "bound", f"{bound.verdict}: {bound.claim} ({bound.net}). {bound.reason}"


def title(result: Audit) -> str:
    """The name of the net."""
    return result.setup.title or Path(result.setup.model).name


def headline(result: Audit) -> str:
    """The answer in one sentence: does the net drift, and from what to what?"""
    name, time = title(result), duration(result.drift.seconds)
    if undecided(result.drift, result.setup.kind):
        return f"Undecided: whether {name} drifts within {time} is not known. {_not_ruled_out(result)}"
    if not result.drift.found:
        return f"{name}: no drift was found within {time}. {_ruled_out(result)}."
    change = worst(result.drift)
    first, last = ends(result.drift, change)
    kind = result.setup.kind
    drifts, after = f"{name} drifts: at {change.snr:g} dB", shown(last, kind)
    if result.drift.measure == ALARMS:
        return f"{drifts} its false alarms go from {shown(first, kind)} after a reset to {shown(last, kind)} after {time}."
    if kind == "probability":
        return f"{drifts} it finds {shown(first, kind)} of the frames after a reset, and {after} after {time}."
    if kind == "signal":
        return f"{drifts} its score goes from {shown(first, kind)} after a reset to {after} after {time}."
    return f"{drifts} {after} of its answer differs after {time} from that after a reset."


class Short(msgspec.Struct, frozen=True):
    """A question of someone who ships the net, its answer in a few words, and a sentence or two more."""

    question: str
    answer: str
    detail: str


def in_short(result: Audit) -> list[Short]:
    """Five questions with their answers: whether, from when, how much, why, what to do."""
    return [_whether(result), _when(result), _how_much(result), _why(result), _what_to_do(result)]


def worst(record: Drift) -> Change:
    """The ratio with the largest change, among those that drift if any does."""
    among = [change for change in record.changes if change.drifts] or record.changes
    return max(among, key=lambda change: abs(change.change.mean))


def ends(record: Drift, change: Change) -> tuple[float, float]:
    """The share found, or the score, after a reset and at the end, at the ratio of a change."""
    rows = [probe for probe in record.probes if probe.snr == change.snr]
    return outcome(rows[0], record.measure), outcome(rows[-1], record.measure)


def outcome(probe: Probe, measure: str = "") -> float:
    """The share found, or the score; the share of false alarms where these are what is measured."""
    found = probe.false_alarms if measure == ALARMS else probe.found
    return found.value if found is not None else probe.score or 0.0


def shown(value: float, kind: str) -> str:
    """A share found, a score, or a share of the answer, as text."""
    return f"{value:.1f} dB" if kind == "signal" else f"{value:.1%}"


def listed(items: Sequence[str]) -> str:
    """Items with commas and an `and`."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def drift(result: Audit) -> str:
    """The drift in words: none, or from what to what, and how much of it is a shift of the threshold."""
    record, time = result.drift, duration(result.drift.seconds)
    changes = "; ".join(f"{change.snr:g} dB {_changed(change, result.setup.kind)}" for change in record.changes)
    if undecided(record, result.setup.kind):
        return f"Undecided. {_not_ruled_out(result)} After {time}: {changes}."
    if not record.found:
        return f"No drift was found in {time}: changes below {_least(result)} do not count. {changes}."
    parts = []
    for change in record.changes:
        first, last = (shown(value, result.setup.kind) for value in ends(record, change))
        parts.append(f"{change.snr:g} dB {first} → {last}" + ("" if change.drifts else " (not significant)"))
    text = f"After {time} the answers differ from those after a reset. {record.measure}: {'; '.join(parts)}."
    return f"{text} {_threshold(record)}".rstrip()


def _threshold(record: Drift) -> str:
    """How much of the largest loss is a shift of the threshold."""
    change = worst(record)
    first, last = ends(record, change)
    if change.at_equal_alarms is None or first <= last:
        return ""
    lost, kept = first - last, max(0.0, -change.at_equal_alarms)
    energy = change.at_equal_alarms_by_energy
    other = "" if energy is None else f"; {100 * max(0.0, -energy):.1f} with labels from the clips' energy"
    is_shift = max(kept, -(energy or 0)) < lost / 2
    why = f"most of the loss at {change.snr:g} dB is a shift of the threshold" if is_shift else "the net also discriminates less"
    return (
        f"The net loses {100 * lost:.1f} points at its own threshold and {100 * kept:.1f} points at equal false alarms "
        f"(5%{other}): {why}."
    )


def _changed(change: Change, kind: str) -> str:
    """A change with its interval, in points or decibels."""
    scale, unit = (1, "dB") if kind == "signal" else (100, "points")
    low, high = change.change.low, change.change.high
    interval = "" if low is None or high is None else f" [{scale * low:+.1f}, {scale * high:+.1f}]"
    return f"{scale * change.change.mean:+.1f} {unit}{interval}".replace("-", "−")


def _whether(result: Audit) -> Short:
    question, time = "Does it drift?", duration(result.drift.seconds)
    if undecided(result.drift, result.setup.kind):
        return Short(question, "Undecided", _not_ruled_out(result))
    if not result.drift.found:
        return Short(
            question,
            "Not found",
            f"Within {time} all changes are surely smaller than {_least(result)} (95%, all ratios together).",
        )
    ratios = [f"{change.snr:g}" for change in result.drift.changes if change.drifts]
    detail = f"At {listed(ratios)} dB the change is larger than chance (95%, all ratios together) and than {_least(result)}."
    return Short(question, "Yes", detail)


def _not_ruled_out(result: Audit) -> str:
    """Why neither a drift nor its absence is shown."""
    clips = min(change.change.clips for change in result.drift.changes)
    if not clips:
        return "There is nothing to be found in the clips."
    if result.setup.kind == "probability" and is_constant(result.drift):
        return "The net gives the same answer in every frame, so nothing can be lost: check the threshold and the clips."
    return f"A change of {_least(result)} is not ruled out by {clips} clip{'s' if clips > 1 else ''}: pass more."


def _ruled_out(result: Audit) -> str:
    """The largest loss within the intervals."""
    kind = result.setup.kind
    ends_of = [(item.change.low, item.change.high) for item in result.drift.changes]
    losses = [high if kind == "values" else -low for low, high in ends_of if low is not None and high is not None]
    most = max([0.0, *losses])
    text = {
        "probability": f"loss of more than {100 * most:.1f} points",
        "signal": f"loss of more than {most:.1f} dB",
        "values": f"difference of more than {most:.1%}",
    }
    return f"A {text[kind]} is ruled out (95%, mean over clips)"


def _least(result: Audit) -> str:
    least = LEAST_CHANGE[result.setup.kind]
    texts = {
        "probability": f"{100 * least:g} point of the frames",
        "signal": f"{least:g} dB",
        "values": f"{100 * least:g}% of the answer",
    }
    return texts[result.setup.kind]


def _when(result: Audit) -> Short:
    """The first probe with a change that would be reported."""
    question = "From when?"
    rows = [probe for probe in result.drift.probes if probe.snr == worst(result.drift).snr]
    looked = f"The net was probed {listed([duration(probe.seconds) for probe in rows[1:]])} after a reset."
    if not result.drift.found:
        return Short(question, "–", looked)
    least = LEAST_CHANGE[result.setup.kind]
    of = partial(outcome, measure=result.drift.measure)
    first = next((probe for probe in rows[1:] if abs(of(probe) - of(rows[0])) >= least), rows[-1])
    return Short(question, f"Seen after {duration(first.seconds)}", looked)


def _how_much(result: Audit) -> Short:
    kind, change = result.setup.kind, worst(result.drift)
    first, last = (shown(value, kind) for value in ends(result.drift, change))
    detail = f"{result.drift.measure} at {change.snr:g} dB. Change, mean over clips: {_changed(change, kind)}."
    more = _threshold(result.drift) if result.drift.found else ""
    return Short("How much?", f"{first} → {last}", f"{detail[:1].upper()}{detail[1:]} {more}".rstrip())


def _why(result: Audit) -> Short:
    record = result.cells
    if record is None:
        answer = "Not known" if result.drift.found and result.growth is None else "–"
    else:
        count = len(record.culprits)
        answer = f"{count} of {record.size} numbers of its state" if count else "No few numbers of its state"
    return Short("Why?", answer, cells(result))


def _what_to_do(result: Audit) -> Short:
    best = chosen(result)
    if best is not None:
        answer = f"Use {result.cured.file}" if result.cured and result.cured.file else best.name[:1].upper() + best.name[1:]
    else:
        nothing = "Pass more clips" if undecided(result.drift, result.setup.kind) else "Nothing"
        answer = "No cure known" if result.cures is not None else "Reset it" if result.drift.found else nothing
    return Short("What to do?", answer, cure(result))


def cells(result: Audit) -> str:
    """The numbers of the state that carry the drift."""
    record = result.cells
    if record is None:
        if result.drift.measure == ALARMS:
            return "Not looked for: nothing that is to be found is lost, but false alarms grow."
        if result.drift.found:
            return "Not known: the state of the net is not reachable."
        return "There is no drift to explain."
    if not record.culprits:
        return f"The drift is spread over many of the {record.size} numbers of the state: no few of them restore half of it."
    names = ", ".join(culprit.name for culprit in record.culprits)
    times = [culprit.seconds for culprit in record.culprits]
    slow = f", with time constants of {_range([time for time in times if time is not None])}" if any(times) else ""
    values = (record.culprits[-1].restored, record.early, record.late)
    restored, early, late = (shown(value, result.setup.kind) for value in values)
    where = f"{record.background}, {record.snr:g} dB"
    return (
        f"{len(record.culprits)} of {record.size} numbers carry the drift{slow}: {names}. Setting only these back to their values "
        f"of the first seconds gives {restored}, against {late} without and {early} with the whole state ({where})."
    )


def _range(times: list[float]) -> str:
    low, high = duration(min(times)), duration(max(times))
    return low if low == high else f"{low} to {high}"


def growth(result: Audit) -> str:
    """The number of the state that grows most."""
    record = result.growth
    assert record is not None
    if not record.growing:
        return "No number of the state still grows at the end."
    first = record.growing[0]
    like = {"time": "in proportion to time", "root": "like a root of time", "slow": "slowly"}[first.like]
    count = len(record.growing)
    many = "It alone grows" if count == 1 else f"{count} numbers grow"
    where = f"{first.largest:,.4g} ({first.background})"
    return f"{first.name} reaches {where} and grows {like}. {many} at the end."


def forgetting(record: Forgetting) -> str:
    """How long states that differ need to answer alike."""
    parts = []
    for item in record.inputs:
        median = f"not within {duration(record.horizon)}" if item.median is None else f"after {item.median:.3g} s"
        never = f" ({item.never} of {item.pairs} never)" if item.never and item.median is not None else ""
        parts.append(f"{item.input}: {median}{never}")
    return (
        "A net in a state that was met and a net that was just reset hear the same. "
        f"Half of these pairs answer alike for good, within {record.tolerance:g}: {'; '.join(parts)}."
    )


def cure(result: Audit) -> str:
    """The chosen cure in words."""
    if result.cures is None:
        if undecided(result.drift, result.setup.kind):
            return "None was tried: no drift was shown."
        if not result.drift.found:
            return "Nothing: no drift was found that needs a cure."
        if result.drift.measure == ALARMS:
            return "A reset restores the answers. No other cure was tried: cures are judged by what is found again."
        return "A reset restores the answers. No other cure was tried: the state of the net is not reachable."
    best = chosen(result)
    if best is None:
        return "No cure that was tried restores the answers of the reset state."
    return _treated(best, result)


def chosen(result: Audit) -> Treatment | None:
    """The treatment that was chosen."""
    return None if result.cures is None else next((item for item in result.cures.tried if item.name == result.cures.chosen), None)


def _treated(best: Treatment, result: Audit) -> str:
    first, last = (shown(value, result.setup.kind) for value in best.held_out or best.found)
    where = "backgrounds and clips that did not choose it" if best.held_out else "the backgrounds and clips that chose it"
    what = "decisions" if result.setup.kind == "probability" else "the answer"
    time = duration(result.drift.seconds)
    name = f"{best.name[:1].upper()}{best.name[1:]}"
    return (
        f"{name}: {last} after {time}, against {first} after a reset, on {where}, all ratios together. It changes "
        f"{best.clean_changes:.2%} of {what} on clean clips. It needs {best.needs}."
    )
