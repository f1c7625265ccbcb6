"""Plots as SVG text: scales, axes, lines, and labels beside the ends of lines. Colours are classes of the style sheet of pages."""

from collections.abc import Callable, Sequence
from html import escape

import msgspec
import numpy as np

WIDTH, HEIGHT = 560, 300
"""Units of a plot. On a phone a unit is 0.6 pixels, and texts are 16 units high."""

TOP, BOTTOM, LEFT = 26, 44, 72
LETTER = 9.6
"""Width of a bold letter of a label on a phone."""

LABEL_HEIGHT = 17
LONGEST_LABEL = 18

Point = tuple[float, float]


class Scale(msgspec.Struct, frozen=True):
    """What an axis shows.

    Attributes:
        low: Value at its begin.
        high: Value at its end.
        name: What it is, with its unit.
        text: A value as text; empty where there is no tick.
        log: Whether equal lengths are equal ratios.
    """

    low: float
    high: float
    name: str
    text: Callable[[float], str] = "{:g}".format
    log: bool = False

    def part(self, value: float) -> float:
        """Where a value is, from 0 at the begin to 1 at the end."""
        value = min(max(value, self.low), self.high)
        low, high, at = np.log((self.low, self.high, value)) if self.log else (self.low, self.high, value)
        return float((at - low) / (high - low))

    def ticks(self) -> list[float]:
        """About five values: multiples of 1, 2 or 5 times a power of ten, or powers of ten."""
        if self.log:
            powers = np.arange(np.ceil(np.log10(self.low) - 1e-9), np.floor(np.log10(self.high) + 1e-9) + 1)
            return [float(f"1e{power:.0f}") for power in powers[:: max(1, round(len(powers) / 5))]]
        rough = (self.high - self.low) / 5
        step = next(size for size in (rough_size(rough) * np.array([1, 2, 5, 10])) if size >= rough * 0.8)
        first = int(np.ceil(self.low / step - 1e-9))
        return [float(f"{index * step:.12g}") for index in range(first, int(np.floor(self.high / step + 1e-9)) + 1)]


def rough_size(value: float) -> float:
    """The power of ten at or below a value."""
    return float(10 ** np.floor(np.log10(value)))


class Plot(msgspec.Struct, frozen=True):
    """The area of a plot.

    Attributes:
        x: Its horizontal axis.
        y: Its vertical axis.
        right: Units to its right, for labels.
        left: Units to its left.
        height: Units of the whole picture.
    """

    x: Scale
    y: Scale
    right: float = 20
    left: float = LEFT
    height: float = HEIGHT

    def at(self, point: Point) -> Point:
        """The place of a point in units."""
        across, up = WIDTH - self.left - self.right, self.height - TOP - BOTTOM
        return self.left + across * self.x.part(point[0]), TOP + up * (1 - self.y.part(point[1]))

    def axes(self) -> str:
        """Grid lines, ticks and names of both axes."""
        (left, bottom), (right, _) = self.at((self.x.low, self.y.low)), self.at((self.x.high, self.y.low))
        parts = []
        for tick in self.y.ticks():
            height = self.at((self.x.low, tick))[1]
            parts.append(f'<path class="gridline" d="M{left:.1f} {height:.1f}H{right:.1f}"/>')
            parts.append(text(left - 8, height + 4, self.y.text(tick), anchor="end"))
        for tick in filter(self.x.text, self.x.ticks()):
            place = self.at((tick, self.y.low))[0]
            parts.append(f'<path class="axis" d="M{place:.1f} {bottom:.1f}v5"/>')
            parts.append(text(place, bottom + 18, self.x.text(tick), anchor="middle"))
        parts.append(f'<path class="axis" d="M{left:.1f} {bottom:.1f}H{right:.1f}"/>')
        parts.append(text(left, 13, self.y.name))
        parts.append(text(right, self.height - 6, self.x.name, anchor="end"))
        return "".join(parts)

    def line(self, points: Sequence[Point], colour: str, *, dashed: bool = False) -> str:
        """A line through points."""
        places = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(self.at, points))
        return f'<polyline class="series line {colour}{" dashed" if dashed else ""}" points="{places}"/>'

    def dots(self, points: Sequence[Point], colour: str, says: Sequence[str]) -> str:
        """A dot at each point, with what it says when it is pointed at."""
        return "".join(
            f'<circle class="fill {colour}" cx="{x:.1f}" cy="{y:.1f}" r="4"><title>{escape(words)}</title></circle>'
            for (x, y), words in zip(map(self.at, points), says, strict=True)
        )

    def level(self, value: float, words: str) -> str:
        """A dotted horizontal line with words above its left end."""
        (left, height), (right, _) = self.at((self.x.low, value)), self.at((self.x.high, value))
        return f'<path class="rule line ci" d="M{left:.1f} {height:.1f}H{right:.1f}"/>' + text(left + 6, height - 5, words, "ink")

    def labels(self, ends: Sequence[tuple[Point, str, str]]) -> str:
        """Labels (point, words, colour) to the right of points, moved up or down so that none covers another."""
        places = [self.at(point) for point, _, _ in ends]
        heights = spread([y for _, y in places], LABEL_HEIGHT, TOP, self.height - BOTTOM)
        return "".join(
            text(x + 9, height + 4, shortened(words), f"fill label {colour}")
            for (x, _), height, (_, words, colour) in zip(places, heights, ends, strict=True)
        )


class Picture(msgspec.Struct, frozen=True):
    """A picture.

    Attributes:
        title: What it shows.
        caption: What is to be seen.
        svg: SVG text; empty where there is nothing to draw.
        legend: Names of solid and dashed lines.
        headings: Headings of the table of its figures.
        rows: Its rows.
    """

    title: str
    caption: str
    svg: str = ""
    legend: Sequence[tuple[str, bool]] = ()
    headings: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()


def room(words: Sequence[str]) -> float:
    """Units that labels need to the right of a plot."""
    return 14 + LETTER * max((len(shortened(word)) for word in words), default=0)


def shortened(words: str) -> str:
    """A label that fits."""
    return words if len(words) <= LONGEST_LABEL else f"{words[: LONGEST_LABEL - 1]}…"


def spread(heights: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Heights in the same order, at least a gap apart, near to the given ones and between two ends where there is room."""
    order = np.argsort(heights, kind="stable")
    placed = np.array(heights, float)[order]
    for index in range(1, len(placed)):
        placed[index] = max(placed[index], placed[index - 1] + gap)
    if len(placed) and placed[-1] > high:
        placed[-1] = high
        for index in range(len(placed) - 2, -1, -1):
            placed[index] = min(placed[index], placed[index + 1] - gap)
    result = np.empty(len(placed))
    result[order] = np.maximum(placed, low) if len(placed) * gap <= high - low else placed
    return result.tolist()


def text(x: float, y: float, words: str, css: str = "", anchor: str = "start") -> str:
    """Words at a place."""
    kind = f' class="{css}"' if css else ""
    return f'<text{kind} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def svg(title: str, description: str, parts: Sequence[str], height: float = HEIGHT) -> str:
    """A picture with a name and a description for those who do not see it."""
    return (
        f'<svg class="plot" role="img" viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}" height="{height:g}">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>{''.join(parts)}</svg>"
    )
