"""The boxes of a proved net and of one without a proof, in two of their units. Writes `docs/results/proof-boxes.json`.

    python -m benchmarks.proof_boxes

Both nets learn Tomita 3 with the same cell, units and seed. `certified` gives the boxes of its certificate, those for its noise
budget. `plain` has no proof, so its boxes are the smallest ones around what it visits: any proof with one box for each state would
have to contain them. The images are those of whole boxes, exact up to the rounding of intervals, without noise.
`docs/figures/proof_boxes.py` draws the file.
"""

import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

import anylength
from anylength.nets import Net, encoded_alphabet
from anylength.ops.arrays import numpy_arrays
from anylength.ops.intervals import Interval
from anylength.rules import Machine, task_named
from anylength.verification.certify import StepImages
from anylength.verification.verdicts import find_proofs
from benchmarks.results_file import RESULTS, save_part

FILE = RESULTS / "proof-boxes.json"
"""The results file."""

TASK, CELL, SEED = "tomita-3", "rnn", 3

UNITS = 32
"""Units of both nets: what `certified` takes for this task."""

LONGEST = 10
"""The boxes of the net without a proof hold all values that it visits on words of up to this many symbols."""


def proved_boxes(net: Net, machine: Machine) -> tuple[Interval, dict[str, Any]]:
    """The boxes `[M, Q]` of the certificate's last proof, that for the noise budget."""
    found = find_proofs(net, machine, (0,))
    assert found is not None
    return found.proofs[-1].cover.boxes, {"noise": found.proofs[-1].epsilon}


def visited_boxes(net: Net, machine: Machine) -> tuple[Interval, dict[str, Any]]:
    """The smallest boxes `[M, Q]` around what the net visits on all words of up to `LONGEST` symbols."""
    assert find_proofs(net, machine, (0,)) is None
    alphabet, delta = encoded_alphabet(net), np.asarray(machine.delta)
    states, nodes = net.numpy_start(1).astype(np.float64), np.array([machine.start])
    all_states, all_nodes = [states], [nodes]
    for _ in range(LONGEST):
        count = len(nodes)
        symbols = np.repeat(np.arange(machine.symbols), count)
        states = net.cell.step(numpy_arrays, alphabet[:, symbols], np.tile(states, machine.symbols))
        nodes = delta[np.tile(nodes, machine.symbols), symbols]
        all_states.append(states)
        all_nodes.append(nodes)
    values = net.cell.recurrent_term(numpy_arrays, np.concatenate(all_states, axis=1))
    at = np.concatenate(all_nodes)
    groups = [values[:, at == q] for q in range(machine.states)]
    low, high = (np.stack([bound(group, axis=1) for group in groups], axis=1) for bound in (np.min, np.max))
    return Interval.between(low, high), {"longest_word": LONGEST}


def parting(boxes: Interval) -> NDArray[np.float64]:
    """How far apart each pair of boxes lies in each unit `[pairs, M]`: centres, over the sum of radii. Above 1: disjoint."""
    pairs = list(itertools.combinations(range(boxes.shape[1]), 2))
    one, other = (boxes[:, list(members)] for members in zip(*pairs, strict=True))
    radii = (one.high - one.low + other.high - other.low) / 2
    return (np.abs(one.high + one.low - other.high - other.low) / 2 / radii).T


def best_units(boxes: Interval) -> list[int]:
    """The two units in which the least parted pair of boxes is parted most; among equals, all pairs together."""
    apart = parting(boxes)

    def score(units: tuple[int, int]) -> tuple[float, float]:
        best = apart[:, list(units)].max(axis=1)
        return float(best.min()), float(best.sum())

    return list(max(itertools.combinations(range(boxes.shape[0]), 2), key=score))


def conflicts(machine: Machine, boxes: Interval) -> list[list[Any]]:
    """Two states that share values in all units, and a symbol that they answer differently: no such boxes are a proof."""
    found = []
    for (p, q), apart in zip(itertools.combinations(range(machine.states), 2), parting(boxes), strict=True):
        for symbol in range(machine.symbols):
            if (apart < 1).all() and machine.output[p][symbol] != machine.output[q][symbol]:
                found.append([machine.names[p], machine.names[q], symbol])
    return found


def rectangles(boxes: Interval, units: list[int]) -> list[list[float]]:
    """Left, right, lower and upper end of the shadow of each box in the plane of two units."""
    ends = np.stack([boxes.low[units[0]], boxes.high[units[0]], boxes.low[units[1]], boxes.high[units[1]]], axis=1)
    return np.round(ends, 3).tolist()


def measured(recipe: str) -> dict[str, Any]:
    """What is drawn of the net of a recipe, and what the boxes have in common in all units."""
    machine = task_named(TASK).machine
    trained = anylength.fit(TASK, recipe=recipe, cell=CELL, hidden=UNITS, seed=SEED)
    net = trained.net
    assert isinstance(net, Net)
    boxes, facts = (proved_boxes if recipe == "certified" else visited_boxes)(net, machine)
    _, images = StepImages(net).images(boxes, 0.0)
    units, targets = best_units(boxes), np.asarray(machine.delta).ravel()
    return {
        "task": TASK, "cell": CELL, "seed": SEED, "hidden": UNITS, "proved": recipe == "certified", **facts,
        "validation_accuracy": trained.epochs[-1].validation_accuracy,
        "drawn_units": units,
        "states": list(machine.names),
        "boxes": rectangles(boxes, units),
        "targets": targets.tolist(),
        "images": rectangles(images, units),
        "images_inside": int(images.inside(boxes[:, targets]).all(axis=0).sum()),
        "disjoint_pairs": int((parting(boxes) > 1).any(axis=1).sum()),
        "conflicts": conflicts(machine, boxes),
    }  # fmt: skip


def main() -> None:
    for recipe in ("certified", "plain"):
        save_part(FILE, recipe, measured(recipe))


if __name__ == "__main__":
    main()
