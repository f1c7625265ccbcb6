"""Machines with stacks: deterministic pushdown transducers with K stacks, which see the top of each. Standard library only.

A `StackMachine` is checked at construction and immutable. `graph` finds what it may meet: a least fixed point over its states and
the letters that may lie on top, in which the letters below a letter are those that were on top when it was pushed.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from numbers import Integral
from typing import Any, NamedTuple

from anylength.rules.machines import Machine

KEEP, POP = 0, 1
"""Actions on a stack: leave it, or take the top away (of an empty stack, nothing). To push letter g is g + 1."""

BOTTOM = 0
"""What is seen on top of an empty stack. Letters are 1, 2, …"""

FREE = -1
"""The output of a step whose answer is not graded."""

MAX_STATES, MAX_COLUMNS, MAX_STACKS = 1_024, 65_536, 8
"""Most states, symbols times combinations of tops, and stacks."""

Tops = tuple[int, ...]
Step = Callable[[Any, int, Tops], tuple[Hashable, Sequence[int], int]]
"""(state, symbol, tops) → (next state, an action for each stack, output class or `FREE`)."""


def push(letter: int) -> int:
    """The action that puts this letter on a stack."""
    return letter + 1


class Rule(NamedTuple):
    """What a machine does in a state under a symbol and some tops."""

    after: int
    actions: tuple[int, ...]
    output: int


@dataclass(frozen=True)
class StackMachine:
    """A deterministic transducer with K stacks of the letters 1…G−1; 0 is the bottom.

    Attributes:
        symbols: A.
        letters: G.
        stacks: K.
        start: The start state. All stacks start empty.
        rules: Q rows of A·G^K rules, at `column(symbol, tops)`; None where a word never leads.
        names: A name for each state; comparison ignores them.

    Raises:
        ValueError: A row is too short, or a rule names a state, letter or stack that does not exist.
    """

    symbols: int
    letters: int
    stacks: int
    start: int
    rules: tuple[tuple[Rule | None, ...], ...]
    names: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(self.names) or tuple(f"q{q}" for q in range(self.states)))
        columns = self.symbols * self.letters**self.stacks
        if any(len(row) != columns for row in self.rules) or not 0 <= self.start < self.states:
            raise ValueError(
                f"a machine of {self.symbols} symbols and {self.stacks} stacks needs rows of {columns} rules, and a start"
            )
        for rule in {rule for row in self.rules for rule in row if rule is not None}:
            fits = len(rule.actions) == self.stacks and all(KEEP <= action <= self.letters for action in rule.actions)
            if not (0 <= rule.after < self.states and fits and rule.output >= FREE):
                raise ValueError(f"the rule {tuple(rule)} names a state, letter, stack or output that is not there")

    @property
    def states(self) -> int:
        """Q."""
        return len(self.rules)

    @property
    def classes(self) -> int:
        """C, one more than the largest output class."""
        return 1 + max(rule.output for row in self.rules for rule in row if rule is not None)

    @property
    def completed(self) -> "StackMachine":
        """The machine with a rule everywhere: where no word leads, it does nothing, answers nothing and is in its start state."""
        nothing = Rule(self.start, (KEEP,) * self.stacks, FREE)
        rules = tuple(tuple(nothing if rule is None else rule for rule in row) for row in self.rules)
        return replace(self, rules=rules)

    def with_stacks(self, stacks: int) -> "StackMachine":
        """The machine with further stacks, which it leaves empty."""
        more = stacks - self.stacks
        columns = self.symbols * self.letters**stacks
        rows = [
            (*(rule and rule._replace(actions=(*rule.actions, *[KEEP] * more)) for rule in row), *[None] * (columns - len(row)))
            for row in self.rules
        ]
        return replace(self, stacks=stacks, rules=tuple(rows)) if more > 0 else self

    def column(self, symbol: int, tops: Tops) -> int:
        """The column of a symbol and the tops."""
        number = 0
        for top in reversed(tops):
            number = number * self.letters + top
        return number * self.symbols + symbol

    def context(self, column: int) -> tuple[int, Tops]:
        """The symbol and the tops of a column."""
        number, symbol = divmod(column, self.symbols)
        tops = []
        for _ in range(self.stacks):
            number, top = divmod(number, self.letters)
            tops.append(top)
        return symbol, tuple(tops)

    def rule(self, state: int, symbol: int, tops: Tops) -> Rule:
        """What happens in a state that a word leads to.

        Raises:
            ValueError: No word leads there.
        """
        rule = self.rules[state][self.column(symbol, tops)]
        if rule is None:
            raise ValueError(f"no word leads to state {self.names[state]} with the tops {tops} under symbol {symbol}")
        return rule

    def run(self, word: Iterable[int]) -> list[int]:
        """The outputs on a word, `FREE` where none is graded."""
        return [rule.output for _, rule in self.trace(word)]

    def trace(self, word: Iterable[int]) -> list[tuple[list[list[int]], Rule]]:
        """For each symbol of a word the stacks after it, from the bottom up, and the rule that was used."""
        state, stacks, steps = self.start, [[] for _ in range(self.stacks)], []
        for symbol in word:
            rule = self.rule(state, symbol, tuple(stack[-1] if stack else BOTTOM for stack in stacks))
            state, stacks = rule.after, [_acted(stack, action) for stack, action in zip(stacks, rule.actions, strict=True)]
            steps.append((stacks, rule))
        return steps


def _acted(stack: list[int], action: int) -> list[int]:
    if action == KEEP:
        return stack
    return stack[:-1] if action == POP else [*stack, action - 1]


class Edge(NamedTuple):
    """A step that some word may lead to."""

    node: int
    symbol: int
    tops: Tops
    rule: Rule
    after: int


@dataclass(frozen=True)
class Graph:
    """Everything that a machine may meet.

    Attributes:
        states: The machine's state at each node; node 0 is that before the first step.
        edges: All steps from one node to another, in order.
    """

    states: tuple[int, ...]
    edges: tuple[Edge, ...]


def graph(machine: StackMachine, *, fine: bool = False) -> Graph:
    """The nodes and edges that words may lead to.

    The start is a node by itself. Every other node stands for a state of the machine, or, if `fine`, for a state, actions and
    output of the step that led there.
    """
    met = Contexts(machine.stacks)
    keys: list[Hashable] = [None]
    states, edges = [machine.start], dict[tuple[int, int, Tops], Edge]()
    met.add(0, (BOTTOM,) * machine.stacks)
    while met.changed:
        met.changed = False
        for node, tops, symbol in [
            (n, t, s) for n, found in met.tops.items() for t in sorted(found) for s in range(machine.symbols)
        ]:
            rule = machine.rule(states[node], symbol, tops)
            key = rule if fine else rule.after
            if key not in keys:
                keys.append(key)
                states.append(rule.after)
            after = keys.index(key)
            edges[node, symbol, tops] = Edge(node, symbol, tops, rule, after)
            met.follow(after, tops, rule.actions)
    return Graph(tuple(states), tuple(edges[key] for key in sorted(edges)))


class Contexts:
    """The tops that may be seen at each node, and the letters that may lie below each letter of each stack."""

    def __init__(self, stacks: int) -> None:
        self.tops: dict[int, set[Tops]] = {}
        self.below: list[dict[int, set[int]]] = [{BOTTOM: {BOTTOM}} for _ in range(stacks)]
        self.changed = False

    def listed(self, symbols: int) -> list[tuple[int, Tops, int]]:
        """All nodes, tops that may be seen there, and symbols, as they are known now."""
        return [(node, tops, symbol) for node, found in self.tops.items() for tops in sorted(found) for symbol in range(symbols)]

    def add(self, node: int, tops: Tops) -> None:
        """Tops that may be seen at a node."""
        found = self.tops.setdefault(node, set())
        self.changed |= tops not in found
        found.add(tops)

    def follow(self, after: int, tops: Tops, actions: Sequence[int]) -> None:
        """What may be seen at the node after these actions."""
        new = []
        for top, action, below in zip(tops, actions, self.below, strict=True):
            if action == KEEP:
                new.append({top})
            elif action == POP:
                new.append(below[top])
            else:
                under = below.setdefault(action - 1, set())
                self.changed |= top not in under
                under.add(top)
                new.append({action - 1})
        for seen in product(*map(tuple, new)):
            self.add(after, seen)


def without_letters(machine: Machine, stacks: int) -> StackMachine:
    """A finite machine as one that leaves all its stacks empty."""
    rows = [
        tuple(Rule(after, (KEEP,) * stacks, output) for after, output in zip(*row, strict=True))
        for row in zip(machine.delta, machine.output, strict=True)
    ]
    return StackMachine(machine.symbols, 1, stacks, machine.start, tuple(rows), machine.names)


def stack_machine(step: Step, start: Hashable, *, symbols: int, letters: int, stacks: int = 1) -> StackMachine:
    """The machine of a step function, which is called once for all states, symbols and tops that a word may lead to.

    Raises:
        ValueError: The function returns no rule, an action or letter that is not there, or more than `MAX_STATES` states; or there
            are more than `MAX_COLUMNS` symbols times combinations of tops.
    """
    columns = symbols * letters**stacks
    if columns > MAX_COLUMNS or not 1 <= stacks <= MAX_STACKS:
        raise ValueError(f"at most {MAX_COLUMNS} symbols times combinations of tops on 1 to {MAX_STACKS} stacks: got {columns}")
    states: list[Hashable] = [start]
    rows: list[list[Rule | None]] = [[None] * columns]
    shape = StackMachine(symbols, letters, stacks, 0, ((None,) * columns,))
    met = Contexts(stacks)
    met.add(0, (BOTTOM,) * stacks)
    while met.changed:
        met.changed = False
        for state, tops, symbol in met.listed(symbols):
            column = shape.column(symbol, tops)
            rule = rows[state][column]
            if rule is None:
                rule = _checked(step(states[state], symbol, tops), states, rows, shape)
                rows[state][column] = rule
            met.follow(rule.after, tops, rule.actions)
    names = tuple(map(str, states))
    return StackMachine(symbols, letters, stacks, 0, tuple(map(tuple, rows)), names if len(set(names)) == len(names) else ())


def _checked(found: Any, states: list[Hashable], rows: list[list[Rule | None]], shape: StackMachine) -> Rule:
    """The rule of what a step function returned; a state that is new gets a row."""
    if not isinstance(found, tuple) or len(found) != 3:
        raise ValueError(f"a step returns (next state, actions, output): got {found!r}")
    after, actions, output = found
    if after not in states:
        if len(states) == MAX_STATES:
            raise ValueError(f"at most {MAX_STATES} states: the function reaches more")
        states.append(after)
        rows.append([None] * len(rows[0]))
    known = range(shape.letters + 1)
    if not isinstance(actions, Sequence) or len(actions) != shape.stacks or any(action not in known for action in actions):
        raise ValueError(f"actions for {shape.stacks} stacks of the letters 1 to {shape.letters - 1}: got {actions!r}")
    if not isinstance(output, Integral) or output < FREE:
        raise ValueError(f"an output class from 0 on, or FREE: got {output!r}")
    return Rule(states.index(after), tuple(map(int, actions)), int(output))
