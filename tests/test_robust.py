"""The recipe `robust`: it infers a machine from the examples and never sees the task's own."""

import dataclasses
import json
import shlex
from pathlib import Path

import jax
import numpy as np
import pytest

from anylength.base import InputError
from anylength.cli.main import parser
from anylength.experiments.options import TrainOptions
from anylength.rules import IGNORE_INDEX, Machine, Task, equivalent, task_named
from anylength.runs import Run, recipe_of, train_command
from anylength.training import ROBUST, Session, fit, recipe_named, with_unseen
from anylength.training.examples import Examples
from anylength.training.seen import SeenTask, inferred_task
from anylength.training.start import Purpose, draw_examples, generator
from anylength.verification.verdicts import verify

COUNT = task_named("count")


def without_machine(task: Task) -> Task:
    """The task with another machine, so that whoever looks at it errs. Its examples are as before."""
    states, symbols = task.machine.states, task.machine.symbols
    constant = Machine(0, ((0,) * symbols,) * states, ((0,) * symbols,) * states)
    return dataclasses.replace(task, transducer=constant, rule=task.targets)


def drawn(task: Task, data: str, seed: int = 0) -> Examples:
    """The training examples of a seed."""
    return draw_examples(task, data, seed)[0]


def rng() -> np.random.Generator:
    return generator(0, Purpose.INFERENCE)


@pytest.mark.parametrize(
    ("name", "data"), [("count", "hundred"), ("add", "post"), ("tomita-5", None), ("divisible-3-base-10", None)]
)
def test_the_machine_of_the_examples_is_the_true_one_and_the_true_one_is_not_looked_at(name, data):
    task = task_named(name, 2 if name.startswith("tomita") else 10)
    examples = drawn(task, data or next(iter(task.data)))
    found = inferred_task(without_machine(task), examples, rng(), "refuse")
    assert equivalent(found.task.machine, task.machine)
    assert found.inferred is not None
    assert (found.inferred.questions, found.inferred.guessed) == (0, 0)


def test_pairs_that_no_example_shows_are_named_or_asked():
    task = task_named("add")
    few = drawn(task, "post-1")
    with pytest.raises(InputError, match=r"every symbol in every state, got none of symbol 1,0 after the word .* \(--ask\)"):
        inferred_task(task, few, rng(), "refuse")
    asked = inferred_task(task, few, rng(), "ask")
    assert equivalent(asked.task.machine, task.machine)
    assert asked.inferred is not None and asked.inferred.questions > 0 and asked.inferred.guessed == 0


def test_examples_that_contradict_themselves_or_that_another_machine_answers_are_refused():
    task = COUNT
    examples = drawn(task, "hundred")
    twice = Examples(*(np.concatenate([side, side]) for side in (examples.symbols, examples.targets)))
    spoilt = np.array(twice.targets)
    spoilt[0, 0] = (spoilt[0, 0] + 1) % 10
    with pytest.raises(InputError, match="expected one output after each word"):
        inferred_task(task, Examples(twice.symbols, spoilt), rng(), "refuse")
    noise = np.random.default_rng(0).integers(0, 10, (300, 6)).astype(np.uint8)
    random_targets = np.random.default_rng(1).integers(0, 10, noise.shape).astype(np.uint8)
    with pytest.raises(InputError):
        inferred_task(task, Examples(noise, random_targets), rng(), "refuse")


def test_what_ungraded_steps_do_not_say_is_asked():
    task = task_named("tomita-3", 2)
    examples = drawn(task, "ends" if "ends" in task.data else next(iter(task.data)))
    targets = np.where(np.arange(examples.targets.shape[1]) == 0, IGNORE_INDEX, examples.targets)
    found = inferred_task(task, Examples(examples.symbols, targets), rng(), "ask")
    assert equivalent(found.task.machine, task.machine)


@pytest.mark.slow
def test_training_is_the_same_whatever_the_machine_of_the_task():
    recipe, weights = dataclasses.replace(ROBUST, updates=5), []
    for task in (COUNT, without_machine(COUNT)):
        session = Session(task, 0, cell="rnn", hidden=24, recipe=recipe, data="hundred", epochs=1)
        session.step()
        weights.append([leaf.tobytes() for leaf in jax.tree.leaves(session.result.net)])
    assert weights[0] == weights[1]


@pytest.mark.slow
def test_a_block_of_seeds_is_trained_each_on_the_machine_of_its_own_examples():
    recipe = dataclasses.replace(ROBUST, updates=5)
    block = Session(COUNT, [0, 1], cell="rnn", hidden=24, recipe=recipe, data="hundred", epochs=1)
    block.step()
    assert [found.states for found in block.inferred if found is not None] == [2, 2]
    assert [result.inferred for result in block.results()] == block.inferred


def test_seeds_whose_examples_give_machines_of_different_sizes_are_refused_together(monkeypatch):
    machines = iter([task_named("remainder-7").machine, COUNT.machine])
    seen = lambda task, *_: SeenTask(dataclasses.replace(task, transducer=next(machines)))
    monkeypatch.setattr("anylength.training.start.inferred_task", seen)
    with pytest.raises(InputError, match="machines of one size"):
        Session(COUNT, [0, 1], cell="rnn", hidden=24, recipe=ROBUST, data="hundred", epochs=1)


@pytest.mark.slow
def test_the_way_is_kept_in_the_configuration_and_in_the_command():
    config = TrainOptions(task="add", recipe="robust", unseen="ask").config()
    assert config.settings["unseen"] == "ask"
    recipe = recipe_of(config)
    assert recipe.unseen == "ask" and recipe.settings() == config.settings
    words = shlex.split(train_command(config, Path("runs/x")))
    assert "--ask" in words
    assert parser().parse_args(words[1:]).unseen == "ask"
    assert "--ask" not in train_command(TrainOptions(task="add", recipe="robust").config(), Path("runs/x"))


@pytest.mark.parametrize(("recipe", "unseen", "words"), [("certified", "ask", "for --ask"), ("robust", "guess", "refuse or ask")])
def test_a_way_that_a_recipe_has_not_is_refused(recipe, unseen, words):
    with pytest.raises(InputError, match=words):
        with_unseen(recipe_named(recipe), unseen)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "data"), [("count", "hundred"), ("add", "post"), ("tomita-5", None)])
def test_nets_are_proved_against_the_true_machine(name, data):
    task = task_named(name, 2 if name.startswith("tomita") else 10)
    recipe = recipe_named("robust", task, "rnn")
    result = fit(task, recipe=recipe, data=data or next(iter(task.data)), seed=5)
    assert verify(result.net, task, budget=60.0).verdict.verdict == "PROVED"
    assert recipe.learns_from == "data"


@pytest.mark.slow
def test_the_record_of_a_run_tells_what_was_asked(called, tmp_path):
    out = tmp_path / "run"
    done = called("train", "add", "--recipe", "robust", "--data", "post-1", "--ask", "--epochs", "1", "--out", str(out), "--json")
    assert done.code in (0, 3)
    assert json.loads(done.stdout)["inferred"]["questions"] > 0
    assert Run(out).result().inferred.states == 2  # type: ignore[union-attr]
    refused = called("train", "add", "--recipe", "robust", "--data", "post-1", "--out", str(tmp_path / "no"))
    assert refused.code == 2 and "--ask" in refused.stderr


def test_the_command_says_the_size_of_a_large_net_before_it_trains(called, monkeypatch, tmp_path):
    monkeypatch.setattr("anylength.experiments.train.resume_run", stops)
    large = called("train", "a5", "--recipe", "robust", "--out", str(tmp_path / "large"))
    small = called("train", "count", "--recipe", "robust", "--data", "hundred", "--out", str(tmp_path / "small"))
    assert "robust: 3,616 units, at most 20 epochs" in large.stderr and "units" not in small.stderr


def stops(*_: object, **__: object) -> None:
    """Ends the command where training would begin."""
    raise InputError("a training", "a test", "end here")
