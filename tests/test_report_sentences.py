"""Sentences about results: they depend on the verdict, name the kind of number, and say how figures go together."""

from typing import Any

import msgspec
import pytest

from anylength.experiments.run_view import machine_view_of
from anylength.experiments.run_words import hard_numbers_text, question_text
from anylength.records import (
    AnyVerdict,
    Explanation,
    FamilyResult,
    Finding,
    HeldInputResult,
    LengthPoint,
    Mistake,
    Share,
    Stress,
    Verdict,
)
from anylength.records.lengths import HELD_INPUT_FAMILY
from anylength.rules import Extraction, MachineTable, held_words, task_named
from anylength.web.words import extraction_text, figures_text, finding_text, noise_number, verdict_text
from anylength.web.words.mistakes import composition

COUNT = task_named("count")
KEPT = Finding(failure_mode="keeps", text="While it reads nines, the net keeps every state that must be told apart.")
NUMBER = Mistake(numbers=["8999999"], answer="8000000", expected="9000000")
FULL = Share(right=1, tried=1, low=0.025, high=1.0)


def verdict_of(name: Any, mistake: Mistake | None = None) -> Verdict:
    fields = {"horizon": 9} if name == "PROVED UP TO" else {"fraction_bits": 4} if "ROUNDED" in name else {}
    verdict = msgspec.convert({"verdict": name, "reason": "a reason"} | fields, AnyVerdict)
    return verdict if mistake is None else msgspec.structs.replace(verdict, mistake=mistake)


def stress_of(horizon: int | None, *, task: str = "count", held: bool = True, hard: Share | None = FULL) -> Stress:
    """A stress test up to 2,000 digits."""
    family = FamilyResult(
        name=HELD_INPUT_FAMILY if held else "left", description="", numbers=FULL, digits=FULL, shortest_mistake=None
    )
    point = LengthPoint(length=2000, random=FULL, random_digits=FULL, worst=hard)
    return Stress(
        task=task, base=10, horizon=horizon, limit=2000, curve=[point], families=[family], shortest_mistake=None, seconds=0.0
    )


def explanation_of(*held: tuple[str, int | None], mode: str | None = None) -> Explanation:
    """An explanation whose held inputs have these prefixes and measured breaks."""
    held_inputs = tuple(
        HeldInputResult(
            prefix=prefix, symbol="9", state="carry", remembers=True, predicted=measured, measured=measured, limit=400,
            method="curve", mechanism="ghost", eigenvalue=1.0, speed=0.0,
        )
        for prefix, measured in held
    )  # fmt: skip
    return Explanation(task="count", findings=[KEPT], held_inputs=held_inputs, measured_horizon=16, limit=2000, counterexample=mode)


@pytest.mark.parametrize(
    ("verdict", "says"),
    [
        (None, "That is no proof: anylength prove searches for one."),
        (verdict_of("PROVED"), "The proof covers all other inputs too."),
        (verdict_of("UNKNOWN"), "That is no proof, and anylength prove found none."),
        (verdict_of("REFUTED", NUMBER), "found a wrong answer elsewhere: 8999999 is answered 8000000, not 9000000."),
    ],
)
def test_that_no_wrong_answer_was_found_is_followed_by_what_the_verdict_says(verdict, says):
    assert finding_text(KEPT, verdict).endswith(says)
    assert ("no proof" in finding_text(KEPT, verdict)) == (verdict is None or verdict.verdict == "UNKNOWN")


def test_an_extraction_from_before_the_proof_does_not_deny_it():
    extraction = Extraction(
        states=2, machine=None, equivalent=True, status="tested", note="it is the task's machine; that is no proof"
    )
    assert extraction_text(extraction, None).endswith("that is no proof")
    assert "The proof came later" in extraction_text(extraction, verdict_of("PROVED"))
    assert "the net differs from this machine" in extraction_text(extraction, verdict_of("REFUTED", NUMBER))


PURE = "Numbers of nines alone are right up to 16 nines and wrong at 17."
AFTER = "Nines after another digit are right up to 5 nines only"


@pytest.mark.parametrize(
    ("number", "explanation", "says"),
    [
        ("8999999", explanation_of(("", 5), ("1", None), mode="forgets"), f"{PURE} {AFTER}, so 8999999 (8 and 6 nines) is wrong."),
        ("8999999", None, f"{PURE} Nines after another digit can be wrong from 6 nines on: 8999999 (8 and 6 nines) is wrong."),
        (
            "69992",
            explanation_of(("", 5), mode="invents"),
            f"{PURE} {AFTER}. Nines in front of another digit can be wrong from 3 nines on: 69992 (6, 3 nines and 2) is wrong.",
        ),
        (
            "1301",
            explanation_of(("", None), mode="trips"),
            f"{PURE} The mistake on 1301 is of another kind: there the net goes into the wrong state soon after a symbol changes.",
        ),
        (None, explanation_of(("", 5)), f"{PURE} {AFTER}."),
        ("8" + "9" * 16, explanation_of(("", 16), mode="forgets"), None),
    ],
)
def test_one_sentence_says_how_horizon_shorter_breaks_and_counterexample_go_together(number, explanation, says):
    mistake = None if number is None else Mistake(numbers=[number], answer="0", expected="1")
    verdict = None if mistake is None else verdict_of("REFUTED", mistake)
    assert figures_text(COUNT, stress_of(16), explanation, verdict) == says


@pytest.mark.parametrize(
    ("task", "base", "alone", "one", "many"),
    [
        ("count", 10, "nines alone", "1 nine", "16 nines"),
        ("count", 2, "ones alone", "1 one", "16 ones"),
        ("count", 7, "sixes alone", "1 six", "16 sixes"),
        ("count", 12, "digits b alone", "1 digit b", "16 digits b"),
        ("decrement", 10, "zeros alone", "1 zero", "16 zeros"),
        ("parity", 10, "one digit repeated to the end", "1 repetition", "16 repetitions"),
        ("add", 10, "one symbol repeated to the end", "1 repetition", "16 repetitions"),
    ],
)
def test_what_is_repeated_is_named_by_task_and_base(task, base, alone, one, many):
    words = held_words(task_named(task, base))
    assert words is not None
    assert (words.alone, words.counted(1), words.counted(16)) == (alone, one, many)


def test_a_task_in_which_nothing_is_held_has_no_words_for_a_horizon():
    task = task_named("multiply-7")
    assert held_words(task) is None
    assert figures_text(task, stress_of(None, task=task.name, held=False), explanation_of(), None) is None


def test_a_number_of_few_groups_is_described_by_them():
    assert composition("8999999", 10) == "8 and 6 nines"
    assert composition("0bb", 12) == "0 and 2 digits b"
    assert composition("9999", 10) is None
    assert composition("12345", 10) is None


def test_a_length_with_few_hard_numbers_says_so_and_one_without_any_is_no_share():
    few, none = hard_numbers_text(stress_of(None), None), hard_numbers_text(stress_of(None, hard=None), None)
    assert "Some lengths have 1 of them or fewer." in few
    assert "or fewer" not in none
    assert "The proof covers every number" in hard_numbers_text(stress_of(None), verdict_of("PROVED"))


def test_the_question_and_the_verdict_name_the_task_and_what_is_known():
    assert question_text(COUNT) == "Has the net learned to count, or only its training lengths?"
    assert question_text(task_named("parity")) == "Has the net learned the rule of parity, or only its training lengths?"
    assert verdict_text(None) == "This run has no verdict yet: anylength prove searches for one."
    assert verdict_text(verdict_of("REFUTED", NUMBER)) == "This net is wrong: 8999999 is answered 8000000, not 9000000."


def test_a_machine_that_was_not_found_whole_is_not_counted():
    names = [str(q) for q in range(63)]
    table = MachineTable(start=0, delta=[[0]] * 63, output=[[0]] * 63, names=names, symbols=["0"], answers=["0"])
    captions = {}
    for status in ("tested", "unfinished"):
        found = Extraction(states=63, machine=table, equivalent=False, status=status, note="")
        view = machine_view_of(COUNT, found)
        assert view is not None
        captions[status] = view.caption
    assert captions["tested"].endswith("(the net computes a machine of 63 states instead)")
    assert captions["unfinished"].endswith("(the net computes a larger machine instead)")


@pytest.mark.parametrize(("budget", "written"), [(0.1413, "0.1413"), (0.001, "0.0010"), (1.13e-5, "1.1e-05"), (0.0, "0.0000")])
def test_a_noise_budget_is_written_so_that_it_is_told_from_0(budget, written):
    assert noise_number(budget) == written
