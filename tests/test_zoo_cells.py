"""The newer recurrent cells: what each promises beyond its equations, what theory says against it, and trainings with bounds."""

import dataclasses

import numpy as np
import plain_zoo
import pytest

from anylength.cells import CELLS, DeltaNet, Ssm
from anylength.experiments.options import TrainOptions
from anylength.experiments.train import train
from anylength.nets import architecture_named
from anylength.ops.arrays import numpy_arrays
from anylength.rules import Machine, task_named
from anylength.training import cell_limit, fit, recipe_named
from anylength.training.inclusion import BoxedNet
from anylength.training.limits import never_forgets
from anylength.verification.verdicts import verify

E, H = 10, 6
NEW = ("minlstm", "slstm", "ssm", "deltanet", "rwkv7")
LINEAR = ("linear", "linear-signed", "mingru", "minlstm", "ssm", "deltanet", "rwkv7")


def drawn(name: str, seed: int = 0) -> dict[str, np.ndarray]:
    """Random weights in float64, with the tensors that start with given numbers."""
    rng = np.random.default_rng(seed)
    named = {field: 0.5 * rng.normal(size=shape) for field, shape in CELLS[name].shapes(E, H).items()}
    return named | {field: value.astype(np.float64) for field, value in CELLS[name].fixed_start(E, H).items()}


def test_slstm_is_the_papers_cell_with_a_cell_a_normaliser_and_a_stabiliser():
    """A word of 40 symbols through the paper's equations, from c = 0, n = 1, m = 0."""
    named, rng = drawn("slstm"), np.random.default_rng(1)
    cell, state = CELLS["slstm"](**named), np.zeros((3 * H, 1))
    h, c, n, m = np.zeros(H), np.zeros(H), np.ones(H), np.zeros(H)
    for digit in rng.integers(0, E, 40):
        x = np.eye(E)[digit]
        state = cell.step(numpy_arrays, x[:, None], state)
        a = np.split(named["weight_ih"] @ x + named["bias"] + named["weight_hh"] @ h, 4)
        log_forget = np.log(plain_zoo.logistic(a[1]))
        stabiliser = np.maximum(log_forget + m, a[0])
        i, f = np.exp(a[0] - stabiliser), np.exp(log_forget + m - stabiliser)
        c, n, m = f * c + i * np.tanh(a[2]), f * n + i, stabiliser
        h = plain_zoo.logistic(a[3]) * c / n
        np.testing.assert_allclose(state[:H, 0], h, rtol=1e-9, atol=1e-12)


def test_the_convolution_of_ssm_reads_the_last_inputs():
    """With a tap of 1 at each place in turn, the answer repeats what was read so many steps ago."""
    named = drawn("ssm")
    for delay in range(Ssm.TAPS):
        taps = np.zeros(Ssm.TAPS * H)
        taps[(Ssm.TAPS - 1 - delay) * H :][:H] = 1.0
        cell = CELLS["ssm"](**(named | {"weight_conv": taps}))
        states, state = [], np.zeros((cell.state_size, 1))
        for digit in (3, 1, 4, 1, 5, 9):
            state = cell.step(numpy_arrays, np.eye(E)[:, [digit]], state)
            states.append(state)
        kept = states[-1][H : Ssm.TAPS * H].reshape(Ssm.TAPS - 1, H)
        inputs = named["weight_ih"][:H] @ np.eye(E)[:, [1, 5, 9]] + named["bias"][:H, None]
        np.testing.assert_allclose(kept.T, inputs, rtol=1e-12)


def test_deltanets_transition_has_eigenvalues_within_one():
    named, units = drawn("deltanet"), H
    for digit in range(E):
        named["bias"][-1] = 8.0 if digit % 2 else -8.0  # a step size near 2, and near 0
        cell, rows = CELLS["deltanet"](**named), np.eye(DeltaNet.KEYS)
        zero = cell.step(numpy_arrays, np.eye(E)[:, [digit]], np.zeros((cell.state_size, 1)))
        images = []
        for row in rows:
            state = np.zeros((cell.state_size, 1))
            state[units : units + DeltaNet.KEYS, 0] = row
            images.append((cell.step(numpy_arrays, np.eye(E)[:, [digit]], state) - zero)[units : units + DeltaNet.KEYS, 0])
        eigenvalues = np.linalg.eigvalsh(np.array(images))
        assert (np.abs(eigenvalues) <= 1 + 1e-12).all()
        assert eigenvalues.min() == pytest.approx(-1, abs=0.01) if digit % 2 else eigenvalues.min() > 0.9


@pytest.mark.parametrize("name", NEW)
def test_tensors_with_a_start_of_their_own_have_it_under_every_recipe(name):
    task = task_named("count", 10)
    for recipe in ("blog", "plain", "certified", "robust", "unrolled", "memory"):
        drawn = recipe_named(recipe).initial(np.random.default_rng(0), task, CELLS[name], 5)
        net = drawn.net if isinstance(drawn, BoxedNet) else drawn
        fixed = CELLS[name].fixed_start(task.encoding_size, 5)
        assert set(fixed) <= set(net.cell.tensors)
        assert all((np.asarray(net.cell.tensors[field]) == value).all() for field, value in fixed.items())
        assert {field: value.shape for field, value in net.cell.tensors.items()} == CELLS[name].shapes(task.encoding_size, 5)


def test_which_cells_are_linear_recurrences():
    assert tuple(name for name, cell in CELLS.items() if cell.linear_recurrence) == LINEAR


@pytest.mark.parametrize(
    ("delta", "expected"),
    [
        (((0, 1), (0, 1)), False),  # the last symbol is the state
        (((0, 1), (1, 0)), True),  # parity
        (((0, 1), (1, 1)), True),  # has a 1 been read? 0 keeps both answers
        (((0, 1), (2, 1), (0, 1)), False),  # 1, then one 0: two symbols tell
    ],
)
def test_a_machine_forgets_where_its_last_symbols_tell_its_state(delta, expected):
    output = tuple(tuple(range(state, state + 2)) for state in range(0, 2 * len(delta), 2))
    assert never_forgets(Machine(0, delta, output)) is expected


@pytest.mark.slow
def test_training_says_first_what_a_linear_recurrence_cannot_hold(called, tmp_path):
    arguments = ["--hidden", "4", "--recipe", "plain", "--epochs", "1", "--out", str(tmp_path / "run")]
    told = called("train", "parity", "--cell", "minlstm", *arguments)
    assert told.code in (0, 3)
    assert told.stderr.splitlines()[0].startswith("minlstm is a linear recurrence, and parity must keep states apart for ever")
    assert "expect a horizon, not a proof" in told.stderr.splitlines()[0]


@pytest.mark.parametrize("cell", ["gru", "slstm", "rnn", "stack-rnn", "transformer-rotary"])
def test_nothing_is_said_against_other_cells(cell):
    assert cell_limit(task_named("count", 10), cell) is None


def test_a_linear_recurrence_may_do_what_forgets():
    assert cell_limit(task_named("multiply-2", 10), "mingru") is None
    assert "never shrinks" in (cell_limit(task_named("multiply-2", 10), "deltanet") or "")
    assert cell_limit(task_named("multiply", 10), "mingru") is None


@pytest.mark.slow
@pytest.mark.parametrize("recipe", ["certified", "robust", "unrolled", "plain"])
@pytest.mark.parametrize("cell", NEW)
def test_every_recipe_trains_every_cell(cell, recipe):
    task = task_named("count", 10)
    chosen = recipe_named(recipe, task, cell)
    short = dataclasses.replace(chosen, updates=20) if recipe != "plain" else dataclasses.replace(chosen, updates=20, batch=20)
    trained = fit(task, cell=cell, hidden=6, recipe=short, data="hundred", seed=0, epochs=2)
    assert all(np.isfinite(epoch.loss) for epoch in trained.epochs)
    assert architecture_named(cell).cell is type(trained.net.cell)


@pytest.mark.slow
@pytest.mark.parametrize("task", ["count", "parity"])
def test_slstm_is_trained_to_a_proof(task):
    known = task_named(task, 10)
    trained = fit(known, cell="slstm", recipe=recipe_named("certified", known, "slstm"), seed=0)
    assert verify(trained.net, known, budget=30.0).verdict.verdict == "PROVED"


@pytest.mark.slow
@pytest.mark.parametrize("cell", NEW)
def test_every_new_cell_is_explained_stressed_and_reported(cell, tmp_path, called):
    """DeltaNet keeps a part of its state for ever, so that its maps have endlessly many fixed points: the search must end."""
    out = tmp_path / "run"
    train(TrainOptions(cell=cell, hidden=4, recipe="plain", data="hundred", epochs=1), out)
    for command in (["stress", "--limit", "30"], ["explain"], ["prove", "--budget", "2"], ["report"]):
        assert called(command[0], str(out), *command[1:]).code in (0, 1, 3, 4), command
