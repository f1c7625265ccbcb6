"""Machines inferred from examples alone."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anylength.base import InputError
from anylength.rules import (
    IGNORE_INDEX,
    SUITES,
    UNKNOWN,
    LabelledWords,
    Machine,
    ask_until_known,
    completed,
    distinguishing_word,
    equivalent,
    from_targets,
    hold_out,
    infer,
    minimise,
    task_named,
)
from anylength.rules import inference as merging
from anylength.rules import inference as prefix_tree
from anylength.rules.inference import MOST_COUNTED, Inferred, Tables, TellingWords, from_pairs, open_pairs, refutations
from anylength.rules.questions import questions


def task_data(name, data, count=None, seed=0):
    """The first training examples of one of a task's data sets."""
    task = task_named(name)
    words = task.data_named(data)(np.random.default_rng(seed), task.base)
    targets = task.targets(words.train.T, words.train_ends).T
    return from_targets(words.train[:count], targets[:count], IGNORE_INDEX), task


def random_words(machine, count, seed, longest=20):
    """Random words of 1 to `longest` symbols with all outputs."""
    rng = np.random.default_rng(seed)
    words = [rng.integers(0, machine.symbols, rng.integers(1, longest + 1)).tolist() for _ in range(count)]
    return from_pairs([(word, machine.run(word)) for word in words])


def drawn_machine(rng, states, symbols, classes):
    return Machine(0, rng.integers(0, states, (states, symbols)).tolist(), rng.integers(0, classes, (states, symbols)).tolist())


def exact(words, machine):
    """Whether the words determine a machine, and it is the true one."""
    inferred = infer(words, machine.symbols)
    return inferred.complete and completed(inferred) == minimise(machine)


def says_nothing_wrong(inferred, machine):
    """Whether all that an inferred machine says is right. On each state of it the true machine is in one state."""
    partner = {state: machine.trace(word)[-1] for state, word in inferred.access_words().items()}
    for state, symbol in np.ndindex(inferred.delta.shape):
        target, output = machine.step(partner[state], symbol)
        if inferred.output[state, symbol] not in (UNKNOWN, output):
            return False
        following = int(inferred.delta[state, symbol])
        if following != UNKNOWN and partner[following] != target:
            return False
    return True


EXACT_TASKS = ("count", "decrement", "add", "subtract", "compare", "parity", "collatz", "multiply-7", "divide-7", "remainder-7")
"""Digit tasks whose default data sets determine them."""

# What is inferred


def test_the_numbers_0_to_100_determine_counting():
    words, task = task_data("count", "hundred")
    assert exact(words, task.machine)
    assert infer(words, 10).evidence.min() >= 1


@pytest.mark.parametrize("number", range(1, 8))
def test_100_words_determine_each_tomita_grammar(number):
    machine = task_named(f"tomita-{number}").machine
    for seed in range(3):
        assert exact(random_words(machine, 100, seed), machine)


@pytest.mark.parametrize(("name", "count"), [("remainder-3", 100), ("multiply-3", 100), ("add", 1_000)])
def test_few_numbers_determine_digit_tasks(name, count):
    words, task = task_data(name, "post", count)
    assert exact(words, task.machine)


@pytest.mark.parametrize(
    ("name", "count"), [("parity-bits", 10), ("s3-generators", 30), ("s4-generators", 300), ("a5-generators", 1_000)]
)
def test_random_words_determine_groups(name, count):
    machine = task_named(name).machine
    assert exact(random_words(machine, count, seed=1), machine)


@pytest.mark.parametrize("name", ["tomita-3", "tomita-7", "dyck-1-3", "divisible-3-base-10"])
def test_words_graded_at_their_ends_determine_a_machine(name):
    words, task = task_data(name, "ends")
    assert (words.graded.sum(axis=1) == 1).all()
    assert exact(words, task.machine)


def test_of_states_with_equal_evidence_the_one_with_most_words_is_taken():
    """Dyck words of 1,000 random ones leave next states open. The most frequent state, the error, is then nearly always right."""
    machine = task_named("dyck-2-2").machine
    guesses = [infer(random_words(machine, 1_000, seed), 4, evidence=0) for seed in range(5)]
    assert sum(guess.complete and equivalent(completed(guess), machine) for guess in guesses) >= 4


def test_a_machine_of_one_state_is_inferred():
    machine = Machine(0, ((0, 0),), ((1, 0),))
    assert exact(from_pairs([([0, 1], [1, 0]), ([1, 0, 0], [0, 1, 1])]), machine)


def test_the_order_of_the_examples_does_not_matter():
    machine = drawn_machine(np.random.default_rng(3), 6, 3, 2)
    words = random_words(machine, 60, seed=2, longest=8)
    first, second = infer(words, 3), infer(words[np.random.default_rng(0).permutation(len(words))], 3)
    for attribute in ("delta", "output", "evidence", "possible"):
        np.testing.assert_array_equal(getattr(first, attribute), getattr(second, attribute))


@st.composite
def labelled_words(draw):
    """Words of a random machine, some of their outputs not graded; some machines are larger than the words can show."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    symbols = draw(st.integers(1, 3))
    machine = drawn_machine(rng, draw(st.integers(1, 9)), symbols, draw(st.integers(1, 3)))
    words = random_words(machine, draw(st.integers(1, 40)), int(rng.integers(2**32)), draw(st.integers(1, 9)))
    outputs = np.where(rng.random(words.outputs.shape) < draw(st.sampled_from((0.0, 0.3, 0.8))), UNKNOWN, words.outputs)
    outputs[0, 0] = machine.run(words.symbols[0, :1].tolist())[0]
    return LabelledWords(words.symbols, outputs), machine


@settings(max_examples=60, deadline=None)
@given(labelled_words(), st.integers(0, 3))
def test_an_inferred_machine_contradicts_no_example(drawn, evidence):
    words, machine = drawn
    inferred = infer(words, machine.symbols, evidence=evidence)
    outputs = inferred.outputs(words)
    known = words.graded & (outputs != UNKNOWN)
    np.testing.assert_array_equal(outputs[known], words.outputs[known])
    np.testing.assert_array_equal(inferred.delta != UNKNOWN, (inferred.delta != UNKNOWN) & (inferred.evidence >= evidence))
    assert list(inferred.access_words()) == list(range(inferred.states))


@settings(max_examples=25, deadline=None)
@given(labelled_words())
def test_evidence_is_counted_as_by_running_each_other_machine(drawn):
    words, machine = drawn
    inferred = infer(words, machine.symbols, evidence=0)
    tables = Tables(inferred.delta, inferred.output)
    np.testing.assert_array_equal(refutations(tables, words), counted_by_running(tables, words))


def counted_by_running(tables, words):
    """The uses of each transition after which another next state contradicts a known output: one run for each of them."""
    states, symbols = tables.delta.shape
    counts = np.zeros((states, symbols, states), np.int64)
    for word, outputs in zip(words.symbols.tolist(), words.outputs.tolist()):
        state = 0
        for step, symbol in enumerate(word):
            if state == UNKNOWN:
                break
            for rival in range(states):
                changed = tables.delta.copy()
                changed[state, symbol] = rival
                counts[state, symbol, rival] += contradicts(changed, tables.output, rival, word[step + 1 :], outputs[step + 1 :])
            state = tables.delta[state, symbol]
    return np.minimum(counts, MOST_COUNTED)


def contradicts(delta, output, state, word, outputs):
    for symbol, known in zip(word, outputs):
        if state == UNKNOWN:
            return False
        if UNKNOWN not in (known, output[state, symbol]) and known != output[state, symbol]:
            return True
        state = delta[state, symbol]
    return False


# What the examples leave open


def test_pairs_that_no_example_shows_are_named_with_a_word():
    words = from_pairs([([0, 0, 0, 0], [0, 1, 0, 1])])
    (pair, *_) = open_pairs(infer(words, 2))
    assert (pair.symbol, pair.access, pair.output_known) == (1, (), False)
    with pytest.raises(InputError, match=r"^expected examples of every symbol in every state, got none of symbol 1 at the start"):
        completed(infer(words, 2))


def test_messages_use_the_names_of_symbols():
    words = LabelledWords(np.array([[0, 1], [0, 1]]), np.array([[0, 0], [0, 1]]), names=("left", "right"))
    with pytest.raises(InputError, match="got outputs 0 and 1 after the word left right: "):
        infer(words, 2)
    with pytest.raises(InputError, match="got none of symbol right after the word right: "):
        completed(infer(from_targets([[1, 0, 1]], [[0, 1, 9]], 9, ("left", "right")) + words[:1], 2))


def test_examples_too_few_to_tell_states_apart_are_refused_in_words():
    machine = task_named("tomita-2").machine
    inferred = next(
        inferred
        for seed in range(50)
        for inferred in [infer(random_words(machine, 12, seed), 2)]
        if not inferred.complete and (inferred.output != UNKNOWN).all()
    )
    with pytest.raises(InputError, match=r"got too few to tell which state follows symbol [01] (at the start|after the word)"):
        completed(inferred)


def test_a_next_state_that_rests_on_no_example_is_open():
    """After one symbol 1 nothing more is known, so the examples do not tell which state follows it."""
    words = from_pairs([([0, 0, 0], [0, 1, 0]), ([1], [1])])
    inferred = infer(words, 2)
    assert inferred.output[0, 1] == 1 and inferred.delta[0, 1] == UNKNOWN


def test_what_is_not_open_is_right_for_addition_at_every_number_of_examples():
    for count in (50, 100, 200):
        words, task = task_data("add", "post", count, seed=count)
        inferred = infer(words, task.symbols)
        assert open_pairs(inferred) and says_nothing_wrong(inferred, task.machine)


def test_answers_to_a_few_questions_complete_the_machine():
    words, task = task_data("add", "post", 100)
    found = ask_until_known(words, task.machine.run, task.symbols, np.random.default_rng(0))
    assert found.finished and equivalent(completed(found.inferred), task.machine)
    assert 0 < len(found.answered) <= 500
    assert completed(infer(words + found.answered, task.symbols)) == completed(found.inferred)


def test_nothing_is_asked_if_nothing_is_open():
    words, task = task_data("count", "hundred")
    found = ask_until_known(words, lambda word: pytest.fail("asked"), task.symbols, np.random.default_rng(0))
    assert (found.finished, found.rounds, len(found.answered)) == (True, 0, 0)


def test_answers_may_grade_the_last_step_alone():
    machine = task_named("tomita-3").machine
    words = from_pairs([(word, [*[None] * (len(word) - 1), machine.run(word)[-1]]) for word in ([0], [1], [1, 0], [1, 0, 1])])
    found = ask_until_known(words, lambda w: [*[None] * (len(w) - 1), machine.run(w)[-1]], 2, np.random.default_rng(1), rounds=80)
    assert found.finished and equivalent(completed(found.inferred), machine)


def test_rounds_of_questions_end():
    machine = task_named("tomita-3").machine
    found = ask_until_known(from_pairs([([0], [1])]), machine.run, 2, np.random.default_rng(0), rounds=1)
    assert (found.finished, found.rounds) == (False, 1)


def test_each_question_shows_an_open_pair():
    words, task = task_data("add", "post", 100)
    inferred = infer(words, task.symbols)
    pairs = open_pairs(inferred)
    asked = questions(inferred, np.random.default_rng(0))
    assert all(word[: len(pair.access) + 1] == (*pair.access, pair.symbol) for word, pair in zip(asked, pairs, strict=True))


def test_a_telling_word_is_a_shortest_word_on_which_outputs_differ():
    machine = minimise(drawn_machine(np.random.default_rng(5), 12, 2, 2))
    tell_apart = TellingWords(infer(random_words(machine, 600, seed=0), 2))
    for first, second in itertools.combinations(range(machine.states), 2):
        machines = [Machine(state, machine.delta, machine.output) for state in (first, second)]
        word = tell_apart(first, second)
        assert len(word) == len(distinguishing_word(*machines)) and machines[0].run(word)[-1] != machines[1].run(word)[-1]


# The hold-out


def test_the_hold_out_passes_right_machines():
    for name, count in (("count", 101), ("tomita-5", 100), ("multiply-3", 200)):
        words, task = task_data(name, "hundred" if name == "count" else "post", count)
        for seed in range(3):
            held = hold_out(words, task.symbols, np.random.default_rng(seed))
            assert (held.words, held.wrong) == (round(0.2 * count), 0)
            held.require()


def test_the_hold_out_refuses_random_outputs():
    rng = np.random.default_rng(0)
    words, drawn = [rng.integers(0, 3, 9).tolist() for _ in range(300)], {}
    prefixes = [[tuple(word[: length + 1]) for length in range(9)] for word in words]
    pairs = [(word, [drawn.setdefault(prefix, int(rng.integers(2))) for prefix in of]) for word, of in zip(words, prefixes)]
    held = hold_out(from_pairs(pairs), 3, rng)
    assert held.wrong and held.share < 0.5
    with pytest.raises(InputError, match=r"examples whose machine can be inferred, got wrong answers to \d+ of 60 examples"):
        held.require()


# Bad input


def test_examples_that_contradict_themselves_are_refused_with_the_word():
    pairs = [([0, 1, 1], [0, 0, 1]), ([0, 1, 0], [0, 1, 1]), ([1], [0])]
    message = "expected one output after each word, got outputs 0 and 1 after the word 0 1: "
    for order in itertools.permutations(pairs):
        with pytest.raises(InputError) as refused:
            infer(from_pairs(order), 2)
        assert str(refused.value).startswith(message) and "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("pairs", "symbols", "message"),
    [
        ([], 2, "at least one graded output, got 0 words"),
        ([([0, 1], [None, None])], 2, "at least one graded output, got 1 words"),
        ([([0, 2], [0, 0])], 2, "expected symbols 0 to 1, got 2"),
    ],
)
def test_examples_that_say_nothing_or_have_other_symbols_are_refused(pairs, symbols, message):
    with pytest.raises(InputError, match=message):
        infer(from_pairs(pairs), symbols)


def test_words_of_another_form_are_refused():
    with pytest.raises(InputError, match="expected 2 outputs for a word of 2 symbols, got 1"):
        from_pairs([([0, 1], [0])])
    with pytest.raises(InputError, match="one row for each word"):
        LabelledWords(np.zeros((2, 3), int), np.zeros((2, 4), int))
    with pytest.raises(InputError, match="symbols numbered from 0, got -1"):
        LabelledWords(np.array([[-1]]), np.array([[0]]))
    with pytest.raises(InputError, match="expected 0 to 8 uses as evidence, got 9"):
        infer(from_pairs([([0], [1])]), 1, evidence=9)
    with pytest.raises(InputError, match="at least 2 examples with a graded output, got 1"):
        hold_out(from_pairs([([0], [1])]), 2, np.random.default_rng(0))


def test_too_many_prefixes_and_too_many_states_are_refused(monkeypatch):
    words = random_words(task_named("s4-generators").machine, 300, seed=0)
    monkeypatch.setattr(merging, "MAX_STATES", 10)
    with pytest.raises(InputError, match="examples of a machine with at most 10 states"):
        infer(words, 2)
    monkeypatch.setattr(prefix_tree, "MAX_NODES", 100)
    with pytest.raises(InputError, match="examples with at most 100 different prefixes, got more in 300 words"):
        infer(words, 2)


# Long


@pytest.mark.slow
@pytest.mark.parametrize("name", EXACT_TASKS)
def test_the_default_data_set_of_a_digit_task_determines_it(name):
    words, task = task_data(name, "post")
    assert exact(words, task.machine)


@pytest.mark.slow
@pytest.mark.parametrize("name", [task.name for suite in SUITES.values() for task in suite.tasks])
def test_no_wrong_machine_passes_as_determined_by_a_default_data_set(name):
    for data in ("post", "ends"):
        if data in task_named(name).data:
            words, task = task_data(name, data)
            inferred = infer(words, task.symbols)
            assert not inferred.complete or equivalent(completed(inferred), task.machine)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "count"), [("tomita-3", 100), ("s4-generators", 300), ("add", 300), ("dyck-2-2", 3_000)])
def test_aalpy_merges_to_the_same_machine(name, count):
    from benchmarks.aalpy_merging import aalpy_tables

    machine = task_named(name).machine
    words = random_words(machine, count, seed=0)
    ours = infer(words, machine.symbols, evidence=0)
    theirs = Tables(*aalpy_tables("AALpy EDSM, one node at a time", words, machine.symbols))
    longer = random_words(machine, 500, seed=1, longest=30)
    lost = theirs.with_lost_state()
    np.testing.assert_array_equal(ours.outputs(longer), lost.output[theirs.trace(longer), longer.symbols])
    assert isinstance(ours, Inferred)
