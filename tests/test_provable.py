"""Training with bounds: the boxes hold what they should, the worst case is one, and only `certified` looks at the machine."""

import dataclasses
import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from by_hand import counting_net

from anylength.machines import Machine
from anylength.nets import Net, tensors
from anylength.tasks import Task, task_named
from anylength.training import HARDEN, RECIPES, Provable, fit, recipe_named
from anylength.training.worst_case import hulls, unrolled, worst_cross_entropy

NOISES = (0.0, 0.05, 0.5)
NAMES = ("robust", "certified")
SLACK = 1e-4


def random_net(task: Task, seed: int = 0) -> Net:
    """A net as the recipe draws it, its weights enlarged."""
    from anylength.cells import Rnn

    net = recipe_named("certified").initial(np.random.default_rng(seed), task, Rnn, 6)
    return jax.tree.map(lambda leaf: jnp.asarray(1.5 * leaf + 0.1, jnp.float32), net)


def states(net: Net, word: np.ndarray, noise: float, rng: np.random.Generator) -> list[np.ndarray]:
    """The states along a word in float64, each off by up to `noise` in every coordinate."""
    state, found = np.zeros(net.hidden), []
    inputs, recurrent, bias = (np.asarray(x, np.float64) for x in (net.cell.weight_ih, net.cell.weight_hh, net.cell.bias))
    for symbol in word:
        drawn = rng.uniform(-1, 1, net.hidden)
        state = np.tanh(inputs[:, symbol] + bias + recurrent @ state)
        state = state + noise * (np.sign(drawn) if rng.random() < 0.5 else drawn)
        found.append(state)
    return found


@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize("base", [2, 3])
def test_hulls_hold_the_states_of_every_short_word_for_every_machine_state_and_symbol(base, noise):
    """The boxes of step k come in the order (machine states reached, ascending) × symbols, each with the machine's answer."""
    task, depth = task_named("count", base), 4
    net, rng, machine = random_net(task), np.random.default_rng(0), task.machine
    boxes, right = hulls(net, machine, jnp.float32(noise), depth)
    low, high = np.asarray(boxes.low), np.asarray(boxes.high)
    assert low.shape == high.shape == (6, len(right))
    starts, reached = [], {machine.start}
    keys: list[tuple[int, int]] = []
    for _ in range(depth):
        starts.append(len(keys))
        keys += list(itertools.product(sorted(reached), range(base)))
        reached |= {machine.delta[q][s] for q in reached for s in range(base)}
    assert len(keys) == len(right)
    assert right.tolist() == [machine.output[q][s] for q, s in keys]
    for word in itertools.product(range(base), repeat=depth):
        before = machine.trace(word)
        for step, state in enumerate(states(net, np.array(word), noise, rng)):
            for first in range(step, depth):  # each step's boxes hold those of all earlier ones
                at = keys.index((before[step], word[step]), starts[first])
                assert (low[:, at] - SLACK <= state).all()
                assert (state <= high[:, at] + SLACK).all()


@pytest.mark.parametrize("first", [0.0, 0.3])
@pytest.mark.parametrize("noise", NOISES)
def test_unrolled_boxes_hold_the_states_along_their_words(task, noise, first):
    net, rng = random_net(task), np.random.default_rng(1)
    words = rng.integers(0, 10, (7, 5), np.uint8)
    boxes = unrolled(net, jnp.asarray(words), jnp.float32(noise), jnp.float32(first))
    low, high = np.asarray(boxes.low), np.asarray(boxes.high)
    assert low.shape == (7, 6, 5)
    for column in range(5):
        for _ in range(20):
            for step, state in enumerate(states(net, words[:, column], noise, rng)):
                assert (low[step, :, column] - SLACK <= state).all()
                assert (state <= high[step, :, column] + SLACK).all()
    widths = (high - low).mean(axis=(1, 2))
    assert (widths >= 2 * noise - SLACK).all()
    if noise == first == 0:
        assert widths.max() < SLACK


def cross_entropies(net: Net, points: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """The cross-entropy at points `[D, K]` in float64."""
    logits = np.asarray(net.weight, np.float64) @ points + np.asarray(net.bias, np.float64)[:, None]
    top = logits.max(axis=0)
    return top + np.log(np.exp(logits - top).sum(axis=0)) - logits[targets, np.arange(points.shape[1])]


@pytest.mark.parametrize("power", [1.0, 2.0, 4.0])
@pytest.mark.parametrize("noise", NOISES)
def test_the_worst_cross_entropy_is_at_least_that_of_every_sampled_point(task, noise, power):
    net, rng = random_net(task), np.random.default_rng(2)
    boxes, right = hulls(net, task.machine, jnp.float32(noise), 3)
    low, high = np.asarray(boxes.low, np.float64), np.asarray(boxes.high, np.float64)
    worst = float(worst_cross_entropy(net, boxes, jnp.asarray(right), power))
    for at in range(200):
        part = rng.integers(0, 2, low.shape) if at % 2 else rng.random(low.shape)
        sampled = cross_entropies(net, low + part * (high - low), right)
        assert np.mean(sampled**power) ** (1 / power) <= worst * (1 + 1e-4) + 1e-4


def test_the_worst_cross_entropy_of_points_is_the_cross_entropy(task):
    net = jax.tree.map(jnp.asarray, counting_net())
    words = np.random.default_rng(3).integers(0, 10, (5, 4), np.uint8)
    boxes = unrolled(net, jnp.asarray(words), jnp.float32(0), jnp.float32(0)).flattened()
    targets = task.targets(words).reshape(-1)
    worst = float(worst_cross_entropy(net, boxes, jnp.asarray(targets), 1.0))
    exact = cross_entropies(net, np.asarray(boxes.centre, np.float64), targets).mean()
    assert worst == pytest.approx(exact, abs=1e-4)


def loss_of(recipe: Provable, task: Task, machine: Machine, done: float) -> tuple[float, dict[str, bytes]]:
    """The loss and its gradient after a part of the schedule."""
    net = random_net(task)
    symbols = np.random.default_rng(4).integers(0, task.base, (5, 8), np.uint8)
    memo = jnp.float32(done * recipe.epochs * recipe.updates)
    found = jax.value_and_grad(recipe.loss, has_aux=True)
    (loss, after), gradient = found(
        jax.tree.map(jnp.asarray, net), machine, jnp.asarray(symbols), jnp.asarray(task.targets(symbols)), memo
    )
    assert float(after) == float(memo) + 1
    assert all(np.isfinite(value).all() for value in tensors(gradient).values())
    return float(loss), {name: value.tobytes() for name, value in tensors(gradient).items()}


@pytest.mark.parametrize("done", [0.0, 0.2, 0.6, 1.0])
def test_the_loss_of_robust_does_not_depend_on_the_machine(task, done):
    other = Machine(0, ((0,) * 10,), (tuple(range(10)),))
    recipe = RECIPES["robust"]
    assert loss_of(recipe, task, task.machine, done) == loss_of(recipe, task, other, done)


def test_the_loss_of_certified_depends_on_the_machine_once_the_worst_case_has_begun(task):
    other = Machine(0, ((0,) * 10,), (tuple(range(10)),))
    recipe = RECIPES["certified"]
    assert loss_of(recipe, task, task.machine, 0.0) == loss_of(recipe, task, other, 0.0)
    assert loss_of(recipe, task, task.machine, 0.6) != loss_of(recipe, task, other, 0.6)


@pytest.mark.parametrize("name", NAMES)
def test_noise_makes_the_loss_larger(task, name):
    recipe = RECIPES[name]
    quiet = dataclasses.replace(recipe, noise=0.0)
    assert loss_of(recipe, task, task.machine, 1.0)[0] > loss_of(quiet, task, task.machine, 1.0)[0]


@pytest.mark.parametrize("recipe", [RECIPES["robust"], RECIPES["certified"], HARDEN], ids=lambda recipe: recipe.name)
def test_the_schedule_is_complete_before_the_end_and_stretches_with_the_epochs(recipe):
    assert recipe.mix[1] <= 1
    assert recipe.ramp[1] <= 1
    short = recipe.lasting(3)
    assert (short.epochs, short.name, short.noise) == (3, recipe.name, recipe.noise)
    rate = [float(short.optimiser().init(np.zeros(1, np.float32))[1][0].count)]
    assert rate == [0.0]
    assert not any(isinstance(value, tuple) for value in recipe.settings().values())
    assert {"noise", "mix_from", "mix_to", "ramp_from", "ramp_to"} <= set(recipe.settings())


@pytest.mark.parametrize("name", NAMES)
def test_training_runs_to_the_end_of_its_schedule_and_no_further(task, name):
    found = fit(task, recipe=recipe_named(name), data="hundred", hidden=3, epochs=2)
    assert [epoch.epoch for epoch in found.epochs] == [1, 2]


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_bits_and_another_seed_others(task, name):
    nets = [fit(task, recipe=recipe_named(name), data="hundred", hidden=3, epochs=2, seed=seed).net for seed in (1, 1, 2)]
    bits = [{key: value.tobytes() for key, value in tensors(net).items()} for net in nets]
    assert bits[0] == bits[1]
    assert all(bits[0][key] != bits[2][key] for key in bits[0])


def test_certified_training_yields_a_net_that_never_errs_on_the_numbers_it_was_not_shown(certified_net, task):
    from anylength.nets import answers

    words = np.random.default_rng(5).integers(0, 10, (60, 300), np.uint8)
    assert np.array_equal(answers(certified_net, words), task.targets(words))
