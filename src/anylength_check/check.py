"""The check: a certificate and a weights file in, VALID or a reason out. The default answer is "rejected".

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

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from os import PathLike
from typing import Any, NamedTuple

from anylength_check.certificate import CERTIFICATE_LIMIT, STEPS, read_certificate, require_fit
from anylength_check.dyadic import WEIGHT_SHIFT, from_hex
from anylength_check.machine import machine_lines
from anylength_check.program import Program, differences, read_program, run
from anylength_check.regions import Boxes, Edge, Ellipsoids
from anylength_check.rounded import Rounded, encoded
from anylength_check.rounding import FORMATS, Ranges, require_covered, weight_slack
from anylength_check.strict import Refused, read_file, require
from anylength_check.weights import WEIGHTS_LIMIT, Columns, Tensors, filled, read_shapes, read_tensors

WORK_LIMIT, ELLIPSOIDS_LIMIT, WORK_A_SECOND = 1 << 32, 1 << 36, 5_000_000  # multiplications; ellipsoids take time, not memory
LONG = 10  # seconds of a check that are worth a word
MOST_PROCESSES, SHARED_LIMIT = 8, 1 << 26  # bytes of a certificate that processes share out: each has a copy of all it says
KEPT_LIMIT = 1 << 21  # intervals that are kept for number formats
FORMAT_STEPS = 4  # steps that a number format takes for each symbol, about
Values = dict[int, Any]  # of intervals or forms
STORAGE = "bfloat16 and float16 mean storage: weights, states and logits are stored in them, and all arithmetic is float32."


class CheckResult(NamedTuple):
    """Valid, with the proved claim, in lines what was checked, and the machine for a reader; or not valid, with the reason."""

    valid: bool
    claim: str | None
    reason: str | None
    lines: tuple[str, ...]
    machine: tuple[str, ...] = ()


def check(
    certificate_path: str | PathLike,
    weights_path: str | PathLike,
    announce: Callable[[int], object] = lambda seconds: None,
    processes: int = 1,
) -> CheckResult:
    """Checks a certificate against a weights file; raises OSError where a file cannot be read.

    Before the long part `announce` is called with the seconds that it takes, about, and then again and again with those that are
    left. Several processes share it out.
    """
    certificate_bytes, weights_bytes = read_file(certificate_path, CERTIFICATE_LIMIT), read_file(weights_path, WEIGHTS_LIMIT)
    try:
        return _check_files(certificate_bytes, weights_bytes, announce, processes)
    except Exception as error:  # whatever goes wrong, the answer is "rejected"
        reason = str(error) if isinstance(error, Refused) else f"the checker could not finish: {type(error).__name__}"
        return CheckResult(False, None, ascii(reason)[1:-1][:500], ())


def processors() -> int:
    """How many processes a check may share out its work to."""
    return min(os.cpu_count() or 1, MOST_PROCESSES)


def announce(seconds: int) -> None:
    """Says on standard error how long a check still takes, where that is long."""
    if seconds >= LONG:
        sys.stderr.write(f"about {seconds} seconds to go\n")


def _check_files(certificate_bytes: bytes, weights_bytes: bytes, announce: Callable[[int], object], processes: int) -> CheckResult:
    """The result if the claim is proved, else Refused or any other error. The cheap checks come first."""
    top = read_certificate(certificate_bytes)
    shapes, raw = read_shapes(weights_bytes)
    program = read_program(top["program"])
    require(shapes == program.fields["tensors"], "the tensors of the weights file are not those of the program, by name and shape")
    net = read_tensors(shapes, raw, top["tensors"])
    require_fit(top, program)
    states, symbols, proofs = len(top["machine"]["delta"]), len(top["machine"]["delta"][0]), top["proofs"]
    columns = {name: filled(rows) for name, rows in net.items()}
    work = sum(work_of(program, net, columns, proof, symbols) for proof in proofs)
    limit = ELLIPSOIDS_LIMIT if all("blocks" in proof for proof in proofs) else WORK_LIMIT
    require(work <= limit, f"the proofs are too much work to check: {work} multiplications, over the limit of {limit}")
    rows = symbols * sum(program.parts[which][number].rows for which in (1, 2) for number in program.orders[which])
    require(rows <= KEPT_LIMIT or not any(proof["formats"] for proof in proofs), f"formats need {rows} ranges, over {KEPT_LIMIT}")
    is_shared = work > WORK_A_SECOND and len(certificate_bytes) <= SHARED_LIMIT and "rounding" not in top
    processes = min(processes, symbols) if is_shared else 1
    seconds, parts = work // WORK_A_SECOND // processes, symbols * len(proofs)
    announce(seconds)
    left = iter([seconds * part // parts for part in reversed(range(parts))])
    each = partial(telling, announce, left, partial(side_by_side, processes) if processes > 1 else map)
    lines = [
        f"Claim: {top['claim']}",
        "Files: the digest fits the certificate, the SHA-256 fits the tensors, every weight is a finite float32.",
        f"Machine: {states} states, {symbols} symbols. Net: {program.fields['state']} numbers in a state, "
        f"{len(program.parts[1] + program.parts[2])} operations, {program.classes} output classes.",
    ]
    kind = Rounded if "rounding" in top else Cover
    lines += [f"Proof {number}: {kind(top, program, net, columns, proof).checked(each)}" for number, proof in enumerate(proofs, 1)]
    if any(proof["formats"] not in ([], ["float32"]) for proof in proofs):
        lines.append(f"Number formats: {STORAGE}")
    return CheckResult(True, top["claim"], None, tuple(lines), machine_lines(top))


def telling(
    announce: Callable[[int], object], left: Iterator[int], each: Callable[..., Iterable[Any]], function: Callable, numbers: range
) -> Iterator[Any]:
    """What `each` gives. After each result `announce` is called with the seconds that are left."""
    for result in each(function, numbers):
        yield result
        announce(next(left))


def side_by_side(processes: int, function: Callable[[int], Any], numbers: range) -> Iterator[Any]:
    """The function's results in the order of the numbers, each computed by one of so many processes."""
    done = 0
    try:
        from concurrent.futures import ProcessPoolExecutor

        with ProcessPoolExecutor(processes) as pool:
            for done, result in enumerate(pool.map(function, numbers), 1):  # noqa: B007
                yield result
    except (ImportError, NotImplementedError, OSError):  # a system without processes, like a browser, or without room for more
        yield from map(function, numbers[done:])


def work_of(program: Program, net: Tensors, columns: Columns, proof: dict[str, Any], symbols: int) -> int:
    """The multiplications of a proof's check, about."""
    sparse, dense, n = program.work(columns), program.work(net), program.fields["state"]
    formats = symbols * len(proof["formats"]) * FORMAT_STEPS * dense
    if "steps" in proof:
        return formats + (proof["states"] + proof["steps"]) * sparse
    if "blocks" not in proof:
        return formats + symbols * len(proof["nodes"]) * sparse
    own = dense * n * (1 + proof["blocks"]) // 8 + n**3 * (3 + proof["blocks"])
    return formats + steps_of(proof, symbols) * own


def steps_of(proof: dict[str, Any], symbols: int) -> int:
    """The inclusions. A step of a sliced ellipsoid has one more for each slice."""
    nodes = [node for node in proof["nodes"] if type(node) is dict and type(node.get("weights")) is list]
    rows = [row for node in nodes for row in node["weights"] if "slices" in proof and type(row) is list and row]
    return symbols * len(proof["nodes"]) + sum(len(row) for row in rows if type(row[0]) is list)


class Cover:
    """A proof and what its nodes are about."""

    def __init__(self, top: dict[str, Any], program: Program, net: Tensors, columns: Columns, proof: dict[str, Any]) -> None:
        self.program, self.net, self.proof, self.machine, self.encoding = program, net, proof, top["machine"], top["encoding"]
        self.words = top.get("words", {})
        self.regions: Any = (Ellipsoids if "blocks" in proof else Boxes)(top, program, net, columns, proof)
        self.epsilon, self.eta = (from_hex(proof[name], name) for name in ("epsilon", "eta"))

    def checked(self, each: Callable[..., Any] = map) -> str:
        """All checks of the proof; what was checked, in words. `each` maps a function over the symbols."""
        require(self.epsilon >= 0 and self.eta > 0, "epsilon is negative or eta is not positive")
        before, kept, margins, nodes = self.start(), [], [], range(len(self.proof["nodes"]))
        for leaf, hulls, own in each(self.under, range(len(self.machine["delta"][0]))):
            if own:
                widen(before, hulls[0])  # a state before any step may come from a step under any symbol
                kept.append((leaf, [before, *hulls[1:]]))
                margins += own
        require(margins != [], "the automaton reads no word, so there is nothing to check")
        coarser = [name for name in self.proof["formats"] if name != "float32"]  # of such a format all errors are larger
        for name in coarser or self.proof["formats"]:
            require_covered(name, self.program, self.net, self.epsilon, self.eta, kept)
        formats, billionths, steps = ", ".join(self.proof["formats"]) or "none", min(margins) * 10**9 >> 352, len(margins)
        return (
            f"epsilon {self.proof['epsilon']}, eta {self.proof['eta']}; nodes: {len(nodes)}, all reached; inclusions checked: "
            f"{steps}, of {self.regions.words} each; margins checked: {steps * (self.program.classes - 1)}, the smallest "
            f"at least {billionths // 10**9}.{billionths % 10**9:09}; formats checked: {formats}."
        )

    def under(self, symbol: int) -> tuple[Any, list[Ranges], list[int]]:
        """Checks all nodes under a symbol: the symbol as the program reads it, the hulls of all ranges, and the margins."""
        leaf, step, answer, hulls = encoded(self.encoding, symbol), {}, {}, [{}, {-1: []}, {}]
        points = self.regions.points(leaf)
        going = [number for number in range(len(self.proof["nodes"])) if self.goes_on(number, symbol)]
        edges = [(number, symbol, piece) for number in going for piece in self.regions.pieces(number, symbol)]
        return leaf, hulls, [self.node(edge, points, step, answer, hulls) for edge in edges]

    def start(self) -> Ranges:
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

    def node(self, edge: Edge, leaf: Any, step: Values, answer: Values, hulls: list[Ranges]) -> int:
        """Checks a piece of a node under a symbol; the margin.

        Adds to the values of a step and its answer what the symbol fixes, to the hulls all ranges.
        """
        number, symbol, _ = edge
        program, node, regions = self.program, self.proof["nodes"][number], self.regions
        where, after = f"node {number} under symbol {symbol}", node["next"][symbol]
        follows = self.proof["nodes"][after]["state"] == self.machine["delta"][node["state"]][symbol]
        require(follows, f"{where} goes to node {after}, which is of another machine state than the machine's next")
        step.update(regions.cut(edge))
        run(regions.rule, program, 1, step, leaf, [])
        answer[-1] = regions.widened(step[program.last[1]], self.epsilon)  # R, not clipped
        before = regions.entered(answer[-1], after, edge, f"{where} leaves the {regions.name} of node {after}")
        run(regions.rule, program, 2, answer, leaf, answer[-1])
        right = self.machine["output"][node["state"]][symbol]
        margin = regions.least(differences(program.read_out(self.net), right), answer[program.last[2]])
        require(margin >= self.eta, f"{where}: the machine's output does not lead by eta")
        for hull, values in zip(hulls, (before, regions.ranges(step), regions.ranges(answer)), strict=True):
            widen(hull, values)
        return margin


def widen(hull: Ranges, values: Ranges) -> None:
    """Makes the hull hold these ranges, too."""
    for value, box in values.items():
        if hull.setdefault(value, box) is not box:  # the first one, or one that the symbol alone fixes
            hull[value] = [(a if a < c else c, b if b > d else d) for (a, b), (c, d) in zip(hull[value], box, strict=True)]
