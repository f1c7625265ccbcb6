"""Verdicts about some words: PROVED UP TO so many steps, PROVED WITHIN a language. What is shown is what was proved, never more."""

import itertools
import json
import re
import shutil

import numpy as np
import pytest
from by_hand import counting_net, drifting_net, fading_switch

from anylength.base import InputError
from anylength.experiments.proving import prove
from anylength.experiments.report import report
from anylength.experiments.save import save_net
from anylength.nets import answers
from anylength.records import Proved, Refuted, Unknown
from anylength.rules import END, Machine, ReadBy, along, task_named, words_of_language
from anylength.runs import Run
from anylength.verification.refutation import StepBudget, TimeBudget, refute_along, refute_with, refute_within, replay
from anylength.verification.refutation.schedule import AttackSchedule
from anylength.verification.refutation.search import Search
from anylength.verification.refutation.simulator import Simulator
from anylength.verification.verdicts import find_horizon_proof, proved_steps, verdict, verify, verify_within
from anylength.web.words import verdict_text
from tests.selection import thorough

COUNT = task_named("count")
NINES = 40
WRONG = Refuted(reason="nines are too many", counterexample=["9" * 60])


def reads(words: ReadBy, word) -> bool:
    """Whether an automaton reads a word."""
    state = 0
    for symbol in word:
        state = words.next_states[state][symbol]
        if state == END:
            return False
    return True


@pytest.mark.parametrize("longest", [0, 1, 3])
def test_a_run_is_read_up_to_its_length(longest):
    words = words_of_language(f"9<={longest}", COUNT)
    for word in itertools.product((0, 9), repeat=6):
        runs = [len(run) for run in re.findall("9+", "".join(map(str, word)))]
        assert reads(words, word) == (max(runs, default=0) <= longest)


@pytest.mark.parametrize("pattern", ["(01)*", "1*0?", "0(0|1)*1", "(00|11){1,2}"])
def test_the_beginnings_of_a_languages_words_are_read(pattern):
    task = task_named("parity-bits")
    words = words_of_language(pattern, task)
    every = ["".join(word) for length in range(9) for word in itertools.product("01", repeat=length)]
    matched = [word for word in every if re.fullmatch(pattern, word)]
    for word in every:
        if len(word) <= 4:
            assert reads(words, map(int, word)) == any(longer.startswith(word) for longer in matched), word


@pytest.mark.parametrize(
    ("language", "task"), [("9<=2000", "count"), ("(", "count"), ("ab", "count"), ("9<=3", "add"), ("x<=3", "count")]
)
def test_what_is_no_language_is_refused(language, task):
    with pytest.raises(InputError):
        words_of_language(language, task_named(task))


def test_a_machine_along_words_follows_both():
    words, machine = words_of_language("9<=2", COUNT), COUNT.machine
    partial = along(machine, words)
    for word in itertools.product((0, 8, 9), repeat=5):
        q, state = machine.start, partial.start
        for length, symbol in enumerate(word, 1):
            following = partial.delta[state][symbol]
            assert (following != END) == reads(words, word[:length])
            if following == END:
                break
            assert partial.output[state][symbol] == machine.output[q][symbol]
            q, state = machine.delta[q][symbol], following
            assert partial.parts[state][0] == q


def test_a_partial_machine_follows_the_beginning_of_a_word_that_its_automaton_reads():
    words = words_of_language("9<=2", COUNT)
    partial = along(COUNT.machine, words)
    for word in itertools.product((0, 9), repeat=6):
        followed = partial.followed(word)
        assert word[: len(followed)] == followed and reads(words, followed)
        assert followed == word or not reads(words, word[: len(followed) + 1])
        assert (partial.total.trace(word)[-1] == partial.outside) == (followed != word)
        assert partial.total.run(followed) == COUNT.machine.run(followed)


@pytest.mark.slow
@pytest.mark.parametrize("longest", [NINES // 2, 3])
def test_no_word_outside_a_language_refutes_a_net_within_it(longest):
    machine = along(COUNT.machine, words_of_language(f"9<={longest}", COUNT))
    net, nines = drifting_net(NINES), (9,) * 100
    assert replay(net, COUNT.machine, nines) is not None and replay(net, machine, nines) is None
    assert refute_along(net, machine, [nines]) is None and refute_with(net, machine, [nines], "tests", TimeBudget(5.0)) is None
    found = refute_within(net, machine, StepBudget(20_000))  # nines that other digits interrupt are too many, too
    assert found is None or reads(words_of_language(f"9<={longest}", COUNT), found.word)


@pytest.mark.parametrize("language", thorough(["12", "0", "9{50}", "(01)*", "9*", "9<=0", "9{3}|1"]))
def test_attacks_end_where_the_words_of_a_language_end(language):
    words = words_of_language(language, COUNT)
    machine, net = along(COUNT.machine, words), drifting_net(NINES)
    assert refute_within(counting_net(), machine, StepBudget(100_000)) is None
    found = refute_within(net, machine, StepBudget(100_000))
    has_long_runs = language in ("9{50}", "9*")
    assert (found is not None) == has_long_runs and (found is None or reads(words, found.word))


@pytest.mark.parametrize("language", ["12", "9{3}|1"])
def test_a_net_is_proved_within_a_few_words(language):
    found = verify_within(counting_net(), COUNT, words_of_language(language, COUNT), language, budget=60.0)
    assert (found.verdict.verdict, found.verdict.within) == ("PROVED WITHIN", language) and found.certificate is not None


@pytest.mark.parametrize("language", ["[0-8]*", "9<=3"])
def test_what_is_proved_on_all_words_is_proved_within_a_language(called, tmp_path, monkeypatch, language):
    monkeypatch.setattr(verdict, "find_ellipsoid_proof", lambda *_, **__: None)
    without_run = verify_within(counting_net(), COUNT, words_of_language(language, COUNT), language, budget=60.0)
    assert without_run.verdict.verdict == "PROVED WITHIN" and without_run.certificate is not None
    run = save_net(counting_net(), COUNT, tmp_path / "run")
    assert prove(run, budget=60.0).verdict == "PROVED"
    monkeypatch.setattr(verdict, "try_to_prove", lambda *_: None)  # the run's own certificate is enough
    found = called("prove", str(run.path), "--within", language, "--json")
    result = json.loads(found.stdout)
    assert (found.code, result["verdict"], result["within"]) == (3, "PROVED WITHIN", language)
    assert result["reason"].startswith("the net is proved on all words")
    checked = called("check", str(run.path / "within-certificate.json"), "--weights", str(run.path / "model.safetensors"))
    assert checked.code == 0 and "every non-empty word" in checked.stdout  # the claim is that about all words
    kept = Run(run.path).verdict_within
    assert kept is not None and kept.within == language and kept.reason == result["reason"]
    assert "about all other inputs, too" in verdict_text(kept)
    (run.path / "within-certificate.json").unlink()
    assert Run(run.path).verdict_within is None


@pytest.mark.slow
def test_every_attack_within_a_language_suspects_its_words_alone():
    language = f"9<={first_wrong()}"
    words, net = words_of_language(language, COUNT), drifting_net(NINES)
    simulator = Simulator(net, along(COUNT.machine, words))
    suspects = {}
    for attack, word in itertools.islice(AttackSchedule(Search(simulator, StepBudget(3_000_000))).suspects(), 2_000):
        suspects.setdefault(attack, []).append(word)
    assert len(suspects) > 2
    assert all(reads(words, word) for word in itertools.chain(*suspects.values()))


@pytest.fixture(scope="module")
def drifting(tmp_path_factory):
    """A run whose net is wrong after so many nines."""
    folder = tmp_path_factory.mktemp("drifting") / "run"
    save_net(drifting_net(NINES), COUNT, folder)
    return folder


@pytest.fixture
def run(drifting, tmp_path, monkeypatch):
    """A copy of it, which nobody attacks."""
    monkeypatch.setattr(verdict, "refute_within", lambda *_: None)
    shutil.copytree(drifting, tmp_path / "run")
    return tmp_path / "run"


def first_wrong() -> int:
    """The steps of the first wrong answer on nines."""
    return 1 + int(np.flatnonzero(answers(drifting_net(NINES), np.full((100, 1), 9, np.uint8))[:, 0] != 0)[0])


def test_a_net_is_proved_up_to_a_length_below_its_first_wrong_answer(called, run):
    found = called("prove", str(run), "--json", "--budget", "1")
    result = json.loads(found.stdout)
    assert (found.code, result["verdict"]) == (3, "PROVED UP TO")
    assert 5 <= result["horizon"] < first_wrong()
    assert f"of at most {result['horizon']} steps" in result["reason"] and "storage formats: float32" in result["reason"]
    assert (result["noise_budget"], result["formats"], result["margin"]) == (None, [], None)  # these speak of every input
    checked = called("check", str(run / "horizon-certificate.json"), "--weights", str(run / "model.safetensors"))
    assert checked.code == 0 and f"of at most {result['horizon']} symbols" in checked.stdout
    assert f"PROVED UP TO {result['horizon']} STEPS" in called("prove", str(run), "--budget", "1").stdout
    page = report([run]).read_text()
    assert f"right on every input of up to {result['horizon']} steps" in page


def test_a_proof_for_some_steps_is_never_taken_for_one_of_all(called, run):
    called("prove", str(run), "--budget", "1")
    shutil.copy(run / "horizon-certificate.json", run / "certificate.json")
    folder = Run(run)
    assert folder.proof.reason == "the run's certificate is about some words only"
    assert folder.accepted_certificate() is None
    assert folder.verdict is not None and folder.verdict.verdict == "PROVED UP TO"
    (run / "verdict.json").write_bytes(Proved(reason="I say so").to_file())
    assert Run(run).verdict.verdict == "UNKNOWN"  # pyright: ignore[reportOptionalMemberAccess]
    (run / "verdict.json").unlink()
    assert Run(run).verdict is None


def test_a_stored_length_is_that_of_the_certificate_or_none(called, run):
    steps = json.loads(called("prove", str(run), "--json", "--budget", "1").stdout)["horizon"]
    stored = json.loads((run / "verdict.json").read_text())
    (run / "verdict.json").write_text(json.dumps(stored | {"horizon": 10_000}))
    assert proved_steps(Run(run).verdict) == steps  # pyright: ignore[reportArgumentType]
    (run / "horizon-certificate.json").unlink()
    assert Run(run).verdict.verdict == "UNKNOWN"  # pyright: ignore[reportOptionalMemberAccess]


def test_a_shorter_length_does_not_replace_a_longer_one(run, monkeypatch):
    first = prove(run, budget=1.0)
    monkeypatch.setattr(verdict, "_try_steps", lambda *_: None)
    again = prove(run, budget=0.2)
    assert again.horizon == first.horizon and (run / "horizon-certificate.json").exists()


@pytest.mark.slow
def test_a_proof_replaces_a_length(tmp_path, monkeypatch):
    run = save_net(counting_net(), COUNT, tmp_path / "run")
    with monkeypatch.context() as without:
        without.setattr(verdict, "try_to_prove", lambda *_: None)
        assert prove(run, budget=0.5).verdict == "PROVED UP TO"
    assert (tmp_path / "run" / "horizon-certificate.json").exists()
    assert prove(tmp_path / "run", budget=60.0).verdict == "PROVED"
    assert not (tmp_path / "run" / "horizon-certificate.json").exists()


def test_boxes_step_by_step_say_no_more_than_is_right():
    for nines in (3, 12):
        net = drifting_net(nines)
        found = find_horizon_proof(net, COUNT.machine)
        wrong = 1 + int(np.flatnonzero(answers(net, np.full((60, 1), 9, np.uint8))[:, 0] != 0)[0])
        assert found is not None and 1 <= found.steps < wrong
        assert "float32" in found.proof.formats
    upside_down = Machine(0, COUNT.machine.delta, tuple(row[::-1] for row in COUNT.machine.output))
    assert find_horizon_proof(counting_net(), upside_down) is None


@pytest.mark.slow
def test_a_wrong_net_is_proved_within_the_runs_that_it_survives(called, tmp_path):
    run = tmp_path / "run"
    save_net(*fading_switch(), run)
    before = called("prove", str(run), "--json", "--budget", "5")
    assert json.loads(before.stdout)["verdict"] == "REFUTED"
    found = called("prove", str(run), "--within", "k<=3", "--budget", "200", "--json")
    result = json.loads(found.stdout)
    assert (found.code, result["verdict"], result["within"]) == (3, "PROVED WITHIN", "k<=3")
    checked = called("check", str(run / "within-certificate.json"), "--weights", str(run / "model.safetensors"))
    assert checked.code == 0 and "that the automaton SHA-256" in checked.stdout
    folder = Run(run)
    assert folder.verdict is not None and folder.verdict.verdict == "REFUTED"  # it stays
    assert folder.verdict_within is not None and folder.verdict_within.within == "k<=3"
    assert "right on every input within k&lt;=3" in report([run]).read_text()
    stored = json.loads((run / "within.json").read_text())
    (run / "within.json").write_text(json.dumps(stored | {"within": "k<=30"}))
    assert Run(run).verdict_within is None  # the certificate is of other words
    refused = called("prove", str(run), "--within", "k<=30", "--budget", "60", "--json")  # it forgets before
    assert (refused.code, json.loads(refused.stdout)["verdict"]) == (1, "REFUTED")


@pytest.mark.parametrize("before", thorough([None, Unknown(reason="nothing was found"), WRONG]))
def test_a_net_that_is_wrong_within_a_language_is_refuted_by_one_of_its_words(called, drifting, tmp_path, before):
    run = shutil.copytree(drifting, tmp_path / "run")
    if before is not None:
        (run / "verdict.json").write_bytes(before.to_file())
    language = f"9<={first_wrong()}"
    found = called("prove", str(run), "--within", language, "--budget", "30", "--json")
    result = json.loads(found.stdout)
    assert (found.code, result["verdict"], result["within"]) == (1, "REFUTED", language)
    word = [int(digit) for digit in reversed(result["counterexample"][0])]
    assert reads(words_of_language(language, COUNT), word) and result["pumped_family"] is None
    assert "no shorter" not in result["reason"] or not result["shortest_proved"]
    assert not (run / "within.json").exists()
    kept = Run(run).verdict
    assert kept is not None and kept.verdict == "REFUTED" and not kept.within
    assert kept.counterexample == (WRONG.counterexample if before is WRONG else result["counterexample"])
    assert f"REFUTED WITHIN {language}" in called("prove", str(run), "--within", language, "--budget", "30").stdout


def test_a_search_within_a_language_that_finds_nothing_says_so(called, run):
    found = called("prove", str(run), "--within", "9<=3", "--budget", "0.5", "--json")
    assert (found.code, json.loads(found.stdout)["verdict"]) == (3, "UNKNOWN")
    assert not (run / "within.json").exists()
    refused = called("prove", str(run), "--within", "((", "--budget", "0.5")
    assert refused.code == 2 and refused.stderr.count("\n") == 1


def test_verify_names_no_length_where_no_step_is_right(monkeypatch):
    monkeypatch.setattr(verdict, "refute_within", lambda *_: None)
    found = verify(counting_net(wrong={(0, 9): 9}), COUNT, budget=0.5)
    assert (found.verdict.verdict, found.certificate) == ("UNKNOWN", None)
