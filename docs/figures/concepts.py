"""Draws the pictures of `docs/understand/concepts.md` as SVG. Run: python docs/figures/concepts.py (standard library only)."""

from pathlib import Path

HERE = Path(__file__).parent
INK, BLUE, GREY, ORANGE, PALE_BLUE, PALE_ORANGE = "#1b2a41", "#0b6e99", "#5b6472", "#c1652f", "#d6eaf2", "#f7e3d5"
WIDTH = 640
CELL = 30
"""Side of the square around a digit, in pixels."""

ARROW = (
    '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse">'
    f'<path d="M0 0L10 5L0 10z" fill="{INK}"/></marker></defs>'
)


def text(x: float, y: float, words: str, *, size: int = 15, colour: str = INK, anchor: str = "middle", bold: bool = False) -> str:
    """Words with their baseline at y."""
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{colour}" text-anchor="{anchor}"{weight}>{words}</text>'


def box(x: float, y: float, width: float, height: float, *, fill: str = "none", line: str = INK, dashed: bool = False) -> str:
    """A rectangle."""
    dash = ' stroke-dasharray="5 4"' if dashed else ""
    size = f'width="{width:g}" height="{height:g}"'
    return f'<rect x="{x:g}" y="{y:g}" {size} fill="{fill}" stroke="{line}" stroke-width="1.5"{dash}/>'


def arrow(path: str) -> str:
    """A path that ends in an arrow head."""
    return f'<path d="{path}" fill="none" stroke="{INK}" stroke-width="1.5" marker-end="url(#tip)"/>'


def dot(x: float, y: float, colour: str) -> str:
    """A state of the net."""
    return f'<circle cx="{x:g}" cy="{y:g}" r="3.2" fill="{colour}"/>'


def cross(x: float, y: float, colour: str) -> str:
    """A wrong answer."""
    return f'<path d="M{x - 4:g} {y - 4:g}l8 8m0 -8l-8 8" stroke="{colour}" stroke-width="2.2"/>'


def svg(title: str, height: int, *parts: str) -> str:
    """A whole picture on white, with a title for people who cannot see it."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'font-family="DejaVu Sans, Verdana, sans-serif" role="img">'
    )
    ground = f'<rect width="{WIDTH}" height="{height}" rx="8" fill="#ffffff"/>'
    return "\n".join([head, f"<title>{title}</title>", ARROW, ground, *parts, "</svg>", ""])


def state(x: float, y: float, name: str, colour: str) -> str:
    """A state of the machine as a circle."""
    return f'<circle cx="{x:g}" cy="{y:g}" r="46" fill="{colour}" stroke="{INK}" stroke-width="1.5"/>' + text(x, y + 5, name)


def machine() -> str:
    """The two states of `count`, with every transition."""
    return svg(
        "The machine of count: the state carry stays under nines, every other digit leads to no carry, which stays for ever",
        210,
        state(230, 125, "carry", PALE_ORANGE),
        state(450, 125, "no carry", PALE_BLUE),
        arrow("M110 125L181 125"),
        text(145, 115, "start", size=13, colour=GREY),
        arrow("M205 85C185 25 275 25 256 84"),
        text(230, 28, "reads 9, writes 0", size=13),
        arrow("M277 125L401 125"),
        text(340, 115, "reads 0…8,", size=13),
        text(340, 145, "writes 1…9", size=13),
        arrow("M425 85C405 25 495 25 476 84"),
        text(450, 28, "reads any digit, writes it", size=13),
    )


FAMILIES = (
    ("one digit repeated", "9999999999", True),
    ("then another digit", "9999996000", False),
    ("interrupted once", "9999990999", True),
    ("random", "2860437195", True),
)
"""Family, digits in reading order, and whether the tutorial's refuted net (blog, 12 units, seed 15) answers them rightly."""


def stress() -> str:
    """One input of four families, digits in the order in which the net reads them."""
    parts = [text(200, 30, "digits in reading order →", size=13, colour=GREY, anchor="start")]
    for row, (name, digits, right) in enumerate(FAMILIES):
        y = 48 + 44 * row
        parts.append(text(185, y + 21, name, anchor="end"))
        for column, digit in enumerate(digits):
            x = 200 + CELL * column
            parts += [box(x, y, CELL, CELL, fill=PALE_ORANGE if digit == "9" else "#ffffff"), text(x + CELL / 2, y + 21, digit)]
        parts.append(text(520, y + 21, "right" if right else "wrong", colour=BLUE if right else ORANGE, anchor="start", bold=True))
    return svg("Four stress inputs: one digit repeated, then another digit, a run interrupted once, random digits", 232, *parts)


HORIZON, SHOWN = 16, 25
"""Nines that the tutorial's refuted net carries over, and nines drawn."""


def horizon() -> str:
    """Right and wrong answers to 9, 99, 999, …"""
    parts = [text(40, 34, "answers to 9, 99, 999, … by the number of nines", size=13, colour=GREY, anchor="start")]
    for nines in range(1, SHOWN + 1):
        x = 40 + 23 * (nines - 1)
        parts.append(dot(x, 70, BLUE) if nines <= HORIZON else cross(x, 70, ORANGE))
        if nines == 1 or nines % 5 == 0:
            parts.append(text(x, 98, str(nines), size=13, colour=GREY))
    x = 40 + 23 * (HORIZON - 0.5)
    parts += [
        f'<path d="M{x:g} 48V112" stroke="{INK}" stroke-width="1.5" stroke-dasharray="5 4"/>',
        text(x - 8, 128, f"horizon: {HORIZON} nines", anchor="end", bold=True),
        text(x + 8, 128, "the carry is lost", anchor="start", colour=ORANGE),
    ]
    return svg(f"The net answers 9, 99, and so on rightly up to {HORIZON} nines and wrongly from {HORIZON + 1} on", 148, *parts)


CARRY, FREE = (90, 46, 190, 130), (360, 74, 200, 130)
"""The two boxes of the pictures: left, top, width, height."""

SAMPLES = (
    (0.08, 0.5, 0), (0.9, 0.2, 0), (0.82, 0.34, 0), (0.86, 0.26, 0), (0.6, 0.62, 0), (0.7, 0.48, 0), (0.35, 0.8, 0),
    (0.15, 0.2, 1), (0.3, 0.7, 1), (0.52, 0.3, 1), (0.75, 0.6, 1), (0.88, 0.85, 1), (0.45, 0.86, 1), (0.66, 0.14, 1),
    (0.24, 0.42, 1),
)  # fmt: skip
"""States inside the boxes: shares of width and height, and which box."""


def boxes() -> list[str]:
    """State space with one box for each state of the machine."""
    return [
        box(40, 22, 560, 206, line=GREY, dashed=True),
        text(594, 220, "all states of the net", size=13, colour=GREY, anchor="end"),
        box(*CARRY, fill=PALE_ORANGE, line=ORANGE),
        box(*FREE, fill=PALE_BLUE, line=BLUE),
        text(CARRY[0] + CARRY[2] / 2, CARRY[1] - 7, "region of “carry”", size=13, colour=ORANGE),
        text(FREE[0] + FREE[2] / 2, FREE[1] - 7, "region of “no carry”", size=13, colour=BLUE),
    ]


def region() -> str:
    """Two boxes with states in them."""
    inside = []
    for across, down, which in SAMPLES:
        x, y, width, height = (CARRY, FREE)[which]
        inside.append(dot(x + across * width, y + down * height, (ORANGE, BLUE)[which]))
    start = CARRY[0] + 0.08 * CARRY[2], CARRY[1] + 0.5 * CARRY[3]
    return svg(
        "State space with two boxes, one around all states that carry, one around all states that do not",
        244,
        *boxes(),
        *inside,
        text(start[0] + 8, start[1] + 5, "start", size=13, anchor="start"),
    )


def image(x: float, y: float, width: float, height: float, words: str) -> str:
    """The image of a box under a digit, with the digit in it."""
    return box(x, y, width, height, fill="#ffffff", dashed=True) + text(x + width / 2, y + height / 2 + 5, words, size=13)


def certificate() -> str:
    """Each image of each box lies inside the right box."""
    return svg(
        "Under a nine the image of the box carry lies inside the box carry; under other digits it lies inside the box no carry",
        244,
        *boxes(),
        image(200, 62, 60, 40, "9"),
        arrow("M150 130C150 90 170 82 197 82"),
        image(380, 90, 70, 40, "0…8"),
        arrow("M190 150C300 168 330 112 377 110"),
        image(456, 142, 84, 44, "any digit"),
        arrow("M400 172C410 190 430 180 453 166"),
        text(110, 155, "whole box", size=13, anchor="start"),
        text(370, 194, "whole box", size=13, anchor="start"),
    )


def noise() -> str:
    """An image, the image widened by ε, and the box that still contains both."""
    x, y, width, height, widening = 220, 82, 150, 70, 26
    return svg(
        "The image of a box, widened by the noise budget on every side, still lies inside the target box",
        214,
        box(140, 30, 330, 166, fill=PALE_BLUE, line=BLUE),
        text(480, 46, "target box", size=13, colour=BLUE, anchor="start"),
        box(x - widening, y - widening, width + 2 * widening, height + 2 * widening, dashed=True),
        text(x + width / 2, y - widening + 19, "with noise", size=13),
        box(x, y, width, height, fill="#ffffff"),
        text(x + width / 2, y + height / 2 + 5, "exact image", size=13),
        f'<path d="M{x + width} {y + height / 2}h{widening}" stroke="{ORANGE}" stroke-width="3"/>',
        text(x + width + widening / 2, y + height / 2 - 8, "ε", bold=True, colour=ORANGE),
    )


PICTURES = {
    "machine": machine, "stress-test": stress, "horizon": horizon, "region": region, "certificate": certificate,
    "noise-budget": noise,
}  # fmt: skip


def main() -> None:
    """Writes every picture beside this script."""
    for name, draw in PICTURES.items():
        (HERE / f"concept-{name}.svg").write_text(draw(), encoding="utf-8")


if __name__ == "__main__":
    main()
