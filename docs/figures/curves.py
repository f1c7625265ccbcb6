"""Draws accuracy over length for each suite that has results. Run: python -m docs.figures.curves (standard library only).

Writes `docs/figures/curves-SUITE.svg` from `docs/results/benchmark/*.json`: a panel for each task, a line for each kind of net,
which is the mean over its nets, and a band, which is the 95 % interval. Of more kinds than a panel can show, each task
has a small panel for each kind.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from docs.figures.concepts import GREY, WIDTH, svg, text
from docs.figures.kinds import short_name

HERE = Path(__file__).parent
FOLDER = HERE.parent / "results" / "benchmark"

COLOURS = ("#1668ab", "#c2500a", "#00795a", "#a04e86", "#7a6400", "#5b3fb5", "#b3202c")
"""The colours of kinds, in the order in which they come. More kinds than colours get panels of their own."""

COLUMNS, WIDE, HIGH = 4, 122, 84
"""Panels beside each other; width and height of what a panel draws, in pixels."""

LEFT, ACROSS, DOWN = 40, 150, 132
"""Left edge of the first panel, and the distances from panel to panel, in pixels."""

NAMES, GRID_TOP, GRID_DOWN, GAP = 150, 44, 44, 12
"""Width of the column of names; above the rows of small panels; from row to row; between two small panels, in pixels."""

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


class Frame(NamedTuple):
    """Where a panel draws.

    Attributes:
        left: Its left edge in the picture, in pixels.
        top: Its upper edge.
        wide: Its width.
        high: Its height.
    """

    left: float
    top: float
    wide: float
    high: float

    def moved(self, right: float, down: float) -> "Frame":
        """The same panel at another place."""
        return self._replace(left=self.left + right, top=self.top + down)

    def x(self, length: float) -> float:
        """Where a length lies."""
        return self.left + self.wide * length / LONGEST

    def y(self, share: float) -> float:
        """Where an accuracy lies."""
        return self.top + self.high * (1 - share)

    def path(self, points: Sequence[Point]) -> str:
        """A path through lengths and accuracies."""
        return "M" + "L".join(f"{self.x(length):.1f} {self.y(share):.1f}" for length, share in points)


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
    convention = results[0]["rows"][0]["trained_by"]
    title = (
        f"Accuracy over the length of the word, in percent, on the tasks of {results[0]['suite']}, for {', '.join(kinds)}. "
        f"Convention {convention}. Nets were trained on words of up to {TRAINED} symbols, to the left of the dashed line."
    )
    if len(kinds) > len(COLOURS):
        return svg(title, GRID_TOP + GRID_DOWN * len(kinds) + 8, *_grid(curves, kinds))
    top = LEGEND + LINE * -(-len(kinds) // COLUMNS) + 24
    panels = [
        part
        for place, (task, drawn) in enumerate(curves.items())
        for part in _panel(task, drawn, kinds, (LEFT + ACROSS * (place % COLUMNS), top + DOWN * (place // COLUMNS)))
    ]
    return svg(title, top + DOWN * -(-len(curves) // COLUMNS) + 6, *_legend(kinds), *panels)


def _grid(curves: dict[str, list[Curve]], kinds: Sequence[str]) -> Iterator[str]:
    """Small panels, tasks against kinds, with a row for each of the more numerous ones."""
    turned = len(curves) > len(kinds)
    rows, columns = (list(curves), kinds) if turned else (kinds, list(curves))
    across = (WIDTH - NAMES - GAP) / len(columns)
    first = Frame(NAMES, GRID_TOP, across - GAP, GRID_DOWN - 10)
    for column, name in enumerate(columns):
        yield text(NAMES + column * across, GRID_TOP - 24, name, size=10, anchor="start", bold=True)
        for length, anchor in ((0, "start"), (LONGEST, "end")):
            yield text(first.moved(column * across, 0).x(length), GRID_TOP - 8, str(length), size=8, colour=GREY, anchor=anchor)
    for row, name in enumerate(rows):
        yield text(NAMES - 28, GRID_TOP + GRID_DOWN * row + 22, name, size=11, anchor="end")
        for share in (0, 1):
            y = first.moved(0, GRID_DOWN * row).y(share) + 3
            yield text(NAMES - 4, y, str(100 * share), size=8, colour=GREY, anchor="end")
        for column, other in enumerate(columns):
            at = first.moved(column * across, GRID_DOWN * row)
            task, kind = (name, other) if turned else (other, name)
            yield from _frame(at)
            yield from _lines([curve for curve in curves[task] if curve.kind == kind], [kind], at)


def _legend(kinds: Sequence[str]) -> Iterator[str]:
    """The name of each kind, beside a piece of its line."""
    for place, kind in enumerate(kinds):
        x, y = LEFT + ACROSS * (place % COLUMNS), LEGEND + LINE * (place // COLUMNS)
        yield f'<path d="M{x} {y - 4}h20" fill="none" {_look(kinds, kind)}/>'
        yield text(x + 26, y, kind, size=12, anchor="start")


def _panel(task: str, curves: Sequence[Curve], kinds: Sequence[str], corner: Point) -> Iterator[str]:
    """A panel: its frame, its bands, then its lines."""
    at = Frame(*corner, WIDE, HIGH)
    yield text(at.left, at.top - 6, task, size=10 if len(task) < LONG else 8, anchor="start", bold=True)
    yield from _frame(at)
    for share in (0, 0.5, 1):
        yield text(at.left - 4, at.y(share) + 4, f"{100 * share:g}", size=9, colour=GREY, anchor="end")
    for length in (0, 250, LONGEST):
        yield text(at.x(length), at.y(0) + 12, str(length), size=9, colour=GREY)
    yield from _lines(curves, kinds, at)


def _frame(at: Frame) -> Iterator[str]:
    """The edge of a panel, and the dashed line at the longest word in training."""
    size = f'width="{at.wide:.1f}" height="{at.high}"'
    yield f'<rect x="{at.left:.1f}" y="{at.top}" {size} fill="none" stroke="{GREY}" stroke-width="0.6"/>'
    yield f'<path d="M{at.x(TRAINED):.1f} {at.top}v{at.high}" stroke="{GREY}" stroke-width="0.8" stroke-dasharray="3 3"/>'


def _lines(curves: Sequence[Curve], kinds: Sequence[str], at: Frame) -> Iterator[str]:
    """The bands of curves, then their lines."""
    for curve in curves:
        yield f'<path d="{_band(curve, at)}" fill="{_colour(kinds, curve.kind)}" fill-opacity="0.14"/>'
    for curve in curves:
        line = at.path([(length, mean) for length, mean, _, _ in curve.points])
        yield f'<path d="{line}" fill="none" {_look(kinds, curve.kind)}/>'


def _band(curve: Curve, at: Frame) -> str:
    """The outline of the interval: its upper ends forward, then its lower ends backward."""
    upper = [(length, mean if high is None else high) for length, mean, _, high in curve.points]
    lower = [(length, mean if low is None else low) for length, mean, low, _ in curve.points]
    return at.path([*upper, *reversed(lower)]) + "z"


def _colour(kinds: Sequence[str], kind: str) -> str:
    """The colour of a kind."""
    return COLOURS[kinds.index(kind)]


def _look(kinds: Sequence[str], kind: str) -> str:
    """The look of a kind's line."""
    return f'stroke="{_colour(kinds, kind)}" stroke-width="1.6" stroke-linejoin="round"'


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
