"""Draws the boxes of a proved net and of one without a proof. Run: python -m docs.figures.proof_boxes (standard library only).

Writes `docs/figures/proof-boxes.svg` from `docs/results/proof-boxes.json`. The shadow of a box of 32 values in the plane of two of
them is a rectangle.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docs.figures.concepts import GREY, INK, svg, text

HERE = Path(__file__).parent
FILE = HERE.parent / "results" / "proof-boxes.json"

COLOURS = ("#c2500a", "#1668ab", "#00795a", "#a04e86", "#7a6400")
"""The colours of machine states on a light ground, those of the report (`web/shared/theme.css`)."""

SIDE, TOP, LEFTS = 286, 40, (24, 340)
"""Side of a panel, its upper edge, and the left edges of both panels, in pixels."""

HEIGHT = 436
"""Height of the picture, in pixels."""

TITLE = (
    "Two nets for Tomita 3. Left, recipe certified: five boxes lie apart, and each lands, small, inside the box of the next state. "
    "Right, recipe plain: five boxes overlap, and each lands on an area larger than the boxes."
)
"""What people hear who cannot see the picture."""

ROOM = 0.04
"""Free space at each side of a panel, as a fraction of what is drawn."""

Rectangle = list[float]
"""Left, right, lower and upper end."""


@dataclass(frozen=True)
class Panel:
    """A panel of the picture: from the values of two units to pixels.

    Attributes:
        left: The left edge, in pixels.
        part: A part of the results file.
    """

    left: int
    part: dict[str, Any]

    def scaled(self, axis: int, value: float) -> float:
        """A value of one of the two units as a fraction of the panel's side."""
        drawn = [end for shadow in self.part["boxes"] + self.part["images"] for end in shadow[2 * axis : 2 * axis + 2]]
        low, high = min(drawn), max(drawn)
        return ROOM + (1 - 2 * ROOM) * (value - low) / (high - low)

    def place(self, shadow: Rectangle) -> Rectangle:
        """Left, right, upper and lower edge of a rectangle, in pixels."""
        across = [self.left + SIDE * self.scaled(0, end) for end in shadow[:2]]
        down = [TOP + SIDE * (1 - self.scaled(1, end)) for end in (shadow[3], shadow[2])]
        return [*across, *down]

    def rectangle(self, shadow: Rectangle, colour: str, look: str) -> str:
        """A rectangle with a line of its colour."""
        left, right, upper, lower = self.place(shadow)
        size = f'width="{right - left:.1f}" height="{lower - upper:.1f}"'
        return f'<rect x="{left:.1f}" y="{upper:.1f}" {size} fill="{colour}" stroke="{colour}" {look}/>'

    def frame(self) -> list[str]:
        """The panel's edge and the names of its units."""
        across, up = self.part["drawn_units"]
        edge = f'<rect x="{self.left}" y="{TOP}" width="{SIDE}" height="{SIDE}" fill="none" stroke="{GREY}" stroke-width="0.8"/>'
        upwards = f'<g transform="rotate(-90 {self.left - 6} {TOP + SIDE / 2})">'
        return [
            edge,
            text(self.left + SIDE / 2, TOP + SIDE + 15, f"unit {across}", size=12, colour=GREY),
            upwards + text(self.left - 6, TOP + SIDE / 2, f"unit {up}", size=12, colour=GREY) + "</g>",
        ]

    def boxes(self) -> list[str]:
        """The box of each state."""
        look = 'fill-opacity="0.16" stroke-width="1.5"'
        return [self.rectangle(box, colour, look) for box, colour in zip(self.part["boxes"], COLOURS, strict=True)]

    def names(self) -> list[str]:
        """The name of each state, in the upper left corner of its box."""
        corners = [self.place(box) for box in self.part["boxes"]]
        named = zip(corners, self.part["states"], COLOURS, strict=True)
        return [
            haloed(text(c[0] + 4, c[2] + 14, name, size=13, colour=colour, anchor="start", bold=True)) for c, name, colour in named
        ]

    def pairs(self) -> list[tuple[Rectangle, int, str]]:
        """For each pair of a state and a symbol: its image, the symbol, and the state's colour."""
        images, count = self.part["images"], len(self.part["images"]) // len(self.part["boxes"])
        return [(image, number % count, COLOURS[number // count]) for number, image in enumerate(images)]

    def images(self, look: str) -> list[str]:
        """The image of each box under each symbol, in the colour of the box that it comes from."""
        return [self.rectangle(image, colour, look) for image, _, colour in self.pairs()]

    def symbols(self) -> list[str]:
        """The symbol of each image: under the lowest image of a box that holds several, else above the image."""
        parts, targets = [], self.part["targets"]
        for (image, symbol, colour), target in zip(self.pairs(), targets, strict=True):
            others = [other for other, place in zip(self.part["images"], targets, strict=True) if place == target]
            below = len(others) > 1 and image is min(others, key=lambda other: other[2])
            left, right, upper, lower = self.place(image)
            y = lower + 13 if below else upper - 4
            parts.append(text((left + right) / 2, y, str(symbol), size=12, colour=colour))
        return parts


def haloed(words: str) -> str:
    """Words with a white edge, so that lines below do not cross them."""
    return words.replace("<text", '<text stroke="#ffffff" stroke-width="3" stroke-linejoin="round" paint-order="stroke"')


def said(left: int, title: str, *lines: str) -> list[str]:
    """A panel's title, and the lines below it."""
    below = [text(left, TOP + SIDE + 38 + 18 * row, line, size=13, anchor="start") for row, line in enumerate(lines)]
    return [text(left, TOP - 12, title, size=15, anchor="start", bold=True), *below]


def picture(results: dict[str, Any]) -> str:
    """The whole picture."""
    proved, plain = (Panel(left, results["parts"][recipe]) for left, recipe in zip(LEFTS, ("certified", "plain"), strict=True))
    return svg(TITLE, HEIGHT, *drawn_proof(proved), *drawn_hulls(plain), *key())


def drawn_proof(panel: Panel) -> list[str]:
    """The left panel: boxes that hold their images."""
    inside, count = panel.part["images_inside"], len(panel.part["images"])
    images = panel.images('stroke-width="1.5"')
    words = said(panel.left, "certified: proved", f"{inside} of {count} images lie in the box", "of the next state.")
    return [*panel.frame(), *panel.boxes(), *images, *panel.names(), *panel.symbols(), *words]


def drawn_hulls(panel: Panel) -> list[str]:
    """The right panel: images that are larger than boxes, so boxes come on top."""
    inside, count = panel.part["images_inside"], len(panel.part["images"])
    one, other, symbol = panel.part["conflicts"][0]
    images = panel.images('fill-opacity="0.05" stroke-width="1" stroke-dasharray="5 3"')
    lines = f"{inside} of {count} images do. “{one}” and “{other}”", f"overlap, but answer a {symbol} differently."
    return [*panel.frame(), *images, *panel.boxes(), *panel.names(), *said(panel.left, "plain: no proof", *lines)]


def key() -> list[str]:
    """What pale and dark rectangles are."""
    left, y = LEFTS[0], HEIGHT - 22
    pale, dashed = f'fill-opacity="0.16" stroke="{INK}" stroke-width="1.5"', f'stroke="{INK}" stroke-dasharray="5 3"'
    return [
        f'<rect x="{left}" y="{y - 11}" width="22" height="14" fill="{INK}" {pale}/>',
        text(left + 29, y, "box of a state", size=12, colour=GREY, anchor="start"),
        f'<rect x="{left + 130}" y="{y - 8}" width="16" height="7" fill="{INK}"/>',
        f'<rect x="{left + 152}" y="{y - 11}" width="22" height="14" fill="none" {dashed}/>',
        text(left + 181, y, "image: where a whole box lands after a 0 or a 1, in its colour", size=12, colour=GREY, anchor="start"),
    ]


def main() -> None:
    """Writes the picture beside this script."""
    results = json.loads(FILE.read_text(encoding="utf-8"))
    (HERE / "proof-boxes.svg").write_text(picture(results), encoding="utf-8")


if __name__ == "__main__":
    main()
