"""The six pictures of an audit, each with a sentence that says what is to be seen, and its figures as a table."""

from collections.abc import Sequence

import msgspec
import numpy as np

from anylength.audits import words
from anylength.audits.heat_map import heat
from anylength.audits.svg import BOTTOM, Picture, Plot, Point, Scale, room, shortened, svg, text
from anylength.records import Audit, Bound, Forgetting, ForgettingOn, Probe

SHIPPED, CURED = ("as shipped", False), ("with the cure", True)

LEAST_SPAN = {"probability": 0.2, "signal": 3.0, "values": 0.1}
"""The least range of an axis of answers: smaller changes look small."""

MOST_BESIDE = 5
"""Points whose names fit beside each other."""

LEAST_DISTANCE = 1e-5
"""Smaller distances of answers are drawn here."""

ROC_ENDS = (0.1, 0.2, 0.5, 1.0)
"""Ends of the axis of false alarms: the first within which the curve after a reset reaches 95 % of the frames."""

GROWTH_SECONDS, PANEL = 60.0, 190
"""Seconds for which growth is drawn, and height of each of the two plots of a refuting input."""


def pictures(result: Audit) -> list[Picture]:
    """All six, in order."""
    return [answers(result), heat(result), set_back(result), distance(result), trade(result), refuting(result)]


class Line(msgspec.Struct, frozen=True):
    """A line of answers over time, its name, its colour, and whether it is that of the cure."""

    points: list[Point]
    name: str
    colour: str
    cured: bool = False


def answers(result: Audit) -> Picture:
    """The share found, or the score, against the time since the reset, for each ratio; with the cure dashed."""
    title, kind, record = "Answers over time", result.setup.kind, result.drift
    end, unit, _ = _time(record.seconds)
    lines = _lines(result)
    scale = _answers_scale(kind, [y for line in lines for _, y in line.points])
    named = [line for line in lines if not line.cured or result.cured is None]
    plot = Plot(Scale(0, end, f"time since the reset, {unit}"), scale, room([line.name for line in named]))
    parts = [plot.axes()]
    for line in lines:
        says = [f"{line.name}, {x:.3g} {unit}: {words.shown(y, kind)}" for x, y in line.points]
        parts += [plot.line(line.points, line.colour, dashed=line.cured), plot.dots(line.points, line.colour, says)]
    parts.append(plot.labels([(line.points[-1], line.name, line.colour) for line in named]))
    caption = _answers_caption(result)
    return Picture(
        title,
        caption,
        svg(title, caption, parts),
        _legend(any(line.cured for line in lines)),
        ["ratio", *(words.duration(probe.seconds) for probe in record.probes if probe.snr == record.probes[0].snr)],
        [[line.name, *(words.shown(y, kind) for _, y in line.points)] for line in lines if len(line.points) > 2],
    )


def _lines(result: Audit) -> list[Line]:
    """A line for each ratio; with the cure too, or one for all ratios together where only the ends are known."""
    ratios = list(dict.fromkeys(probe.snr for probe in result.drift.probes))

    def of(probes: Sequence[Probe], name: str, cured: bool) -> list[Line]:
        points = [_by_time(probes, snr, result.drift.measure) for snr in ratios]
        return [Line(points[at], f"{snr:g} dB{name}", f"c{at % 8}", cured) for at, snr in enumerate(ratios)]

    lines = of(result.drift.probes, "", False)
    if result.cured is not None:
        return lines + of(result.cured.drift.probes, ", cured", True)
    if (best := words.chosen(result)) is not None:
        ends = [(0.0, best.found[0]), (_time(result.drift.seconds)[0], best.found[1])]
        lines.append(Line(ends, "cured, all", "ci", True))
    return lines


def _answers_caption(result: Audit) -> str:
    kind, change = result.setup.kind, words.worst(result.drift)
    first, last = (words.shown(value, kind) for value in words.ends(result.drift, change))
    if not result.drift.found:
        return f"No change is surely larger than chance. The largest is at {change.snr:g} dB, from {first} to {last}."
    text = f"At {change.snr:g} dB the line goes from {first} after a reset to {last} after {words.duration(result.drift.seconds)}"
    if result.cured is not None:
        return f"{text}; with the cure to {words.shown(words.ends(result.cured.drift, change)[1], kind)}."
    if (best := words.chosen(result)) is not None:
        return f"{text}. With the cure all ratios together end at {words.shown(best.found[1], kind)}."
    return f"{text}."


def _by_time(probes: Sequence[Probe], snr: float, measure: str) -> list[Point]:
    factor = _time(max(probe.seconds for probe in probes))[2]
    return [(probe.seconds * factor, words.outcome(probe, measure)) for probe in probes if probe.snr == snr]


def _time(seconds: float) -> tuple[float, str, float]:
    """An end of an axis of time, its unit, and the unit's part of a second."""
    return (seconds / 60, "min", 1 / 60) if seconds >= 120 else (seconds, "s", 1.0)


def _answers_scale(kind: str, values: Sequence[float]) -> Scale:
    low, high = min(values), max(values)
    middle, span = (low + high) / 2, max(1.1 * (high - low), LEAST_SPAN[kind])
    begin, end = middle - span / 2, middle + span / 2
    if kind == "probability":
        end = min(1.0, max(end, high))
        return Scale(max(0.0, min(end - span, low)), end, "frames found", "{:.0%}".format)
    if kind == "values":
        return Scale(0.0, max(end, span), "share of the answer that differs", "{:.0%}".format)
    return Scale(begin, end, "score, dB")


def _legend(cured: bool) -> list[tuple[str, bool]]:
    return [SHIPPED, CURED] if cured else [SHIPPED]


def set_back(result: Audit) -> Picture:
    """What setting back 0, 1, 2 … numbers restores."""
    title, cells, kind = "Which numbers carry it", result.cells, result.setup.kind
    if cells is None or not cells.culprits:
        return Picture(title, words.cells(result))
    points = [(float(count), value) for count, value in enumerate(cells.curve)]
    names = ["as at the end", *(f"+ {culprit.name}" for culprit in cells.culprits)]
    scale = _answers_scale(kind, [*cells.curve, cells.early])
    plot = Plot(Scale(0, len(points) - 1, "numbers set back", _whole), scale, room(names[-1:]))
    at_reset = f"state of the first seconds: {words.shown(cells.early, kind)}"
    parts = [plot.axes(), plot.level(cells.early, at_reset), plot.line(points, "c1")]
    parts.append(plot.dots(points, "c1", [f"{name}: {words.shown(y, kind)}" for name, (_, y) in zip(names, points, strict=True)]))
    parts.append(_beside(plot, points, names))
    caption = (
        f"Setting {len(cells.culprits)} of {cells.size} numbers back to their values of the first seconds brings "
        f"{words.shown(cells.late, kind)} to {words.shown(cells.curve[-1], kind)} ({cells.background}, {cells.snr:g} dB)."
    )
    rows = [[name, words.shown(y, kind)] for name, (_, y) in zip(names, points, strict=True)]
    for row, culprit in zip(rows[1:], cells.culprits, strict=True):
        row += [
            f"{culprit.early:.3g}",
            f"{culprit.late:.3g}",
            "not measurable" if culprit.seconds is None else words.duration(culprit.seconds),
        ]
    rows[0] += ["", "", ""]
    headings = ["set back", "found or score", "value early", "value at the end", "time constant"]
    return Picture(title, caption, svg(title, caption, parts), (), headings, rows)


def _whole(value: float) -> str:
    return f"{value:g}" if value == int(value) else ""


def _beside(plot: Plot, points: Sequence[Point], names: Sequence[str]) -> str:
    """Names below the points, of many on three lines, and to the right of the last one."""
    parts = []
    for index, (point, name) in enumerate(zip(points[:-1], names[:-1], strict=True)):
        x, y = plot.at(point)
        lower = 15 * (index % 3) if len(points) > MOST_BESIDE else 0
        is_low = y + 20 > plot.height - BOTTOM
        across, down = (13, 4) if is_low else (8, 20 + lower)
        parts.append(text(x + across, y + down, shortened(name), "ink small"))
    return "".join(parts) + plot.labels([(points[-1], names[-1], "c1")])


def distance(result: Audit) -> Picture:
    """The distance of two answers over time under the same input, the median of pairs, as shipped and cured."""
    title, record = "How long it remembers", result.forgetting
    shipped = [(item, index, False) for index, item in enumerate(record.inputs) if len(item.seconds) > 1]
    cured = [] if result.cured is None else result.cured.forgetting.inputs
    lines = shipped + [(item, index, True) for index, item in enumerate(cured) if len(item.seconds) > 1]
    if not lines:
        return Picture(title, "No pair of states was compared.")
    begin = min(time for item, _, _ in lines for time in item.seconds if time > 0)
    largest = max(max(item.distance) for item, _, _ in lines)
    x = Scale(begin, max(item.seconds[-1] for item, _, _ in lines), "seconds of the same input", log=True)
    name, top = "largest difference of the answers from then on", 10 ** np.ceil(np.log10(max(largest, 0.1)))
    y = Scale(LEAST_DISTANCE, top, name, lambda value: f"{value:g}" if value > LEAST_DISTANCE else f"≤ {value:g}", log=True)
    names = [_short(item.input) for item in record.inputs]
    plot = Plot(x, y, room(names))
    parts, ends = [plot.axes(), plot.level(record.tolerance, f"alike: within {record.tolerance:g}")], []
    for item, index, dashed in lines:
        rest = np.maximum.accumulate(item.distance[::-1])[::-1].tolist()
        points = [(time, apart) for time, apart in zip(item.seconds, rest, strict=True) if time > 0]
        parts.append(plot.line(points, f"c{index % 8}", dashed=dashed))
        if not dashed:
            ends.append((points[-1], names[index], f"c{index % 8}"))
    parts.append(plot.labels(ends))
    caption = _distance_caption(record, None if result.cured is None else result.cured.forgetting)
    return Picture(
        title,
        caption,
        svg(title, caption, parts),
        _legend(bool(cured)),
        ["input", "alike after (median)", "slowest", "never"],
        [
            [item.input + (", cured" if dashed else ""), _after(item.median), _after(item.slowest), f"{item.never} of {item.pairs}"]
            for item, _, dashed in lines
        ],
    )


def _after(seconds: float | None) -> str:
    return "not within the time" if seconds is None else f"{seconds:.3g} s"


def _short(name: str) -> str:
    """An input's name without what follows a comma or `in`."""
    return name.split(",")[0].split(" in ")[0]


def _distance_caption(record: Forgetting, cured: Forgetting | None) -> str:
    text = f"A used net and a fresh one hear the same. They answer alike for good after {_slowest(record.inputs, record.horizon)}"
    return f"{text}." if cured is None else f"{text}; with the cure after {_slowest(cured.inputs, cured.horizon)}."


def _slowest(inputs: Sequence[ForgettingOn], horizon: float) -> str:
    medians = [item.median for item in inputs]
    known = [median for median in medians if median is not None]
    if len(known) < len(medians):
        return f"more than {words.duration(horizon)}"
    return f"up to {words.duration(max(known))} (median of pairs)"


def trade(result: Audit) -> Picture:
    """Receiver operating characteristics after a reset and at the end, at the ratio that changes most."""
    title = "Found against false alarms"
    if result.setup.kind != "probability":
        return Picture(title, "The answer is not a probability, so there is no threshold.")
    snr = words.worst(result.drift).snr
    curves = _curves(result, snr)
    if not curves:
        return Picture(title, "This audit kept no points of the curve.")
    end = next((end for end in ROC_ENDS if _reaches(curves[0][1], end)), 1.0)
    percent = "{:.0%}".format
    lowest = min(found for _, probe, _, _ in curves for _, found in [*probe.roc, (0, words.outcome(probe))])
    bottom = max(0.0, min(0.8, float(np.floor(10 * lowest - 0.2)) / 10))
    plot = Plot(
        Scale(0, end, "false alarms", _percent),
        Scale(bottom, 1, "frames found", percent),
        room([name for name, *_ in curves]),
    )
    parts, ends = [plot.axes()], []
    for name, probe, colour, dashed in curves:
        points = [point for point in [(0.0, 0.0), *probe.roc] if point[0] < end]
        points.append((end, float(np.interp(end, *np.array(probe.roc).T))))
        parts.append(plot.line(points, colour, dashed=dashed))
        ends.append((points[-1], name, colour))
        if probe.false_alarms is not None:
            at = (probe.false_alarms.value, words.outcome(probe))
            parts.append(plot.dots([at], colour, [f"{name}: {at[1]:.1%} found, {at[0]:.1%} false alarms at the net's threshold"]))
    parts.append(plot.labels(ends))
    caption = _trade_caption(curves[0][1], curves[1][1]) if result.drift.found else "The difference is within chance."
    rows = [
        [
            name,
            f"{words.outcome(probe):.1%}",
            f"{probe.false_alarms.value:.1%}" if probe.false_alarms else "",
            f"{probe.found_at_equal_alarms:.1%}",
        ]
        for name, probe, _, _ in curves
        if probe.found_at_equal_alarms is not None
    ]
    headings = [f"at {snr:g} dB", "found at the net's threshold", "false alarms there", "found at 5% false alarms"]
    caption = f"At {snr:g} dB; a dot is the net's own threshold, a curve all others. {caption}".rstrip()
    return Picture(title, caption, svg(title, caption, parts), (), headings, rows)


def _percent(value: float) -> str:
    return f"{value:.3g}" if value > 1 else f"{100 * value:.3g}%"


def _reaches(probe: Probe, end: float) -> bool:
    return any(alarms <= end and found >= 0.95 for alarms, found in probe.roc)


def _curves(result: Audit, snr: float) -> list[tuple[str, Probe, str, bool]]:
    """Name, probe, colour and dash of each curve: after a reset, at the end, at the end with the cure."""
    rows = [probe for probe in result.drift.probes if probe.snr == snr and probe.roc]
    if len(rows) < 2:
        return []
    found = [("after reset", rows[0], "c2", False), (f"after {words.duration(rows[-1].seconds)}", rows[-1], "c0", False)]
    late = [] if result.cured is None else [probe for probe in result.cured.drift.probes if probe.snr == snr and probe.roc]
    return [*found, ("cured", late[-1], "c1", True)] if late else found


def _trade_caption(reset: Probe, late: Probe) -> str:
    """Whether the dot moves along the curve, or the curve sinks."""
    lost = words.outcome(reset) - words.outcome(late)
    if reset.found_at_equal_alarms is None or late.found_at_equal_alarms is None:
        return ""
    sunk = reset.found_at_equal_alarms - late.found_at_equal_alarms
    if abs(lost) < 0.01 and abs(sunk) < 0.01:
        return "Neither moves."
    if sunk < 0.01:
        return "The dot moves along the same curve: only the threshold is wrong at the end."
    helps = "helps in part" if sunk < lost else "does not help"
    return f"The curve sinks by {100 * sunk:.1f} points at 5% false alarms: another threshold {helps}."


def refuting(result: Audit) -> Picture:
    """The input that makes a number of the state grow without a bound: one period of it, and the least growth."""
    title = "An input without a bound"
    bound = next((bound for bound in result.bounds if bound.verdict == "REFUTED" and bound.input and bound.growth), None)
    if bound is None:
        proved = next((bound for bound in result.bounds if bound.verdict == "PROVED"), None)
        known = f" PROVED ({proved.net}): {proved.claim}." if proved else ""
        return Picture(title, f"No input was found that makes a number of the state grow without a bound.{known}")
    assert bound.input is not None and bound.growth is not None
    name = bound.numbers[0] if bound.numbers else "a number of the state"
    steps = GROWTH_SECONDS * result.setup.rate / result.setup.frame
    caption = (
        f"This input of {len(bound.input)} samples, repeated, moves {name} ({bound.net}) by at least {bound.growth:.3g} a step, "
        f"from every state: {bound.growth * steps:,.0f} a minute. REFUTED that the state is bounded: {bound.claim}."
    )
    parts = [_wave(bound, result.setup.rate), f'<g transform="translate(0 {PANEL + 12})">{_growing(bound, name, steps)}</g>']
    return Picture(title, caption, svg(title, caption, parts, 2 * PANEL + 12))


def _wave(bound: Bound, rate: float) -> str:
    signal = np.array(bound.input)
    size = float(np.abs(signal).max()) or 1.0
    milliseconds = np.arange(len(signal)) * 1000 / rate
    end = float(milliseconds[-1]) if len(signal) > 1 else 1.0
    plot = Plot(Scale(0, end, "one period, ms"), Scale(-1.1 * size, 1.1 * size, "the input"), height=PANEL)
    return plot.axes() + plot.line(list(zip(milliseconds.tolist(), signal.tolist(), strict=True)), "c1 thin")


def _growing(bound: Bound, name: str, steps: float) -> str:
    assert bound.growth is not None
    top = bound.growth * steps
    plot = Plot(
        Scale(0, GROWTH_SECONDS, "seconds of this input"),
        Scale(0, 1.1 * top, f"|change of {shortened(name)}|, at least", "{:,.4g}".format),
        height=PANEL,
    )
    ends = [(0.0, 0.0), (GROWTH_SECONDS, top)]
    return plot.axes() + plot.line(ends, "c0") + plot.dots(ends[1:], "c0", [f"{top:,.0f} after a minute"])
