"""Black boxes: right functions pass every test and none proves them, wrong ones are refuted by inputs that they answer wrongly."""

import itertools
import random
import re
import runpy
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from anylength import black_box
from anylength.base import InputError
from anylength.black_boxes.codec import Codec
from anylength.black_boxes.conformance import levels
from anylength.black_boxes.sources import Coverage, conformance_inputs
from anylength.black_boxes.system import BATCH_SIZE
from anylength.lengths import ask, stress
from anylength.records import BlackBoxVerdict, Stress, Verdict
from anylength.rules import Machine, MostFirst, Task, distinguishing_word, equivalent, from_text, minimise, task_named
from anylength.rules.own_tasks import machine_task
from tests.by_hand import counting_net
from tests.selection import thorough

EXAMPLE = Path(__file__).parents[1] / "examples" / "black-box.py"

CALLS = 120

SHORT = 10
"""Digits of the longest inputs, so that they are soon drawn."""


@pytest.fixture(autouse=True)
def few_words(monkeypatch):
    """A hypothesis is believed after fewer words than usual."""
    for name, size in {"CONFORMANCE_WORDS": 250, "RANDOM_WORDS": 40}.items():
        monkeypatch.setattr(f"anylength.black_boxes.learn.{name}", size)


def right(task: Task) -> Callable[..., str]:
    """The function that does a task rightly."""

    def answer(*numbers: str) -> str:
        digits = [from_text(number, task.base) for number in numbers]
        steps = max(map(len, digits))
        return task.text(task.exact(tuple(np.pad(number, (0, steps - len(number))) for number in digits)))

    return answer


def counter(number: str) -> str:
    return str(int(number) + 1)


def floating(number: str) -> str:
    return str(int(float(number)) + 1)


def forgetful(number: str) -> str:
    """A carry comes no further than three places."""
    return number[:-3] + str(int(number[-3:]) + 1).zfill(3)[-3:]


def delay() -> Task:
    """A machine for which zeros in front count: each digit is said one step after it was read."""
    return machine_task(lambda before, digits: (digits[0], before), start=2, base=3, name="delay")


TASKS = {
    "count": task_named("count"),
    "decrement": task_named("decrement", 4),
    "subtract": task_named("subtract", 3),
    "compare": task_named("compare", 3),
    "parity": task_named("parity"),
    "multiply-3": task_named("multiply-3", 16),
    "divide-7": task_named("divide-7"),
    "remainder-7": task_named("remainder-7"),
    "delay": delay(),
    "count-natural": task_named("count-natural"),
    "reverse": task_named("reverse"),
    "multiply": task_named("multiply", 4),
}


@pytest.mark.parametrize("task", thorough(TASKS.values(), quick=3), ids=TASKS)
def test_a_right_function_is_not_refuted_and_that_is_said_to_be_no_proof(task):
    found = black_box(right(task), task).refute(calls=CALLS, limit=SHORT)
    assert (found.verdict, found.mistake, found.counterexample) == ("NOT REFUTED", None, None)
    assert found.reason.endswith("that is no proof")
    assert 0 < found.queries <= CALLS
    assert found.longest_query >= 10
    assert found.exhaustive_up_to >= (task.tapes == 1)


@pytest.mark.parametrize("name", thorough(["subtract", "compare", "divide-7", "delay", "reverse"], quick=2))
def test_a_right_function_answers_every_stress_input(name):
    task = TASKS[name]
    found = black_box(right(task), task).stress(20, calls=200)
    assert isinstance(found, Stress)
    assert found.horizon is None
    assert all(family.numbers.right == family.numbers.tried > 0 for family in found.families)
    assert all(family.digits.right == family.digits.tried > 0 for family in found.families)
    shares = [share for point in found.curve for share in (point.random, point.worst, point.random_digits) if share is not None]
    assert all(share.value == 1 for share in shares)
    assert [point.length for point in found.curve][-1] == found.limit == 20


@pytest.mark.parametrize("name", thorough(["count", "subtract", "compare", "divide-7", "remainder-7", "delay", "reverse"], quick=2))
def test_the_machine_of_a_right_function_is_the_tasks_or_there_is_none(name):
    task = TASKS[name]
    found = black_box(right(task), task).learn(calls=5000)
    if task.transducer is None:
        assert found.machine is None
        assert (found.extraction.status, found.extraction.equivalent) == ("not applicable", None)
        assert task.name in found.extraction.note
    else:
        assert found.machine is not None
        assert equivalent(found.machine, task.machine)
        assert (found.extraction.status, found.extraction.equivalent) == ("tested", True)
        assert found.extraction.states == minimise(task.machine).states
        assert re.search(r"learned from [\d,]+ questions is the task's .*: that is evidence, not proof$", found.extraction.note)


def test_zeros_in_front_are_asked_only_where_they_count():
    def asked(task: Task) -> set[str]:
        seen: set[str] = set()
        function = right(task)
        black_box(lambda number: (seen.add(number), function(number))[1], task).refute(calls=120, limit=SHORT)
        return {number for number in seen if number.startswith("0") and number != "0"}

    assert not asked(task_named("count"))
    assert not asked(task_named("divide-7"))
    assert asked(task_named("reverse"))
    assert asked(delay())


def test_the_numbers_on_two_tapes_are_written_each_by_itself():
    seen: set[tuple[str, str]] = set()
    add = right(task_named("add"))
    black_box(lambda a, b: (seen.add((a, b)), add(a, b))[1], "add").refute(calls=150, limit=SHORT)
    assert all(not number.startswith("0") or number == "0" for pair in seen for number in pair)
    assert any(len(a) != len(b) for a, b in seen)


# Wrong functions


def test_a_float_counter_is_refuted_where_floats_end():
    box = black_box(floating, "count")
    found = box.refute(calls=2000, limit=20)
    assert found.mistake is not None
    (number,) = found.counterexample
    assert (found.verdict, len(number)) == ("REFUTED", 16)
    assert floating(number) == found.mistake.answer != found.mistake.expected == counter(number)
    assert box.stress(20, calls=100).horizon == 15
    learned = box.learn(calls=2000)
    assert (learned.machine, learned.extraction.status) == (None, "not applicable")
    assert "depends on digits that are read after it" in learned.extraction.note


def test_a_carry_that_is_dropped_is_found_by_all_three():
    box = black_box(forgetful, "count")
    found = box.refute(calls=3000, limit=SHORT)
    assert (found.verdict, found.counterexample, found.shortest_confirmed) == ("REFUTED", ["999"], True)
    assert "no shorter input is answered wrongly" in found.reason
    tested = box.stress(12, calls=300)
    assert tested.horizon == 2
    assert tested.shortest_mistake is not None
    assert tested.shortest_mistake.numbers == ["999"]
    learned = box.learn(calls=5000)
    assert learned.machine is not None
    assert (learned.extraction.states, learned.extraction.equivalent, learned.extraction.net_is_wrong) == (4, False, True)
    assert learned.extraction.difference == found.mistake
    for word in itertools.product(range(10), repeat=3):
        number = "".join(map(str, reversed(word)))
        assert learned.machine.run(word) == from_text(forgetful(number).zfill(3)).tolist()[:3]


@pytest.mark.parametrize("seed", range(2))
def test_a_wrong_input_becomes_a_shortest_one(seed):
    found = black_box(lambda n: "0" if "7" in n and "77" in n.replace("8", "") else counter(n), "count").refute(
        calls=3000, limit=SHORT, seed=seed
    )
    assert (found.counterexample, found.shortest_confirmed, found.exhaustive_up_to in (0, 1)) == (["77"], True, True)


def test_a_long_wrong_input_is_shortened_as_far_as_leaving_digits_out_goes():
    found = black_box(lambda n: "1" if len(n) > 50 and "3" in n[-9:] else counter(n), "count").refute(calls=2000)
    assert found.counterexample is not None
    (number,) = found.counterexample
    assert (len(number), found.shortest_confirmed) == (51, False)
    assert number[1:].count("0") >= 49
    assert "the shortest that was found" in found.reason


@pytest.mark.parametrize(
    ("said", "words"),
    [("twelve", "'twelve' is not a possible answer"), ("", "'' is not"), ("1\n", "not a"), ("-5", "not a"), ("1a", "not a")],
)
def test_text_that_is_no_number_is_a_wrong_answer(said, words):
    box = black_box(lambda number: said if number == "12" else counter(number), "count")
    found = box.refute(calls=2000, limit=SHORT)
    assert found.mistake is not None
    assert (found.counterexample, found.mistake.answer, found.mistake.expected) == (["12"], said, "13")
    assert words in found.reason
    learned = box.learn(calls=200)
    assert learned.extraction.status == "not applicable"
    assert "'12'" in learned.extraction.note


def test_the_digits_of_an_answer_that_is_no_number_are_all_wrong():
    box = black_box(lambda number: "many" if len(number) == 3 else counter(number), "count")
    tested = box.stress(3, calls=100)
    assert tested.curve[-1].random_digits.right == tested.curve[-1].random.right == 0
    assert any(family.shortest_mistake for family in tested.families)
    assert all(family.digits.right < family.digits.tried for family in tested.families if family.shortest_mistake)


def test_an_answer_that_grows_is_wrong_and_its_record_stays_small():
    found = black_box(lambda number: number * 10_000, "divide-3").refute(calls=100, limit=SHORT)
    assert found.verdict == "REFUTED"
    learned = black_box(lambda number: number * 2, "divide-3").learn(calls=100)
    assert "more digits than a machine can output" in learned.extraction.note
    gibberish = black_box(lambda number: "x" * 1_000_000, "count").refute(calls=100, limit=SHORT)
    assert len(gibberish.to_json()) < 3_000


def test_zeros_in_front_of_an_answer_and_large_letters_do_not_matter_and_the_label_does():
    hexadecimal = black_box(lambda number: "00" + f"{int(number, 16) + 1:X}", "count", base=16)
    assert hexadecimal.refute(calls=CALLS, limit=SHORT).verdict == "NOT REFUTED"
    parity = right(task_named("parity"))
    assert black_box(parity, "parity").refute(calls=CALLS, limit=SHORT).verdict == "NOT REFUTED"
    found = black_box(lambda number: parity(number).upper(), "parity").refute(calls=CALLS, limit=SHORT)
    assert (found.counterexample, found.mistake.answer, found.mistake.expected) == (["0"], "EVEN", "even")


def test_too_many_states_and_too_small_a_budget_are_said():
    squared = black_box(lambda number: str(int(number) ** 2), "count").learn(calls=20_000)
    assert (squared.extraction.status, squared.extraction.equivalent) == ("unfinished", None)
    assert "more than 64 states" in squared.extraction.note
    cut = black_box(counter, "count").learn(calls=30)
    assert (cut.extraction.status, cut.extraction.equivalent) == ("unfinished", None)
    assert "the budget was spent" in cut.extraction.note
    none = black_box(counter, "count").learn(calls=3)
    assert (none.machine, none.extraction.status) == (None, "unfinished")


def test_a_function_that_wavers_is_said_to_be_not_deterministic():
    answers = itertools.cycle([1, 1, 1, 1, 1, 1, 2])
    box = black_box(lambda number: str(int(number) + next(answers)), "count")
    found = box.refute(calls=500, limit=SHORT)
    assert found.verdict == "NOT DETERMINISTIC"
    assert found.mistake is not None
    assert "asked again" in found.reason
    assert "not deterministic" in box.learn(calls=500).extraction.note
    both = itertools.cycle(["0", "00001", "5"])
    always = black_box(lambda number: next(both) if number == "999" else counter(number), "count").refute(calls=3000, limit=SHORT)
    assert always.verdict == "REFUTED"
    assert "it is not deterministic" in always.reason


# What a function must be


def test_what_it_raises_ends_the_test_and_names_the_input():
    def raising(number: str) -> str:
        if number == "12":
            raise RuntimeError("rate limit\nreached")
        return counter(number)

    box = black_box(raising, "count")
    for test in (lambda: box.refute(calls=2000, limit=SHORT), lambda: box.stress(3), lambda: box.learn(calls=2000)):
        with pytest.raises(InputError, match=r"an answer to '12', got RuntimeError: 'rate limit reached': fix") as caught:
            test()
        assert isinstance(caught.value.__cause__, RuntimeError)


@pytest.mark.parametrize(("said", "words"), [(13, "int '13'"), (None, "NoneType"), (b"13", "bytes"), (["1"], "list")])
def test_anything_but_text_is_refused(said, words):
    with pytest.raises(InputError, match=rf"a function that returns text, got {words}.* for '0'"):
        black_box(lambda number: said, "count").refute(calls=10, limit=SHORT)


@pytest.mark.parametrize(("said", "got"), [([], "got 0"), (("1",) * 300, "got 300"), ("1", "got str"), (None, "got NoneType")])
def test_a_batch_must_be_answered_whole(said, got):
    with pytest.raises(InputError, match=rf"a list of \d+ answers, {got}"):
        black_box(lambda numbers: said, "count", batch=True).refute(calls=100, limit=SHORT)


def test_bad_calls_are_told(monkeypatch):
    with pytest.raises(InputError, match="a known task, got 'cuont': did you mean 'count'"):
        black_box(counter, "cuont")
    with pytest.raises(InputError, match="a base from 2 to 36"):
        black_box(counter, "count", base=1)
    with pytest.raises(InputError, match="a function, got str"):
        black_box("counter", "count")  # type: ignore[arg-type]
    box = black_box(counter, "count")
    for bad in (0, -1, float("nan")):
        with pytest.raises(InputError, match="a budget of more than 0 seconds"):
            box.refute(bad)
    with pytest.raises(InputError, match="1 call or more"):
        box.learn(calls=0)
    with pytest.raises(InputError, match=r"calls or more for this limit, got 50: pass more calls, or a smaller limit"):
        box.stress(200, calls=50)
    with pytest.raises(InputError, match="a limit of 3"):
        box.stress(2)
    monkeypatch.delitem(sys.modules, "anylength.black_boxes.aalpy_learner", raising=False)
    for name in ("aalpy", "aalpy.base", "aalpy.learning_algs"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(InputError, match=r"AALpy.*pip install '\.\[learn\]'"):
        box.learn(calls=10)


# Budgets and batches


@pytest.mark.parametrize("batch", [False, True])
def test_no_more_inputs_are_asked_than_allowed(batch):
    asked: list[str] = []

    def many(numbers: list[str]) -> list[str]:
        asked.extend(numbers)
        assert 1 <= len(numbers) <= BATCH_SIZE
        return [counter(number) for number in numbers]

    box = black_box(many if batch else lambda number: many([number])[0], "count", batch=batch)
    for calls in (1, 7, 120):
        asked.clear()
        found = box.refute(calls=calls, limit=SHORT)
        assert found.queries == len(asked) <= calls
        assert len(asked) == len(set(asked))
        asked.clear()
        box.learn(calls=calls)
        assert len(asked) <= calls
    asked.clear()
    box.stress(20, calls=100)
    assert len(asked) <= 100


def test_batches_come_to_the_same_as_single_calls():
    task = task_named("add", 3)
    one = right(task)
    many = black_box(lambda a, b: [one(*pair) for pair in zip(a, b, strict=True)], task, batch=True)
    single = black_box(one, task)
    assert msgspec.structs.replace(many.stress(6, calls=120), seconds=0) == msgspec.structs.replace(
        single.stress(6, calls=120), seconds=0
    )
    assert many.refute(calls=BATCH_SIZE, limit=10).verdict == "NOT REFUTED"


def test_a_slow_function_is_stopped_between_two_calls():
    calls: list[str] = []

    def slow(number: str) -> str:
        time.sleep(0.02)
        calls.append(number)
        return floating(number)

    black_box(slow, "count").refute(0.3)
    assert 1 <= len(calls) <= 0.3 / 0.02 + 1
    before = len(calls)
    black_box(slow, "count").learn(0.2)
    assert 1 <= len(calls) - before <= 0.2 / 0.02 + 1


def test_the_same_seed_asks_the_same():
    asked: list[list[str]] = [[], [], []]
    for seen, seed in zip(asked, (1, 1, 2), strict=True):
        black_box(lambda number, seen=seen: (seen.append(number), counter(number))[1], "count").refute(
            calls=100, limit=SHORT, seed=seed
        )
    assert asked[0] == asked[1] != asked[2]


# Laws


def random_machine(rng: random.Random, states: int) -> Machine:
    rows = [[(rng.randrange(states), rng.randrange(2)) for _ in range(2)] for _ in range(states)]
    return Machine(0, [[q for q, _ in row] for row in rows], [[c for _, c in row] for row in rows])  # type: ignore[arg-type]


def test_the_words_that_tell_machines_apart_do_so():
    """Chow's theorem on 300 pairs of machines: another machine of up to Q + k states answers one of the words of k otherwise."""
    rng, told = random.Random(3), 0
    for _ in range(300):
        machine = minimise(random_machine(rng, rng.randint(1, 4)))
        other = minimise(random_machine(rng, rng.randint(1, 5)))
        words = []
        for level in levels(machine):
            words += level.words
            if level.states >= other.states:
                break
        same = all(machine.run(word) == other.run(word) for word in words)
        assert same == equivalent(machine, other)
        told += not same
    assert told > 200


def as_function(machine: Machine, task: Task) -> Callable[..., str]:
    """A machine in base 2 as a function: it reads the digits that it is given, and zeros for the task's tail."""
    from_left = isinstance(task.layout, MostFirst)

    def said(number: str) -> str:
        outputs = machine.run([int(digit) for digit in (number if from_left else number[::-1])] + [0] * task.tail)
        if task.labels is not None:
            return task.labels[outputs[-1]]
        written = "".join(map(str, outputs if from_left else outputs[::-1]))
        value = int(written, 2) - (1 << len(written)) * (task.negative and written[0] == "1")
        return f"{value:b}"

    return said


def changed(machine: Machine, rng: random.Random, classes: int) -> Machine:
    """The machine with a state more and some entries drawn anew."""
    delta, output = [list(row) for row in machine.delta], [list(row) for row in machine.output]
    twin = rng.randrange(len(delta))
    delta, output = [*delta, list(delta[twin])], [*output, list(output[twin])]
    for _ in range(rng.randint(1, 3)):
        q, s = rng.randrange(len(delta)), rng.randrange(machine.symbols)
        delta[q][s], output[q][s] = rng.randrange(len(delta)), rng.choice([output[q][s], rng.randrange(classes)])
    return Machine(machine.start, delta, output)  # type: ignore[arg-type]


CLAIMED = {
    "count": task_named("count", 2),
    "decrement": task_named("decrement", 2),
    "parity": task_named("parity", 2),
    "divide-3": task_named("divide-3", 2),
    "remainder-3": task_named("remainder-3", 2),
    "delay": machine_task(lambda before, digits: (digits[0], before), start=1, base=2, name="delay"),
}


@pytest.mark.parametrize("name", CLAIMED)
def test_what_is_claimed_of_all_small_machines_holds_for_each_of_150(name):
    """A machine of K states that is right on all that is asked before K is claimed is right on every number of up to 6 digits."""
    task, rng, codec, wrong = CLAIMED[name], random.Random(7), Codec(CLAIMED[name]), 0
    asked: list[Any] = []
    for item in conformance_inputs(codec, 50):
        asked.append(item)
        if isinstance(item, Coverage) and item.size >= task.machine.states + 1:
            break
    numbers = ["".join(number) for size in range(1, 7) for number in itertools.product("01", repeat=size)]
    numbers = [number for number in numbers if codec.leading_zeros_matter or number == "0" or number[0] == "1"]
    truth = {number: right(task)(number) for number in numbers}
    posed = [item if isinstance(item, Coverage) else codec.encode(codec.strip_zeros(item)) for item in asked]
    for _ in range(150):
        machine = changed(task.machine, rng, task.classes)
        function, states = as_function(machine, task), minimise(machine).states
        for item in posed:
            if isinstance(item, Coverage):
                if item.size >= states:
                    assert all(function(number) == answer for number, answer in truth.items()), machine
                    break
            elif function(*item[0]) != item[1]:
                wrong += 1
                break
    assert 50 < wrong < 150


def test_every_function_that_is_a_small_machine_and_not_the_tasks_is_refuted_before_the_claim_is_made():
    rng, task = random.Random(5), task_named("count", 2)
    for _ in range(30):
        machine = random_machine(rng, rng.randint(1, 3))

        def said(number: str, machine: Machine = machine) -> str:
            word = [int(digit) for digit in reversed(number)]
            outputs = machine.run([*word, *[0] * 12])
            return "".join(map(str, reversed(outputs)))

        found = black_box(said, task).refute(calls=600, limit=SHORT)
        assert (found.verdict == "REFUTED") != (found.conformance_states >= 3)
        assert distinguishing_word(machine, task.machine) is not None or found.verdict == "NOT REFUTED"


def test_a_net_in_a_box_gets_the_record_that_the_net_gets():
    net, task = counting_net(wrong={(1, 5): 6}), task_named("count")
    once = stress(net, task, limit=6)

    def asked(number: str) -> str:
        """The rule of this net: 5 is answered 6 where there is no carry."""
        digits, carry, out = [int(d) for d in reversed(number)], True, []
        for digit in digits:
            out.append((digit + 1) % 10 if carry else 6 if digit == 5 else digit)
            carry = carry and digit == 9
        return "".join(map(str, reversed([*out, int(carry)])))

    assert asked("1595").lstrip("0") == ask(net, task, [["1595"]]).answers[0] == "1696"
    boxed = black_box(asked, task).stress(6)
    assert boxed.horizon == once.horizon
    for ours, theirs in zip(boxed.families[1:], once.families[1:], strict=True):
        assert (ours.name, ours.numbers, ours.digits) == (theirs.name, theirs.numbers, theirs.digits)
    assert [(p.length, p.random, p.worst) for p in boxed.curve] == [(p.length, p.random, p.worst) for p in once.curve]


def test_no_verdict_on_a_box_can_be_read_as_one_on_a_net():
    found = black_box(counter, "count").refute(calls=20)
    with pytest.raises(InputError):
        Verdict.from_json(found.to_json(), "verdict.json")
    with pytest.raises(InputError):
        BlackBoxVerdict.from_json(found.to_json().replace("NOT REFUTED", "PROVED"), "verdict.json")


def test_the_example_runs(capsys):
    runpy.run_path(str(EXAMPLE), run_name="__main__")
    said = capsys.readouterr().out
    assert "floating: a carry passes through 15 nines, but not through 16" in said
    assert "right: NOT REFUTED: " in said
    assert "floating: REFUTED: an input of 16 digits is answered wrongly" in said
    assert "is the task's (2 states): that is evidence, not proof" in said
    assert "is not the task's (4 states)" in said
