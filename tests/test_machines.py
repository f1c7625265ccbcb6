"""Finite transducers: construction, execution, minimisation and comparison."""

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anylength.rules import Machine, distinguishing_word, equivalent, explore, minimise, reachable

CARRY = Machine(0, ((1, 0), (1, 1)), ((1, 0), (0, 1)), ("carry", "none"))
"""n + 1 in base 2."""


@st.composite
def machines(draw: st.DrawFn, symbols: int = 2) -> Machine:
    """Any machine of up to five states with two outputs."""
    states = draw(st.integers(1, 5))
    delta = draw(st.lists(st.tuples(*[st.integers(0, states - 1)] * symbols), min_size=states, max_size=states))
    output = draw(st.lists(st.tuples(*[st.integers(0, 1)] * symbols), min_size=states, max_size=states))
    return Machine(draw(st.integers(0, states - 1)), tuple(delta), tuple(output))


def words(symbols: int, longest: int) -> Iterator[tuple[int, ...]]:
    """All words over the alphabet by length, the empty one left out."""
    for length in range(1, longest + 1):
        yield from itertools.product(range(symbols), repeat=length)


@pytest.mark.parametrize(
    ("start", "delta", "output", "names", "says"),
    [
        (0, (), (), (), "at least one state"),
        (0, ((),), ((),), (), "at least one state and one symbol"),
        (0, ((0, 0), (0,)), ((0, 0), (0, 0)), (), "rows of 2"),
        (0, ((0, 0),), ((0,),), (), "rows of 2"),
        (0, ((0, 0),), ((0, 0), (0, 0)), (), "1 rows"),
        (0, ((0, 1),), ((0, 0),), (), "outside"),
        (0, ((0, -1),), ((0, 0),), (), "outside"),
        (1, ((0, 0),), ((0, 0),), (), "outside"),
        (-1, ((0, 0),), ((0, 0),), (), "outside"),
        (0, ((0, 0),), ((0, -1),), (), "negative"),
        (0, ((0, 0),), ((0, 0),), ("a", "b"), "1 state names"),
    ],
)
def test_a_table_that_is_no_machine_is_refused(start, delta, output, names, says):
    with pytest.raises(ValueError, match=says):
        Machine(start, delta, output, names)


def test_a_machine_cannot_be_changed():
    with pytest.raises(AttributeError):
        CARRY.start = 1  # type: ignore[misc]


def test_sizes_are_read_off_the_tables():
    machine = Machine(0, ((0, 0, 0),), ((4, 0, 2),))
    assert (machine.states, machine.symbols, machine.classes) == (1, 3, 5)
    assert machine.names == ("q0",)


def test_run_and_trace_follow_the_tables_step_by_step():
    for word in words(2, 6):
        state, outputs, states = CARRY.start, [], [CARRY.start]
        for symbol in word:
            outputs.append(CARRY.output[state][symbol])
            state = CARRY.delta[state][symbol]
            states.append(state)
        assert CARRY.run(word) == outputs
        assert CARRY.trace(word) == states
    assert CARRY.run(()) == []
    assert CARRY.trace(()) == [0]


def test_the_carry_machine_adds_one_in_base_2():
    for number in range(200):
        digits = [number >> place & 1 for place in range(9)]
        assert sum(digit << place for place, digit in enumerate(CARRY.run(digits))) == number + 1


def test_names_play_no_part_in_equality():
    assert Machine(0, CARRY.delta, CARRY.output, ("a", "b")) == CARRY


def test_explore_comes_breadth_first_with_words_in_the_order_of_the_symbols():
    found = list(explore(0, (1, 0), lambda state, symbol: (2 * state + symbol) % 8))
    assert [word for _, word in found] == [(), (1,), (1, 1), (1, 0), (1, 1, 1), (1, 1, 0), (1, 0, 1), (1, 0, 0)]
    assert sorted(state for state, _ in found) == list(range(8))


@given(machines())
def test_reachable_gives_each_state_a_shortest_word(machine):
    shortest = {machine.start: 0}
    for word in words(machine.symbols, 5):
        shortest.setdefault(machine.trace(word)[-1], len(word))
    found = reachable(machine)
    assert {state: len(word) for state, word in found.items()} == shortest
    assert all(machine.trace(word)[-1] == state for state, word in found.items())


@settings(max_examples=150)
@given(machines())
def test_minimising_keeps_every_output_and_leaves_no_two_states_alike(machine):
    small = minimise(machine)
    assert all(small.run(word) == machine.run(word) for word in words(machine.symbols, 5))
    for one, other in itertools.combinations(range(small.states), 2):
        assert distinguishing_word(Machine(one, small.delta, small.output), Machine(other, small.delta, small.output)) is not None
    assert len(reachable(small)) == small.states


@pytest.mark.slow
@given(machines())
def test_minimising_twice_is_minimising_once(machine):
    small = minimise(machine)
    assert minimise(small) == small
    assert equivalent(small, machine)


def test_doubled_and_unreachable_states_disappear():
    doubled = Machine(2, ((1, 2), (3, 1), (3, 0), (1, 3), (4, 0)), ((1, 0), (0, 1), (1, 0), (0, 1), (1, 1)), tuple("abcde"))
    small = minimise(doubled)
    assert small == CARRY
    assert small.names == ("c", "d")


@given(machines(), st.randoms())
def test_renumbering_the_states_changes_nothing_about_the_smallest_machine(machine, random):
    order = list(range(machine.states))
    random.shuffle(order)
    new = {old: at for at, old in enumerate(order)}
    renumbered = Machine(
        new[machine.start],
        tuple(tuple(new[q] for q in machine.delta[old]) for old in order),
        tuple(machine.output[old] for old in order),
    )
    assert minimise(renumbered) == minimise(machine)


@settings(max_examples=200)
@given(machines(), machines())
def test_a_difference_is_a_shortest_word_and_its_last_symbol_shows_it(one, other):
    wrong = next((word for word in words(2, 6) if one.run(word) != other.run(word)), None)
    found = distinguishing_word(one, other)
    if wrong is None:
        assert found is None or len(found) > 6
    else:
        assert found is not None
        assert len(found) == len(wrong)
        assert one.run(found)[:-1] == other.run(found)[:-1]
        assert one.run(found)[-1] != other.run(found)[-1]
    assert equivalent(one, other) == (found is None)


def test_a_difference_far_away_is_found():
    chain = tuple((min(q + 1, 9), 0) for q in range(10))
    same = ((0, 0),) * 9
    late = Machine(0, chain, (*same, (1, 0)))
    assert distinguishing_word(late, Machine(0, chain, (*same, (0, 0)))) == (0,) * 10


def test_machines_over_different_alphabets_cannot_be_compared():
    with pytest.raises(ValueError, match="2 and 3 symbols"):
        distinguishing_word(CARRY, Machine(0, ((0, 0, 0),), ((0, 0, 0),)))
