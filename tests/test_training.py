"""Training: the loss and the optimiser are what they say, fitting is exact in its seed, and the post's net is learned."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from anylength.base import InputError
from anylength.cells import CELLS, Rnn
from anylength.nets import Net, tensors
from anylength.records import Epoch
from anylength.rules import Dataset, Task
from anylength.training import (
    RECIPES,
    UNROLLED,
    Blog,
    Session,
    TrainResult,
    Unrolled,
    fit,
    fit_block,
    linear_baseline,
    recipe_named,
)
from anylength.training.optimisation import cross_entropy
from anylength.training.start import draw_examples

HIDDEN, BATCH = 12, 100
NAMES = ("cell.weight_ih", "cell.weight_hh", "cell.bias", "readout.weight", "readout.bias")


def bits(net: Net) -> dict[str, bytes]:
    """The net's tensors, byte by byte."""
    return {name: value.tobytes() for name, value in tensors(net).items()}


@pytest.fixture
def little(task: Task) -> Task:
    """The same task with a data set of 40 numbers beside the others: quick to train on."""

    def few(rng: np.random.Generator, base: int) -> Dataset:
        drawn = task.data["post"](rng, base)
        return Dataset(drawn.train[:40], drawn.validation[:10])

    return dataclasses.replace(task, data={**task.data, "few": few})


def gradients(named: dict[str, np.ndarray], symbols: np.ndarray, targets: np.ndarray) -> dict[str, np.ndarray]:
    """The gradient of the mean cross-entropy through time, by hand in float64. Symbols and targets are `[T, B]`."""
    w_ih, w_hh, bias, w_out, b_out = (named[name].astype(np.float64) for name in NAMES)
    steps, columns = symbols.shape
    encoded = np.eye(10)[symbols].swapaxes(1, 2)
    states, errors = [np.zeros((len(bias), columns))], []
    for t in range(steps):
        states.append(np.tanh(w_ih @ encoded[t] + bias[:, None] + w_hh @ states[-1]))
        scores = np.exp(w_out @ states[-1] + b_out[:, None])
        errors.append((scores / scores.sum(0) - np.eye(10)[targets[t]].T) / (steps * columns))
    found = {name: np.zeros(named[name].shape) for name in NAMES}
    back = np.zeros_like(states[0])
    for t in reversed(range(steps)):
        found["readout.weight"] += errors[t] @ states[t + 1].T
        found["readout.bias"] += errors[t].sum(1)
        drive = (w_out.T @ errors[t] + back) * (1 - states[t + 1] ** 2)
        found["cell.weight_ih"] += drive @ encoded[t].T
        found["cell.weight_hh"] += drive @ states[t].T
        found["cell.bias"] += drive.sum(1)
        back = w_hh.T @ drive
    return found


def test_cross_entropy_equals_the_formula_written_naively():
    rng = np.random.default_rng(0)
    logits, targets = rng.normal(0, 3, (4, 5, 6)).astype(np.float32), rng.integers(0, 5, (4, 6))
    naive = -np.mean([
        np.log(np.exp(logits[t, :, b].astype(float))[targets[t, b]] / np.exp(logits[t, :, b].astype(float)).sum())
        for t in range(4)
        for b in range(6)
    ])  # fmt: skip
    np.testing.assert_allclose(cross_entropy(jnp.asarray(logits), jnp.asarray(targets)), naive, rtol=1e-5)


def test_cross_entropy_stays_finite_where_the_naive_formula_overflows():
    logits = jnp.asarray([[[2000.0], [0.0]]])
    assert float(cross_entropy(logits, jnp.asarray([[0]]))) == 0.0
    assert float(cross_entropy(logits, jnp.asarray([[1]]))) == 2000.0


def test_equal_logits_cost_the_logarithm_of_the_number_of_classes():
    loss = cross_entropy(jnp.zeros((3, 10, 2)), jnp.zeros((3, 2), jnp.int32))
    np.testing.assert_allclose(loss, np.log(10), rtol=1e-6)


def test_the_optimiser_is_adagrad_with_rate_1_and_accumulator_a_tenth():
    optimiser = Blog().optimiser()
    rng = np.random.default_rng(0)
    weights = rng.normal(size=(3, 4)).astype(np.float32)
    state, squares, expected = optimiser.init(jnp.asarray(weights)), np.full((3, 4), 0.1), weights.astype(float)
    for _ in range(3):
        gradient = rng.normal(size=(3, 4)).astype(np.float32)
        squares += gradient.astype(float) ** 2
        expected = expected - 1.0 * gradient / np.sqrt(squares)
        change, state = optimiser.update(jnp.asarray(gradient), state)
        weights = weights + np.asarray(change)
    np.testing.assert_allclose(weights, expected, rtol=1e-5)


def test_an_epoch_of_one_batch_is_back_propagation_through_time_and_adagrad_by_hand(task):
    def one_batch(rng: np.random.Generator, base: int) -> Dataset:
        drawn = task.data["post"](rng, base)
        return Dataset(drawn.train[:BATCH], drawn.validation[:10])

    short = dataclasses.replace(task, data={"batch": one_batch})
    session = Session(short, 0, cell="rnn", hidden=HIDDEN, recipe=Blog(), data="batch", epochs=1)
    net, examples = session.result.net, draw_examples(short, "batch", 0)[0]
    symbols, targets = examples.symbols.T, examples.targets.T
    loss = float(cross_entropy(jnp.asarray(logits_of(net, symbols)), jnp.asarray(targets)))
    (record,), gradient = session.step(), gradients(tensors(net), symbols, targets)
    for name, value in tensors(session.result.net).items():
        expected = tensors(net)[name] - gradient[name] / np.sqrt(0.1 + gradient[name] ** 2)
        np.testing.assert_allclose(value, expected, rtol=0, atol=1e-5, err_msg=name)
    assert record.loss == pytest.approx(loss, rel=1e-5)


def logits_of(net: Net, symbols: np.ndarray) -> np.ndarray:
    """The net's logits."""
    from anylength.nets import logits

    return np.asarray(jax.jit(logits)(net, symbols))


def test_the_first_net_is_drawn_as_the_post_says(task):
    net = Blog().initial(np.random.default_rng(0), task, Rnn, 300)
    limit = np.sqrt(6 / (10 + 300 + 300))
    assert not net.cell.bias.any()
    assert not net.bias.any()
    for kernel in (net.cell.weight_ih, net.cell.weight_hh):
        assert 0.99 * limit < np.abs(kernel).max() <= limit * (1 + 1e-6)
    assert 0 <= net.weight.min() < 0.01
    assert 0.99 < net.weight.max() < 1


@pytest.mark.parametrize("kind", [name for name, cell in CELLS.items() if cell.has_fixed_size_state])
def test_both_kinds_of_recipes_draw_a_net_of_every_cell(task, kind):
    for recipe in (Blog(), UNROLLED):
        net = recipe.initial(np.random.default_rng(0), task, CELLS[kind], 8)
        again = recipe.initial(np.random.default_rng(0), task, CELLS[kind], 8)
        wanted = CELLS[kind].shapes(task.encoding_size, 8)
        for name, shape in wanted.items():
            drawn = getattr(net.cell, name)
            assert (drawn.shape, drawn.dtype) == (shape, np.float32)
            assert np.array_equal(drawn, getattr(again.cell, name))
            gated = name == "bias" and CELLS[kind].retention(8) is not None
            assert drawn.any() == (name.startswith("weight") or gated or name in CELLS[kind].fixed_start(task.encoding_size, 8))


def test_gates_start_as_tensorflow_1_had_them_and_shut_where_nets_shall_be_proved(task):
    def bias(recipe: Blog | Unrolled, kind: str) -> list[list[float]]:
        return recipe.initial(np.random.default_rng(0), task, CELLS[kind], 2).cell.bias.reshape(-1, 2).tolist()  # type: ignore[attr-defined]

    zero, one, less = [0.0, 0.0], [1.0, 1.0], [-1.0, -1.0]
    assert bias(Blog(), "lstm") == [zero, one, zero, zero]
    assert bias(Blog(), "gru") == [one, one, zero]
    assert bias(Blog(), "linear") == bias(Blog(), "linear-signed") == [one, zero, zero]
    assert bias(Blog(), "mingru") == [less, zero, zero]
    unrolled = UNROLLED
    assert bias(unrolled, "lstm") == [zero, less, zero, zero]
    assert bias(unrolled, "gru") == [zero, less, zero]
    assert bias(unrolled, "mingru") == [one, zero, zero]


def test_where_the_rows_differ_there_are_two_kernels(task):
    cell = Blog().initial(np.random.default_rng(0), task, CELLS["linear"], 300).cell
    for kernel, limit in ((cell.weight_ih, np.sqrt(6 / (900 + 10))), (cell.weight_hh, np.sqrt(6 / 600))):  # type: ignore[attr-defined]
        assert 0.99 * limit < np.abs(kernel).max() <= limit * (1 + 1e-6)


@pytest.mark.parametrize("examples", [1, 7, 99, 100, 101, 9_000])
def test_an_epoch_shows_every_example_and_fills_up_only_the_last_batch(examples):
    recipe = Blog()
    order = recipe.order(np.random.default_rng(0), examples)
    assert order.shape[1] == min(recipe.batch, examples)
    assert order.shape[0] == -(-examples // order.shape[1])
    counts = np.bincount(order.ravel(), minlength=examples)
    assert len(counts) == examples
    assert counts.min() >= 1
    first = order.ravel()[:examples]
    assert np.array_equal(np.sort(first), np.arange(examples))
    assert examples == 1 or not np.array_equal(first, np.arange(examples))


def test_the_post_is_right_a_net_of_12_units_reaches_100_percent(trained: TrainResult):
    last = trained.epochs[-1]
    assert last.train_accuracy == last.validation_accuracy == last.train_digits == last.validation_digits == 1.0
    assert trained.perfect_at == last.epoch == len(trained.epochs) <= 20
    assert [epoch.epoch for epoch in trained.epochs] == list(range(1, len(trained.epochs) + 1))


def test_the_loss_falls(trained: TrainResult):
    losses = [epoch.loss for epoch in trained.epochs]
    assert len(losses) > 1
    assert losses[-1] < losses[0] / 5


def test_the_reported_accuracies_are_those_of_the_net(task):
    session = Session(task, 0, cell="rnn", hidden=3, recipe=Blog(), data="post", epochs=1)
    (epoch,), (train, validation) = session.step(), draw_examples(task, "post", 0)
    for side, numbers, digits in (
        (train, epoch.train_accuracy, epoch.train_digits),
        (validation, epoch.validation_accuracy, epoch.validation_digits),
    ):
        right = logits_of(session.result.net, side.symbols.T).argmax(axis=1) == side.targets.T
        assert numbers == right.all(axis=0).mean()
        assert digits == right.mean()
        assert numbers < digits < 1


def test_the_same_seed_gives_the_same_bits_and_another_seed_another_net(task, trained):
    assert bits(fit(task, recipe=recipe_named("blog"), seed=2).net) == bits(trained.net)
    other = bits(fit(task, recipe=recipe_named("blog"), seed=3, epochs=1).net)
    assert all(other[name] != value for name, value in bits(trained.net).items())


def test_progress_hears_of_every_epoch_and_the_limit_ends_training(little):
    heard = []
    trained = fit(little, recipe=recipe_named("blog"), data="few", hidden=2, epochs=3, progress=heard.append)
    assert heard == trained.epochs
    assert [epoch.epoch for epoch in heard] == [1, 2, 3]
    assert trained.perfect_at is None


def test_a_block_of_seeds_trains_each_as_it_would_alone(task):
    seeds = (0, 1)
    together = fit_block(task, seeds, recipe=recipe_named("blog"), epochs=1, stop=False)
    for seed, trained in zip(seeds, together, strict=True):
        alone = fit(task, recipe=recipe_named("blog"), seed=seed, epochs=1)
        assert trained.epochs[0].loss == pytest.approx(alone.epochs[0].loss, rel=1e-3)
        for name, value in tensors(alone.net).items():
            np.testing.assert_allclose(tensors(trained.net)[name], value, rtol=0, atol=0.02, err_msg=name)


def test_a_block_keeps_each_net_as_it_was_when_its_recipe_was_satisfied(little, monkeypatch):
    monkeypatch.setattr(Epoch, "perfect", property(lambda epoch: epoch.train_digits > 2 / 3))
    recipe = recipe_named("blog")
    stopped = fit_block(little, range(4), recipe=recipe, data="few", hidden=4, epochs=12)
    ends = [len(trained.epochs) for trained in stopped]
    assert len(set(ends)) > 1, "the seeds stop at different epochs, or this test shows nothing"
    for seed, trained in enumerate(stopped):
        (block,) = fit_block(little, [seed], recipe=recipe, data="few", hidden=4, epochs=12)
        assert all(np.array_equal(tensors(block.net)[name], value) for name, value in tensors(trained.net).items()), "bit for bit"
        alone = fit(little, recipe=recipe, data="few", hidden=4, epochs=12, seed=seed)
        assert len(alone.epochs) == len(trained.epochs)
        for name, value in tensors(alone.net).items():
            np.testing.assert_allclose(tensors(trained.net)[name], value, rtol=0, atol=0.02, err_msg=name)


def test_a_block_that_diverges_is_told_or_kept_as_is_asked(little):
    class Failing(Blog):
        """Its loss is never finite."""

        def loss(self, net, machine, symbols, targets, schedule_state):
            loss, schedule_state = super().loss(net, machine, symbols, targets, schedule_state)
            return loss + np.inf, schedule_state

    with pytest.raises(FloatingPointError):
        fit_block(little, range(2), recipe=Failing(), data="few", hidden=4, epochs=3)
    kept = fit_block(little, range(2), recipe=Failing(), data="few", hidden=4, epochs=3, diverging=True)
    assert [(trained.diverged, trained.epochs) for trained in kept] == [(True, [])] * 2


def test_a_block_of_no_seeds_is_empty(task):
    assert fit_block(task, [], recipe=recipe_named("blog")) == []


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"hidden": 0}, "hidden units, got 0"),
        ({"hidden": -3}, "hidden units, got -3"),
        ({"hidden": 8193}, "1 to 8192 hidden units, got 8193"),
        ({"epochs": 0}, "1 to 1,000,000 epochs, got 0"),
        ({"seed": -1}, "seed of 0 or more, got -1"),
        ({"data": "pots"}, "'pots': did you mean 'post'"),
        ({"cell": "rn"}, "'rn': did you mean 'rnn'"),
    ],
)
def test_a_wrong_size_seed_or_name_is_refused_before_anything_is_trained(task, wrong, says):
    with pytest.raises(InputError, match=says):
        fit(task, recipe=recipe_named("blog"), **wrong)


def test_an_unknown_recipe_is_refused_and_the_nearest_named():
    with pytest.raises(InputError, match=r"'blgo': did you mean 'blog'"):
        recipe_named("blgo")


def test_a_loss_that_is_not_finite_stops_training_and_leaves_the_state_alone(little):
    class Diverging(Blog):
        """Its loss is NaN."""

        def loss(self, net, *rest):
            loss, schedule_state = super().loss(net, *rest)
            return loss * jnp.nan, schedule_state

    session = Session(little, 0, cell="rnn", hidden=2, recipe=Diverging(), data="few", epochs=5)
    before = bits(session.result.net)
    with pytest.raises(FloatingPointError, match="loss of epoch 1 is not finite"):
        session.step()
    assert bits(session.result.net) == before
    assert session.histories == [[]]


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_says_what_it_is_and_can_be_compiled_in(name):
    recipe = RECIPES[name]
    assert recipe.name == name
    assert recipe.summary
    assert hash(recipe) == hash(dataclasses.replace(recipe))
    assert all(isinstance(value, (int, float, str, bool)) for value in recipe.settings().values())


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_linear_regressor_breaks_where_its_number_format_ends_and_not_before(dtype):
    found = linear_baseline(dtype)
    exact_up_to = 2 ** (np.finfo(dtype).nmant + 1)
    assert len(str(exact_up_to)) - 2 <= found.longest_right <= len(str(exact_up_to)) - 1
    number, answer, expected = found.first_mistake
    assert int(expected) == int(number) + 1 != int(answer)
    assert len(number) == found.longest_right + 1
    kind = np.dtype(dtype).type
    assert int(np.rint(kind(found.slope) * kind(int(number)) + kind(found.intercept))) == int(answer)
    assert found.dtype == dtype
