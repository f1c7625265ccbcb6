"""The two kinds of regions that a node may have: a box of the cut's values, or an ellipsoid of states.

Each has its own values: intervals, or forms. `pieces` tells in how many pieces a region is looked at under a symbol, and `rule`
computes the operations. `cut` gives the cut's values, `points` those of exact numbers, `widened` adds errors, `ranges` gives
intervals, `least` lower bounds of sums. `entered` refuses a state that may not be in a node's region, and gives the ranges of such
a state, and of what a step computes of it alone.
"""

from functools import partial
from typing import Any

from anylength_check.certificate import read_boxes, read_ellipsoids
from anylength_check.dyadic import UNIT, WEIGHT_BITS, Box
from anylength_check.ellipsoids import forms_of, holds
from anylength_check.forms import TO_BOX, Value, form_of, from_interval, interval, matmul, size
from anylength_check.program import Program, Values, run
from anylength_check.ranges import grid, range_of
from anylength_check.ranges import matmul as box_matmul
from anylength_check.rounding import Entering, Ranges
from anylength_check.slices import forms_of_slice, read_slices
from anylength_check.strict import require
from anylength_check.weights import Columns, Tensors, filled

Edge = tuple[int, int, int]  # a node, a symbol, and a piece of the node's region


class Boxes:
    """Boxes of the cut's values."""

    name = "box"

    def __init__(self, top: dict[str, Any], program: Program, net: Tensors, columns: Columns, proof: dict[str, Any]) -> None:
        self.program, self.rule = program, partial(range_of, net, columns)
        self.boxes = read_boxes(top, proof, sum(program.parts[1][number].rows for number in program.fields["cut"]))
        for number, box in enumerate(self.boxes):
            require(all(low <= high for low, high in box), f"node {number} has a low bound above its high bound")
        self.words = f"{len(self.boxes[0])} intervals"

    def points(self, box: Box) -> Box:
        """Intervals are what they are."""
        return box

    def pieces(self, number: int, symbol: int) -> range:
        """A box is looked at as a whole."""
        return range(1)

    def cut(self, edge: Edge) -> Ranges:
        """The values of the cut: the box itself."""
        left = iter(self.boxes[edge[0]])
        return {value: [next(left) for _ in range(self.program.parts[1][value].rows)] for value in self.program.fields["cut"]}

    def widened(self, value: Box, epsilon: int) -> Box:
        """Intervals that are wider by epsilon on both sides."""
        return [grid(low - epsilon, high + epsilon) for low, high in value]

    def entered(self, state: Box, number: int, _: Edge | None, reason: str) -> Entering:
        """Computes the values of the cut."""
        values = run(self.rule, self.program, 0, {}, state)
        pairs = zip([row for value in self.program.fields["cut"] for row in values[value]], self.boxes[number], strict=True)
        require(all(least <= low and high <= most for (low, high), (least, most) in pairs), reason)
        return Entering(state, values)

    def ranges(self, values: Ranges) -> Ranges:
        """Intervals are what they are."""
        return values

    def least(self, weights: list[list[int]], value: Box) -> int:
        """A lower bound of all weighted sums of the value and, last, 1."""
        return min(low for low, _ in box_matmul(weights, filled(weights), [*value, (UNIT, UNIT)]))


class Ellipsoids:
    """Ellipsoids of states."""

    name = "ellipsoid"

    def __init__(self, top: dict[str, Any], program: Program, net: Tensors, columns: Columns, proof: dict[str, Any]) -> None:
        self.program, self.n, self.proof = program, program.fields["state"], proof
        require(proof["blocks"] <= self.n, "there are more blocks than numbers in a state")
        self.rule = partial(form_of, net, columns, self.n, proof["blocks"])
        self.slices = read_slices(proof["slices"]) if "slices" in proof else []
        self.regions, self.weights = read_ellipsoids(top, proof, self.n, len(self.slices))
        whole = [(number, None) for number in range(len(self.regions))]
        self.kept: dict[tuple[int, int | None], Values] = {key: self.computed(*key) for key in whole}
        self.needed = bool(proof["formats"])
        self.kept_ranges = [self.ranges(values) for values in self.kept.values()]
        self.words = f"an ellipsoid in {self.n} dimensions"

    def points(self, box: Box) -> Value:
        """Forms of the intervals."""
        return [from_interval(bounds, self.n) for bounds in box]

    def computed(self, number: int, piece: int | None) -> Values:
        """What a step computes of the states of a region, or of a slice of it, alone; None for the whole region."""
        whole = forms_of(self.regions[number])
        return run(self.rule, self.program, 0, {}, whole if piece is None else forms_of_slice(whole, self.slices[piece]))

    def pieces(self, number: int, symbol: int) -> range:
        """An ellipsoid is looked at as a whole where there is one row of weights, else slice by slice."""
        return range(len(self.weights[number][symbol]))

    def row(self, edge: Edge) -> list[int]:
        """The weights of an edge."""
        return self.weights[edge[0]][edge[1]][edge[2]]

    def cut(self, edge: Edge) -> Values:
        """The values of the cut on the node's region, or on a slice of it."""
        number, symbol, piece = edge
        key = number, piece if len(self.pieces(number, symbol)) > 1 else None
        if key not in self.kept:  # the same under many symbols
            self.kept[key] = self.computed(*key)
        return {value: self.kept[key][value] for value in self.program.fields["cut"]}

    def widened(self, value: Value, epsilon: int) -> Value:
        """Forms whose errors are larger by epsilon."""
        return [form._replace(error=form.error - (-epsilon >> TO_BOX)) for form in value]

    def entered(self, state: Value, number: int, edge: Edge | None, reason: str) -> Entering:
        """Shows that the node's region holds the forms, with the weights of the edge; at the start all weights are alike."""
        weights = self.row(edge) if edge else [1] * (self.proof["blocks"] + 3)
        require(holds(self.regions[number], state, weights), reason)
        return Entering(self.bounds(state), self.kept_ranges[number])

    def ranges(self, values: Values) -> Ranges:
        """The intervals of all numbers, where a number format needs them."""
        return {number: self.bounds(value) for number, value in values.items()} if self.needed else {}

    def bounds(self, value: Value) -> Box:
        """The intervals of a value, where a number format needs them."""
        return list(map(interval, value)) if self.needed else []

    def least(self, weights: list[list[int]], value: Value) -> int:
        """A lower bound of all weighted sums of the value and, last, 1.

        A rough bound of a sum takes its numbers as if they had nothing to do with each other; a better one is that of its form.
        Where the rough one is not below the least better one so far, it is enough, and the better one is not computed.
        """
        numbers, better = [*value, from_interval((UNIT, UNIT), self.n)], []
        ends = [(form.center, size(form)) for form in numbers]
        rough = [sum(w * center - abs(w) * most for w, (center, most) in zip(row, ends, strict=True)) for row in weights]
        for bound, row in sorted(zip(rough, weights, strict=True)):
            if not better or bound << TO_BOX - WEIGHT_BITS < min(better):
                better.append(interval(matmul([row], numbers)[0])[0])
        return min(better)
