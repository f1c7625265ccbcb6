"""Draws the ellipsoids of a proved net in a plane. Run: python -m docs.figures.ellipsoids (needs numpy and the package).

Writes `docs/figures/ellipsoids.svg` from the certificate and the weights in `tests/fixtures/ellipsoids`, a net of 12 units that the
post's recipe trained. The plane is that of the two directions in which the centers differ most. There an ellipsoid's shadow is an
ellipse.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from anylength.nets import Net, encoded_alphabet, load, tensors
from anylength.ops.arrays import numpy_arrays
from anylength.programs.running import run
from anylength.verification.certify import EllipsoidCover, parse_certificate
from anylength.verification.certify.ellipsoid_cover import UNIT
from docs.figures.concepts import GREY, INK, dot, svg, text

HERE = Path(__file__).parent
FIXTURE = HERE.parents[1] / "tests" / "fixtures" / "ellipsoids"

LEFT, TOP, SIDE, HEIGHT = 70, 20, 500, 560
"""The picture's area, in pixels."""

WORDS, STEPS = 60, 12
"""Random words whose states are drawn, and their length."""

NO_CARRY = 1
"""The machine's state without a carry."""

ROOM = 0.06
"""Free space at each side."""

TITLE = (
    "The ellipsoids of a proof, as shadows in a plane: a group of ellipses for each last digit, a speck apart from them for the "
    "carry, and the states of random words as dots inside them."
)
"""What people hear who cannot see the picture."""


def states_of(net: Net) -> NDArray[np.float64]:
    """The states along random words `[D, N]`, half of which begin with nines."""
    rng = np.random.default_rng(0)
    program, encoded = net.program, np.asarray(encoded_alphabet(net), np.float64)
    weights = {name: np.asarray(value, np.float64) for name, value in tensors(net).items()}
    state, found = np.repeat(np.asarray(net.numpy_start(1), np.float64), WORDS, axis=1), []
    for step in range(STEPS):
        symbols = rng.integers(0, 10, WORDS)
        symbols[: WORDS // 2] = 9 if step < STEPS // 2 else symbols[: WORDS // 2]
        leaves = {"symbol": encoded[:, symbols], "state": state}
        state = run(program.step, numpy_arrays, weights, leaves)[len(program.step) - 1]  # pyright: ignore[reportArgumentType]
        found.append(state)
    return np.concatenate(found, axis=1)


def ellipse(shape: NDArray[np.float64], center: NDArray[np.float64], colour: str) -> str:
    """The shadow `[2, D]` of an ellipsoid, in pixels."""
    axes, radii, _ = np.linalg.svd(shape)
    angle = np.degrees(np.arctan2(axes[1, 0], axes[0, 0]))
    turn = f'transform="rotate({angle:.1f} {center[0]:.1f} {center[1]:.1f})"'
    size = f'rx="{radii[0]:.1f}" ry="{radii[1]:.1f}"'
    look = f'fill="{colour}" fill-opacity="0.08" stroke="{colour}" stroke-width="0.9" stroke-opacity="0.7"'
    return f'<ellipse cx="{center[0]:.1f}" cy="{center[1]:.1f}" {size} {look} {turn}/>'


def main() -> None:
    """Draws the picture."""
    net, cover = (
        load(FIXTURE / "model.safetensors")[0],
        parse_certificate((FIXTURE / "certificate.json").read_bytes()).proofs[0].cover,
    )
    assert isinstance(net, Net) and isinstance(cover, EllipsoidCover)
    center, shape = cover.center * UNIT, cover.shape * UNIT
    mean = center.mean(axis=0)
    plane = np.linalg.svd(center - mean)[2][:2]
    places, shadows, dots = (center - mean) @ plane.T, plane @ shape, plane @ (states_of(net) - mean[:, None])
    reach = np.linalg.norm(shadows, axis=2)
    low, high = (places - reach).min(axis=0), (places + reach).max(axis=0)
    scale = SIDE * (1 - 2 * ROOM) / (high - low).max()
    middle = np.array([LEFT + SIDE / 2, TOP + SIDE / 2])

    def pixels(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return middle + (points - (low + high) / 2) * scale * np.array([1, -1])

    flipped, last = shadows * scale * np.array([1, -1])[:, None], last_digits(cover)
    parts = [ellipse(flipped[k], pixels(places[k]), colour_of(digit)) for k, digit in last.items()]
    parts += [dot(*point, INK).replace('r="3.2"', 'r="1.2"') for point in pixels(dots.T)]
    for digit in range(10):
        own = [k for k, read in last.items() if read == digit and cover.machine_states[k] == NO_CARRY]
        parts.append(text(*pixels(places[own].mean(axis=0)), str(digit), size=24, colour=colour_of(digit), bold=True))
    carried = pixels(places[[k for k in last if cover.machine_states[k] != NO_CARRY]].mean(axis=0))
    parts.append(text(carried[0], carried[1] + 24, "9, with a carry", size=13, colour=colour_of(9)))
    parts.append(text(LEFT + SIDE / 2, HEIGHT - 16, "digit: the last one read · ellipses: the proof · dots: states of random words",
                      size=13, colour=GREY))  # fmt: skip
    (HERE / "ellipsoids.svg").write_text(svg(TITLE, HEIGHT, *parts))


def last_digits(cover: EllipsoidCover) -> dict[int, int]:
    """The digit that leads to each node but the start."""
    return {after: digit for row in cover.successors.tolist() for digit, after in enumerate(row)}


def colour_of(digit: int) -> str:
    """Ten colours round the circle."""
    return f"hsl({36 * digit}, 65%, 38%)"


if __name__ == "__main__":
    main()
