"""Inference of a machine with stacks from words and their answers: the fewest states first, by backtracking.

A word is followed until it needs a rule that is not there. All rules are tried in turn, those first that change nothing. What a
rule answers is read off the words. Where a word contradicts the rules, those that it used are to blame, and the search goes back to
the last of them. Only words that contradicted something or needed a rule are followed again, short ones first.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, product

import numpy as np
from numpy.typing import NDArray

from anylength.rules.stack_machines import BOTTOM, FREE, KEEP, POP, Rule, StackMachine, Tops, push

BUDGET = 200_000
"""Most rules that are tried. Those of `anbn` take some hundreds, those of `reverse` in base 10 some thousands."""

MOST_STATES = 4
"""Most states; more were never found within the budget."""

Context = tuple[int, int, Tops]
"""A state, a symbol and the tops."""


@dataclass(frozen=True)
class SeenWord:
    """A word and what is known of its steps.

    Attributes:
        symbols: The symbols.
        targets: The answer at each step, or `FREE`.
        actions: At each step what a net did with each stack: `KEEP`, `POP`, or any push as `push(1)`; None where nobody looked.
    """

    symbols: tuple[int, ...]
    targets: tuple[int, ...]
    actions: tuple[tuple[int, ...], ...] | None = None


def beginnings(
    words: NDArray[np.integer], targets: NDArray[np.integer], actions: NDArray[np.integer] | None = None
) -> set[SeenWord]:
    """Words `[B, T]` with their targets `[B, T]` and actions `[B, T, K]`, each up to every step that has an answer."""
    seen = set[SeenWord]()
    for row, (word, said) in enumerate(zip(words.tolist(), targets.tolist(), strict=True)):
        acted = None if actions is None else tuple(map(tuple, actions[row].tolist()))
        for end in range(1, len(word) + 1):
            if said[end - 1] != FREE:
                seen.add(SeenWord(tuple(word[:end]), tuple(said[:end]), acted and acted[:end]))
    return seen


class _OutOfBudgetError(Exception):
    pass


def infer_stacks(words: Iterable[SeenWord], *, symbols: int, stacks: int = 1) -> StackMachine | None:
    """A machine with the fewest states that answers all words right, and acts as they say; None where the search finds none.

    Rules that no word needs are None.
    """
    shortest_first = sorted(words, key=lambda seen: (len(seen.symbols), seen.symbols))
    try:
        for states in range(1, MOST_STATES + 1):
            search = _Search(shortest_first, symbols, stacks, states)
            if search.solve(0) is None:
                return search.machine()
    except _OutOfBudgetError:
        pass
    return None


class _Search:
    """Backjumping: states and letters are numbered in the order of their first use, and `solve` returns whom to blame."""

    def __init__(self, words: Sequence[SeenWord], symbols: int, stacks: int, states: int) -> None:
        self.words, self.symbols, self.stacks, self.states, self.letters = words, symbols, stacks, states, symbols + 1
        self.rules: dict[Context, tuple[int, tuple[int, ...]]] = {}
        self.outputs: dict[Context, tuple[int, frozenset[Context]]] = {}
        self.followed: list[SeenWord] = []
        self.tried = 0

    def solve(self, at: int) -> frozenset[Context] | None:
        """Follows the words from number `at` on. None where all agree, else the rules that cannot all be right."""
        known = len(self.outputs)
        for place in count(at):
            if place == len(self.followed):
                found = next((seen for seen in self.words if self.follow(seen) is not None), None)
                if found is None:
                    return None
                self.followed.append(found)
            met = self.follow(self.followed[place])
            if met is not None:
                blame = met if isinstance(met, frozenset) else self.decide(*met, place)
                if blame is not None:
                    for context in list(self.outputs)[known:]:
                        del self.outputs[context]
                return blame
        raise AssertionError("unreachable")

    def decide(self, context: Context, acted: tuple[int, ...] | None, place: int) -> frozenset[Context] | None:
        """Tries all rules of a context."""
        blame = frozenset[Context]()
        for rule in self.options(context, acted):
            self.tried += 1
            if self.tried > BUDGET:
                raise _OutOfBudgetError
            self.rules[context] = rule
            found = self.solve(place)
            if found is None:
                return None
            del self.rules[context]
            if context not in found:
                return found
            blame |= found - {context}
        return blame

    def options(self, context: Context, acted: tuple[int, ...] | None) -> Iterator[tuple[int, tuple[int, ...]]]:
        """All rules of a context, but only one state or letter that no rule uses yet."""
        met = 1 + max((after for after, _ in self.rules.values()), default=0)
        states = sorted(range(min(max(met, context[0] + 1) + 1, self.states)), key=lambda state: state != context[0])
        choices = []
        for k in range(self.stacks):
            used = max((actions[k] - 1 for _, actions in self.rules.values()), default=0)
            pushes = [push(letter) for letter in range(1, min(max(used, 0) + 1, self.letters) + 1)]
            all_actions = [KEEP, POP, *pushes] if context[2][k] != BOTTOM else [KEEP, *pushes]
            allowed = [action for action in all_actions if acted is None or min(action, push(1)) == acted[k]]
            choices.append(allowed)
        for actions in product(*choices):
            for after in states:
                yield after, actions

    def follow(self, seen: SeenWord) -> frozenset[Context] | tuple[Context, tuple[int, ...] | None] | None:
        """Follows a word: None where it agrees with the rules, the rules that it contradicts, or the context that has no rule."""
        state, stacks, used = 0, [[] for _ in range(self.stacks)], set[Context]()
        for step, (symbol, target) in enumerate(zip(seen.symbols, seen.targets, strict=True)):
            context = state, symbol, tuple(stack[-1] if stack else BOTTOM for stack in stacks)
            acted = None if seen.actions is None else seen.actions[step]
            if context not in self.rules:
                return context, acted
            used.add(context)
            state, actions = self.rules[context]
            if acted is not None and tuple(min(action, push(1)) for action in actions) != acted:
                return frozenset(used)
            if target != FREE:
                output, reason = self.outputs.setdefault(context, (target, frozenset(used)))
                if output != target:
                    return reason | used
            for stack, action in zip(stacks, actions, strict=True):
                if action == POP:
                    del stack[-1:]
                elif action > POP:
                    stack.append(action - 1)
        return None

    def machine(self) -> StackMachine:
        """The machine of the rules that were found."""
        letters = max(1, *(action for _, actions in self.rules.values() for action in actions))
        shape = StackMachine(self.symbols, letters, self.stacks, 0, ((None,) * (self.symbols * letters**self.stacks),))
        rows: list[list[Rule | None]] = [[None] * len(shape.rules[0]) for _ in range(self.states)]
        for (state, symbol, tops), (after, actions) in self.rules.items():
            rows[state][shape.column(symbol, tops)] = Rule(after, actions, self.outputs.get((state, symbol, tops), (FREE,))[0])
        return StackMachine(self.symbols, letters, self.stacks, 0, tuple(map(tuple, rows)))
