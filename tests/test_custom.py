"""Users' own machines: every mistake in a file gives one clear line; a correct file gives the machine that it describes."""

import itertools
import json
import re
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anylength.base import InputError
from anylength.nets import NetConfig, to_bytes
from anylength.rules import LeastFirst, Machine, MostFirst, Task, equivalent, machine_file, reachable, task_named
from anylength.rules.machine_files import MAX_STATES, MAX_TEXT
from anylength.rules.own_tasks import from_description, from_mapping, machine_task
from anylength.training import recipe_named
from anylength.training.start import initial_state

THREES = {"*": ["a", 0], "3": ["b", 1]}
GOOD = {"name": "threes", "base": 10, "start": "a", "states": {"a": THREES, "b": THREES}}
"""Outputs 1 on every 3, 0 on every other digit."""

ADD = """
name = "my-add"
base = 10
tapes = 2
tail = 1
start = "no carry"
[states."no carry"]
"""


def row(carry: int) -> dict[str, list[str]]:
    """A row of the adder of two numbers."""
    names = ("no carry", "carry")
    pairs = itertools.product(range(10), repeat=2)
    return {f"{a},{b}": [names[(a + b + carry) // 10], str((a + b + carry) % 10)] for a, b in pairs}


MOD_SEVEN = {
    "name": "mod-7", "base": 16, "read": "most", "labels": [str(r) for r in range(7)], "start": "0",
    "states": {str(q): {d: [str((16 * q + int(d, 16)) % 7), str((16 * q + int(d, 16)) % 7)] for d in "0123456789ABCDEF"}
               for q in range(7)},
}  # fmt: skip
BY_HAND = {
    "threes": GOOD,
    "my-add": {"name": "my-add", "base": 10, "tapes": 2, "tail": 1, "start": "no carry",
               "states": {"no carry": row(0), "carry": row(1)}},
    "mod-7": MOD_SEVEN,
}  # fmt: skip


def machine(**changes: object) -> dict[str, object]:
    """A valid machine with some keys changed; a key whose value is None is removed."""
    return {key: value for key, value in {**GOOD, **changes}.items() if value is not None}


def states(*keys: str, value: object) -> dict[str, object]:
    """The valid states with some entries of state a changed."""
    a: dict[str, object] = dict(THREES)
    for key in keys:
        a[key] = value
    return {"a": a, "b": THREES}


def refused(raw: object, tmp_path: Path) -> str:
    """The one-line error for a JSON file of this content."""
    path = tmp_path / "mine.json"
    path.write_text(raw if isinstance(raw, str) else json.dumps(raw))
    return line_of(path)


def line_of(path: Path) -> str:
    """The one-line error for a file."""
    with pytest.raises(InputError) as caught:
        machine_file(path)
    line = str(caught.value)
    assert re.fullmatch(r"expected .*, got .*: .*", line), line
    assert line.isprintable()
    assert len(line) < 600
    return line


WRONG = {
    "no name": (machine(name=None), r"the key 'name' in mine\.json, got only base, start, states: add it"),
    "no base": (machine(base=None), "the key 'base'"),
    "no start": (machine(start=None), "the key 'start'"),
    "no states": (machine(states=None), "the key 'states'"),
    "nothing": ({}, "the key 'name' in mine.json, got only none"),
    "unknown key": (machine(stats={}), r"a known key in mine\.json, got 'stats': did you mean 'states'\?"),
    "a huge unknown key": (machine(**{"k" * 5000: 1}), r"\(5,000 characters\)"),
    "another format": (machine(format=2), "format 1, got format 2 in mine.json"),
    "a name with a space": (machine(name="my machine"), "small letters, digits and dashes, got 'my machine'"),
    "a name that is a number": (machine(name=7), "small letters, digits and dashes, got 7"),
    "a long name": (machine(name="a" * 41), "at most 40 small letters"),
    "a path as the name": (machine(name="../up"), "got '../up'"),
    "a summary of two lines": (machine(summary="a\nb"), r"summary as one line of text, got 'a\\nb'"),
    "a summary that is a list": (machine(summary=["a"]), "summary as one line"),
    "base 1": (machine(base=1), "base as a whole number from 2 to 36, got 1 in mine.json: write for example base = 2"),
    "base 37": (machine(base=37), "from 2 to 36, got 37"),
    "base as text": (machine(base="10"), "got '10' in mine.json"),
    "base true": (machine(base=True), "got True"),
    "base 10.0": (machine(base=10.0), r"got 10\.0"),
    "no tapes": (machine(tapes=0), "tapes as a whole number from 1 to 12, got 0"),
    "13 tapes": (machine(tapes=13, base=2), "from 1 to 12, got 13"),
    "half a tail": (machine(tail=0.5), r"tail as a whole number from 0 to 8, got 0\.5"),
    "a long tail": (machine(tail=9), "from 0 to 8, got 9"),
    "a huge tail": (machine(tail=10**4000), r"characters\)"),
    "read from the middle": (machine(read="middle"), 'read = "least" or read = "most", got \'middle\' in mine.json'),
    "read a list": (machine(read=[]), r"got \[\] in mine.json"),
    "read most with a tail": (
        machine(read="most", tail=1),
        "tail = 0 where the most .*, got tail = 1 in mine.json: leave tail out",
    ),
    "too large an alphabet": (
        machine(base=10, tapes=4),
        "at most 4,096 symbols, got 10 to the power of 4 = 10,000 .*a certificate checks every state under every symbol",
    ),
    "one label": (machine(labels=["a"]), "labels as a list of 2 to 1,024 names"),
    "1,025 labels": (machine(labels=[f"n{i}" for i in range(1025)]), "labels as a list of 2 to 1,024 names"),
    "labels as text": (machine(labels="ab"), "labels as a list"),
    "labels that are numbers": (machine(labels=[0, 1]), r"got \[0, 1\]"),
    "an empty label": (machine(labels=["", "x"]), "labels as a list"),
    "a label of two lines": (machine(labels=["a\nb", "x"]), "labels as a list"),
    "half a character as a label": (machine(labels=["\ud800", "x"]), "labels as a list"),
    "a label twice": (machine(labels=["x", "x"]), "labels that differ, got"),
    "outputs that are no labels": (machine(labels=["no", "yes"]), r"a known output \(of 'a' under \*\) in mine\.json, got '0'"),
    "start nowhere": (machine(start="aa"), r"a known start state in mine\.json, got 'aa': did you mean 'a'\?"),
    "start at a list": (machine(start=["a"]), "a known start state"),
    "states as a list": (machine(states=[]), r"states as a table of 1 to 1,024 states, got \[\]"),
    "no state": (machine(states={}), "got 0 states in mine.json"),
    "too many states": (machine(states={f"q{i}": THREES for i in range(1025)}), "got 1,025 states in mine.json"),
    "a state whose name has two lines": (machine(states={"a": THREES, "b\n": THREES}), "names are one line of text"),
    "a row that is a list": (machine(states={"a": [], "b": THREES}), r"a table of transitions for the state 'a', got \[\]"),
    "one missing transition": (
        machine(states={"a": {str(d): ["a", 0] for d in range(9)}}),
        "a transition of 'a' under every symbol, got none under '9' in mine.json: add it, or",
    ),
    "many missing transitions": (machine(states={"a": {"0": ["a", 0]}}), "none under '1', '2', '3', '4', '5', … in mine.json"),
    "an empty row": (machine(states={"a": {}}), "none under '0', '1'"),
    "a symbol twice": (machine(states=states("5", " 5", value=["a", 0])), "one transition of 'a' under 5, got two .*ambiguous"),
    "a digit in both cases": (machine(base=16, states=states("A", "a", value=["a", 0])), "under a, got two in mine.json"),
    "the others twice": (machine(states=states("* ", value=["a", 0])), r"one transition of 'a' under \*, got two"),
    "a symbol that is none": (machine(states=states("x", value=["a", 0])), "symbols '0' to '9', got 'x' in the state 'a'"),
    "two digits on one tape": (machine(states=states("3,5", value=["a", 0])), "symbols '0' to '9', got '3,5' in the state 'a'"),
    "one digit on two tapes": (
        machine(tapes=2),
        "symbols '0,0' to '9,9', got '3' in the state 'a' of mine.json: write one digit for",
    ),
    "a symbol twice on two tapes": (
        machine(tapes=2, states={"a": {"*": ["a", 0], "3,5": ["a", 1], "3, 5": ["a", 1]}}),
        "one transition of 'a' under 3,5, got two",
    ),
    "next nowhere": (machine(states=states("5", value=["bb", 0])), r"next state \(of 'a' under 5\).* got 'bb': did you mean 'b'\?"),
    "next nowhere of many": (
        machine(states={f"q{i}": {"*": ["zz", 0]} for i in range(1000)}, start="q0"),
        r"take one of q0, q1, q10, .*, …",
    ),
    "next null": (machine(states={**states("5", value=[None, 0]), "None": THREES}), "next state .*got 'NoneType None'"),
    "an unknown output": (
        machine(states=states("5", value=["a", "x"])),
        r"a known output \(of 'a' under 5\) in mine.json, got 'x'",
    ),
    "an output beyond the base": (machine(states=states("5", value=["a", 10])), "a known output .*got '10'"),
    "an output true": (machine(states=states("5", value=["a", True])), "a known output .*got 'bool True'"),
    "no output": (machine(states=states("5", value=["a"])), r"\[next state, output\] of 'a' under 5, got \['a'\] .*write both"),
    "a transition as text": (machine(states=states("5", value="a")), r"\[next state, output\] of 'a' under 5, got 'a'"),
    "a list": ([1], "a table of keys and values, got mine.json: list"),
    "a key twice": ('{"name": "a", "name": "b"}', "the key 'name' is given twice, which is ambiguous"),
    "a transition twice": ('{"states": {"a": {"5": ["a", 0], "5": ["a", 1]}}}', "the key '5' is given twice, which is ambiguous"),
    "a state twice": ('{"states": {"a": {}, "a": {}}}', "the key 'a' is given twice"),
    "no JSON": ("{", "well-formed JSON, no key given twice, got mine.json: .*line 1.*: correct the file"),
    "an empty file": ("", "well-formed JSON"),
    "JSON too deep": ("[" * 100_000, "at most 16 brackets within each other"),
    "a number too long": ('{"base": ' + "9" * 5000 + "}", "well-formed JSON"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_mistake_in_a_file_is_one_line_that_says_what_where_and_what_to_do(kind, tmp_path):
    raw, says = WRONG[kind]
    assert re.search(says, refused(raw, tmp_path))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name = ?", r"well-formed TOML, no key given twice, got mine\.toml: .*line 1"),
        ('name = "a"\nname = "b"\n', "well-formed TOML, no key given twice"),
        ('[states.a]\n5 = ["a", 0]\n5 = ["a", 1]\n', "well-formed TOML, no key given twice"),
        (f"{ADD}3.5 = [1, 2]\n", "symbols '0,0' to '9,9', got '3'"),
        (f"{ADD}'*' = {{}}\n", r"\[next state, output\] of 'no carry' under \*, got {}"),
        (f"{ADD}\nbse = 10\n", r"symbols '0,0' to '9,9', got 'bse'"),
        (f"base = 0x{'f' * 5000}\nname = 'a'\nstart = 'a'\nstates = 1\n", "integers of 64 bits, got a larger one for 'base'"),
        ("states = 2020-01-01\nname = 'a'\nstart = 'a'\nbase = 2\n", "states as a table"),
    ],
)
def test_a_mistake_in_toml_is_one_line_too(text, says, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(text)
    assert re.search(says, line_of(path))


def test_a_file_that_cannot_be_read_is_one_line(tmp_path):
    assert "a machine file, got nothing at" in line_of(tmp_path / "none.toml")
    assert "a machine file, got a folder" in line_of(tmp_path)
    (tmp_path / "bytes.json").write_bytes(b'{"name": "\xff"}')
    assert "not UTF-8 text" in line_of(tmp_path / "bytes.json")
    assert "which is no path" in line_of(Path("a\0b.json"))


def test_a_machine_that_is_too_long_to_be_kept_is_refused():
    def machine_of(letters: int) -> dict[str, object]:
        names = [f"{q:04}{'é' * letters}" for q in range(100)]
        rows = {name: {str(d): [names[(q + d) % 100], 0] for d in range(10)} for q, name in enumerate(names)}
        return {"name": "long", "base": 10, "start": names[0], "states": rows}

    with pytest.raises(InputError, match=f"at most {MAX_TEXT:,} characters in the weights file, got .*kept beside the weights"):
        from_mapping(machine_of(200))
    task = from_mapping(machine_of(90))
    net = initial_state(task, recipe_named("blog"), cell="rnn", hidden=2, seed=0).net
    written = to_bytes(net, NetConfig(task_name="long", base=10, cell="rnn", hidden=2, machine=task.description))
    assert MAX_TEXT * 0.8 < int.from_bytes(written[:8], "little") <= 1 << 20


def test_a_good_file_is_the_machine_that_was_meant(tmp_path):
    for kind, text in {
        "json": json.dumps(GOOD),
        "JSON": "\ufeff" + json.dumps(GOOD),
        "toml": """
            name = "threes"
            base = 10
            start = "a"
            [states.a]
            "*" = ["a", 0]
            3 = ["b", 1]
            [states.b]
            "*" = ["a", "0"]
            " 3 " = ["b", "1"]
        """,
    }.items():
        path = tmp_path / f"mine.{kind}"
        path.write_text(text, encoding="utf-8")
        task = machine_file(path)
        assert (task.name, task.base, task.tapes, task.labels, task.layout) == ("threes", 10, 1, None, LeastFirst(0))
        assert task.machine.run([3, 1, 3, 3, 4, 5]) == [1, 0, 1, 1, 0, 0]
        assert task.machine.names == ("a", "b")
        assert task.machine == machine_file(str(path)).machine


def test_the_star_stands_for_the_others_and_for_nothing_where_all_are_named():
    def all_named(other: str) -> dict[str, list[str]]:
        return {str(d): ["a", str(d)] for d in range(10)} | {"*": [other, "0"]}

    task = from_mapping(machine(states={"a": all_named("a")}))
    assert task.machine.run(range(10)) == list(range(10))
    with pytest.warns(UserWarning, match="no word leads to 'b'"):
        assert from_mapping(machine(states={"a": all_named("b"), "b": THREES})).machine.states == 1


def test_states_that_no_word_leads_to_are_left_out_with_a_warning(tmp_path):
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(machine(states={"island": THREES, "a": THREES, "lone": {"*": ["island", 0]}, "b": THREES})))
    with pytest.warns(UserWarning, match=r"^mine\.json: no word leads to 'island', 'lone': left out$"):
        task = machine_file(path)
    assert task.machine.names == ("a", "b")
    assert task.machine == from_mapping(GOOD).machine
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        from_description(task.description or "")


def test_names_may_be_digits_and_digits_may_be_numbers():
    rows = {"0": {"*": [1, 0]}, "1": {"*": ["0", "1"]}}
    assert from_mapping(machine(start=0, states=rows)).machine.run([0, 0, 0]) == [0, 1, 0]


def test_digits_above_nine_are_letters_in_either_case():
    rows = {"a": {"*": ["a", "0"], "F": ["a", "F"], "e": ["a", "f"]}}
    assert from_mapping(machine(base=16, states=rows)).machine.run([14, 15, 3]) == [15, 15, 0]


def test_labels_are_kept_as_they_are_written():
    rows = {"a": {"*": ["a", "No"], "5": ["a", "no"]}}
    task = from_mapping(machine(labels=["no", "No"], states=rows))
    assert task.text(task.answer(np.array([0, 1], np.uint8))) == "No"
    assert task.machine.run([5, 4]) == [0, 1]


def test_two_tapes_are_read_side_by_side():
    mine, ours = from_mapping(BY_HAND["my-add"]), task_named("add")
    assert equivalent(mine.machine, ours.machine)
    assert mine.layout == ours.layout
    rng = np.random.default_rng(0)
    numbers = tuple(rng.integers(0, 10, 12, np.uint8) for _ in range(2))
    assert mine.exact(numbers).tolist() == ours.exact(numbers).tolist()
    lopsided = from_mapping(machine(tapes=2, states={"a": {"*": ["a", 0], "3,5": ["a", 1]}}))
    assert lopsided.machine.run(lopsided.word((np.array([3, 5], np.uint8), np.array([5, 3], np.uint8))).tolist()) == [1, 0]


def test_the_most_significant_digit_may_be_read_first():
    mine, ours = from_mapping(MOD_SEVEN), task_named("remainder-7", 16)
    assert equivalent(mine.machine, ours.machine)
    assert mine.layout == MostFirst()
    number = np.random.default_rng(0).integers(0, 16, 30, np.uint8)
    assert mine.exact((number,)).tolist() == ours.exact((number,)).tolist()


def adder(carry: int, digits: tuple[int, ...]) -> tuple[int, int]:
    return divmod(sum(digits) + carry, 10)


def test_a_function_is_the_file_that_says_the_same():
    mine = machine_task(adder, start=0, name="my-add", tapes=2, tail=1)
    names = {"no carry": "0", "carry": "1"}
    rows = {
        names[q]: {s: [names[r], o] for s, (r, o) in transitions.items()} for q, transitions in BY_HAND["my-add"]["states"].items()
    }
    written = from_mapping(BY_HAND["my-add"] | {"start": "0", "states": rows})
    assert mine.description == written.description
    assert same(mine, written)


def test_a_function_is_called_once_for_every_state_and_symbol():
    calls = []

    def step(state: int, digits: tuple[int, ...]) -> tuple[int, int]:
        calls.append((state, digits))
        return adder(state, digits)

    machine_task(step, start=0, tapes=2)
    assert len(calls) == len(set(calls)) == 200


def test_outputs_of_a_function_may_be_numpys_or_truth_values_and_digits_above_nine():
    task = machine_task(lambda q, d: (q, np.int64(d[0])), start=0, base=36)
    assert task.machine.run(range(36)) == list(range(36))
    assert machine_task(lambda q, d: (q, d[0] == 5), start=0).machine.run([5, 6]) == [1, 0]
    assert machine_task(lambda q, d: (q, "odd" if d[0] % 2 else "even"), start=0, labels=("even", "odd")).machine.run([5, 6]) == [
        1,
        0,
    ]


def test_states_of_a_function_that_look_alike_get_numbers_as_names():
    def step(state: object, digits: tuple[int, ...]) -> tuple[object, int]:
        return ("1" if state == 1 else 1), int(state == 1)

    task = machine_task(step, start=1)
    assert task.machine.names == ("q0", "q1")
    assert task.machine.run([0, 0, 0]) == [1, 0, 1]
    assert machine_task(lambda q, d: ("\n", 0), start="\n").machine.names == ("q0",)


@pytest.mark.parametrize(
    ("step", "options", "says"),
    [
        (lambda q, d: (q + 1, 0), {}, "at most 1,024 states, got a function that reaches more: a finite machine must come back"),
        (lambda q, d: ((q, d), 0), {"tapes": 3}, "at most 1,024 states"),
        (lambda q, d: (q, 0), {"tapes": 0}, "tapes as a whole number from 1 to 12, got 0 in the machine"),
        (lambda q, d: (q, 0), {"tapes": 5000}, "tapes as a whole number from 1 to 12, got 5000"),
        (lambda q, d: (q, 0), {"tapes": 4}, "at most 4,096 symbols"),
        (lambda q, d: (q, 0), {"base": 37}, "base as a whole number from 2 to 36"),
        (lambda q, d: (q, 10), {}, "a known output .*got '10'"),
        (lambda q, d: (q, -1), {}, "a known output .*got '-1'"),
        (lambda q, d: (q, 0), {"labels": ("no", "yes")}, "a known output .*got '0'"),
        (lambda q, d: (q, "no"), {"labels": ()}, "labels as a list of 2 to 1,024"),
        (lambda q, d: (q, 0), {"read": "most", "tail": 1}, "tail = 0 where the most significant"),
        (lambda q, d: (q, 0), {"name": "My machine"}, "a name of at most 40 small letters"),
        (lambda q, d: q, {}, r"a function that returns \(next state, output\), got int for the state '0'"),
        (lambda q, d: ([q], 0), {}, "states that can be hashed, got list after the state '0'"),
    ],
)
def test_a_function_that_is_no_machine_is_refused_in_words(step, options, says):
    with pytest.raises(InputError, match=says):
        machine_task(step, start=0, **options)


def test_a_function_may_use_every_state_that_is_allowed():
    task = machine_task(lambda q, d: ((q + 1) % MAX_STATES, d[0]), start=0, base=2)
    assert task.machine.states == MAX_STATES


def same(one: Task, other: Task) -> bool:
    """Whether two custom tasks agree in everything that a description holds."""
    keys = ("name", "summary", "base", "tapes", "machine", "layout", "labels", "carry_chains", "description")
    return all(getattr(one, key) == getattr(other, key) for key in keys) and one.machine.names == other.machine.names


@st.composite
def machines(draw: st.DrawFn) -> dict[str, object]:
    """A random machine file whose states are all reachable."""
    base, tapes = draw(st.sampled_from([(2, 1), (2, 2), (3, 1), (5, 1), (2, 3), (12, 1)]))
    labels = draw(st.none() | st.lists(st.text("aB é*,0", min_size=1, max_size=4), min_size=2, max_size=4, unique=True))
    names = draw(st.lists(st.text("ab 0*,\"'é", max_size=5), min_size=1, max_size=5, unique=True))
    outputs = st.sampled_from(labels or list("0123456789ab"[:base]))
    symbols = [",".join("0123456789ab"[d] for d in digits) for digits in itertools.product(range(base), repeat=tapes)]
    rows = {name: {s: [draw(st.sampled_from(names)), draw(outputs)] for s in symbols} for name in names}
    for before, after in itertools.pairwise(names):
        rows[before][symbols[-1]][0] = after
    read = draw(st.sampled_from(["least", "most"]))
    tail = draw(st.integers(0, 2)) if read == "least" else 0
    keys = {"name": draw(st.from_regex(r"[a-z0-9][a-z0-9-]{0,8}", fullmatch=True)), "summary": draw(st.text("x y", max_size=9))}
    return {**keys, "base": base, "tapes": tapes, "read": read, "tail": tail, "labels": labels, "start": names[0], "states": rows}


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(machines())
def test_a_description_gives_back_the_same_task(raw):
    task = from_mapping(raw)
    again = from_description(task.description or "")
    assert same(task, again)
    assert json.loads(task.description or "")["base"] == raw["base"]
    for digits in itertools.product(range(raw["base"]), repeat=raw["tapes"]):
        symbol = sum(d * raw["base"] ** tape for tape, d in enumerate(digits))
        written = ",".join("0123456789ab"[d] for d in digits)
        for state, name in enumerate(task.machine.names):
            after, output = task.machine.step(state, symbol)
            output_name = (raw["labels"] or "0123456789ab")[output]
            assert [task.machine.names[after], output_name] == raw["states"][name][written]


@pytest.mark.parametrize("kind", BY_HAND)
def test_the_task_of_a_name_and_a_description_is_the_same(kind):
    task = from_mapping(BY_HAND[kind])
    assert same(task_named(task.name, task.base, task.description), task)


@pytest.mark.parametrize("kind", BY_HAND)
def test_a_word_gives_back_its_numbers(kind):
    task, rng = from_mapping(BY_HAND[kind]), np.random.default_rng(0)
    numbers = tuple(rng.integers(0, task.base, 9, np.uint8) for _ in range(task.tapes))
    word = task.word(numbers)
    assert len(word) == 9 + task.tail
    assert not word[9:].any()
    assert np.array_equal(task.numbers(word[:9]), numbers)


@pytest.mark.parametrize("kind", BY_HAND)
def test_the_machine_fits_the_alphabet_and_the_outputs(kind):
    task = from_mapping(BY_HAND[kind])
    assert task.machine.symbols == task.symbols
    assert task.machine.classes <= task.classes
    assert len(reachable(task.machine)) == task.machine.states


@pytest.mark.parametrize("kind", BY_HAND)
def test_data_leave_room_for_the_answer(kind):
    task = from_mapping(BY_HAND[kind])
    drawn = task.data["post"](np.random.default_rng(0), task.base)
    for side in (drawn.train, drawn.validation):
        assert side.max() == task.symbols - 1
        assert not side[:, side.shape[1] - task.tail :].any()


@pytest.mark.parametrize("kind", BY_HAND)
def test_stress_inputs_take_every_transition(kind):
    task = from_mapping(BY_HAND[kind])
    taken = set()
    for family in task.stress(np.random.default_rng(0), task.base, 20):
        for column, length in zip(family.symbols.T, family.lengths, strict=True):
            word = column[: length + task.tail].tolist()
            taken |= set(zip(task.machine.trace(word), word, strict=False))
    assert taken == set(itertools.product(range(task.machine.states), range(task.symbols)))


def test_exact_is_the_machines_own_answer():
    task = from_mapping(GOOD)
    assert isinstance(task.machine, Machine)
    assert task.exact((np.array([3, 4, 3], np.uint8),)).tolist() == [1, 0, 1]


RUN = """
name = "any-three"
summary = "has there been a 3?"
base = 4
labels = ["no", "yes"]
start = "not yet"

[states."not yet"]
"*" = ["not yet", "no"]
3 = ["seen", "yes"]

[states.seen]
"*" = ["seen", "yes"]
"""


@pytest.fixture(scope="module")
def own_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run on a user's own machine. Its machine file has been deleted."""
    from anylength.cli.main import main

    folder = tmp_path_factory.mktemp("own")
    source = folder / "mine.toml"
    source.write_text(RUN)
    out = folder / "run"
    assert main(["train", str(source), "--recipe", "certified", "--epochs", "1", "--out", str(out), "--quiet"]) in (0, 3)
    source.unlink()
    return out


def test_a_run_carries_the_machine(own_run):
    config = json.loads((own_run / "config.json").read_bytes())
    assert (config["task"], config["base"]) == ("any-three", 4)
    assert from_description(config["machine"]).machine.run([0, 3, 0]) == [0, 1, 1]
    assert same(machine_file(own_run / "config.json"), from_description(config["machine"]))


@pytest.mark.slow
def test_ask_stress_and_prove_need_no_machine_file(own_run, called):
    asked = called("ask", str(own_run), "0123", "0", "--json")
    assert (asked.code, asked.stderr) == (0, "")
    assert set(json.loads(asked.stdout)["answers"]) <= {"no", "yes"}
    stressed = called("stress", str(own_run), "--limit", "20", "--json")
    assert stressed.stderr == ""
    assert (stressed.code, json.loads(stressed.stdout)["limit"]) == (0, 20)
    proved = called("prove", str(own_run), "--budget", "2", "--json")
    verdict = json.loads(proved.stdout)["verdict"]
    assert proved.code == {"PROVED": 0, "REFUTED": 1}.get(verdict, 3)
    if verdict == "PROVED":
        checked = called("check", str(own_run / "certificate.json"), "--weights", str(own_run / "model.safetensors"))
        assert checked.code == 0
    assert called("ask", str(own_run), "4").code == 2


@pytest.mark.slow
def test_a_half_written_run_names_a_command_that_finishes_it_without_the_file(called, tmp_path, monkeypatch):
    from anylength.experiments.options import TrainOptions
    from anylength.experiments.train import train

    monkeypatch.chdir(tmp_path)
    Path("mine.toml").write_text(RUN)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(TrainOptions(recipe="blog", task="mine.toml", hidden=2, epochs=2, seed=5), Path("run"), progress=stop)
    Path("mine.toml").unlink()
    told = called("ask", "run", "1").stderr
    command = told.split("finish it with: anylength ")[1].split()
    assert command[:2] == ["train", "run/config.json"]
    assert called(*command, "--quiet").code == 0
    assert called("ask", "run", "1").code == 0


def test_a_run_goes_on_with_the_same_machine_and_refuses_another(own_run, called, tmp_path):
    options = ["--recipe", "certified", "--epochs", "1", "--out", str(own_run), "--resume", "--quiet"]
    source = tmp_path / "mine.toml"
    source.write_text(RUN)
    assert called("train", str(source), *options).code in (0, 3)
    source.write_text(RUN.replace('3 = ["seen"', '2 = ["seen"'))
    other = called("train", str(source), *options)
    assert (other.code, other.stdout, other.stderr.count("\n")) == (2, "", 1)


def test_the_command_line_tells_a_bad_file_in_one_line(called, tmp_path):
    source = tmp_path / "mine.toml"
    source.write_text(RUN.replace('"*" = ["seen", "yes"]', ""))
    found = called("train", str(source), "--out", str(tmp_path / "run"))
    assert (found.code, found.stdout, found.stderr.count("\n")) == (2, "", 1)
    assert "a transition of 'seen' under every symbol, got none under '0', '1', '2', '3' in mine.toml" in found.stderr
    assert not (tmp_path / "run").exists()
