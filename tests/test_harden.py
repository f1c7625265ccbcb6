"""Hardening: any net that has a program, and never a net that is worse than the given one."""

import dataclasses
import json
import shlex
import sys
from pathlib import Path

import jax
import numpy as np
import pytest

import anylength
from anylength.cells import CELLS, Layering
from anylength.cli.main import parser
from anylength.experiments.better import Score, score_of
from anylength.experiments.harden import harden
from anylength.experiments.options import TrainOptions
from anylength.experiments.quantise import quantise
from anylength.experiments.train import train
from anylength.nets import GRIDS, program_net, tensors
from anylength.records import Unknown
from anylength.records.verdicts import PROVED, REFUTED, UNKNOWN
from anylength.rules import task_named
from anylength.runs import Run
from anylength.training import HARDEN, UNROLLED, Session, retraining, tuned
from anylength.training import hardening as recipe_of
from anylength.verification.verdicts import Verification

MODULE = sys.modules[harden.__module__]
ODD = """name = "odd"
summary = "is the number of ones odd?"
base = 2
labels = ["even", "odd"]
start = "even"

[states.even]
0 = ["even", "even"]
1 = ["odd", "odd"]

[states.odd]
0 = ["odd", "odd"]
1 = ["even", "even"]
"""
"""A user's own machine."""


@pytest.fixture
def hopeless(monkeypatch):
    """A hardening of two epochs that ruins the net, and a prover that never decides."""
    ruinous = dataclasses.replace(HARDEN, epochs=2, updates=2, learning_rate=5.0)
    monkeypatch.setattr(MODULE, "hardening_named", lambda name, *_: dataclasses.replace(ruinous, name=name))
    undecided = Verification(Unknown(reason="not tried"))
    monkeypatch.setattr(MODULE, "verify", lambda *_, **__: undecided)


@pytest.mark.slow
def test_a_net_that_hardening_makes_worse_is_given_back_as_it_was(hopeless, run_folder, tmp_path, called):
    out = tmp_path / "hard"
    result = harden(run_folder, out)
    assert result.verdict != PROVED
    assert (result.updates, result.moved, result.answers_broken) == (4, 0.0, 0)
    before, after = tensors(Run(run_folder).net), tensors(Run(out).net)
    assert all(np.array_equal(before[name], after[name]) for name in before)
    assert "gave up after 4 updates without a proof; the trained net was worse than the given one, which is kept" in result.advice
    assert "try --recipe unrolled" in result.advice
    assert harden(run_folder, out, resume=True).advice == result.advice


@pytest.mark.slow
def test_after_large_steps_the_advice_is_another_net(hopeless, run_folder, tmp_path):
    result = harden(run_folder, tmp_path / "hard", recipe="unrolled")
    assert "anylength train count --base 10 --cell rnn --recipe certified" in result.advice


@pytest.mark.slow
def test_the_advice_names_the_machine_of_the_run_where_it_is_a_users_own(hopeless, tmp_path):
    source = tmp_path / "odd.toml"
    source.write_text(ODD)
    train(TrainOptions(recipe="blog", task=str(source), hidden=2, epochs=1), tmp_path / "run")
    command = harden(tmp_path / "run", tmp_path / "hard", recipe="unrolled").advice.rpartition(": ")[2]
    assert parser().parse_args(shlex.split(command)[1:]).task == str(tmp_path / "hard" / "config.json")


def test_a_net_in_memory_is_hardened_without_a_folder(hopeless, run_folder):
    net = Run(run_folder).net
    found = anylength.harden(net, "count")
    assert found.record.run == "" and found.record.updates == 4 and found.verification.verdict.verdict == UNKNOWN
    assert found.net is net  # the trained one is worse


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"out": "there"}, "a run for out= and resume=, got a net in memory"),
        ({"resume": True}, "a run for out= and resume=, got a net in memory"),
        ({"task": "multiply"}, "a task with a finite machine, got multiply"),
    ],
)
def test_what_cannot_be_hardened_in_memory_is_refused(arguments, words, run_folder):
    with pytest.raises(anylength.InputError, match=words):
        given = {"task": "count"} | arguments
        task = anylength.task(given.pop("task"))
        net = HARDEN.initial(np.random.default_rng(0), task, CELLS["rnn"], 2) if task.transducer is None else Run(run_folder).net
        anylength.harden(net, task, **given)


@pytest.mark.slow
def test_a_run_is_hardened_into_a_named_folder(run_folder):
    with pytest.raises(anylength.InputError, match="out=, the new run folder"):
        anylength.harden(run_folder)


def test_a_net_that_is_proved_needs_no_advice(certified_run, tmp_path):
    harden(certified_run, tmp_path / "hard")
    assert json.loads((tmp_path / "hard" / "hardening.json").read_bytes())["advice"] is None


def test_verdicts_come_before_carry_chains_and_these_before_hard_inputs():
    assert Score(2, 0, 0) > Score(1, 2000, 900) > Score(1, 20, 999) > Score(1, 20, 998) > Score(0, 2000, 999)
    task = task_named("count", 10)
    net = HARDEN.initial(np.random.default_rng(0), task, CELLS["rnn"], 4)
    assert score_of(net, task, UNKNOWN) > score_of(net, task, REFUTED)
    nothing = jax.tree.map(np.zeros_like, net)
    assert score_of(nothing, task, UNKNOWN).horizon == 0


def test_layers_and_programs_are_hardened_with_closed_gates():
    assert recipe_of(HARDEN, "gru") is HARDEN
    assert recipe_of(HARDEN, "gru", Layering(2)).closure > 0
    assert recipe_of(HARDEN, "program").closure > 0


def test_retraining_takes_the_numbers_of_the_machine_and_tries_a_proof_between():
    """A state head would need rows of the read-out that a given net has not."""
    for task, cell in (("parity", "rnn"), ("parity", "program"), ("divide-7", "rnn")):
        suited = tuned(UNROLLED, task_named(task, 10), cell)
        recipe = retraining(UNROLLED, task_named(task, 10), cell)
        assert recipe.updates < suited.updates and recipe.epochs * recipe.updates >= 3000
        assert recipe.state_weight == 0.0 and (recipe.closure > 0) == (cell == "program")


def test_a_session_starts_from_a_given_net_of_any_kind():
    task = task_named("count", 10)
    net = HARDEN.initial(np.random.default_rng(0), task, Layering(2).of(CELLS["gru"]), 4)
    session = Session(task, 0, cell="program", hidden=4, recipe=HARDEN, data="hundred", epochs=1, given=net)
    assert all(np.array_equal(value, tensors(session.result.net)[name]) for name, value in tensors(net).items())


@pytest.mark.slow
def test_a_program_is_trained_as_the_net_that_it_is_the_program_of():
    task = task_named("count", 10)
    net = HARDEN.initial(np.random.default_rng(0), task, Layering(2).of(CELLS["gru"]), 4)
    again = program_net(net.program, tensors(net), base=10, tapes=1)
    recipe = dataclasses.replace(recipe_of(HARDEN, "program"), updates=5)
    losses = []
    for given in (net, again):
        session = Session(task, 0, cell="program", hidden=4, recipe=recipe, data="hundred", epochs=1, given=given)
        losses.append(session.step()[0].loss)
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)


@pytest.mark.slow
def test_two_layers_are_hardened_to_a_proof(tmp_path):
    train(TrainOptions(cell="gru", layers=2, hidden=16, recipe="plain", data="hundred", epochs=20), tmp_path / "run")
    assert harden(tmp_path / "run", tmp_path / "hard").verdict == PROVED


@pytest.mark.slow
def test_a_run_of_a_step_program_is_hardened_and_quantised(hopeless, run_folder, tmp_path):
    """The weights file of such a run holds its program, so a new run has to know it before it has a net."""
    plain = Run(run_folder).net
    net = program_net(plain.program, tensors(plain), base=10, tapes=1)
    anylength.save(net, "count", tmp_path / "given")
    for made in (
        harden(tmp_path / "given", tmp_path / "hard"),
        quantise(tmp_path / "given", tmp_path / "rounded", GRIDS["int8"], budget=0.1),
    ):
        assert made.verdict != PROVED and Run(Path(made.run)).net.program == net.program
