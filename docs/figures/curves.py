"""Draws accuracy over length for each suite that has results. Run: python -m docs.figures.curves (standard library only).

Writes `docs/figures/curves-SUITE.svg` from `docs/results/benchmark/*.json`: a panel for each task, a line for each kind of net,
which is the mean over its nets, and a band, which is the 95 % interval.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docs.figures.concepts import GREY, svg, text
from docs.figures.kinds import short_name

HERE = Path(__file__).parent
FOLDER = HERE.parent / "results" / "benchmark"

COLOURS = ("#1668ab", "#c2500a", "#00795a", "#a04e86", "#7a6400", "#5b3fb5", "#b3202c")
"""The colours of kinds, in the order in which they come; after the last one they begin again, with dashes."""

COLUMNS, WIDE, HIGH = 4, 122, 84
"""Panels beside each other; width and height of what a panel draws, in pixels."""

LEFT, ACROSS, DOWN = 40, 150, 132
"""Left edge of the first panel, and the distances from panel to panel, in pixels."""

LEGEND, LINE = 24, 18
"""Height above the legend, and of a row of it, in pixels."""

LONG = 22
"""Letters from which on a name is written smaller."""

TRAINED, LONGEST = 40, 500
"""The longest word in training, and the longest one that is drawn."""

Point = tuple[float, float]


@dataclass(frozen=True)
class Curve:
    """A line of a panel.

    Attributes:
        kind: The kind of net.
        points: Length, mean, lower and upper end of the interval; None where one net alone gives no interval.
    """

    kind: str
    points: list[tuple[int, float, float | None, float | None]]


def curves_of(results: Sequence[dict[str, Any]]) -> dict[str, list[Curve]]:
    """The curves of each task, under the convention that the nets were trained by."""
    found: dict[str, list[Curve]] = {}
    for result in results:
        for row in result["rows"]:
            chosen = [score for score in row["scores"] if score["convention"] == row["trained_by"]]
            points = [tuple(point) for score in chosen for point in score["curve"]]
            if points:
                found.setdefault(row["task"], []).append(Curve(short_name(row["kind"]), points))
    return found


def picture(results: Sequence[dict[str, Any]]) -> str:
    """The picture of a suite."""
    curves = curves_of(results)
    kinds = list(dict.fromkeys(curve.kind for each in curves.values() for curve in each))
    top = LEGEND + LINE * -(-len(kinds) // COLUMNS) + 24
    height = top + DOWN * -(-len(curves) // COLUMNS) + 6
    convention = results[0]["rows"][0]["trained_by"]
    title = (
        f"Accuracy over the length of the word, in percent, on the tasks of {results[0]['suite']}, for {', '.join(kinds)}. "
        f"Convention {convention}. Nets were trained on words of up to {TRAINED} symbols, to the left of the dashed line."
    )
    panels = [
        part
        for place, (task, drawn) in enumerate(curves.items())
        for part in _panel(task, drawn, kinds, (LEFT + ACROSS * (place % COLUMNS), top + DOWN * (place // COLUMNS)))
    ]
    return svg(title, height, *_legend(kinds), *panels)


def _legend(kinds: Sequence[str]) -> Iterator[str]:
    """The name of each kind, beside a piece of its line."""
    for place, kind in enumerate(kinds):
        x, y = LEFT + ACROSS * (place % COLUMNS), LEGEND + LINE * (place // COLUMNS)
        yield f'<path d="M{x} {y - 4}h20" fill="none" {_look(kinds, kind)}/>'
        yield text(x + 26, y, kind, size=12, anchor="start")


def _panel(task: str, curves: Sequence[Curve], kinds: Sequence[str], corner: Point) -> Iterator[str]:
    """A panel: its frame, its bands, then its lines."""
    left, top = corner
    yield text(left, top - 6, task, size=10 if len(task) < LONG else 8, anchor="start", bold=True)
    yield f'<rect x="{left}" y="{top}" width="{WIDE}" height="{HIGH}" fill="none" stroke="{GREY}" stroke-width="0.6"/>'
    trained = left + WIDE * TRAINED / LONGEST
    yield f'<path d="M{trained:.1f} {top}v{HIGH}" stroke="{GREY}" stroke-width="0.8" stroke-dasharray="3 3"/>'
    for share in (0, 50, 100):
        yield text(left - 4, top + HIGH * (1 - share / 100) + 4, str(share), size=9, colour=GREY, anchor="end")
    for length in (0, 250, LONGEST):
        yield text(left + WIDE * length / LONGEST, top + HIGH + 12, str(length), size=9, colour=GREY)
    for curve in curves:
        yield f'<path d="{_band(curve, corner)}" fill="{_colour(kinds, curve.kind)}" fill-opacity="0.14"/>'
    for curve in curves:
        line = _path([(length, mean) for length, mean, _, _ in curve.points], corner)
        yield f'<path d="{line}" fill="none" {_look(kinds, curve.kind)}/>'


def _band(curve: Curve, corner: Point) -> str:
    """The outline of the interval: its upper ends forward, then its lower ends backward."""
    upper = [(length, mean if high is None else high) for length, mean, _, high in curve.points]
    lower = [(length, mean if low is None else low) for length, mean, low, _ in curve.points]
    return _path([*upper, *reversed(lower)], corner) + "z"


def _path(points: Sequence[tuple[float, float]], corner: Point) -> str:
    """A path through lengths and accuracies."""
    left, top = corner
    return "M" + "L".join(f"{left + WIDE * length / LONGEST:.1f} {top + HIGH * (1 - share):.1f}" for length, share in points)


def _colour(kinds: Sequence[str], kind: str) -> str:
    """The colour of a kind."""
    return COLOURS[kinds.index(kind) % len(COLOURS)]


def _look(kinds: Sequence[str], kind: str) -> str:
    """The look of a kind's line."""
    dashes = ' stroke-dasharray="5 3"' if kinds.index(kind) >= len(COLOURS) else ""
    return f'stroke="{_colour(kinds, kind)}" stroke-width="1.6" stroke-linejoin="round"{dashes}'


def results_of_suites() -> dict[str, list[dict[str, Any]]]:
    """The results files of each suite, in the order of their names."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(FOLDER.glob("*.json")):
        result = json.loads(path.read_text())
        found.setdefault(result["suite"], []).append(result)
    return found


def main() -> None:
    """Draws every suite."""
    for suite, results in results_of_suites().items():
        (HERE / f"curves-{suite}.svg").write_text(picture(results), encoding="utf-8")


if __name__ == "__main__":
    main()
