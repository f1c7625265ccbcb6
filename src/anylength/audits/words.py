"""An audit in plain sentences, for the terminal and the report."""

from collections.abc import Iterator

from anylength.records import Audit, Change, Forgetting, Probe, Treatment


def sentences(result: Audit) -> Iterator[tuple[str, str]]:
    """The parts of an audit with a sentence or two each."""
    yield "drift", drift(result)
    if result.cells is not None:
        yield "cells", _cells(result)
    if result.growth is not None:
        yield "growth", _growth(result)
    yield "forgetting", _forgetting(result.forgetting)
    if result.rest is not None:
        settles = "do not settle" if result.rest.settles is None else f"settle after {result.rest.settles:.3g} s"
        yield "rest", f"Under {result.rest.seconds:g} s of silence the answers of states that were met {settles}."
    if result.storage:
        ruined = [item.name.removeprefix("state in ") for item in result.storage if not item.works]
        yield (
            "storage",
            "Stored states: "
            + ("any of float16, bfloat16 and int8 will do." if not ruined else f"{', '.join(ruined)} change the answers."),
        )
    yield "cure", cure(result)
    for bound in result.bounds:
        yield "bound", f"{bound.verdict}: {bound.claim} ({bound.net}). {bound.reason}"


def drift(result: Audit) -> str:
    """The drift in words: none, or from what to what, and how much of it is a shift of the threshold."""
    time = _duration(result.drift.seconds)
    if not result.drift.found:
        if all(change.change.low is None for change in result.drift.changes):
            return (
                f"Undecided: a single clip has no interval. Pass more clips. After {time}: "
                + "; ".join(map(_changed, result.drift.changes))
                + "."
            )
        return f"No drift was found in {time}: " + "; ".join(map(_changed, result.drift.changes)) + "."
    parts = []
    for change in result.drift.changes:
        first, last = _ends(result, change)
        parts.append(f"{change.snr:g} dB {first} → {last}" + ("" if change.drifts else " (not significant)"))
    text = f"After {time} the answers differ from those after a reset. {result.drift.measure}: " + "; ".join(parts) + "."
    worst = min(result.drift.changes, key=lambda change: change.change.mean)
    if worst.at_equal_alarms is not None:
        lost, kept = -worst.change.mean, max(-worst.at_equal_alarms, 0)
        energy = worst.at_equal_alarms_by_energy
        other = "" if energy is None else f", {max(-energy, 0):.1%} with labels from the clips' energy"
        text += f" At {worst.snr:g} dB {lost:.1%} of the frames are lost at the net's threshold, and {kept:.1%} at equal false alarms (5 %){other}."
    return text


def _ends(result: Audit, change: Change) -> tuple[str, str]:
    rows = [probe for probe in result.drift.probes if probe.snr == change.snr]
    return _value(rows[0]), _value(rows[-1])


def _value(probe: Probe) -> str:
    return f"{probe.found.value:.1%}" if probe.found is not None else f"{probe.score or 0:.3g}"


def _changed(change: Change) -> str:
    interval = "" if change.change.low is None else f" [{change.change.low:+.3f}, {change.change.high:+.3f}]"
    return f"{change.snr:g} dB {change.change.mean:+.3f}{interval}"


def _cells(result: Audit) -> str:
    cells = result.cells
    assert cells is not None
    if not cells.culprits:
        return f"No few of the {cells.size} numbers of the state carry the drift: none restores a twentieth of it."
    names = ", ".join(culprit.name for culprit in cells.culprits)
    shown = (lambda value: f"{value:.1%}") if result.setup.kind == "probability" else (lambda value: f"{value:.3g}")
    return (
        f"{len(cells.culprits)} of {cells.size} numbers of the state carry the drift: {names}. Setting them back to their values of the "
        f"first seconds restores {shown(cells.culprits[-1].restored)} of {shown(cells.early)} (without: {shown(cells.late)}; "
        f"{cells.background}, {cells.snr:g} dB)."
    )


def _growth(result: Audit) -> str:
    growth = result.growth
    assert growth is not None
    if not growth.growing:
        return "No number of the state still grows at the end."
    first = growth.growing[0]
    like = {"time": "in proportion to time", "root": "like a root of time", "slow": "slowly"}[first.like]
    return f"{first.name} reaches {first.largest:,.4g} ({first.background}) and grows {like}. {len(growth.growing)} numbers still grow at the end."


def _forgetting(record: Forgetting) -> str:
    parts = []
    for item in record.inputs:
        median = f"not within {_duration(record.horizon)}" if item.median is None else f"after {item.median:.3g} s"
        never = f", {item.never} of {item.pairs} not at all" if item.never and item.median is not None else ""
        parts.append(f"{item.input}: {median}{never}")
    return f"Half of the states that were met agree with a reset net within {record.tolerance:g}: " + "; ".join(parts) + "."


def cure(result: Audit) -> str:
    """The chosen cure in words."""
    if result.cures is None:
        return "None is needed: nothing drifts." if result.growth is not None else "None was tried: the state is not reachable."
    best = next((item for item in result.cures.tried if item.name == result.cures.chosen), None)
    if best is None:
        return "None of those that were tried restores the answers of the reset state."
    return _treated(best, result)


def _treated(best: Treatment, result: Audit) -> str:
    shown = (lambda value: f"{value:.1%}") if result.setup.kind == "probability" else (lambda value: f"{value:.3g}")
    ends = best.held_out or best.found
    where = "backgrounds and clips that did not choose it" if best.held_out else "the backgrounds and clips that chose it"
    what = "decisions" if result.setup.kind == "probability" else "the answer"
    return (
        f"{best.name}: {shown(ends[1])} at the end beside {shown(ends[0])} after a reset, on {where}. It changes {best.clean_changes:.2%} of "
        f"{what} on clean clips, and needs {best.needs}."
    )


def _duration(seconds: float) -> str:
    return f"{seconds / 60:g} min" if seconds >= 120 else f"{seconds:g} s"
