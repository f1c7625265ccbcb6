"""A user's own machine with stacks: a file and a function that say the same are the same task, and each mistake is one line."""

import itertools
import pickle

import numpy as np
import pytest

from anylength.base import InputError
from anylength.rules import machine_file, task_named
from anylength.rules.own_tasks import from_description, from_mapping, machine_task

BRACKETS = """
name = "my-brackets"
symbols = ["(", ")", "x"]
labels = ["reject", "accept"]
letters = ["first", "more"]
start = "go"

[states.go]
x = ["go", "keep", "reject"]

[states.go."("]
empty = ["go", "push first", "reject"]
"*" = ["go", "push more", "reject"]

[states.go.")"]
first = ["go", "pop", "accept"]
more = ["go", "pop", "reject"]
"*" = ["dead", "keep", "reject"]

[states.dead]
"*" = ["dead", "keep", "reject"]
"""


def brackets(state, symbol, tops):
    """The same as a function."""
    (top,) = tops
    if state == "dead" or (symbol == ")" and top is None):
        return "dead", "keep", "reject"
    if symbol == "x":
        return "go", "keep", "reject"
    if symbol == "(":
        return "go", "push more" if top else "push first", "reject"
    return "go", "pop", "accept" if top == "first" else "reject"


FUNCTION = {"start": "go", "name": "my-brackets", "symbols": ["(", ")", "x"], "labels": ["reject", "accept"]}


@pytest.fixture
def file(tmp_path):
    """Writes a text as a TOML file; its task."""

    def read(text=BRACKETS):
        (tmp_path / "mine.toml").write_text(text)
        return machine_file(tmp_path / "mine.toml")

    return read


def same(one, other):
    return (one.memory, one.description, one.labels, one.names, one.graded) == (
        other.memory, other.description, other.labels, other.names, other.graded,
    )  # fmt: skip


def test_a_file_a_function_and_a_stored_text_are_the_same_task(file):
    task = file()
    assert task.memory is not None and task.memory.names == ("go", "dead")
    assert same(task, machine_task(brackets, **FUNCTION, letters=["first", "more"]))
    for again in (
        from_description(task.description),
        task_named("my-brackets", 3, task.description),
        pickle.loads(pickle.dumps(task)),
    ):
        assert same(again, task)


def test_the_machine_is_the_one_that_was_meant(file):
    """Accepted: brackets that are balanced, and a bracket closed last."""
    task = file()
    for word in itertools.chain.from_iterable(itertools.product(range(3), repeat=length) for length in range(1, 7)):
        depths = np.cumsum([{0: 1, 1: -1, 2: 0}[symbol] for symbol in word])
        expected = depths.min() >= 0 and depths[-1] == 0 and word[-1] == 1
        assert task.memory.run(word)[-1] == int(expected), word
        assert task.targets(np.array(word, np.uint8)[:, None])[-1, 0] == int(expected)


TWO = {
    "name": "two", "symbols": ["a", "b"], "labels": ["no", "yes"], "letters": ["x", "y"], "stacks": 2, "start": "s",
    "graded": "all",
}  # fmt: skip
ALWAYS = ["s", "keep", "keep", "no"]


def test_what_names_more_tops_goes_first():
    rules = {"*": ALWAYS, "x,*": ["s", "pop", "push y", "yes"], "x,empty": ["s", "keep", "push x", "no"]}
    machine = from_mapping(TWO | {"states": {"s": {"a": rules, "b": ["s", "push x", "keep", "no"]}}}).memory
    assert machine is not None
    assert [tuple(machine.rule(0, 0, tops)) for tops in ((0, 0), (1, 0), (1, 1), (1, 2))] == [
        (0, (0, 0), 0), (0, (0, 2), 0), (0, (1, 3), 1), (0, (1, 3), 1),
    ]  # fmt: skip


def test_two_rules_that_fit_equally_well_are_refused():
    rules = {"*": ALWAYS, "x,*": ALWAYS, "*,y": ALWAYS}
    push = ["s", "push x", "push y", "no"]
    with pytest.raises(
        InputError, match=r"one rule of 's' under a with x,y on top, got two in the machine, 'x,\*' and '\*,y': it is"
    ):
        from_mapping(TWO | {"states": {"s": {"a": rules, "b": push}}})
    one_more = rules | {"x,y": push}
    assert from_mapping(TWO | {"states": {"s": {"a": one_more, "b": push}}}).memory is not None


CLOSED = '"pop", "accept"'
REFUSALS = {
    "a rule that a word leads to is missing": (
        ('"*" = ["dead", "keep", "reject"]\n\n', "\n"),
        r"one rule of 'go' under \) with empty on top, got none in mine.toml: a word leads there; add 'empty' or '\*' = ",
    ),
    "a letter is pushed and not described": (
        ("push more", "push moer"), r"a letter to push of 'go' under \(, got 'moer' in mine.toml: .*first, more"
    ),
    "an action on a stack that is not there": (
        (CLOSED, '"pop", "keep", "accept"'), r"1 action of 'go' under \), got 2 \('pop', 'keep'\) in mine.*stacks = 2"
    ),
    "no action": ((CLOSED, '"accept"'), r"\[next state, action, output\] of 'go' under \), got \['go', 'accept'\]"),
    "an action that is none": ((CLOSED, '"popp", "accept"'), "as keep, pop or push LETTER, got 'popp' in mine.toml"),
    "an output that is none": ((CLOSED, '"pop", "acept"'), "got 'acept': did you mean 'accept'?"),
    "a state that is none": (('"go", "pop"', '"gone", "pop"'), "a known next state .*, got 'gone': did you mean 'go'?"),
    "a top that is none": (("\nfirst =", "\nfrst ="), "a known letter on top .*, got 'frst': did you mean 'first'?"),
    "tops of two stacks": (("\nfirst =", '\n"first,more" ='), r"what lies on top of 1 stacks of 'go' under \), joined by commas"),
    "a symbol that is none": (('states.go.")"', 'states.go."]"'), "a known symbol in the state 'go' of mine.toml"),
    "a start that is none": (('start = "go"', 'start = "goo"'), "a known start state in mine.toml, got 'goo'"),
    "a row that is no table": (("[states.dead]\n", "[states]\ndead = 3\n[states.more]\n"), "a table of rules for the state 'dead'"),
    "no letters": (('["first", "more"]', "[]"), "letters as a list of names"),
    "a letter twice": (('["first", "more"]', '["first", "first"]'), "letters that differ"),
    "a letter that is called empty": (('["first", "more"]', '["empty", "more"]'), "none of them empty, got 'empty'"),
    "a letter with a comma": (('["first", "more"]', '["a,b", "more"]'), r"without spaces, commas and \*"),
    "no labels": (('labels = ["reject", "accept"]\n', ""), "labels in mine.toml, got none"),
    "no stack": (("letters =", "stacks = 0\nletters ="), "stacks as a whole number from 1 to 8, got 0"),
    "a base": (("letters =", "base = 3\nletters ="), "a known key in mine.toml, got 'base'"),
    "another grading": (("letters =", 'graded = "first"\nletters ='), 'graded = "last" or "all"'),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSALS)
def test_a_mistake_is_one_line_that_says_what_where_and_what_to_do(kind, file):
    (old, new), says = REFUSALS[kind]
    assert old in BRACKETS
    with pytest.raises(InputError, match=says) as error:
        file(BRACKETS.replace(old, new))
    assert "\n" not in str(error.value)


def test_too_many_combinations_of_tops_and_too_long_a_machine_are_refused():
    letters = [f"l{number}" for number in range(40)]
    with pytest.raises(InputError, match=r"at most 65,536 symbols times combinations of tops, got 2 times 41 to the power of 3"):
        from_mapping(TWO | {"stacks": 3, "letters": letters, "states": {}})
    with pytest.raises(InputError, match=r"a machine of at most 1,000,000 characters in the weights file, got 1,000,"):
        from_mapping(TWO | {"labels": ["no", "y" * 1_000_000], "states": {"s": {"*": ALWAYS}}})


def test_states_that_no_word_leads_to_are_left_out_with_a_warning(file):
    with pytest.warns(UserWarning, match="no word leads to 'lost': left out"):
        task = file(BRACKETS + '[states.lost]\n"*" = ["lost", "keep", "reject"]\n')
    assert task.memory is not None and task.memory.names == ("go", "dead")


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (lambda q, s, tops: (q, "pop"), r"\[next state, action, output\] of 'go' under \( with empty on top, got \['go', 'pop'\]"),
        (lambda q, s, tops: None, "got None in the machine"),
        (lambda q, s, tops: ([], "keep", "reject"), "states that can be hashed, got list after the state 'go'"),
        (lambda q, s, tops: (q + "!", "keep", "reject"), "at most 1,024 states, got a function that reaches more"),
        (lambda q, s, tops: (q, "push it", "reject"), "a letter to push .*, got 'it' in the machine"),
        (lambda q, s, tops: (q, "keep", "keep", "reject"), r"1 action of .*, got 2 \('keep', 'keep'\)"),
    ],
)
def test_a_function_that_is_no_machine_is_refused_in_words(step, says):
    with pytest.raises(InputError, match=says):
        machine_task(step, **FUNCTION, letters=["first", "more"])


def test_states_of_a_function_that_look_alike_get_numbers_as_names():
    def swap(state, symbol, tops):
        return (str(state) if isinstance(state, int) else int(state)), "keep", "accept"

    task = machine_task(swap, start=1, symbols=["a"], labels=["reject", "accept"], letters=["x"])
    assert task.memory is not None and task.memory.names == ("q0", "q1")


def test_a_run_carries_the_machine_and_is_proved_without_the_file(called, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text(BRACKETS)
    assert called("train", "mine.toml", "--recipe", "constructed", "--out", "run", "--quiet").code == 0
    (tmp_path / "mine.toml").unlink()
    assert called("prove", "run").stdout.startswith("PROVED")
    assert called("check", "run/certificate.json", "--weights", "run/model.safetensors").code == 0
    assert "accept  right" in called("ask", "run", "((x)())").stdout
    assert called("stress", "run", "--limit", "40").code == 0


def test_the_command_line_tells_a_bad_file_in_one_line(called, tmp_path):
    (tmp_path / "mine.toml").write_text(BRACKETS.replace("push more", "push moer"))
    done = called("train", str(tmp_path / "mine.toml"), "--out", str(tmp_path / "run"))
    assert done.code == 2 and done.stdout == "" and len(done.stderr.splitlines()) == 1
