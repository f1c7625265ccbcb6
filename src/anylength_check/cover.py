"""Covers of a net's states by nodes: what a proof has to show.

The claim: at every step of every word the machine's output leads by eta, if each computed step errs by at most epsilon in each row.
A step sees the state before it through the values of the program's cut alone. A proof lists nodes: each has a state of the machine,
and a box that is meant to hold the cut's values of all states met there. `start` finds those of the start state in the box of the
start node, which has the machine's start state. `node` takes a node and a symbol, and computes R: an interval for each row of the
next state, rounded outward and widened by epsilon. If the cut's values were in the node's box, the computed next state is therefore
in R. On all of R the machine's output leads by eta, so this answer is right. The cut's values of all of R lie in the box of a node
that has the machine's next state, so the argument can be repeated. By induction over the word every answer is right. An ellipsoid
in place of a box may be cut in slices, which leave no state out: then there is an R for each of them, and each R lies in the next
node. `rounding` shows that in the named number formats a step from any state in some R, or from the start, errs by at most epsilon
(so by the same induction the next state is in some R, too), and that two logits together err by less than eta.

Where the claim is about some words only, a node may have no next node under a symbol. In words of at most N steps no such node is
met before step N. With an automaton each node has a state of that, too, and has no next node just where the automaton reads no
further. So the argument can be repeated along all words of the claim. Of states that are rounded see `rounded`.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from anylength_check.certificate import STEPS
from anylength_check.dyadic import UNIT, WEIGHT_SHIFT, Box, from_hex
from anylength_check.program import Program, Values, differences, fixed, run
from anylength_check.regions import Boxes, Edge, Ellipsoids
from anylength_check.report import Checked
from anylength_check.rounded import encoded
from anylength_check.rounding import FORMATS, Entering, Ranges, Under, require_covered, weight_slack
from anylength_check.strict import require
from anylength_check.weights import Columns, Tensors

Each = Callable[[Callable[[int], Any], range], Iterable[Any]]  # maps a function over numbers, in their order


class Shown(NamedTuple):
    """What inclusions under a symbol showed: how many, after how many an answer leads, by how much, and the hulls of all ranges."""

    inclusions: int
    answers: int
    margin: int
    entering: Entering
    under: Under


class Cover:
    """A proof and what its nodes are about."""

    def __init__(self, top: dict[str, Any], program: Program, net: Tensors, columns: Columns, proof: dict[str, Any]) -> None:
        self.program, self.net, self.proof, self.machine, self.encoding = program, net, proof, top["machine"], top["encoding"]
        self.words = top.get("words", {})
        self.regions: Any = (Ellipsoids if "blocks" in proof else Boxes)(top, program, net, columns, proof)
        self.epsilon, self.eta = (from_hex(proof[name], name) for name in ("epsilon", "eta"))
        self.symbols = self.encoding["base"] ** self.encoding["tapes"]

    def checked(self, each: Each = map) -> Checked:
        """All checks of the proof, or Refused. `each` maps a function over the symbols."""
        require(self.epsilon >= 0 and self.eta > 0, "epsilon is negative or eta is not positive")
        start, held = self.start(), f"nodes: {len(self.proof['nodes'])}, all reached; inclusions"
        shown = [one for one in each(self.under, range(self.symbols)) if one]
        steps, answers = sum(one.inclusions for one in shown), sum(one.answers for one in shown)
        require(answers > 0, "no step has an answer, so there is nothing to check")
        coarser = [name for name in self.proof["formats"] if name != "float32"]  # of such a format all errors are larger
        for name in coarser or self.proof["formats"]:
            entering = start
            for one in shown:  # a state before any step may come from a step under any symbol
                entering = wider_entering(entering, one.entering)
            require_covered(name, self.program, self.net, self.epsilon, self.eta, entering, [one.under for one in shown])
        return Checked(held, steps, f", of {self.regions.words} each", answers, min(one.margin for one in shown))

    def under(self, symbol: int) -> Shown | None:
        """Checks all nodes under a symbol. None where no node goes on."""
        leaf, shown = encoded(self.encoding, symbol), None
        points = self.regions.points(leaf)
        step, answer = (fixed(self.regions.rule, self.program, which, points) for which in (1, 2))
        for number in range(len(self.proof["nodes"])):
            for piece in self.regions.pieces(number, symbol) if self.goes_on(number, symbol) else ():
                one = self.node((number, symbol, piece), leaf, step, answer)
                shown = wider_shown(shown, one) if shown else one
        return shown

    def start(self) -> Entering:
        """The start node has the machine's start state, and in its box the start state's values; it leads to all other nodes."""
        numbers, first, nodes = self.program.start(self.net), self.proof["start"], self.proof["nodes"]
        slacks = [max([0, *(weight_slack(w, FORMATS[form]) for form in self.proof["formats"])]) for w in numbers]
        state = [((w << WEIGHT_SHIFT) - slack, (w << WEIGHT_SHIFT) + slack) for w, slack in zip(numbers, slacks, strict=True)]
        require(nodes[first]["state"] == self.machine["start"], "the start node is not of the machine's start state")
        depth, waiting = {first: 0}, [first]  # the steps of the shortest word to each node
        for number in waiting:
            fresh = [after for after in nodes[number]["next"] if after >= 0 and after not in depth]
            depth.update((after, depth[number] + 1) for after in fresh)
            waiting += dict.fromkeys(fresh)
        require(len(depth) == len(nodes), "a node is not reached from the start node")
        ends = [depth[number] for number, node in enumerate(nodes) if -1 in node["next"]]
        require(min(ends, default=STEPS) >= self.words.get("steps", 0), "a node that lacks a next node is met too early")
        require(not nodes[first].get("automaton", 0), "the start node is not of the automaton's start state")
        reason = f"the start node's {self.regions.name} does not contain the values of the start state"
        return self.regions.entered(self.regions.points(state), first, None, reason)

    def goes_on(self, number: int, symbol: int) -> bool:
        """Whether a node has a next node under a symbol. Where the claim has an automaton, both follow it."""
        node, nodes = self.proof["nodes"][number], self.proof["nodes"]
        after = node["next"][symbol]
        if "automaton" in self.words:
            expected = self.words["automaton"][node["automaton"]][symbol]
            found = nodes[after]["automaton"] if after >= 0 else -1
            require(found == expected, f"node {number} under symbol {symbol} does not follow the automaton")
        return after != -1

    def node(self, edge: Edge, leaf: Box, fixed_in_step: Values, fixed_in_answer: Values) -> Shown:
        """Checks a piece of a node under a symbol, given what this fixes in a step and its answer."""
        number, symbol, _ = edge
        program, node, regions = self.program, self.proof["nodes"][number], self.regions
        where, after = f"node {number} under symbol {symbol}", node["next"][symbol]
        follows = self.proof["nodes"][after]["state"] == self.machine["delta"][node["state"]][symbol]
        require(follows, f"{where} goes to node {after}, which is of another machine state than the machine's next")
        step = run(regions.rule, program, 1, fixed_in_step | regions.cut(edge))
        state = regions.widened(step[program.after], self.epsilon)  # R, not clipped
        entering = regions.entered(state, after, edge, f"{where} leaves the {regions.name} of node {after}")
        answer = run(regions.rule, program, 2, fixed_in_answer, state)
        right = self.machine["output"][node["state"]][symbol]
        # where the machine has no output, every answer will do
        margin = self.margin(right, answer[program.features]) if right >= 0 else UNIT << 300
        require(margin >= self.eta, f"{where}: the machine's output does not lead by eta")
        self.act(edge, where, state, answer[program.features])
        return Shown(
            1, int(right >= 0), margin, entering, Under(leaf, regions.ranges(step), entering.states, regions.ranges(answer))
        )

    def margin(self, right: int, features: Any) -> int:
        """A lower bound of the lead of the right output."""
        return self.regions.least(differences(self.program.read_out(self.net), right), features)

    def act(self, edge: Edge, where: str, state: Any, features: Any) -> None:
        """A net without stacks does nothing beside."""


def wider(a: Box, b: Box) -> Box:
    """The hull of two boxes."""
    return a if a is b else [(x if x < u else u, y if y > v else v) for (x, y), (u, v) in zip(a, b, strict=True)]


def wider_ranges(a: Ranges, b: Ranges) -> Ranges:
    """The hulls of the ranges of the same values."""
    return {number: wider(box, b[number]) for number, box in a.items()}


def wider_entering(a: Entering, b: Entering) -> Entering:
    """The hulls of both."""
    return Entering(wider(a.states, b.states), wider_ranges(a.values, b.values))


def wider_shown(a: Shown, b: Shown) -> Shown:
    """What both showed, under the same symbol."""
    step, answer = wider_ranges(a.under.step, b.under.step), wider_ranges(a.under.answer, b.under.answer)
    entering = wider_entering(a.entering, b.entering)
    under = Under(a.under.symbol, step, entering.states, answer)
    return Shown(a.inclusions + b.inclusions, a.answers + b.answers, min(a.margin, b.margin), entering, under)
