"""Pages and sentences about tasks with named symbols: the records behind them, the report in a browser, digits as before."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import anylength
from anylength.experiments.proving import prove
from anylength.experiments.report import report
from anylength.experiments.run_view import machine_view_of
from anylength.experiments.run_words import words_of
from anylength.experiments.views import state_words, task_view
from anylength.extraction import table_of
from anylength.lengths import answer_to
from anylength.nets import Net
from anylength.records import Mistake, PumpedFamily, Refuted
from anylength.rules import Machine, NamedMachine, example_of, from_named_machine, held_words, task_named
from anylength.rules.drawing import named_label, python
from anylength.verification.refutation import PumpedWords
from anylength.verification.verdicts import families
from anylength.web.words import Horizon, family_text, mistake_text, mistakes_text, verdict_evidence
from tests.looking import assert_fits_and_is_accessible, fits
from tests.test_engine import drawn
from tests.test_engine_words import suite_task

expect = pytest.importorskip("playwright.sync_api", reason="tests in a browser need playwright").expect

FIELD = "A word of symbols, of any length"


def test_the_view_of_a_digit_task_has_no_names_and_no_separators():
    shown = json.loads(task_view(task_named("count")).to_json())
    assert (shown["names"], shown["graded"], shown["machine"]["words"]) == (None, "last", None)
    assert {number["separator"] for number in shown["example"]["numbers"]} == {""}


def test_the_view_of_a_word_task_names_symbols_and_says_what_is_graded():
    shown = json.loads(task_view(suite_task("s5-generators")).to_json())
    assert (shown["names"], shown["graded"], shown["layout"]["kind"]) == (["swap12", "turn"], "all", "in-order")
    assert shown["example"]["numbers"] == [{"before": "swap12", "repeat": "turn", "after": "", "separator": " "}]


def test_the_example_of_a_task_without_held_inputs_goes_through_its_machine_again_and_again():
    example = example_of(suite_task("dyck-2-2"))
    assert (example.label, example.numbers[0].text(6)) == ("{count} symbols of () again and again", "()()()")
    example = example_of(suite_task("flip-flop-language"))
    assert (example.label, example.numbers[0].text(3)) == ("{count} symbols of 0w again and again after w", "w0w0")


def test_states_with_numbers_alone_get_a_shortest_word():
    task = suite_task("s5-generators")
    words = state_words(task.machine, task)
    assert words is not None
    assert words[:4] == ["start", "swap12", "turn", "swap12 turn"]
    assert all(task.machine.trace(task.notation.read(word))[-1] == q for q, word in enumerate(words) if q)
    assert state_words(task_named("count").machine, task_named("count")) is None
    named = Machine(0, ((1, 0), (1, 0)), ((0, 0), (0, 0)), ("even", "odd"))
    assert state_words(named, task) is None


def test_the_word_of_a_far_state_is_cut():
    chain = Machine(0, tuple((min(q + 1, 39), 0) for q in range(40)), tuple((int(q == 38), 0) for q in range(40)))
    task = from_named_machine(NamedMachine(chain, ("a", "b"), ("no", "yes")), "chain", "40 a")
    words = state_words(Machine(0, chain.delta, chain.output), task)
    assert words is not None
    assert words[39] == f"{'a' * 10} … {'a' * 10}"


@pytest.mark.parametrize(
    ("symbols", "outputs", "label"),
    [
        (["a", "b", "c"], ["accept", "accept", "reject"], "a, b / accept; c / reject"),
        ([f"s{i}" for i in range(18)], ["yes"] * 18, "s0, s1, s2, s3, s4, s5, … 12 more / yes"),
        (["a", "b", "c", "d", "e"], ["1", "2", "3", "4", "5"], "a / 1; b / 2; c / 3; … 2 more"),
        ([f"s{i}" for i in range(7)], ["yes"] * 7, "s0, s1, s2, s3, s4, s5, s6 / yes"),
    ],
)
def test_labels_of_edges_group_symbols_by_their_answers(symbols, outputs, label):
    assert named_label(symbols, outputs) == label


def test_the_picture_of_a_large_machine_has_few_edges():
    shown = machine_view_of(suite_task("s5"), None)
    assert shown is not None
    assert (len(shown.edges), shown.edges_left) == (300, 14_100)


def test_families_of_words_are_regular_expressions():
    def text(before: str, symbol: str, after: str, least: int, separator: str) -> str:
        return family_text(PumpedFamily(before=[before], digit=[symbol], after=[after], least=least, separator=separator))

    wrong = "every such word is answered wrongly (proved)"
    assert text("ab", "c", "d", 7, "") == f"ab(c)*d with c at least 7 times: {wrong}"
    assert text("", "turn", "swap12", 1, " ") == f"(turn)* swap12 with turn at least once: {wrong}"
    assert text("(", "[", "", 1234, "") == rf"\((\[)* with [ at least 1,234 times: {wrong}"
    assert text("a" * 100, "b", "", 2, "").startswith(f"{'a' * 24}…{'a' * 24} (100 symbols)(b)*")
    digits = PumpedFamily(before=["1"], digit=["9"], after=[""], least=16)
    assert family_text(digits) == "1, then k times 9: answered wrongly for every k of 16 or more (proved)"
    assert digits.separator is None


def test_the_parts_of_a_proved_family_stand_in_the_order_in_which_they_are_read(monkeypatch):
    proved = PumpedWords(prefix=(0, 1), symbol=1, suffix=(0,), least=3, state_bound=np.ones(4))
    monkeypatch.setattr(families, "_prove_in_float32", lambda *_: proved)
    task = suite_task("s5-generators")
    net = drawn("rnn", task, hidden=4)
    assert isinstance(net, Net)
    family = families.prove_family(net, task, (0, 1, 1, 1, 0))
    assert family == PumpedFamily(before=["swap12 turn"], digit=["turn"], after=["swap12"], least=3, separator=" ")


def test_mistakes_count_symbols_and_not_characters():
    task = suite_task("s5-generators")
    word = " ".join(["turn"] * 30)
    mistake = Mistake(numbers=[word], answer="12345 " * 29 + "12345", expected="21345", separator=" ")
    assert "(30 symbols) is answered" in mistake_text(mistake)
    assert "(30 outputs), not 21345" in mistake_text(mistake)
    verdict = Refuted(reason="a reason", mistake=mistake)
    assert "(30 symbols)" in dict(verdict_evidence(verdict))["counterexample"]
    words = held_words(task)
    assert words is not None
    assert "of another kind" in str(mistakes_text(words, task.base, Horizon(30, 100), mistake=mistake))
    assert mistakes_text(words, task.base, Horizon(29, 100), mistake=mistake) is None


def test_wrong_answers_of_nets_say_what_stands_between_symbols():
    for name, separator in (("s5-generators", " "), ("dyck-2-2", "")):
        task = suite_task(name)
        net = drawn("rnn", task)
        assert answer_to(net, task, (task.notation.read(separator.join(task.names or ())),)).separator == separator
    count = task_named("count")
    assert answer_to(drawn("rnn", count), count, (count.notation.read("19"),)).separator is None


def test_a_machine_of_named_symbols_is_written_as_a_function_of_names():
    task, scope = suite_task("dyck-2-2"), dict[str, Any]()
    exec(python(task.name, table_of(task.machine, task)), scope)
    word = "([])[(]"
    assert scope["dyck_2_2"](word) == [task.output_names[output] for output in task.machine.run(task.notation.read(word))]


def test_sentences_of_a_word_task_say_words():
    assert words_of(suite_task("dyck-2-2")).reads_words
    assert not words_of(task_named("count")).reads_words


@pytest.fixture(scope="module")
def word_report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a net of `s5-generators` before training, with a wrong answer."""
    task, out = suite_task("s5-generators"), tmp_path_factory.mktemp("runs") / "run"
    anylength.save(drawn("rnn", task, hidden=6), task, out)
    assert prove(out, budget=60).verdict == "REFUTED"
    return report([out])


def write(page: Any, word: str) -> None:
    """Types a word and lets the net read it to the end."""
    page.get_by_label(FIELD).fill(word)
    page.get_by_role("button", name="Watch").click()
    page.get_by_role("button", name="To the end").click()


@pytest.mark.slow
def test_a_report_of_words_is_asked_in_names(tab, word_report):
    page = tab(word_report)
    text = page.locator("main, #report").first.inner_text()
    assert not re.search(r"\b(numbers?|digits?)\b", re.sub(r"“[^”]*”", "", text)), "words of a digit task"
    write(page, "swap12 turn swap12")
    expect(page.locator(".answer").first).to_contain_text("s5-generators swap12 turn swap12 →")
    page.get_by_label("Write turn").click()
    expect(page.get_by_label(FIELD)).to_have_value("swap12 turn swap12 turn")
    for bad, says in (("swap13", "expected a known symbol, got 'swap13': did you mean 'swap12'?"), ("", "the empty word")):
        page.get_by_label(FIELD).fill(bad)
        page.get_by_role("button", name="Watch").click()
        expect(page.locator(".message").first).to_contain_text(says)
    assert fits(page)


@pytest.mark.slow
def test_a_report_of_words_is_reached_by_keyboard_and_fits_a_phone(tab, word_report):
    page = tab(word_report, width=390)
    assert_fits_and_is_accessible(page)


@pytest.fixture(scope="module")
def proved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The whole report of a trained and proved acceptor."""
    task, out = suite_task("parity-bits"), tmp_path_factory.mktemp("proved") / "run"
    anylength.save(anylength.fit(task).net, task, out)
    assert prove(out).verdict == "PROVED"
    yield report([out], complete=True)


@pytest.mark.slow
def test_a_proved_net_of_words_has_a_whole_report(tab, proved):
    page = tab(proved)
    expect(page.locator("#verdict .stamp")).to_have_text("PROVED")
    expect(page.locator("#curves")).to_contain_text("Words right by length")
    expect(page.locator("#settings")).to_contain_text("alphabet")
    labels = page.locator("#proof figure.machine svg text").all_text_contents()
    assert {"1 / odd", "1 / even", "0 / even", "0 / odd"} <= set(labels)
    write(page, "1011")
    expect(page.locator(".answer").first).to_have_text("parity-bits 1011 → odd ✓ right")
    assert fits(page)


@pytest.mark.slow
def test_a_report_of_120_symbols_and_outputs_lists_few_of_them(tab, tmp_path):
    task, out = suite_task("s5"), tmp_path / "run"
    anylength.save(drawn("rnn", task, hidden=6), task, out)
    page = tab(report([out]))
    expect(page.locator(".asking")).to_contain_text("120 symbols: 12345, 12354")
    expect(page.locator("#proof")).to_contain_text("120 states: too many to draw")
    write(page, "12354 54321")
    assert 24 <= page.locator(".logits svg rect").count() <= 25
    page.get_by_text("the figures as a table").last.click()
    expect(page.locator("#proof tbody tr")).to_have_count(301)
    assert fits(page)
