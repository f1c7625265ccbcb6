"""Open pieces get ellipsoids around their images, and these what they need, until nothing is open.

An ellipsoid around the image of a slice is small, and lies where others' images lie, too: most of its steps close at once. Of the
others only what lies out of the nearest ellipsoid is followed further. Where a net forgets, that comes to an end after some ten
steps (decision 0091). Where it does not, what leads to open steps goes back to where it was.
"""

import numpy as np
from numpy.typing import NDArray

from anylength.verification.forks.cover import FIRST_UPDATES, MORE_UPDATES, ForkedCover
from anylength.verification.forks.found import CLOSED, Found
from anylength.verification.forks.nodes import Nodes
from anylength.verification.forks.pieces import CUTS
from anylength.verification.forks.slicing import NEAR, cut_for_margins, cut_what_is_open

ROOM = 1.01
"""How much larger an ellipsoid around an image is than its bound. The bound of a thin one is wrong by that much in float32."""

MOST_LARGER = 0.5
"""The logarithm of the largest factor by which such an ellipsoid is larger than first thought. What needs more stays open."""

NO_MISFIT = -12.0
"""The logit of the misfit's weight: the image lies in the middle."""

GENERATIONS, MOST = 20, 1_000
"""How often new ellipsoids are followed, and how many at a time, at most."""


def follow(cover: ForkedCover) -> int:
    """Follows the open pieces. How many of them lead to nothing open any more."""
    rows = _followed(cover, 0)
    if not rows.size:
        return 0
    assert cover.found is not None
    first_node, first_step, kept = len(cover.nodes), len(cover.steps), cover.found.at(rows)
    surround(cover, rows)
    _follow_from(cover, first_step)
    back = _put_back(cover, kept, first_node, first_step)
    cover.prune()
    return len(kept.step) - back


def with_what_they_lead_to(cover: ForkedCover, nodes: Nodes) -> bool:
    """Adds nodes and what they need; False, and the cover is as it was, if that does not come to an end."""
    assert cover.found is not None
    kept, before = cover.found.at(np.arange(len(cover.found.step))), (cover.nodes, cover.steps, cover.whole)
    first = len(cover.steps)
    cover.evaluate(cover.add(nodes), cuts=CUTS[:1])
    comes_to_an_end = _follow_from(cover, first)
    if not comes_to_an_end:
        cover.found, (cover.nodes, cover.steps, cover.whole) = kept, before
    return comes_to_an_end


def surround(cover: ForkedCover, rows: NDArray[np.int64]) -> None:
    """Gives pieces new targets, each around the image of one, and evaluates the steps of these as a whole."""
    found = cover.found
    assert found is not None
    own, first = found.at(rows), len(cover.nodes)
    steps = cover.add(cover.around_images(rows))
    nodes = np.arange(first, len(cover.nodes))
    own.logits[0][:, 0] = NO_MISFIT
    own = cover.with_weights(own.pieces.with_targets(nodes), own.logits, own.step, FIRST_UPDATES + MORE_UPDATES)
    cover.enlarge(nodes, np.exp(np.minimum(own.level, MOST_LARGER)) * ROOM)
    found.put(rows, own)
    cover.look_again(found, cover.ellipsoids, rows)
    cover.evaluate(steps, cuts=CUTS[:1])


def _follow_from(cover: ForkedCover, first: int) -> bool:
    """Follows the steps from one on; whether none of them is open then."""
    for _ in range(GENERATIONS):
        cut_for_margins(cover, first)
        cut_what_is_open(cover, first)
        rows = _followed(cover, first)
        if not 0 < rows.size <= MOST:
            break
        surround(cover, rows)
    assert cover.found is not None
    return not cover.found.is_open(cover.problem.eta)[cover.found.step >= first].any()


def _followed(cover: ForkedCover, first: int) -> NDArray[np.int64]:
    """The open pieces of the steps from one on that lack a level only, and are not far out."""
    rows, found = cover.open_from(first), cover.found
    assert found is not None
    level, margin = found.level[rows], found.margin[rows]
    return rows[(level > CLOSED) & (level < NEAR) & (margin >= 2 * cover.problem.eta)]


def _put_back(cover: ForkedCover, kept: Found, first_node: int, first_step: int) -> int:
    """Gives pieces of older steps what they had where they are open, or the new nodes lead to open steps. How many."""
    found = cover.found
    assert found is not None
    new = found.step >= first_step
    reaches_open = np.zeros(len(cover.nodes), bool)
    reaches_open[found.pieces.source[new & found.is_open(cover.problem.eta)]] = True
    pairs = np.unique(np.stack([found.pieces.source[new], found.pieces.target[new]], 1), axis=0)
    count = 0
    while reaches_open.sum() > count:
        count = reaches_open.sum()
        reaches_open[pairs[reaches_open[pairs[:, 1]], 0]] = True
    back = reaches_open[found.pieces.target] | found.is_open(cover.problem.eta)
    rows = np.flatnonzero(~new & (found.pieces.target >= first_node) & back)
    places = {name: row for row, name in enumerate(_names(kept))}
    before = np.array([places[name] for name in _names(found.at(rows))], np.int64)
    found.put(rows, kept.at(before))
    return len(rows)


def _names(found: Found) -> list[tuple[int, ...]]:
    """What tells each piece from all others: its step, and the slices that it is cut in."""
    return [tuple(row) for row in np.column_stack([found.step, found.pieces.slice]).tolist()]
