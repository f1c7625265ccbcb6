"""Covers of a net with stacks: a node for what the controller's state may be, and a box for each letter of each stack.

A step reads the symbol and the top of each stack, and its gates act on these. If every gate is decided, then a stack only ever
holds vectors as they were pushed, so what is read is in the box of the letter that the machine has there. Which letters may be on
top at a node, `met_tops` finds; a step is checked for each of them. By the induction of `cover` over the word, with the stacks of
the machine beside those of the net, every answer is right, however deep the stacks become.
"""

from collections.abc import Iterable
from typing import Any

from anylength_check.certificate import read_letters
from anylength_check.cover import Cover, Shown, wider_shown
from anylength_check.dyadic import UNIT
from anylength_check.program import Program, fixed
from anylength_check.regions import Edge
from anylength_check.rounded import encoded
from anylength_check.strict import require
from anylength_check.weights import Columns, Tensors

TOPS_LIMIT = 1 << 22  # steps that are followed to find what may lie on top: some ten seconds; a count in base 36 takes 2,000,000


class Stacks(Cover):
    """A proof of a net with stacks: a node under a symbol has a step for each combination of letters that may lie on top there."""

    def __init__(self, top: dict[str, Any], program: Program, net: Tensors, columns: Columns, proof: dict[str, Any]) -> None:
        super().__init__(top, program, net, columns, proof)
        self.letters = read_letters(top, program, proof)
        self.met = met_tops(self.machine, proof, self.symbols)

    def under(self, symbol: int) -> Shown | None:
        """Checks all nodes under a symbol, with all tops that may be met there."""
        shown, one_hot = None, encoded(self.encoding, symbol)
        anything = one_hot + [wider_hull(rows) for boxes in self.letters for rows in zip(*boxes, strict=True)]
        for tops in sorted(set().union(*self.met)):
            leaf = one_hot + [row for boxes, letter in zip(self.letters, tops, strict=True) for row in boxes[letter]]
            step, answer = (fixed(self.regions.rule, self.program, which, leaf) for which in (1, 2))
            for number, met in enumerate(self.met):
                if tops in met:
                    one = self.node((number, column(self.machine, self.symbols, symbol, tops), 0), anything, step, answer)
                    shown = wider_shown(shown, one) if shown else one
        return shown

    def act(self, edge: Edge, where: str, state: Any, features: Any) -> None:
        """Each gate is decided as the machine acts, and what is pushed lies in the box of its letter."""
        number, at, _ = edge
        actions = self.machine["actions"][self.proof["nodes"][number]["state"]][at]
        width, weights = self.program.stacks().width, self.program.gates(self.net)
        pushes, rows = state[len(state) - width * len(actions) :], []
        for k, action in enumerate(actions):
            rows.append(toward(weights[2 * k], action > 1))
            if action <= 1:
                rows.append(toward(weights[2 * k + 1], action == 1))
                continue
            inside = zip(pushes[k * width : (k + 1) * width], self.letters[k][action - 1], strict=True)
            held = all(least <= low and high <= most for (low, high), (least, most) in inside)
            require(held, f"{where} pushes what is not in the box of letter {action - 1}")
        decided = self.regions.least(rows, features) >= UNIT // 2 + self.eta
        require(decided, f"{where}: a gate is not decided by eta")


def toward(row: list[int], is_open: bool) -> list[int]:
    """The weights of a gate's number, or of minus this number where the gate is to be closed."""
    return row if is_open else [-w for w in row]


def column(machine: dict[str, Any], symbols: int, symbol: int, tops: tuple[int, ...]) -> int:
    """The column of a symbol and the letters on top."""
    number = 0
    for letter in reversed(tops):
        number = number * machine["letters"] + letter
    return number * symbols + symbol


def met_tops(machine: dict[str, Any], proof: dict[str, Any], symbols: int) -> list[set[tuple[int, ...]]]:
    """For each node the letters that may lie on top of the stacks there: a least set that holds the start and all steps from it.

    What lies below a letter was on top when this was pushed, so a pop shows one of those letters. Below the bottom is the bottom.
    Where more is found to lie below a letter, the steps that take it away are followed again.
    """
    nodes, stacks = proof["nodes"], len(machine["actions"][0][0])
    met: list[set[tuple[int, ...]]] = [set() for _ in nodes]
    below: list[dict[int, set[int]]] = [{0: {0}} for _ in range(stacks)]
    popped: list[dict[int, dict[tuple[int, tuple[int, ...]], None]]] = [{} for _ in range(stacks)]
    met[proof["start"]].add((0,) * stacks)
    waiting, followed = [(proof["start"], (0,) * stacks)], 0
    for number, tops in waiting:
        for symbol in range(symbols):
            at = column(machine, symbols, symbol, tops)
            after, actions = nodes[number]["next"][at], machine["actions"][nodes[number]["state"]][at]
            require(after >= 0, f"node {number} has no next node in column {at}, which a word may lead to")
            shows: list[tuple[int, ...]] = [()]
            for top, action, under, again in zip(tops, actions, below, popped, strict=True):
                if action > 1 and top not in under.setdefault(action - 1, set()):
                    under[action - 1].add(top)
                    waiting += again.get(action - 1, ())
                if action == 1:
                    again.setdefault(top, {})[number, tops] = None
                seen = {top} if action == 0 else under[top] if action == 1 else {action - 1}
                shows = [(*start, letter) for start in shows for letter in sorted(seen)]
            followed += len(shows)
            require(len(waiting) + followed <= TOPS_LIMIT, f"there are more than {TOPS_LIMIT} steps to letters on top")
            waiting += [(after, shown) for shown in shows if shown not in met[after]]
            met[after].update(shows)
    return met


def wider_hull(intervals: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """The hull of intervals."""
    lows, highs = zip(*intervals, strict=True)
    return min(lows), max(highs)
