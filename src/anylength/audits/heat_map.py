"""The heat map of an audit: magnitudes of the state over time, with the numbers that carry the drift."""

from collections.abc import Sequence

import numpy as np

from anylength.audits import words
from anylength.audits.svg import HEIGHT, LABEL_HEIGHT, TOP, Picture, Plot, Scale, room, shortened, spread, svg, text
from anylength.records import Audit

MOST_ROWS = 40
"""Numbers of the state that a heat map shows, the largest at the end; culprits are always shown."""

LEVELS = [factor * 10.0**power for power in range(-4, 12) for factor in (1, 2, 5)]
MOST_LEVELS = 6
"""Magnitudes at which the heat map changes its colour: of these the highest six at or below the largest magnitude."""


def heat(result: Audit) -> Picture:
    """Magnitudes of the state over time on a logarithmic scale, the largest at the end on top."""
    title, growth = "Size of the state", result.growth
    if growth is None:
        return Picture(title, "The state of the net is not reachable.")
    if not growth.heat or max(growth.seconds) <= min(growth.seconds):
        return Picture(title, "The state has too many numbers for a picture.")
    names = [f"{group}[{index}]" for group, size in result.setup.state.items() for index in range(size)]
    values = np.array(growth.heat)
    culprits = {culprit.name for culprit in result.cells.culprits} if result.cells else set()
    order = np.argsort(-values[-1], kind="stable")
    rows = [int(number) for rank, number in enumerate(order) if rank < MOST_ROWS or names[number] in culprits]
    levels = [level for level in LEVELS if level <= values.max()][-MOST_LEVELS:] or [LEVELS[0]]
    marked = [(rank, names[number]) for rank, number in enumerate(rows) if names[number] in culprits]
    time = Scale(growth.seconds[0], growth.seconds[-1], "time since the reset, s", log=True)
    plot = Plot(
        time, Scale(0, len(rows), f"{len(rows)} largest of {len(names)} numbers"), room([name for _, name in marked]), left=16
    )
    parts = [
        _levels(plot, values[:, rows], growth.seconds, levels),
        _heat_frame(plot),
        _marks(plot, marked, len(rows)),
        _key(levels),
    ]
    caption = _heat_caption(result, names[order[0]], float(values[-1].max()), culprits)
    return Picture(
        title,
        caption,
        svg(title, caption, parts, HEIGHT + 30),
        (),
        ["number", f"|value| at {words.duration(growth.seconds[0])}", f"at {words.duration(growth.seconds[-1])}", "carries drift"],
        [[names[n], f"{values[0, n]:.3g}", f"{values[-1, n]:.4g}", "yes" if names[n] in culprits else ""] for n in rows],
    )


def _heat_caption(result: Audit, largest: str, value: float, culprits: set[str]) -> str:
    time = words.duration(result.drift.seconds)
    text = f"The stronger the colour, the larger the number: {largest} reaches {value:.4g} after {time}."
    if not culprits:
        return text
    innocent = " The largest is not one of them." if largest not in culprits else ""
    return f"{text} The numbers that carry the drift are named at the right.{innocent}"


def _levels(plot: Plot, values: np.ndarray, seconds: Sequence[float], levels: Sequence[float]) -> str:
    """For each level a shape of all cells at or above it: the shapes lie on each other, so that larger cells are darker."""
    times = np.array(seconds)
    edges = [times[0], *np.sqrt(times[1:] * times[:-1]), times[-1]]
    places = [plot.at((edge, 0))[0] for edge in edges]
    height = (plot.at((times[0], 0))[1] - TOP) / values.shape[1]
    shapes = []
    for level in levels:
        runs = [
            f"M{places[begin]:.1f} {TOP + row * height:.1f}H{places[end]:.1f}v{height:.2f}H{places[begin]:.1f}z"
            for row in range(values.shape[1])
            for begin, end in _runs(values[:, row] >= level)
        ]
        if runs:
            shapes.append(f'<path class="heat" d="{"".join(runs)}"/>')
    return "".join(shapes)


def _runs(flags: np.ndarray) -> np.ndarray:
    """Begins and ends of runs of true values [runs, 2]."""
    return np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(int), [0]]))).reshape(-1, 2)


def _heat_frame(plot: Plot) -> str:
    left, bottom = plot.at((plot.x.low, 0))
    right = plot.at((plot.x.high, 0))[0]
    parts = [f'<path class="axis" d="M{left:.1f} {bottom:.1f}H{right:.1f}"/>', text(left, 13, plot.y.name)]
    for tick in plot.x.ticks():
        place = plot.at((tick, 0))[0]
        parts.append(
            f'<path class="axis" d="M{place:.1f} {bottom:.1f}v5"/>' + text(place, bottom + 18, f"{tick:g}", anchor="middle")
        )
    return "".join(parts) + text(right, HEIGHT - 6, plot.x.name, anchor="end")


def _marks(plot: Plot, marked: Sequence[tuple[int, str]], rows: int) -> str:
    """A frame around each row that is named, and its name at the right."""
    left, bottom = plot.at((plot.x.low, 0))
    right, height = plot.at((plot.x.high, 0))[0], (bottom - TOP) / rows
    heights = spread([TOP + (rank + 0.5) * height for rank, _ in marked], LABEL_HEIGHT, TOP, bottom)
    parts = []
    for (rank, name), place in zip(marked, heights, strict=True):
        top = TOP + rank * height
        parts.append(f'<path class="culprit" d="M{left:.1f} {top:.1f}H{right:.1f}v{height:.2f}H{left:.1f}z"/>')
        parts.append(f'<path class="culprit" d="M{right:.1f} {top + height / 2:.1f}L{right + 7:.1f} {place:.1f}"/>')
        parts.append(text(right + 9, place + 4, shortened(name), "fill label c0"))
    return "".join(parts)


def _key(levels: Sequence[float]) -> str:
    """The colours of the levels, below the axis."""
    width, parts = 62, [text(16, HEIGHT + 24, "|value| ≥")]
    for index, level in enumerate(levels):
        x = 96 + index * (width + 14)
        shape = f'<path class="heat" d="M{x} {HEIGHT + 12}h16v16h-16z"/>'
        parts.append(shape * (index + 1) + text(x + 21, HEIGHT + 24, f"{level:g}"))
    return "".join(parts)
