"""Forms over the operations of a step: they hold what it computes at every point of an ellipsoid, as the checker's forms do."""

from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from anylength.nets import Net
from anylength.nets import tensors as tensors_of
from anylength.ops import Ops
from anylength.ops.arrays import numpy_arrays
from anylength.ops.forms import Form, FormInterpreter, in_numpy
from anylength.ops.ibp import Box
from anylength.programs.running import run
from anylength.rules import task_named
from anylength.training import Session, recipe_named
from anylength_check.forms import FORM_UNIT, tanh_form
from anylength_check.forms import Form as CheckedForm
from tests.selection import thorough

BLOCKS, COLUMNS, N = 2, 3, 6
IN_JAX = FormInterpreter(Box)
FORMS: Any = in_numpy
REACHES = (1e-4, 1e-2, 0.2, 1.0)


def drawn(rng: np.random.Generator, reach: float, rows: int = 4) -> Form:
    """Random forms."""
    shape = rows, COLUMNS
    return Form(
        rng.normal(size=shape), rng.normal(size=(*shape, N)) * reach / N**0.5, rng.normal(size=(*shape, BLOCKS, N)) * 0.1 * reach,
        abs(rng.normal(size=shape)) * 0.05 * reach, np.full(shape, 1e9),
    )  # fmt: skip


def at(form: Form, u: np.ndarray) -> np.ndarray:
    """The numbers without error `[R, B]` at one u."""
    v = 2 * u[:BLOCKS, None] * u - np.eye(N)[:BLOCKS]
    return form.center + form.linear @ u + 0.5 * (form.curved * v).sum((-1, -2))


def point(rng: np.random.Generator) -> np.ndarray:
    """A vector of length up to 1."""
    u = rng.normal(size=N)
    return u / np.linalg.norm(u) * max(rng.random(), rng.integers(0, 2))


EXACT = {
    "add": (lambda ops, a, b: a + b, 2),
    "subtract": (lambda ops, a, b: a - b, 2),
    "multiply": (lambda ops, a, b: a * b, 2),
    "subtract from an array": (lambda ops, a: 1.0 - a, 1),
    "times an array": (lambda ops, a: np.arange(12.0).reshape(4, 3) * a, 1),
    "square": (lambda ops, a: ops.square(a), 1),
    "scale": (lambda ops, a: ops.scale(a, -1.5), 1),
    "tanh": (lambda ops, a: ops.tanh(a), 1),
    "sigmoid": (lambda ops, a: ops.sigmoid(a), 1),
    "lerp": (lambda ops, a, b, z: ops.lerp(ops.sigmoid(z), a, b), 3),
    "take": (lambda ops, a: ops.take(a, (2, 0, 0)), 1),
    "concatenate": (lambda ops, a, b: ops.concatenate([a, np.ones((2, COLUMNS)), b]), 2),
    "matmul": (lambda ops, a: ops.matmul(np.arange(20.0).reshape(5, 4) - 8, a), 1),
    "stored": (lambda ops, a: ops.stored(a), 1),
    "relu": (lambda ops, a: ops.relu(a), 1),
    "maximum": (lambda ops, a, b: ops.maximum(a, b), 2),
    "softmax": (lambda ops, a: ops.softmax(a), 1),
    "normalize": (lambda ops, a: ops.normalize(a, ops.mean_square(a), 1e-5), 1),
    "exp": (lambda ops, a: ops.exp(a), 1),
}


@pytest.mark.parametrize("reach", thorough(REACHES))
@pytest.mark.parametrize("name", EXACT)
def test_an_operation_holds_the_result_at_every_u(name, reach):
    function, arguments = EXACT[name]
    rng = np.random.default_rng(len(name))
    for _ in range(10):
        given = [drawn(rng, reach) for _ in range(arguments)]
        result = function(in_numpy, *given)
        for _ in range(20):
            u = point(rng)
            values = [at(form, u) + rng.uniform(-1, 1, form.shape) * form.error for form in given]
            exact = function(numpy_arrays, *values)
            assert (np.abs(exact - at(result, u)) <= result.error * (1 + 1e-9) + 1e-12).all()
            assert (np.abs(exact - result.center) <= result.radius * (1 + 1e-9) + 1e-12).all()


@pytest.mark.parametrize("name", EXACT)
def test_a_straight_form_gives_what_one_with_a_curved_part_of_0_gives(name):
    function, arguments = EXACT[name]
    rng = np.random.default_rng(len(name))
    straight = []
    for _ in range(arguments):
        form = drawn(rng, 0.2)
        straight.append(replace(form, curved=0 * form.curved, bound=0 * form.bound, straight=True))
    found = function(in_numpy, *straight)
    other = function(in_numpy, *(replace(form, straight=False) for form in straight))
    for own, expected in zip(found.parts, other.parts, strict=True):
        assert own.shape == expected.shape
        np.testing.assert_allclose(own, expected, rtol=1e-12, atol=1e-14)
    assert not found.straight or not (found.curved.any() or found.bound.any())


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm", "linear", "mingru"])
def test_a_step_over_an_ellipsoid_holds_the_steps_from_its_states(cell):
    task = task_named("tomita-3")
    recipe = recipe_named("plain", task, cell)
    net = Session(task, 0, cell=cell, hidden=5, recipe=recipe, data=next(iter(task.data)), epochs=1).result.net
    assert isinstance(net, Net)
    program, rng = net.program, np.random.default_rng(1)
    tensors = {name: np.asarray(value, np.float64) for name, value in tensors_of(net).items()}
    size = program.state
    symbol = np.eye(net.base)[:, [1]]
    center, shape = rng.normal(size=(size, 1)) * 0.4, rng.normal(size=(size, 1, size)) * 0.05
    state = Form(center, shape, np.zeros((size, 1, BLOCKS, size)), *np.zeros((2, size, 1)))
    image = list(run(program.step, FORMS, tensors, {"symbol": symbol, "state": state}).values())[-1]
    for _ in range(200):
        u = rng.normal(size=size)
        u /= np.linalg.norm(u)
        exact = list(run(program.step, numpy_arrays, tensors, {"symbol": symbol, "state": center + shape @ u}).values())[-1]
        v = 2 * u[:BLOCKS, None] * u - np.eye(size)[:BLOCKS]
        middle = image.center + image.linear @ u + 0.5 * (image.curved * v).sum((-1, -2))
        assert (np.abs(exact - middle) <= image.error + 1e-12).all()
    assert (image.error < 0.5 * image.radius).all()  # most of a step over a small ellipsoid is kept


@pytest.mark.slow
def test_jax_gives_what_numpy_gives_and_finite_gradients():
    rng = np.random.default_rng(2)
    for reach in REACHES:
        given = drawn(rng, reach)
        for name in ("tanh", "sigmoid", "square", "multiply"):
            function = EXACT[name][0]
            pair = [given] * EXACT[name][1]
            exact = function(in_numpy, *pair)
            single = jax.tree.map(lambda leaf: jnp.asarray(leaf, jnp.float32), given)
            found = jax.jit(lambda form, f=function, k=EXACT[name][1]: f(IN_JAX, *[form] * k))(single)
            for part in ("center", "linear", "curved", "error"):
                np.testing.assert_allclose(getattr(found, part), getattr(exact, part), atol=1e-5 * max(1.0, reach))
    points = jax.tree.map(lambda leaf: jnp.zeros_like(leaf, jnp.float32), drawn(rng, 1.0))
    gradients = jax.grad(lambda form: IN_JAX.tanh(form * form).radius.sum())(points)
    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(gradients))


def test_the_checkers_forms_hold_these():
    rng = np.random.default_rng(3)
    for reach in REACHES:
        form = drawn(rng, reach, rows=8)
        found = in_numpy.tanh(form)
        for row in range(8):
            units = lambda part, row=row: np.rint(part[row, 0] * FORM_UNIT).astype(np.int64).tolist()
            checked = tanh_form(BLOCKS, CheckedForm(units(form.center), units(form.linear), units(form.curved), units(form.error)))
            assert abs(checked.center / FORM_UNIT - found.center[row, 0]) < 1e-6
            np.testing.assert_allclose(np.array(checked.linear) / FORM_UNIT, found.linear[row, 0], atol=1e-6)
            np.testing.assert_allclose(np.array(checked.curved) / FORM_UNIT, found.curved[row, 0], atol=1e-6)
            assert found.error[row, 0] - 1e-6 <= checked.error / FORM_UNIT <= found.error[row, 0] + 1e-5 * (1 + reach**2)


def test_every_operation_has_a_form():
    assert isinstance(in_numpy, Ops) and isinstance(IN_JAX, Ops)
    with pytest.raises(AttributeError):
        _ = in_numpy.no_operation


def single(center: float, radius: float) -> CheckedForm:
    """A number center + radius u_1, as the checker has it."""
    return CheckedForm(round(center * FORM_UNIT), [round(radius * FORM_UNIT), 0], [], 0)


@pytest.mark.parametrize("radius", [1e-6, 1e-3, 0.03, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 10.0])
def test_the_checkers_parabola_is_as_near_to_tanh_as_it_says(radius):
    u = np.linspace(-1, 1, 1001)
    for center in np.linspace(-3, 3, 25):
        found = tanh_form(1, single(center, radius))
        curved = found.curved[0][0] if found.curved else 0  # its vector is 2 u u - 1
        near = (found.center + found.linear[0] * u + 0.5 * curved * (2 * u * u - 1)) / FORM_UNIT
        missed = np.abs(np.tanh(center + radius * u) - near).max()
        assert missed <= found.error / FORM_UNIT + 1e-12
        if radius <= 1:
            assert found.error / FORM_UNIT <= 2.0 * missed + 1e-8  # the third derivative alone says much more
