"""The tasks of the Chomsky benchmark: a second statement of each, by Python's strings and integers, agrees with its rule."""

import itertools
import random

import numpy as np
import pytest
from chomsky_oracles import ORACLES
from suite_oracles import oracle

from anylength.base import InputError
from anylength.experiments.options import TrainOptions
from anylength.lengths import ask, stress
from anylength.nets import AbstractNet, NetConfig, build
from anylength.nets.weights import shapes
from anylength.records.verdicts import NOT_APPLICABLE
from anylength.rules import BENCHMARK, IGNORE_INDEX, STRING_TASKS, SUITES, Task, task_named
from anylength.verification.verdicts import verify
from tests.selection import thorough

LENGTHS, PER_LENGTH = range(1, 41), 25
"""1,000 words a task, of the lengths that the benchmark trains on."""

STRINGS = tuple(STRING_TASKS)
REGULAR = tuple(name for name in BENCHMARK if name not in STRING_TASKS)

ENDED = {"stack-manipulation", "binary-addition", "binary-multiplication"}
"""Tasks whose answers end before their last output."""


def named(task: Task, letters: list[int]) -> list[str]:
    assert task.names is not None
    return [task.names[letter] for letter in letters]


def asked(task: Task, words: list[tuple[int, ...]]) -> np.ndarray:
    """The words `[T, B]` of inputs of one length, built without `tasks`, with four markers more than an answer can have."""
    letters = np.array(words, np.uint8).T
    return np.concatenate([letters, np.full((2 * len(letters) + 4, letters.shape[1]), task.base, np.uint8)])


def compare(task: Task, words: list[tuple[int, ...]]) -> list[bool]:
    """Rule and oracle agree on inputs of one length. Returns which of them are inputs of the task."""
    targets = task.targets(asked(task, words))
    allowed = []
    for word, outputs in zip(words, targets.T.tolist()):
        answer = ORACLES[task.name](named(task, list(word)))
        graded = [task.output_names[output] for output in outputs if output != IGNORE_INDEX]
        assert graded == (answer or []), (task.name, named(task, list(word)))
        assert outputs[: len(word)] == [IGNORE_INDEX] * len(word)
        assert answer is None or outputs[len(word) : len(word) + len(answer)].count(IGNORE_INDEX) == 0
        allowed.append(answer is not None)
    return allowed


def test_the_suite_has_the_fifteen_tasks():
    assert len(BENCHMARK) == 15
    assert set(BENCHMARK) | {"modular-arithmetic-left"} == set(SUITES["chomsky"].names)
    assert set(ORACLES) == set(STRINGS)
    assert not [name for suite in SUITES.values() for name in suite.names if list(suite.names).count(name) > 1]


@pytest.mark.parametrize("name", thorough(STRINGS, quick=4))
def test_the_rule_is_the_oracle_on_1000_words_as_drawn_in_training(name):
    task, rng = task_named(name), np.random.default_rng(0)
    for length in LENGTHS:
        words = task.sample(rng, length, PER_LENGTH)
        inputs = [tuple(word) for word in words[:length].T.tolist()]
        assert all(compare(task, inputs))
        assert len(words) == length + len(ORACLES[name](named(task, list(inputs[0]))) or [])
        assert (words[length:] == task.base).all()


@pytest.mark.parametrize("name", REGULAR)
def test_the_last_answer_is_the_oracle_on_1000_words_as_drawn_in_training(name):
    task, rng = task_named(name), np.random.default_rng(0)
    for length in LENGTHS:
        words = task.sample(rng, length, PER_LENGTH)
        assert len(words) == length - (name == "modular-arithmetic" and length % 2 == 0)
        for word, target in zip(words.T.tolist(), task.targets(words)[-1]):
            assert task.output_names[target] == oracle(name)(named(task, word))


@pytest.mark.parametrize("name", STRINGS)
def test_the_rule_grades_every_short_input_and_nothing_else(name):
    task = task_named(name)
    longest = next(n for n in itertools.count(1) if task.base ** (n + 1) > 2_000 or n == 8)
    for length in range(1, longest + 1):
        compare(task, list(itertools.product(range(task.base), repeat=length)))


@pytest.mark.parametrize("name", STRINGS)
def test_the_rule_and_the_oracle_agree_on_words_with_one_symbol_changed(name):
    task, rng, generator, allowed = task_named(name), np.random.default_rng(1), random.Random(1), []
    for length in (5, 6, 7, 9, 12, 31):
        words = [list(word) for word in task.sample(rng, length, 40)[:length].T.tolist()]
        for word in words:
            word[generator.randrange(length)] = generator.randrange(task.base)
        allowed += compare(task, [tuple(word) for word in words])
    assert any(allowed)


def test_words_of_many_lengths_in_one_batch_are_graded_as_alone():
    for name in STRINGS:
        task, rng = task_named(name), np.random.default_rng(2)
        words = [task.sample(rng, length, 1)[:, 0] for length in (3, 1, 9, 5, 9)]
        batch = np.zeros((max(map(len, words)) + 2, len(words)), np.uint8)
        for column, word in enumerate(words):
            batch[: len(word), column] = word
        for targets, word in zip(task.targets(batch).T, words):
            assert np.array_equal(targets[: len(word)], task.targets(word[:, None])[:, 0])
            assert (targets[len(word) :] == IGNORE_INDEX).all()


@pytest.mark.parametrize("name", thorough(STRINGS, quick=4))
def test_a_score_counts_an_answer_up_to_its_end(name):
    task, rng = task_named(name), np.random.default_rng(3)
    for length in (1, 2, 3, 8, 21):
        words = task.sample(rng, length, 30)
        for column, (trained, scored) in enumerate(zip(task.targets(words).T.tolist(), task.scored(words).T.tolist())):
            outputs = [output for output in trained if output != IGNORE_INDEX]
            counted = outputs[: outputs.index(task.end) + 1] if name in ENDED else outputs
            assert [output for output in scored if output != IGNORE_INDEX] == counted
            numbers = task.numbers(words[:, column])
            assert task.answer(np.array(trained, np.uint16)).tolist() == task.exact(numbers).tolist() == counted
    assert (task.end is not None) == (name in ENDED)


@pytest.mark.parametrize("name", thorough(STRINGS, quick=4))
def test_the_data_set_of_the_benchmark_has_whole_words_of_1_to_40_symbols(name):
    task = task_named(name)
    found, again = (task.data["chomsky"](np.random.default_rng(5), task.base) for _ in range(2))
    assert (len(found.train), len(found.validation)) == (9_000, 1_000)
    assert np.array_equal(found.train, again.train)
    words = np.concatenate([found.train, np.pad(found.validation, ((0, 0), (0, found.train.shape[1] - found.validation.shape[1])))])
    lengths, counts = np.unique((words == task.base).argmax(axis=1), return_counts=True)
    assert lengths.tolist() == list(range(1, 41))
    assert ((counts - 250) ** 2 / 250).sum() < 90
    for word in words[:50]:
        numbers = task.numbers(word)
        assert np.array_equal(np.trim_zeros(word, "b"), np.trim_zeros(task.word(numbers), "b"))
    assert (task.scored(words.T) != IGNORE_INDEX).any(axis=0).all()


@pytest.mark.parametrize(("name", "limit"), [*((name, limit) for name in STRINGS for limit in (3, 40)), ("bucket-sort", 2_000)])
def test_stress_families_are_whole_words_within_the_limit(name, limit):
    task = task_named(name)
    families = task.stress(np.random.default_rng(0), task.base, limit)
    assert families[0].name == "random"
    for family in families:
        assert family.lengths.max() <= limit
        for word, length in itertools.islice(zip(family.symbols.T, family.lengths), 0, None, 37):
            assert np.array_equal(word[:length], task.word(task.numbers(word[:length])))
            assert not word[length:].any()
        assert (task.scored(family.symbols) != IGNORE_INDEX).any(axis=0).all()
    longest = max(int((family.symbols == task.base).argmax(axis=0).max()) for family in families)
    assert longest == (500 if limit == 2_000 else max(n for n in range(1, 41) if task.layout.steps(n) <= limit))  # type: ignore[attr-defined]


def test_the_tasks_by_example():
    """Examples of the published descriptions, or by hand."""
    for name, word, answer in (
        ("reverse-string", "011010", "010110"), ("stack-manipulation", "0 1 1 0 push-1 pop pop", "110$"),
        ("stack-manipulation", "1 1 0 pop pop pop", "$"), ("modular-arithmetic-brackets", "((1+2)*-3)", "1"),
        ("solve-equation", "(1+(x-2))=3", "4"), ("duplicate-string", "101", "101101"),
        ("missing-duplicate-string", "01100_10", "1"), ("missing-duplicate-string", "1_1101.", "0"),
        ("odds-first", "00110101", "01110100"), ("binary-addition", "001+01101", "01011$"),
        ("binary-multiplication", "1001*000001", "000001001$"), ("compute-sqrt", "100101", "110"),
        ("bucket-sort", "10204112", "00111224"),
    ):  # fmt: skip
        task = task_named(name)
        assert task.text(task.exact((task.notation.read(word),))) == answer, name


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("binary-addition", "1+"), ("binary-addition", "101"), ("missing-duplicate-string", "0110"),
        ("stack-manipulation", "pop 1"), ("modular-arithmetic-brackets", "(1+2"), ("solve-equation", "x=x"),
    ],
)  # fmt: skip
def test_what_is_no_input_is_refused_with_an_example(name, word):
    task = task_named(name)
    with pytest.raises(InputError, match=f"^expected an input of {name}, got .*: write for example"):
        ask(net_of(name, "stack-rnn"), task, [[word]])
    assert task.example is not None
    assert ask(net_of(name, "stack-rnn"), task, [[task.example]]).questions == [[task.example]]


def net_of(name: str, cell: str) -> AbstractNet:
    """A net with random weights."""
    config = NetConfig(task_name=name, base=task_named(name).base, cell=cell, hidden=8)
    rng = np.random.default_rng(0)
    return build(config, {key: rng.normal(0, 0.7, shape).astype(np.float32) for key, shape in shapes(config).items()})


@pytest.mark.parametrize("cell", thorough(["lstm", "stack-rnn", "tape-rnn", "transformer-rotary"]))
def test_nets_of_every_kind_are_stressed_and_have_no_verdict(cell):
    net, task = net_of("binary-addition", cell), task_named("binary-addition")
    found = stress(net, task, limit=7)
    assert found.horizon is None
    assert found.shortest_mistake is not None
    for point in found.curve:
        assert point.random.right < point.random.tried == 128
    tried = {point.length: point.worst.tried for point in found.curve if point.worst is not None}
    assert set(tried) == {1, 2, 3}  # an input of three symbols takes seven steps
    assert verify(net, task, budget=1.0).verdict.verdict == NOT_APPLICABLE


def test_nets_of_fixed_size_may_be_trained_for_comparison():
    for cell in ("rnn", "lstm", "stack-rnn", "tape-rnn", "transformer-rotary"):
        assert TrainOptions(task="reverse-string", cell=cell).config().cell == cell
    with pytest.raises(InputError, match="beyond finite state"):
        TrainOptions(task="odds-first", cell="lstm", recipe="certified").config()
    with pytest.raises(InputError, match="a cell with stacks for certified on reverse-string, got lstm: proofs of these tasks"):
        TrainOptions(task="reverse-string", cell="lstm", recipe="certified").config()
