"""Machines of other programs: each is equal to its source on all short words and on 10,000 random ones; bad files are refused."""

import itertools
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from anylength.base import InputError
from anylength.machine_formats import machine_of_object, mlregtest_words, read_named_machine
from anylength.machine_formats.aalpy_files import dot_machine
from anylength.machine_formats.att import att_machine
from anylength.machines import NamedMachine
from tests.patience import PATIENCE

FIXTURES = Path(__file__).parent / "fixtures" / "machines"

LETTERS = "abcdefghijklmnoá"
LANGUAGES: dict[str, tuple[str, Callable[[str], bool]]] = {
    "sl-no-aa": ("abcd", lambda word: "aa" not in word),
    "lt-some-ab": ("abcd", lambda word: "ab" in word),
    "sp-no-a-b": ("abcd", lambda word: not re.search("a.*b", word)),
    "zp-three-a": ("abcd", lambda word: word.count("a") % 3 == 0),
    "tsl-no-aa-on-tier": (LETTERS, lambda word: "áá" not in re.sub("[^áb]", "", word)),
}
"""For each table its alphabet, and its language stated without a machine."""

DFA = {"even": (True, {"turn": "odd", "stay": "even"}), "odd": (False, {"turn": "even", "stay": "odd"})}
MOORE = {
    "q0": ("zero", {"i1": "q1", "i2": "q0"}),
    "q1": ("one", {"i1": "q2", "i2": "q0"}),
    "q2": ("a|b", {"i1": "q0", "i2": "q2"}),
}
MEALY = {
    "s 0": {"i1": ("o1", "s-1"), "i2": ("o2", "s 0"), "i10": ("o1", "s 0")},
    "s-1": {"i1": ("o2", "s 0"), "i2": ("o2", "s-1"), "i10": ("", "s 0")},
}
MEALY["s-1"]["i10"] = ("o10", "s 0")


def words(symbols: Sequence[str], short: int, count: int = 10_000) -> Iterator[tuple[str, ...]]:
    """All words up to a length, and random ones of up to 30 symbols."""
    for length in range(1, short + 1):
        yield from itertools.product(symbols, repeat=length)
    chance = random.Random(5)
    for _ in range(count):
        yield tuple(chance.choices(symbols, k=chance.randint(1, 30)))


def answers(machine: NamedMachine, word: Sequence[str]) -> list[str]:
    number = {symbol: s for s, symbol in enumerate(machine.symbols)}
    return [machine.outputs[c] for c in machine.machine.run(number[symbol] for symbol in word)]


def accepts(machine: NamedMachine, word: Sequence[str]) -> bool:
    return answers(machine, word)[-1] == "accept"


# AT&T tables


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_table_of_mlregtest_is_its_language(name):
    alphabet, inside = LANGUAGES[name]
    machine = read_named_machine(FIXTURES / f"{name}.att")
    assert (machine.symbols, machine.outputs, machine.graded) == (tuple(sorted(alphabet)), ("reject", "accept"), "last")
    assert all(accepts(machine, word) == inside("".join(word)) for word in words(alphabet, 3 if len(alphabet) > 4 else 5))


def test_a_missing_transition_leads_to_a_state_that_rejects_for_ever():
    machine = att_machine("sink\t1\ta\ta\n1\t1\tb\tb\n1\n", "t").machine
    assert machine.names == ("sink", "1", "sink 2")
    assert machine.delta[2] == (2, 2)
    assert machine.output[2] == (0, 0)


def test_a_table_of_three_columns_is_an_acceptor_and_zero_weights_change_nothing():
    plain = att_machine("0 1 a a\n1 0 b b\n0\n", "t")
    assert att_machine("0 1 a\n\n1 0 b\n0 0.0\n", "t") == plain
    assert att_machine("0\t1\ta\ta\t0\r\n1\t0\tb\tb\t0.0\r\n0\t0\r\n", "t") == plain


def test_a_table_whose_outputs_differ_is_a_transducer():
    delay = att_machine("0 0 0 0\n0 1 1 0\n1 0 0 1\n1 1 1 1\n0\n1\n", "t")
    assert (delay.symbols, delay.outputs, delay.graded) == (("0", "1"), ("0", "1"), "all")
    assert all(answers(delay, word) == ["0", *word[:-1]] for word in words("01", 6, 1_000))


def test_an_alphabet_may_have_symbols_that_the_table_lacks():
    machine = att_machine("0 0 a a\n0\n", "t", ["b", "a"])
    assert machine.symbols == ("b", "a")
    assert [accepts(machine, word) for word in ("a", "b", "ab", "ba")] == [True, False, False, False]


def test_symbols_are_numbered_in_natural_order():
    text = "".join(f"0 0 {symbol} {symbol}\n" for symbol in ("i10", "i2", "i1", "b", "3", "12")) + "0\n"
    assert att_machine(text, "t").symbols == ("3", "12", "b", "i1", "i2", "i10")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no line"),
        ("0 1 a a\n0 0 a a\n0\n", "two transitions from state '0' on 'a'"),
        ("0 1 <eps> <eps>\n1\n", "epsilon"),
        ("0 1 <EPS> <EPS>\n1\n", "epsilon"),
        ("0 1 a @0@\n1\n0\n", "epsilon"),
        ("0 1 @_IDENTITY_SYMBOL_@ @_IDENTITY_SYMBOL_@\n1\n", "special symbol"),
        ("0 1 a a 0.5\n1\n", "line 1 .*weight|weight '0.5' in line 1"),
        ("0 1 a a\n1 3\n", "weight '3' in line 2"),
        ("0 1 a a\n1 0 b\n1\n", "3 columns in line 2"),
        ("0 1 a a 0 0\n1\n", "6 columns in line 1"),
        ("0 1 a a\n", "accepts some word"),
        ("0 1 a a\n0\n", "accepts some word"),
        ("0 0 a b\n0 1 b a\n0\n1\n", "from state '1' on 'a'"),
        ("0 0 a b\n", "state '0', which is not final"),
        ("0\n", "symbols"),
        ("0 1 a\x1b[1m a\x1b[1m\n1\n", "printable"),
        ("--\n0 1 a a\n1\n", "accepts some word"),
    ],
)
def test_a_table_that_is_no_deterministic_machine_is_refused(text, says):
    with pytest.raises(InputError, match=says) as refusal:
        att_machine(text, "t.att")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("symbols", "says"),
    [
        ([], "0 in"),
        ([f"s{i}" for i in range(5_000)], "5,000"),
        (["a", "a"], "'a' twice"),
        (["b"], "without 'a'"),
        (["a", ""], "''"),
        (["a", "x y"], "'x y'"),
    ],
)
def test_a_bad_alphabet_is_refused(symbols, says):
    with pytest.raises(InputError, match=says):
        att_machine("0 0 a a\n0\n", "t", symbols)


def test_limits_of_states_transitions_and_outputs_are_stated():
    chain = "".join(f"{q} {q + 1} a a\n" for q in range(10_000)) + "10000\n"
    with pytest.raises(InputError, match="at most 10,000 states"):
        att_machine(chain, "t")
    with pytest.raises(InputError, match="at most 262,144 transitions"):
        att_machine("".join(f"0 0 s{s} s{s}\n0 {s} t{s} t{s}\n" for s in range(1_000)) + "0\n", "t")
    with pytest.raises(InputError, match="at most 1,024 outputs"):
        att_machine("".join(f"0 0 s{s} o{s}\n" for s in range(1_025)) + "0\n", "t")
    with pytest.raises(InputError, match="at most 10,000 states"):
        att_machine("\n".join(map(str, range(10_001))), "t")
    with pytest.raises(InputError, match="at most 10,000 states"):
        dot_machine("digraph g {" + "".join(f"q{q};" for q in range(10_002)) + "}", "t")


# MLRegTest's words


def test_the_words_of_a_data_file_are_those_of_the_language():
    found = mlregtest_words(FIXTURES / "04.04.SL.2.1.0_TestSA.txt")
    assert len(found) == 6
    machine = read_named_machine(FIXTURES / "sl-no-aa.att")
    assert [accepts(machine, word) for word, _ in found] == [inside for _, inside in found] == [True, False] * 3


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "none in"),
        ("ab TRUE\n", "a word, a tab"),
        ("ab\ttrue\n", "a word, a tab"),
        ("\tTRUE\n", "a word, a tab"),
        ("ab\tTRUE\tx\n", "a word, a tab"),
        ("a" * 10_001 + "\tTRUE\n", "10,001 in line 1"),
        ("a\tTRUE\n" * 200_001, "200,001"),
    ],
)
def test_a_file_that_is_no_data_file_is_refused(tmp_path, text, says):
    path = tmp_path / "words.txt"
    path.write_text(text)
    with pytest.raises(InputError, match=says):
        mlregtest_words(path)


# AALpy


def aalpy_machines() -> dict[str, Any]:
    aalpy = pytest.importorskip("aalpy")
    return {
        "dfa": aalpy.Dfa.from_state_setup(DFA),
        "moore": aalpy.MooreMachine.from_state_setup(MOORE),
        "mealy": aalpy.MealyMachine.from_state_setup(MEALY),
    }


def same_as_aalpy(machine: NamedMachine, source: Any, short: int) -> bool:
    """Whether the machine answers as AALpy's does at every step."""
    named = {True: "accept", False: "reject"} if machine.graded == "last" else {}
    steps = {symbol: symbol for symbol in source.get_input_alphabet()}

    def expected(word: tuple[str, ...]) -> list[str]:
        source.reset_to_initial()
        outputs = [source.step(steps[symbol]) for symbol in word]
        return [named[output] if named else str(output) for output in outputs]

    return all(answers(machine, word) == expected(word) for word in words(machine.symbols, short))


@pytest.mark.parametrize("kind", ["dfa", "moore", "mealy"])
def test_a_file_of_aalpy_is_the_machine_that_it_was_written_from(kind):
    source, machine = aalpy_machines()[kind], read_named_machine(FIXTURES / f"{kind}.dot")
    assert machine.graded == ("last" if kind == "dfa" else "all")
    assert same_as_aalpy(machine, source, 5)
    assert machine_of_object(source) == machine


@pytest.mark.parametrize("kind", ["dfa", "moore", "mealy"])
def test_the_files_in_the_fixtures_are_what_aalpy_writes(kind):
    from aalpy.utils import save_automaton_to_file

    assert save_automaton_to_file(aalpy_machines()[kind], kind, "string") == (FIXTURES / f"{kind}.dot").read_text()


@pytest.mark.parametrize("kind", ["dfa", "moore", "mealy"])
def test_random_machines_of_aalpy_survive_their_file(kind):
    utils = pytest.importorskip("aalpy.utils")
    random.seed(3)
    for states in (1, 2, 7, 30):
        source = utils.generate_random_deterministic_automata(kind, states, 3, 2)
        if kind == "dfa":
            source.states[-1].is_accepting = source.initial_state.is_accepting = True
        machine = dot_machine(utils.save_automaton_to_file(source, kind, "string"), "t")
        assert machine == machine_of_object(source)
        assert machine.machine.states == states


GRAPH = 'digraph g {{\n{}\n__start0 [shape=none, label=""];\n__start0 -> s1 [label=""];\n}}\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the end in line 1"),
        ("graph g {}", "'graph g {}' in line 1"),
        (GRAPH.format('s1 [label="s1", shape=doublecircle];\ns1 -> s1 [label="a"]; // comment'), "in line 3"),
        (GRAPH.format('s1 [label="s1", shape=doublecircle]\ns1 -> s1 [label="a"];'), "in line 2"),
        (GRAPH.format("s1 [label=<b>];"), "in line 2"),
        (GRAPH.format('s1 [label="\\N"];'), "in line 2"),
        (GRAPH.format('s1 [label="s1", shape=doublecircle];\ns1 -> s2 [label="a"];'), "'s2' in t.dot"),
        (GRAPH.format('s2 [label="s2", shape=doublecircle];\ns2 -> s2 [label="a"];'), "'s1' in t.dot"),
        (GRAPH.format('s1 [label="s1"];\ns1 [label="s1"];'), "'s1' twice"),
        ('digraph g {\ns1 [label="s1"];\n}\n', "0 in t.dot"),
        (GRAPH.format('s1 [label="s1"];\n__start0 -> s1 [label=""];'), "2 in t.dot"),
        (GRAPH.format('s1 [label="s1"];\ns1 -> s1 [label="a"];'), "accepts some word"),
        (GRAPH.format('s1 [label="s1", shape=record];\ns1 -> s1 [label="a"];'), "state.output"),
        (GRAPH.format('s1 [label="s1"];\ns1 -> s1 [label="a/b/c"];'), "'a/b/c'"),
        (GRAPH.format('s1 [label="s1"];\ns2 [label="s2"];\ns1 -> s2 [label="a/b"];'), "from state 's2' on 'a'"),
        (GRAPH.format('s1 [label="s1"];\ns1 -> s1 [label="a/b"];\ns1 -> s1 [label="a/c"];'), "two transitions"),
        (GRAPH.format('s1 [label="s1", shape=doublecircle];\ns1 -> s1 [label=""];'), "''"),
        (GRAPH.format('s1 [label="s1"];') + "digraph h {}", "'digraph h {}' in line 6"),
    ],
)
def test_a_file_that_aalpy_does_not_write_is_refused(text, says):
    with pytest.raises(InputError, match=says) as refusal:
        dot_machine(text, "t.dot")
    assert "\n" not in str(refusal.value)


# Objects


def test_a_dfa_of_pythomata_is_read():
    pythomata = pytest.importorskip("pythomata")
    source = pythomata.SimpleDFA(
        {"a-even", "a-odd"}, {"a", "b", 3}, "a-even", {"a-odd"}, {"a-even": {"a": "a-odd", "b": "a-even"}, "a-odd": {"a": "a-even"}}
    )
    machine = machine_of_object(source)
    assert (machine.symbols, machine.machine.states) == (("3", "a", "b"), 3)
    value = {"3": 3, "a": "a", "b": "b"}
    assert all(accepts(machine, word) == source.accepts([value[symbol] for symbol in word]) for word in words(machine.symbols, 5))


def aalpy_state(name: str, **attributes: Any) -> SimpleNamespace:
    return SimpleNamespace(state_id=name, transitions={}, **attributes)


def of_states(*states: SimpleNamespace) -> SimpleNamespace:
    return SimpleNamespace(initial_state=states[0] if states else "s", states=list(states))


def bad_objects() -> dict[str, tuple[Any, str]]:
    two = aalpy_state("q", is_accepting=True)
    two.transitions |= {1: two, "1": two}
    many = aalpy_state("q", is_accepting=True)
    many.transitions |= {"a": [many, many]}
    silent = aalpy_state("q", output_fun={})
    silent.transitions |= {"a": silent}
    outside = of_states(aalpy_state("q", is_accepting=True))
    outside.initial_state = aalpy_state("r", is_accepting=True)
    return {
        "a number": (3, "the int"),
        "no state": (of_states(), "0 in"),
        "too many states": (of_states(*[two] * 10_001), "10,001"),
        "two symbols with one name": (of_states(two), "two named '1'"),
        "two states with one name": (of_states(aalpy_state("q", output=1), aalpy_state("q", output=2)), "two named 'q'"),
        "a list of next states": (of_states(many), "deterministic"),
        "a transition without an output": (of_states(silent), "output of each transition"),
        "a start state elsewhere": (outside, "start state"),
        "states without transitions": (of_states(SimpleNamespace(state_id="q")), "AALpy"),
    }


@pytest.mark.parametrize("name", bad_objects())
def test_an_object_that_is_no_deterministic_automaton_is_refused(name):
    automaton, says = bad_objects()[name]
    with pytest.raises(InputError, match=says):
        machine_of_object(automaton)


def test_nondeterministic_machines_of_aalpy_are_refused():
    automata = pytest.importorskip("aalpy.automata")
    state = automata.OnfsmState("q")
    state.transitions["a"] += [("x", state), ("y", state)]
    for machine in (automata.Onfsm(state, [state]), automata.Mdp.from_state_setup({"q": ("x", {"a": [("q", 1.0)]})})):
        with pytest.raises(InputError, match="deterministic"):
            machine_of_object(machine)


# Files


@pytest.mark.parametrize("name", ["machine.fst", "machine", ".att"])
def test_other_endings_are_refused(tmp_path, name):
    (tmp_path / name).write_text("0 0 a a\n0\n")
    with pytest.raises(InputError, match=r"ends in \.att or \.dot"):
        read_named_machine(tmp_path / name)


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(InputError, match="nothing at"):
        read_named_machine(tmp_path / "none.att")
    (tmp_path / "latin.att").write_bytes(b"0 0 \xe9 \xe9\n0\n")
    with pytest.raises(InputError, match="not UTF-8"):
        read_named_machine(tmp_path / "latin.att")
    with (tmp_path / "long.dot").open("wb") as file:
        file.truncate((8 << 20) + 1)
    with pytest.raises(InputError, match="at most 8 MiB"):
        read_named_machine(tmp_path / "long.dot")


# Speed

SPEED = """
import sys, time
from anylength.machine_formats import format_machine, read_named_machine
from anylength.machines import minimise
from anylength.records import MachineTable

start = time.process_time()
machine = read_named_machine(sys.argv[1])
small = minimise(machine.machine)
delta, output = list(map(list, small.delta)), list(map(list, small.output))
picture = format_machine("large", MachineTable(0, delta, output, [*small.names], [*machine.symbols], [*machine.outputs]), "dot")
print(time.process_time() - start, small.states, picture.count("->"))
"""
"""Reads a machine, minimises it and draws it. The tests' own type checks would take most of the time here."""


def att_text(states: int, symbols: int, next_state: Callable[[int, int], int]) -> str:
    lines = [f"{q}\t{next_state(q, s)}\ts{s}\ts{s}\n" for q in range(states) for s in range(symbols)]
    return "".join([*lines, f"{states - 1}\n"])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("states", "symbols", "next_state"),
    [
        (10_000, 26, lambda q, s: min(q + 1, 9_999) if s == 0 else max(q - 1, 0)),
        (10_000, 26, lambda q, s: (27 * q + 7 * s + 1) % 10_000),
        (64, 4_096, lambda q, s: (q * 31 + s) % 64),
        (512, 512, lambda q, s: (q + s) % 512),
    ],
)
def test_the_largest_machines_are_read_minimised_and_drawn(tmp_path, states, symbols, next_state):
    path = tmp_path / "large.att"
    path.write_text(att_text(states, symbols, next_state))
    done = subprocess.run([sys.executable, "-c", SPEED, str(path)], capture_output=True, text=True, check=True)
    seconds, smallest, edges = done.stdout.split()
    assert float(seconds) < PATIENCE  # measured: at most 1.0 s; work that grows with the square takes minutes
    assert 1 < int(smallest) <= states
    assert int(edges) > int(smallest)
