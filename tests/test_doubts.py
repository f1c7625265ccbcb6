"""Words along the open steps of a search for ellipsoids: they end as the open contexts do, and refute nets without an attack."""

import shutil
import sys
from pathlib import Path

import pytest
from by_hand import counting_net, fading_switch

from anylength.experiments.proving import prove
from anylength.rules import Machine, task_named
from anylength.runs import Run
from anylength.verification.ellipsoids.classes import START, class_of
from anylength.verification.ellipsoids.contexts import EMPTY, Contexts, after
from anylength.verification.ellipsoids.doubts import MOST_WORDS, REPETITIONS, doubtful_words
from anylength.verification.refutation import refute_along, refute_with
from anylength.verification.verdicts import verdict, verify

FIXTURES = Path(__file__).parent / "fixtures" / "runs"

refutation = sys.modules["anylength.verification.refutation.refute"]

COUNT, TOMITA = task_named("count").machine, task_named("tomita-3").machine


def ends_in(machine: Machine, word, context) -> bool:
    """Whether a word ends as a context says."""
    history, state = EMPTY, machine.start
    for symbol in word:
        history, state = after(history, state, symbol), machine.delta[state][symbol]
    return history[: len(context)] == context


@pytest.mark.parametrize("machine", [COUNT, TOMITA])
def test_words_end_as_their_contexts_do(machine):
    contexts = Contexts(machine)
    contexts.deepened()
    for context in sorted(contexts.leaves):
        words = doubtful_words(machine, [(context, 1)])
        assert words, context
        assert {word[-2] for word in words} == {1} and {word[-1] for word in words} == set(range(machine.symbols))
        assert ends_in(machine, words[0][:-2], context), (context, words[0])
        longest = max(map(len, words))
        assert (longest > max(REPETITIONS)) == (context[-1] != START)


def test_a_word_of_a_context_with_a_class_ends_with_one_of_its_symbols():
    contexts = Contexts(COUNT)
    contexts.split((1, 5), [[2, 7, 8]])
    word = doubtful_words(COUNT, [((1, 5, class_of([2, 7, 8])), 1)])[0]
    assert word[-4] in (2, 7, 8) and word[-3:-1] == (5, 1)


def test_there_are_no_more_words_than_can_be_followed_at_once():
    machine = task_named("add").machine
    contexts = Contexts(machine)
    words = doubtful_words(machine, [(context, symbol) for context in sorted(contexts.leaves) for symbol in range(100)])
    assert MOST_WORDS <= len(words) < MOST_WORDS + len(REPETITIONS) * machine.symbols
    assert len(set(words)) == len(words)


def test_a_word_that_is_answered_wrongly_refutes():
    net = counting_net(wrong={(0, 9): 9})
    found = refute_along(net, COUNT, [(1, 2, 3), (4, 9, 1), (9, 9, 9)])
    assert found is not None and found.attack == "open steps of a proof" and found.shortest_proved
    assert len(found.word) <= 2
    assert refute_along(counting_net(), COUNT, [(1, 2, 3), (4, 9, 1), (9, 9, 9)]) is None


def test_a_word_that_tests_found_refutes_where_the_attack_finds_none(monkeypatch):
    monkeypatch.setattr(verdict, "refute_within", lambda *_: None)
    net, task = counting_net(wrong={(0, 9): 9}), task_named("count")
    assert verify(net, task, steps=5).verdict.verdict == "UNKNOWN"
    found = verify(net, task, steps=5, suspects=[(1, 2, 3), (9, 9, 1)]).verdict
    assert (found.verdict, found.shortest_proved) == ("REFUTED", True) and "found by: tests of long words" in found.reason
    assert found.mistake is not None and found.mistake.answer != found.mistake.expected


def test_a_word_that_is_answered_rightly_refutes_nothing(monkeypatch):
    monkeypatch.setattr(verdict, "refute_within", lambda *_: None)
    net, task = counting_net(wrong={(0, 9): 9}), task_named("count")
    assert verify(net, task, steps=5, suspects=[(1, 2, 3)]).verdict.verdict == "UNKNOWN"
    assert verify(counting_net(), task, steps=5, suspects=[(1, 9)]).verdict.verdict == "PROVED"


def test_a_shorter_word_that_tests_found_replaces_what_the_attack_found(monkeypatch):
    """Without time to shorten, the word of the attack stays as long as it was found."""
    net, task, long, short = counting_net(wrong={(1, 9): 0}), task_named("count"), (9, 9, 9, 0, 9), (0, 9)
    monkeypatch.setattr(refutation, "shorten", lambda _search, word, *_: (word, False))
    monkeypatch.setattr(verdict, "refute_within", lambda net, machine, budget, _: refute_with(net, machine, [long], "a", budget))
    alone = verify(net, task, steps=5).verdict
    both = verify(net, task, steps=5, suspects=[(1, 2, 3), (9, 0, 9), short]).verdict
    assert (alone.counterexample, both.counterexample) == (["90999"], ["90"])


def test_prove_starts_from_the_mistakes_of_the_stress_test(monkeypatch, tmp_path):
    monkeypatch.setattr(verdict, "refute_within", lambda *_: None)
    run = Run(shutil.copytree(FIXTURES / "post", tmp_path / "post"))
    (run.path / "stress.json").rename(tmp_path / "kept.json")
    assert prove(run, budget=1).verdict != "REFUTED"
    (tmp_path / "kept.json").rename(run.path / "stress.json")
    found = prove(run, budget=1)
    assert found.verdict == "REFUTED" and "found by: tests of long words" in found.reason
    assert len(found.counterexample[0]) <= len(run.stress_test.shortest_mistake.numbers[0])


@pytest.mark.slow
def test_a_search_that_is_stuck_refutes_what_nobody_attacked(monkeypatch):
    monkeypatch.setattr(verdict, "refute_within", lambda *_: None)
    net, task = fading_switch()
    found = verify(net, task, budget=120.0).verdict
    assert found.verdict == "REFUTED" and "found by: open steps of a proof" in found.reason
    assert found.mistake is not None and found.mistake.answer != found.mistake.expected
