"""Each language of the subregular suite is in its class, and in none of the smaller classes. Classes are decided on its semigroup.

The semigroup of a language holds the maps of states that the words of one letter or more make in its DFA.
"""

import itertools
from functools import cache

import pytest

from anylength.rules import NAMED_TASKS, SUITES, Machine
from docs.figures.tables.suites import dfa_states

Map = tuple[int, ...]

TIER, ALL = (0, 1), (0, 1, 2, 3)
"""The letters a and b, and all letters."""

CLASSES = {
    "sl": {"LT", "LTT", "B1", "SF"},
    "cosl": {"LT", "LTT", "B1", "SF"},
    "tsl": {"SF"},
    "sp": {"PT", "B1", "SF"},
    "cosp": {"PT", "B1", "SF"},
    "lt": {"LT", "LTT", "B1", "SF"},
    "ltt": {"LTT", "B1", "SF"},
    "pt": {"PT", "B1", "SF"},
    "plt": {"B1", "SF"},
    "sf": {"SF"},
}
"""The classes that each language is in. B1, dot-depth one, is PLT."""

ON_THE_TIER = {"tsl": {"LT", "LTT", "B1", "SF"}, "sf": {"SF"}}
"""The same for the words of a and b alone. So `tsl` is local on its tier, and `sf` is not even piecewise local."""


def then(first: Map, second: Map) -> Map:
    return tuple(second[q] for q in first)


class Semigroup:
    """All maps that the words over some letters make."""

    def __init__(self, machine: Machine, letters: tuple[int, ...]) -> None:
        generators = [tuple(row[letter] for row in machine.delta) for letter in letters]
        self.elements, new = set(generators), set(generators)
        while new:
            new = {then(one, generator) for one in new for generator in generators} - self.elements
            self.elements |= new
        self.idempotents = {each for each in self.elements if then(each, each) == each}
        self.identity = tuple(range(machine.states))

    def between(self, first: Map, last: Map) -> set[Map]:
        """All products first s last."""
        return {then(then(first, each), last) for each in self.elements}

    def power(self, each: Map) -> Map:
        """The idempotent power."""
        result = each
        while then(result, result) != result:
            result = then(result, each)
        return result

    def is_aperiodic(self) -> bool:
        """Star-free (Schützenberger 1965)."""
        return all(then(self.power(each), each) == self.power(each) for each in self.elements)

    def is_locally_testable(self) -> bool:
        """Brzozowski and Simon 1973; McNaughton 1974: e S e is idempotent and commutative."""
        local = [self.between(e, e) for e in self.idempotents]
        return all(then(s, s) == s and then(s, t) == then(t, s) for part in local for s in part for t in part)

    def is_locally_threshold_testable(self) -> bool:
        """Thérien and Weiss 1985: aperiodic, and e x f y e z f = e z f y e x f."""
        for e, f in itertools.product(self.idempotents, repeat=2):
            there, back = self.between(e, f), self.between(f, e)
            for x, z in itertools.combinations(there, 2):
                if any(then(then(x, y), z) != then(then(z, y), x) for y in back):
                    return False
        return self.is_aperiodic()

    def is_piecewise_testable(self) -> bool:
        """Simon 1975: no two elements of the monoid generate the same two-sided ideal."""
        monoid = self.elements | {self.identity}
        ideals = {frozenset(then(then(one, each), other) for one in monoid for other in monoid) for each in monoid}
        return len(ideals) == len(monoid)

    def is_of_dot_depth_one(self) -> bool:
        """Knast 1983: (e p f q e)* e p f s e (e r f s e)* = (e p f q e)* (e r f s e)*, where * is the idempotent power."""
        for e, f in itertools.product(self.idempotents, repeat=2):
            there, back = self.between(e, f), self.between(f, e)
            for p, q, r, s in itertools.product(there, back, there, back):
                left, right = self.power(then(p, q)), self.power(then(r, s))
                if then(then(left, then(p, s)), right) != then(left, right):
                    return False
        return True

    def classes(self) -> set[str]:
        """The classes whose condition the semigroup meets."""
        conditions = {
            "LT": self.is_locally_testable,
            "LTT": self.is_locally_threshold_testable,
            "PT": self.is_piecewise_testable,
            "B1": self.is_of_dot_depth_one,
            "SF": self.is_aperiodic,
        }
        return {name for name, condition in conditions.items() if condition()}


@cache
def machine_of(name: str) -> Machine:
    return NAMED_TASKS[f"subregular-{name}"].make().machine


def test_the_suite_has_the_ten_classes():
    assert [task.name for task in SUITES["subregular"].tasks] == [f"subregular-{name}" for name in CLASSES]


@pytest.mark.parametrize("name", CLASSES)
def test_a_language_is_in_its_class_and_in_no_smaller_one(name):
    machine = machine_of(name)
    assert dfa_states(machine) == machine.states  # so the maps of its states are its semigroup
    assert Semigroup(machine, ALL).classes() == CLASSES[name]


@pytest.mark.parametrize("name", ON_THE_TIER)
def test_without_the_ignored_letters_a_language_is_as_local_as_its_class_says(name):
    assert Semigroup(machine_of(name), TIER).classes() == ON_THE_TIER[name]


def test_parity_is_not_star_free():
    assert Semigroup(NAMED_TASKS["parity-bits"].make().machine, TIER).classes() == set()


@pytest.mark.parametrize(("name", "width", "dead"), [("sl", 2, 0), ("cosl", 3, 1)])
def test_a_strictly_local_language_depends_on_the_last_letters_until_it_is_decided(name, width, dead):
    machine = machine_of(name)
    final = {q for q in range(machine.states) if set(machine.delta[q]) == {q}}
    assert {machine.output[q][0] for q in final} == {dead}
    for word in itertools.product(ALL, repeat=width - 1):
        reached = set()
        for state in set(range(machine.states)) - final:
            for letter in word:
                state = machine.delta[state][letter]
            reached.add(state)
        assert len(reached - final) <= 1


@pytest.mark.parametrize(("name", "kept"), [("sp", 1), ("cosp", 0)])
def test_a_strictly_piecewise_language_loses_no_word_when_a_letter_is_left_out(name, kept):
    machine = machine_of(name)
    for word in itertools.product(ALL, repeat=6):
        if machine.run(word)[-1] == kept:
            assert all(machine.run([*word[:at], *word[at + 1 :]])[-1] == kept for at in range(6))
