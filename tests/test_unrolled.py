"""The recipe `unrolled`: the boxes hold what they should, and the worst case is one."""

import dataclasses
import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from by_hand import counting_net

from anylength.cells import Rnn
from anylength.nets import Net, logits_and_states, tensors
from anylength.ops.ibp import Box
from anylength.rules import Machine, Task, task_named
from anylength.training import HARDEN, UNROLLED, Unrolled, fit
from anylength.training.unrolled import NoiseState
from anylength.training.worst_case import machine_boxes, worst_cross_entropy
from tests.selection import thorough

NOISES = (0.0, 0.05, 0.5)
SLACK = 1e-4


def random_net(task: Task, seed: int = 0) -> Net:
    """A net as the recipe draws it, its weights enlarged."""
    from anylength.cells import Rnn

    net = UNROLLED.initial(np.random.default_rng(seed), task, Rnn, 6)
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


def hulls_of(net: Net, machine: Machine, noise: float, depth: int) -> tuple[Box, np.ndarray]:
    """The compiled hulls, and the right answers on them."""
    boxes, right, _ = jax.jit(machine_boxes, static_argnums=(1, 4))(net, machine, jnp.float32(noise), None, depth)
    return boxes, np.asarray(right)


@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize("base", [2, 3])
def test_hulls_hold_the_states_of_every_short_word_for_every_machine_state_and_symbol(base, noise):
    """The boxes of step k come in the order (machine states reached, ascending) × symbols, each with the machine's answer."""
    task, depth = task_named("count", base), 4
    net, rng, machine = random_net(task), np.random.default_rng(0), task.machine
    boxes, right = hulls_of(net, machine, noise, depth)
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


def cross_entropies(net: Net, points: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """The cross-entropy at points `[D, K]` in float64."""
    logits = np.asarray(net.weight, np.float64) @ points + np.asarray(net.bias, np.float64)[:, None]
    top = logits.max(axis=0)
    return top + np.log(np.exp(logits - top).sum(axis=0)) - logits[targets, np.arange(points.shape[1])]


@pytest.mark.parametrize("power", [1.0, 2.0, 4.0])
@pytest.mark.parametrize("noise", thorough(NOISES, quick=2))
def test_the_worst_cross_entropy_is_at_least_that_of_every_sampled_point(task, noise, power):
    net, rng = random_net(task), np.random.default_rng(2)
    boxes, right = hulls_of(net, task.machine, noise, 3)
    low, high = np.asarray(boxes.low, np.float64), np.asarray(boxes.high, np.float64)
    worst, error = map(float, worst_cross_entropy(net, boxes, jnp.asarray(right), power))
    for at in range(200):
        part = rng.integers(0, 2, low.shape) if at % 2 else rng.random(low.shape)
        sampled = cross_entropies(net, low + part * (high - low), right)
        assert np.mean(sampled**power) ** (1 / power) <= worst * (1 + 1e-4) + 1e-4
        assert np.mean(sampled > np.log(net.classes)) <= error  # a loss above log C: another logit leads


def test_the_worst_cross_entropy_of_points_is_the_cross_entropy(task):
    net = jax.tree.map(jnp.asarray, counting_net())
    words = np.random.default_rng(3).integers(0, 10, (5, 4), np.uint8)
    states = jnp.moveaxis(logits_and_states(net, jnp.asarray(words))[1], 1, 0).reshape(net.hidden, -1)
    boxes = Box(states, jnp.zeros_like(states))
    targets = task.targets(words).reshape(-1)
    worst, error = map(float, worst_cross_entropy(net, boxes, jnp.asarray(targets), 1.0))
    assert error == 0
    exact = cross_entropies(net, np.asarray(boxes.centre, np.float64), targets).mean()
    assert worst == pytest.approx(exact, abs=1e-4)


def test_the_verified_error_counts_the_boxes_on_which_a_wrong_logit_may_lead():
    net = jax.tree.map(jnp.asarray, counting_net(2))
    boxes = Box(jnp.ones((4, 3)) * jnp.asarray([[1.0, -1.0, -1.0], [-1.0, 1.0, -1.0], [-1.0] * 3, [-1.0] * 3]), jnp.zeros((4, 3)))
    answers = jnp.asarray([1, 0, 0])
    for radius, wrong in ((0.0, [2 / 3]), (0.4, [2 / 3]), (3.0, [1.0])):
        wide = Box(boxes.centre, boxes.radius + radius)
        error = float(worst_cross_entropy(net, wide, 1 - answers, 2.0)[1])
        assert error >= wrong[0] - 1e-6
    assert float(worst_cross_entropy(net, Box(boxes.centre[:, :2], boxes.radius[:, :2] + 0.4), answers[:2], 2.0)[1]) == 0.0
    assert float(worst_cross_entropy(net, boxes[:, 2:], answers[2:], 2.0)[1]) == 1.0  # all units off: a tie


def loss_of(recipe: Unrolled, task: Task, machine: Machine, noise: float) -> tuple[float, dict[str, bytes]]:
    """The loss and its gradient at a state noise."""
    net = random_net(task)
    symbols = np.random.default_rng(4).integers(0, task.base, (5, 8), np.uint8)
    schedule_state = NoiseState(jnp.float32(noise), jnp.float32(0))
    found = jax.jit(jax.value_and_grad(recipe.loss, has_aux=True), static_argnums=1)
    (loss, after), gradient = found(net, machine, jnp.asarray(symbols), jnp.asarray(task.targets(symbols)), schedule_state)
    assert 0 <= float(after.noise) <= recipe.noise
    assert all(np.isfinite(value).all() for value in tensors(gradient).values())
    return float(loss), {name: value.tobytes() for name, value in tensors(gradient).items()}


OTHER = Machine(0, ((0,) * 10,), (tuple(range(10)),))
"""Answers each digit with itself."""


@pytest.mark.parametrize("noise", thorough([0.0, 0.1, 0.2]))
def test_the_loss_depends_on_the_machine(task, noise):
    assert loss_of(UNROLLED, task, task.machine, noise) != loss_of(UNROLLED, task, OTHER, noise)


def test_noise_makes_the_loss_larger(task):
    recipe = UNROLLED
    assert loss_of(recipe, task, task.machine, recipe.noise)[0] > loss_of(recipe, task, task.machine, 0.0)[0]


ALL = pytest.mark.parametrize("recipe", [UNROLLED, HARDEN], ids=lambda recipe: recipe.name)


@ALL
def test_noise_rises_while_the_verified_error_is_low_falls_while_it_is_high_and_stays_in_its_range(recipe):
    pace = recipe.noise / (recipe.ramp * recipe.epochs * recipe.updates)
    moved = lambda noise, error: float(
        recipe._next_noise(NoiseState(jnp.float32(noise), jnp.float32(error)), jnp.float32(error)).noise
    )
    half = recipe.noise / 2
    assert moved(half, 0.0) == pytest.approx(half + pace, rel=1e-4)
    assert moved(half, 1.5 * recipe.error_threshold) == pytest.approx(half, rel=1e-6)
    assert moved(half, 1.0) == pytest.approx(half - pace, rel=1e-4)
    assert moved(recipe.noise, 0.0) == pytest.approx(recipe.noise, rel=1e-6)
    assert moved(0.0, 1.0) == 0.0


@ALL
def test_noise_can_get_to_its_largest_before_the_end_however_many_epochs_there_are(recipe):
    for epochs in (400 // recipe.updates, recipe.epochs):
        with_epochs = dataclasses.replace(recipe, epochs=epochs)
        assert (with_epochs.epochs, with_epochs.name, with_epochs.noise) == (epochs, recipe.name, recipe.noise)
        schedule_state = with_epochs.schedule_state(None, task_named("count"))
        assert (float(schedule_state.noise), float(schedule_state.error)) == (0.0, 1.0)

        def gate(schedule_state: NoiseState, _: None, with_epochs: Unrolled = with_epochs) -> tuple[NoiseState, None]:
            return with_epochs._next_noise(schedule_state, jnp.float32(0)), None

        end, _ = jax.lax.scan(gate, jax.tree.map(jnp.asarray, schedule_state), None, length=epochs * with_epochs.updates)
        assert float(end.noise) == pytest.approx(with_epochs.noise, rel=1e-3)


@ALL
def test_the_rate_falls_to_a_fiftieth_at_the_end_of_the_schedule_and_the_settings_say_every_number(recipe):
    short = dataclasses.replace(recipe, epochs=2, updates=20)
    optimiser, sizes = short.optimiser(), []
    state = optimiser.init(jnp.zeros(1))
    for _ in range(2 * 20):
        change, state = optimiser.update(jnp.ones(1), state)
        sizes.append(abs(float(change[0])))
    assert max(sizes) == pytest.approx(recipe.learning_rate, rel=0.02)
    assert sizes[-1] < 0.05 * recipe.learning_rate
    assert {"noise", "ramp", "error_threshold", "depth", "updates"} <= set(recipe.settings())


def test_training_runs_to_the_end_of_its_schedule_and_no_further(task):
    found = fit(task, recipe=UNROLLED, data="hundred", hidden=3, epochs=2)
    assert [epoch.epoch for epoch in found.epochs] == [1, 2]


def test_the_same_seed_gives_the_same_bits_and_another_seed_others(task):
    nets = [fit(task, recipe=UNROLLED, data="hundred", hidden=3, epochs=2, seed=seed).net for seed in (1, 1, 2)]
    bits = [{key: value.tobytes() for key, value in tensors(net).items()} for net in nets]
    assert bits[0] == bits[1]
    assert all(bits[0][key] != bits[2][key] for key in bits[0])


def test_certified_training_yields_a_net_that_never_errs_on_the_numbers_it_was_not_shown(certified_net, task):
    from anylength.nets import answers

    words = np.random.default_rng(5).integers(0, 10, (60, 300), np.uint8)
    assert np.array_equal(answers(certified_net, words), task.targets(words))


def test_boxes_grouped_by_their_known_targets_have_the_same_loss_with_less_work():
    """36 classes: with targets unknown at compilation every pair of classes is multiplied with every box."""
    rng = np.random.default_rng(0)
    cell = Rnn(**{name: rng.normal(size=shape).astype(np.float32) for name, shape in Rnn.shapes(72, 4).items()})
    net = Net(cell, rng.normal(size=(36, 4)).astype(np.float32), np.zeros(36, np.float32), base=36, tapes=2)
    targets = rng.integers(0, 30, 200)  # some classes have no box
    boxes = Box(*(jnp.asarray(rng.random((4, 200)), jnp.float32) for _ in range(2)))
    known = lambda net, boxes: worst_cross_entropy(net, boxes, targets, 2.0)
    unknown = lambda net, boxes: worst_cross_entropy(net, boxes, jnp.asarray(targets), 2.0)
    np.testing.assert_allclose(known(net, boxes), unknown(net, boxes), rtol=1e-5)
    operations = [jax.jit(loss).lower(net, boxes).compile().cost_analysis()["flops"] for loss in (known, unknown)]
    assert operations[0] < 0.3 * operations[1]
