"""Machines with stacks: what they refuse, what `graph` finds, and that each named one does what a plain rule says."""

import itertools
import re

import numpy as np
import pytest

from anylength.rules import (
    FREE,
    IGNORE_INDEX,
    KEEP,
    POP,
    Rule,
    StackMachine,
    graph,
    push,
    stack_machine,
    targets,
    task_named,
    walk,
    without_letters,
)
from anylength.rules.stack_tasks import (
    MACHINES,
    anbn_machine,
    anbncn_machine,
    bucket_sort_machine,
    count_natural_machine,
    duplicate_machine,
    dyck_machine,
    read_turing,
    reverse_machine,
    stack_manipulation_machine,
    turing_machine,
)

EVERY = {
    "anbn": anbn_machine(), "anbncn": anbncn_machine(), "dyck-2": dyck_machine(2), "reverse": reverse_machine(2),
    "count-natural": count_natural_machine(2), "duplicate": duplicate_machine(2),
    "stack-manipulation": stack_manipulation_machine(),
}  # fmt: skip
every_machine = pytest.mark.parametrize("machine", EVERY.values(), ids=EVERY)


def words_up_to(symbols: int, length: int) -> list[tuple[int, ...]]:
    """All words of this length; their beginnings are all shorter ones."""
    return list(itertools.product(range(symbols), repeat=length))


@every_machine
def test_contexts_and_columns_are_inverses(machine):
    found = [machine.context(column) for column in range(len(machine.rules[0]))]
    assert [machine.column(symbol, tops) for symbol, tops in found] == list(range(len(found)))
    assert len(set(found)) == machine.symbols * machine.letters**machine.stacks


@every_machine
@pytest.mark.parametrize("deep", [False, True])
def test_a_graph_holds_every_step_of_long_words(machine, deep):
    found = graph(machine)
    edges = {(found.states[edge.node], edge.symbol, edge.tops, edge.rule) for edge in found.edges}
    for word in walk(machine, np.random.default_rng(1), 200, 20, deep=deep).T.tolist():
        state, tops = machine.start, (0,) * machine.stacks
        for symbol, (stacks, rule) in zip(word, machine.trace(word)):
            assert (state, symbol, tops, rule) in edges
            state, tops = rule.after, tuple(stack[-1] if stack else 0 for stack in stacks)


@pytest.mark.parametrize("fine", [False, True])
def test_a_graph_holds_no_step_that_no_word_leads_to(fine):
    machine = anbn_machine()
    found, met = graph(machine, fine=fine), set()
    for word in words_up_to(2, 7):
        before, tops = None, (0,)
        for symbol, (stacks, rule) in zip(word, machine.trace(word)):
            met.add((before, symbol, tops, rule))
            before, tops = rule if fine else rule.after, tuple(stack[-1] if stack else 0 for stack in stacks)
    named = {0: None} | {edge.after: edge.rule if fine else edge.rule.after for edge in found.edges}
    assert {(named[edge.node], edge.symbol, edge.tops, edge.rule) for edge in found.edges} == met
    assert len(found.edges) == len(met)


def test_a_letter_is_seen_only_above_what_it_was_pushed_on():
    """Letter 2 is pushed on letter 1 alone, so a pop of it never shows the bottom."""

    def step(state, symbol, tops):
        if symbol:
            return "s", [POP], 0
        return "s", [push(2 if tops[0] else 1)], 0

    machine = stack_machine(step, "s", symbols=2, letters=4)
    assert {edge.tops for edge in graph(machine).edges} == {(0,), (1,), (2,)}
    assert machine.rules[0][machine.column(0, (3,))] is None
    with pytest.raises(ValueError, match=re.escape("no word leads to state s with the tops (3,) under symbol 0")):
        machine.rule(0, 0, (3,))
    assert machine.completed.rule(0, 0, (3,)) == Rule(0, (KEEP,), FREE)


def test_a_pop_of_an_empty_stack_does_nothing():
    machine = stack_machine(lambda _, symbol, tops: ("s", [[POP, push(1)][symbol]], tops[0]), "s", symbols=2, letters=2)
    assert [stacks for stacks, _ in machine.trace([0, 1, 1, 0, 0, 0])] == [[[]], [[1]], [[1, 1]], [[1]], [[]], [[]]]
    assert machine.run([0, 1, 1, 0, 0, 0]) == [0, 0, 1, 1, 1, 0]


@every_machine
def test_further_stacks_stay_empty_and_change_nothing(machine):
    more = machine.with_stacks(machine.stacks + 1)
    assert (more.stacks, more.with_stacks(1), machine.with_stacks(machine.stacks)) == (machine.stacks + 1, more, machine)
    for word in walk(machine, np.random.default_rng(2), 40, 20).T.tolist():
        trace = more.trace(word)
        assert [rule.output for _, rule in trace] == machine.run(word)
        assert [stacks[:-1] for stacks, _ in trace] == [stacks for stacks, _ in machine.trace(word)]
        assert all(stacks[-1] == [] for stacks, _ in trace)


def test_a_finite_machine_is_one_that_leaves_its_stacks_empty():
    machine = task_named("count", 3).machine
    stacked = without_letters(machine, 2)
    assert (stacked.letters, stacked.stacks, stacked.names) == (1, 2, machine.names)
    for word in words_up_to(machine.symbols, 5):
        trace, state = stacked.trace(word), machine.start
        for symbol, (stacks, rule) in zip(word, trace):
            assert (rule.output, stacks) == (machine.output[state][symbol], [[], []])
            state = machine.delta[state][symbol]


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda *_: ("s", [KEEP]), "a step returns (next state, actions, output)"),
        (lambda *_: None, "a step returns (next state, actions, output)"),
        (lambda *_: ("s", [KEEP, KEEP], 0), "actions for 1 stacks of the letters 1 to 1: got [0, 0]"),
        (lambda *_: ("s", [push(2)], 0), "actions for 1 stacks of the letters 1 to 1: got [3]"),
        (lambda *_: ("s", [-1], 0), "actions for 1 stacks of the letters 1 to 1: got [-1]"),
        (lambda *_: ("s", KEEP, 0), "actions for 1 stacks of the letters 1 to 1: got 0"),
        (lambda *_: ("s", ["pop"], 0), "actions for 1 stacks of the letters 1 to 1: got ['pop']"),
        (lambda *_: ("s", [KEEP], -2), "an output class from 0 on, or FREE: got -2"),
        (lambda *_: ("s", [KEEP], None), "an output class from 0 on, or FREE: got None"),
        (lambda state, *_: (state + "x", [KEEP], 0), "at most 1024 states: the function reaches more"),
    ],
)
def test_a_bad_step_function_is_named_in_one_line(made, message):
    with pytest.raises(ValueError, match=re.escape(message)) as caught:
        stack_machine(made, "s", symbols=1, letters=2)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("shape", [{"symbols": 2, "letters": 256, "stacks": 2}, {"symbols": 1, "letters": 1, "stacks": 9},
                                   {"symbols": 1, "letters": 1, "stacks": 0}])  # fmt: skip
def test_too_many_columns_or_stacks_are_refused(shape):
    with pytest.raises(ValueError, match="at most 65536 symbols times combinations of tops on 1 to 8 stacks"):
        stack_machine(lambda *_: ("s", [KEEP] * shape["stacks"], 0), "s", **shape)


@pytest.mark.parametrize(
    ("start", "rows", "message"),
    [
        (1, ((Rule(0, (KEEP,), 0),) * 2,), "needs rows of 2 rules, and a start"),
        (0, ((Rule(0, (KEEP,), 0),),), "needs rows of 2 rules, and a start"),
        (0, ((Rule(1, (KEEP,), 0), None),), "the rule (1, (0,), 0) names"),
        (0, ((Rule(0, (KEEP, KEEP), 0), None),), "the rule (0, (0, 0), 0) names"),
        (0, ((Rule(0, (push(2),), 0), None),), "the rule (0, (3,), 0) names"),
        (0, ((Rule(0, (KEEP,), -2), None),), "the rule (0, (0,), -2) names"),
    ],
)
def test_a_machine_that_does_not_fit_is_refused(start, rows, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        StackMachine(1, 2, 1, start, rows)


def is_anbn(text: str) -> bool:
    """aⁿbⁿ."""
    return len(text) > 0 and text == "a" * (len(text) // 2) + "b" * (len(text) // 2)


def is_anbncn(text: str) -> bool:
    """aⁿbⁿcⁿ."""
    third = len(text) // 3
    return third > 0 and text == "a" * third + "b" * third + "c" * third


def is_balanced(text: str) -> bool:
    """Whether nothing is left when pairs that touch are taken away, and x."""
    text, before = text.replace("x", ""), None
    while before != text:
        before = text
        for pair in ("[]", "{}", "()"):
            text = text.replace(pair, "")
    return text == ""


LANGUAGES = {
    "anbn": ("ab", is_anbn, anbn_machine(), 11), "anbncn": ("abc", is_anbncn, anbncn_machine(), 7),
    "dyck-1": ("[]", is_balanced, dyck_machine(1), 11), "dyck-2": ("[]{}", is_balanced, dyck_machine(2), 6),
    "dyck-3": ("[]{}()", is_balanced, dyck_machine(3), 4), "json-brackets": ("[]{}x", is_balanced, dyck_machine(2, others=1), 5),
}  # fmt: skip


@pytest.mark.parametrize(("alphabet", "rule", "machine", "length"), LANGUAGES.values(), ids=LANGUAGES)
def test_the_acceptors_say_what_a_plain_rule_says(alphabet, rule, machine, length):
    words = [*words_up_to(len(alphabet), length), *walk(machine, np.random.default_rng(3), 60, 20, deep=True).T.tolist()]
    right = {}
    for word in words:
        text = "".join(alphabet[symbol] for symbol in word)
        for end, output in enumerate(machine.run(word), 1):
            if text[:end] not in right:
                right[text[:end]] = rule(text[:end])
            assert output == right[text[:end]], text[:end]
    assert len(set(right.values())) == 2


@pytest.mark.parametrize("name", ["anbn", "anbncn", "dyck-1", "dyck-2", "dyck-3", "json-brackets"])
def test_a_named_acceptor_has_this_machine(name):
    assert task_named(name).memory == LANGUAGES[name][2]


ARITHMETIC = {
    (name, base): (task_named(name, base), make(base))
    for name, make in (("reverse", reverse_machine), ("duplicate", duplicate_machine), ("count-natural", count_natural_machine))
    for base in (2, 10)
} | {
    (name, size): (task_named(name), machine)
    for name, size, machine in (
        ("stack-manipulation", 2, stack_manipulation_machine()),
        ("reverse-string", 2, reverse_machine(2)),
        ("bucket-sort", 5, bucket_sort_machine(5)),
    )
}  # fmt: skip


@pytest.mark.parametrize(("task", "machine"), ARITHMETIC.values(), ids=map(str, ARITHMETIC))
def test_a_machine_agrees_with_the_arithmetic_of_its_task_on_any_word(task, machine):
    rng, graded = np.random.default_rng(4), 0
    for length in (*range(1, 13), 30):
        words = rng.integers(0, machine.symbols, (length, 1_000)).astype(np.uint16)
        words = np.concatenate([words, np.sort(words, axis=0)], axis=1)
        right, found = task.scored(words), targets(machine, words)
        both = found != IGNORE_INDEX
        assert np.array_equal(found[both], right[both])
        assert np.array_equal(
            found.T[:50], [[IGNORE_INDEX if x == FREE else x for x in machine.run(w)] for w in words.T[:50].tolist()]
        )
        graded += both.sum()
    assert graded > 100


@pytest.mark.parametrize(("task", "machine"), ARITHMETIC.values(), ids=map(str, ARITHMETIC))
def test_on_inputs_of_the_task_a_machine_answers_at_the_same_steps(task, machine):
    words = np.asarray(task.data["post"](np.random.default_rng(5), task.base).train[:2_000]).T
    right = task.scored(words)
    assert np.array_equal(targets(machine, words), right)
    assert ((right != IGNORE_INDEX).sum(axis=0) > 0).all()


def plain_turing(code: str, steps: int):
    """Steps of a Turing machine on an empty tape: the tape by places, the place of the head, and whether it has halted."""
    rows, tape, head, state = code.split("_"), {}, 0, "A"
    for _ in range(steps):
        if state != "Z":
            rule = rows[ord(state) - 65][3 * tape.get(head, 0) :][:3]
            tape[head], state = int(rule[0]), rule[2]
            head += 1 if rule[1] == "R" else -1
        yield tape, head, state == "Z"


@pytest.mark.parametrize(("name", "steps"), [("bb2", 6), ("bb3", 21), ("bb4", 107), ("bb5", None)])
def test_busy_beavers_halt_after_their_steps_with_the_tape_of_a_plain_simulator(name, steps):
    machine = turing_machine(read_turing(MACHINES[name], name))
    outputs, total = machine.run([0] * 3_000), 3_000
    assert outputs == [0] * (steps or total) + [1] * (total - (steps or total))
    until = min(steps or total, 1_000)
    pairs = zip(machine.trace([0] * until), plain_turing(MACHINES[name], until), strict=True)
    for number, ((stacks, _), (tape, head, halted)) in enumerate(pairs, 1):
        assert halted == (number == steps)
        left = [tape.get(place, 0) for place in range(min([*tape, head]), head)]
        right = [tape.get(place, 0) for place in range(max([*tape, head]), head, -1)]
        assert [trimmed([letter - 1 for letter in stack]) for stack in stacks] == [trimmed(left), trimmed(right)]


def trimmed(cells: list[int]) -> list[int]:
    """Cells of a tape without the blanks at the far end."""
    return cells[next((at for at, cell in enumerate(cells) if cell), len(cells)) :]
