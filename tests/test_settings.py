"""Recipes for every machine: boxes that open slowly, and the numbers that go with a machine."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from test_unrolled import random_net

from anylength.base import InputError
from anylength.cells import Layering, Rnn
from anylength.experiments.options import TrainOptions
from anylength.rules import TASKS, Machine, Task, task_named
from anylength.training import (
    RECIPES,
    LearnedInvariant,
    Unrolled,
    default_cell,
    default_recipe,
    fit,
    fit_block,
    known_limit,
    recipe_named,
    tuned,
)
from anylength.training.recipe import TrainState
from anylength.training.settings import outputs_reveal_state, permutes
from anylength.training.start import draw_examples, seen_task, units, units_of
from anylength.training.unrolled import NoiseState
from anylength.training.worst_case import machine_boxes
from anylength.verification.verdicts import find_proofs

OPENING = Unrolled(name="opening", summary="", epochs=4, noise=0.1, box_warmup=2.0, ramp=0.25)


@pytest.mark.parametrize("name", ["parity", "remainder-3", "remainder-7", "divide-7", "divide-9"])
def test_machines_with_a_symbol_that_moves_states_about_permute(name):
    assert permutes(task_named(name).machine)


@pytest.mark.parametrize("name", ["count", "decrement", "add", "subtract", "compare", "collatz", "multiply-7", "remainder-2"])
def test_machines_whose_symbols_merge_states_or_hold_them_all_do_not_permute(name):
    assert not permutes(task_named(name).machine)


SIZED = ("certified", "unrolled", "constructed")
"""The recipes that look at the machine."""

BLIND = "robust"
"""The recipe that has units by the machine that it infers, which may be wrong."""


@pytest.mark.parametrize("name", ["blog", "plain", "unrolled", "memory"])
@pytest.mark.parametrize("task", ["count", "decrement"])
def test_every_recipe_stays_as_it_is_for_counting(name, task):
    assert tuned(recipe_named(name), task_named(task), "rnn") is recipe_named(name)


@pytest.mark.parametrize("task", ["add", "parity", "remainder-7", "multiply-9"])
def test_only_recipes_that_know_the_machine_are_adapted_and_only_by_the_machine(task):
    made = task_named(task)
    for name in RECIPES:
        other = tuned(recipe_named(name), made, "rnn")
        assert (other is recipe_named(name)) == (name not in SIZED)
        assert other == tuned(recipe_named(name), dataclasses.replace(made, name="another"), "rnn")
    without = dataclasses.replace(made, transducer=None, rule=lambda symbols: symbols)
    assert all(tuned(recipe_named(name), without, "rnn") is recipe_named(name) for name in SIZED)


@pytest.mark.parametrize("name", ["certified", "robust"])
def test_boxes_of_several_layers_grow_and_move_in_smaller_units(name):
    one, two = (recipe_named(name, task_named("count"), "gru", Layering(count)) for count in (1, 2))
    assert isinstance(one, LearnedInvariant) and isinstance(two, LearnedInvariant)
    assert (one.radius_ramp, two.radius_ramp) == (0.0, two.ramp)
    assert two.unit < one.unit and two.hidden == one.hidden


@pytest.mark.parametrize(
    ("task", "data", "hidden"), [("tomita-3", "post", 32), ("count", "hundred", 40), ("multiply-9", "hundred", 112)]
)
def test_robust_has_units_for_the_machine_of_its_examples(task, data, hidden):
    assert TrainOptions(task=task, recipe=BLIND, data=data).config().hidden == hidden
    assert units(task_named(task), recipe_named(BLIND), data=data, seed=0) == hidden


def test_robust_never_asks_for_the_units_of_the_true_machine():
    count, other = task_named("count"), task_named("multiply-9")
    wrong = dataclasses.replace(count, transducer=other.transducer)
    examples = draw_examples(count, "hundred", 0)[0]
    assert units_of(recipe_named(BLIND), seen_task(wrong, recipe_named(BLIND), examples, 0).task) == 40


def test_a_configuration_whose_examples_give_no_machine_is_refused():
    with pytest.raises(InputError, match="examples"):
        TrainOptions(task="remainder-7", recipe=BLIND, data="hundred").config()
    assert TrainOptions(task="remainder-7", recipe=BLIND, data="hundred", hidden=88).config().hidden == 88


@pytest.mark.parametrize(
    ("task", "cell", "hidden", "epochs"),
    [
        ("add", "rnn", 48, 6),
        ("add", "gru", 48, 1),
        ("add", "lstm", 48, 1),
        ("add", "slstm", 48, 20),
        ("compare", "rnn", 64, 6),
        ("parity", "rnn", 40, 15),
        ("parity", "gru", 40, 6),
        ("parity", "lstm", 40, 4),
        ("parity", "slstm", 40, 20),
        ("multiply-6", "slstm", 80, 20),
        ("multiply-7", "slstm", 88, 40),
        ("s3", "slstm", 56, 20),
    ],
)
def test_a_learned_invariant_has_a_unit_for_each_state_and_row_of_a_symbol(task, cell, hidden, epochs):
    recipe = recipe_named("certified", task_named(task), cell)
    assert (recipe.hidden, recipe.epochs) == (hidden, epochs)


def test_a_run_records_the_numbers_it_was_trained_with():
    config = TrainOptions(task="remainder-7", recipe="unrolled").config()
    recipe = tuned(recipe_named("unrolled"), task_named("remainder-7"), "rnn")
    assert (config.hidden, config.epochs, config.settings) == (recipe.hidden, recipe.epochs, recipe.settings())
    assert config.settings["box_warmup"]


@pytest.mark.parametrize(
    ("name", "shown"), [("remainder-7", True), ("parity", True), ("compare", True), ("divide-7", False), ("add", False)]
)
def test_outputs_reveal_the_state_where_each_names_the_next_one(name, shown):
    assert outputs_reveal_state(task_named(name).machine) == shown


@pytest.mark.slow
def test_a_larger_machine_that_hides_its_states_gets_a_state_head_and_the_kept_net_has_none():
    task = task_named("divide-5", 3)
    recipe = dataclasses.replace(tuned(recipe_named("unrolled"), task, "rnn"), hidden=6, epochs=1, updates=3)
    assert recipe.state_weight > 0
    one, (block,) = fit(task, recipe=recipe, seed=0).net, fit_block(task, [0], recipe=recipe)
    assert one.weight.shape == block.net.weight.shape == (task.classes, 6)
    assert one.bias.shape == (task.classes,)
    drawn = recipe.initial(np.random.default_rng(0), task, Rnn, 6)
    assert drawn.weight.shape == (task.classes + task.machine.states, 6)
    assert recipe.result(TrainState(drawn, (), ()), task.machine).weight.tolist() == drawn.weight[: task.classes].tolist()


@pytest.mark.slow
def test_the_state_head_is_taught_the_machines_next_state():
    task = task_named("divide-5", 3)
    recipe = dataclasses.replace(tuned(recipe_named("unrolled"), task, "rnn"), hidden=12, epochs=1)
    net = jax.tree.map(jnp.asarray, recipe.initial(np.random.default_rng(0), task, Rnn, 12))
    words = np.random.default_rng(1).integers(0, 3, (4, 8)).astype(np.uint8)
    symbols, targets = jnp.asarray(words), jnp.asarray(task.targets(words))
    schedule_state = jax.tree.map(jnp.asarray, recipe.schedule_state(net, task))
    gradient = jax.grad(lambda net: recipe.loss(net, task.machine, symbols, targets, schedule_state)[0])(net)
    assert float(jnp.abs(gradient.weight[task.classes :]).max()) > 0
    without = dataclasses.replace(recipe, state_weight=0.0)
    assert without.initial(np.random.default_rng(0), task, Rnn, 12).weight.shape == (task.classes, 12)


@pytest.mark.parametrize(
    ("task", "cell", "name"),
    [
        ("count", "rnn", "certified"), ("add", "lstm", "certified"), ("count", "content", "plain"),
        ("count", "relu", "unrolled"), ("count", "mingru", "unrolled"), ("count", "slstm", "certified"),
        ("count", "stack-rnn", "plain"), ("reverse", "stack-rnn", "certified"),
        ("reverse", "tape-rnn", "memory"), ("reverse", "transformer-rotary", "plain"),
    ],
)  # fmt: skip
def test_the_best_recipe_goes_by_task_and_cell(task, cell, name):
    assert default_recipe(task_named(task), cell) == name


@pytest.mark.parametrize("name", [*TASKS, "multiply-7", "divide-3", "remainder-7"])
def test_every_task_has_by_default_a_cell_and_a_recipe_that_can_learn_it(name):
    config = TrainOptions(task=name).config()  # refuses what cannot learn it
    assert (config.cell, config.recipe) == (default_cell(task_named(name)), default_recipe(task_named(name), config.cell))
    with_memory = dict.fromkeys(("reverse", "duplicate", "count-natural"), "stack-rnn") | {"multiply": "transformer-rotary"}
    assert config.cell == with_memory.get(name, "rnn")
    assert (known_limit(task_named(name)) is None) == (name != "multiply")


def boxes_of(task: Task, machine: Machine, opened: float | None):
    net = random_net(task)
    part = None if opened is None else jnp.float32(opened)
    return jax.jit(machine_boxes, static_argnums=(1, 4))(net, machine, jnp.float32(0), part, 3)[0]


def test_shut_boxes_are_points_and_open_ones_are_whole():
    task = task_named("parity", 3)
    shut, half, opened, whole = (boxes_of(task, task.machine, part) for part in (0.0, 0.5, 1.0, None))
    assert float(jnp.abs(shut.radius).max()) < 1e-6
    assert float(half.radius.max()) > 1e-3
    assert (np.asarray(half.radius).sum(axis=0) <= np.asarray(whole.radius).sum(axis=0) + 1e-5).all()
    assert np.allclose(opened.low, whole.low, atol=1e-6)
    assert np.allclose(opened.high, whole.high, atol=1e-6)


def test_boxes_open_before_the_noise_rises():
    gate, seen = jax.tree.map(jnp.asarray, OPENING.schedule_state(None, task_named("count"))), []
    for _ in range(OPENING.epochs * OPENING.updates):
        noise, opened = OPENING._noise_and_scale(gate)
        seen.append((float(noise), float(opened)))
        gate = OPENING._next_noise(gate, jnp.float32(0))
    noises, parts = np.array(seen).T
    assert seen[0] == (0.0, 0.0)
    assert (np.diff(parts) >= 0).all()
    assert (parts[noises > 0] == 1.0).all()
    assert parts[-1] == 1.0
    assert noises[-1] == pytest.approx(OPENING.noise, rel=1e-3)


def test_boxes_shut_again_while_the_verified_error_is_high_but_not_beyond_points():
    gate = NoiseState(jnp.float32(0), jnp.float32(1))
    after = OPENING._next_noise(gate, jnp.float32(1))
    assert float(after.noise) < 0
    assert 0 < float(OPENING._noise_and_scale(after)[1]) < 1
    end = OPENING._next_noise(NoiseState(jnp.float32(-OPENING.box_warmup * OPENING.noise), jnp.float32(1)), jnp.float32(1))
    assert [float(part) for part in OPENING._noise_and_scale(end)] == [0.0, 0.0]


@pytest.mark.slow
def test_a_machine_that_never_rests_is_learned_and_proved():
    task = task_named("parity", 2)
    recipe = tuned(recipe_named("unrolled"), task, "rnn")
    net = fit(task, recipe=recipe, seed=5000, hidden=12, epochs=8).net
    assert find_proofs(net, task.machine, (0,))
