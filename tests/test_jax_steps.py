"""JAX: a step function becomes a step program that answers as it does; other functions are refused in one line with their place."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from anylength.base import InputError
from anylength.interchange.agreement import hard_words
from anylength.interchange.foreign_step import net_of_step
from anylength.interchange.jax_step import import_jax_step, read_jax_step
from anylength.nets import PROGRAM
from anylength.ops.arrays import numpy_arrays
from anylength.programs import Program, parse_program, program_json, run
from anylength.programs.canonical import canonical
from anylength.rules import Task, task_named
from tests.selection import thorough

COUNT, ADD, PARITY = task_named("count"), task_named("add"), task_named("parity", 2)
UNITS = 5
RNG = np.random.default_rng(0)


def drawn(*shape: int, scale: float = 0.7) -> jax.Array:
    return jnp.asarray((RNG.normal(size=shape) * scale).astype(np.float32))


W, U, B, TABLE, SQUARE = drawn(UNITS, 10), drawn(UNITS, UNITS), drawn(UNITS), drawn(10, UNITS), drawn(UNITS, UNITS)
READ, BIAS = drawn(10, UNITS), drawn(10)
ZERO = jnp.zeros(UNITS)


def around(function: Callable[[jax.Array], jax.Array]) -> Callable[[Any, Any], Any]:
    """A step whose new state is a function of W x + U h + b."""

    def step(state: Any, x: Any) -> Any:
        state = function(W @ x + U @ state + B)
        return state, READ @ state + BIAS

    return step


def largest_gap(step: Any, task: Task, start: Any, symbols: int = 24) -> float:
    """The largest difference of logits of the function and its program, relative to the largest one plus 1, on random symbols."""
    read = read_jax_step(step, task, start)
    program, state = read.program, np.zeros((read.program.state, 1), np.float32)
    assert parse_program(program_json(program), "a test") == program
    if program.start is not None:
        state = read.tensors[program.start][:, None]
    own, gap, jitted = read.initial_state, 0.0, jax.jit(step)
    for number in np.random.default_rng(1).integers(0, task.symbols, symbols):
        own, logits = jitted(own, read.symbols.entries[number])
        digits = [number // task.letters**tape % task.letters for tape in range(task.tapes)]
        symbol = np.eye(task.letters, dtype=np.float32)[digits].reshape(-1, 1)
        state = run(program.step, numpy_arrays, read.tensors, {"symbol": symbol, "state": state})[len(program.step) - 1]
        features = run(program.answer, numpy_arrays, read.tensors, {"state": state})[len(program.answer) - 1]
        ours = read.tensors[program.weight] @ features + read.tensors[program.bias][:, None]
        gap = max(gap, float((np.abs(ours.ravel() - np.ravel(logits)) / (1 + np.abs(ours).max())).max()))
    return gap


def operations(program: Program) -> list[str]:
    """The operations of the step behind the sum W x + U h + b, and of the answer."""
    plain = ("state", "symbol", "matmul", "tensor", "add", "slice", "constant", "stored", "concatenate")
    return [item.op for item in (*program.step, *program.answer) if item.op not in plain]


FUNCTIONS: dict[str, tuple[Callable[[Any], Any], list[str]]] = {
    "tanh": (jnp.tanh, ["tanh"]),
    "relu": (jax.nn.relu, ["relu"]),
    "relu by where": (lambda v: jnp.where(v > 0, v, 0), ["relu"]),
    "softplus": (lambda v: jnp.tanh(jax.nn.softplus(v)), ["softplus", "tanh"]),
    "log sigmoid": (lambda v: jnp.tanh(jax.nn.log_sigmoid(v)), ["scale", "softplus", "scale", "tanh"]),
    "logaddexp": (lambda v: jnp.tanh(jnp.logaddexp(v, v[::-1])), ["take", "subtract", "softplus", "tanh"]),
    "gelu": (lambda v: jax.nn.gelu(v, approximate=False), ["gelu"]),
    "silu": (jax.nn.silu, ["silu"]),
    "silu by exp": (lambda v: v / (1 + jnp.exp(-v)), ["silu"]),
    "sigmoid by exp": (lambda v: 1 / (1 + jnp.exp(-v)), ["sigmoid"]),
    "softmax": (jax.nn.softmax, ["softmax"]),
    "layer norm": (lambda v: (v - v.mean()) / jnp.sqrt(v.var() + 1e-5), ["center", "mean_square", "normalize"]),
    "rms norm": (lambda v: v * jax.lax.rsqrt(jnp.mean(v**2) + 1e-6), ["mean_square", "normalize"]),
    "unit norm": (lambda v: v / jnp.linalg.norm(v), ["mean_square", "normalize", "rsqrt", "multiply"]),
    "lerp": (lambda v: v + jax.nn.sigmoid(v) * (jnp.tanh(v) - v), ["sigmoid", "tanh", "lerp"]),
    "gated sum": (lambda v: (1 - jax.nn.sigmoid(v)) * jnp.tanh(v) + jax.nn.sigmoid(v) * v, ["sigmoid", "tanh", "lerp"]),
    "clip": (lambda v: jnp.clip(v, -1, 1), ["maximum", "minimum"]),
    "hard tanh": (jax.nn.hard_tanh, ["maximum", "minimum"]),
    "leaky relu": (jax.nn.leaky_relu, ["scale", "maximum"]),
    "elu": (jax.nn.elu, ["minimum", "exp", "subtract", "relu"]),
    "absolute": (lambda v: jnp.tanh(abs(v)), ["absolute", "tanh"]),
    "third power": (lambda v: jnp.tanh(v**3), ["square", "multiply", "tanh"]),
    "inverse": (lambda v: 1 / (1 + v**2), ["square", "reciprocal"]),
    "rest of the largest": (lambda v: jnp.tanh(v - v.max()), ["maximum", "maximum", "maximum", "take", "subtract", "tanh"]),
    "turned": (lambda v: jnp.tanh(jnp.roll(v, 1)), ["tanh"]),
    "set": (lambda v: jnp.tanh(v).at[0].set(0.5), ["tanh"]),
    "unstacked": (lambda v: jnp.tanh(jnp.stack(jnp.unstack(v)[::-1])), ["tanh"]),
    "running sum": (lambda v: jnp.tanh(jnp.cumsum(v)), ["tanh"]),
    "convolution": (lambda v: jnp.tanh(jnp.convolve(v, jnp.array([1.0, 2.0, 3.0]), mode="same")), ["tanh"]),
    "matrix of products": (lambda v: jnp.tanh(jnp.outer(v, v) @ v), ["take", "take", "multiply", "matvec", "tanh"]),
    "sum of products": (lambda v: jnp.tanh((jnp.outer(v, v) * v).sum(1)), ["take", "take", "multiply", "matvec", "tanh"]),
    "groups": (lambda v: jnp.tanh(jax.nn.softmax(jnp.stack([v, 2 * v]), axis=1)[1]), ["scale", "softmax", "tanh"]),
    "remat": (jax.checkpoint(jnp.tanh), ["tanh"]),
}  # fmt: skip


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_the_vocabulary_has_becomes_one_instruction_however_it_is_written(name: str) -> None:
    function, wanted = FUNCTIONS[name]
    found = operations(read_jax_step(around(function), COUNT, ZERO).program)
    assert found == wanted


@pytest.mark.parametrize("name", thorough(list(FUNCTIONS), quick=2))
def test_a_program_computes_what_the_function_computes(name: str) -> None:
    assert largest_gap(around(FUNCTIONS[name][0]), COUNT, ZERO) < 1e-5


def two_tapes(encode: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    weight = jnp.concatenate([W, 2 * W], axis=1)

    def step(state: Any, x: Any) -> Any:
        state = jnp.tanh(weight @ encode(x) + U @ state)
        return state, READ @ state

    return step


def matrix_state(state: Any, x: Any) -> Any:
    """The delta rule: S' = S (I − β k kᵀ) + β v kᵀ, read by a query."""
    key, value, query = jax.nn.softmax(W @ x), jnp.tanh(SQUARE @ (W @ x)), W @ x
    rate = jax.nn.sigmoid(B @ (W @ x))
    state = state + rate * jnp.outer(value - state @ key, key)
    return state, READ @ jnp.tanh(state @ query)


def window(state: Any, x: Any) -> Any:
    """A convolution over the last three inputs, which the state keeps."""
    inputs = jnp.concatenate([state["window"][1:], (W @ x)[None]])
    hidden = jnp.tanh((inputs * SQUARE[:3]).sum(0) + U @ state["h"])
    return {"h": hidden, "window": inputs}, READ @ hidden


STEPS: dict[str, tuple[Any, Task, Any]] = {
    "take": (lambda s, x: (jnp.tanh(jnp.take(TABLE, x, axis=0) + U @ s), READ @ s), COUNT, ZERO),
    "one_hot": (lambda s, x: around(jnp.tanh)(s, jax.nn.one_hot(x, 10)), COUNT, ZERO),
    "batch of one": (lambda s, x: ((t := jnp.tanh(x @ W.T + s @ U.T)), t @ READ.T), COUNT, ZERO[None]),
    "two tapes": (two_tapes(lambda x: x), ADD, ZERO),
    "two digits": (two_tapes(lambda x: jax.nn.one_hot(x, 10).ravel()), ADD, ZERO),
    "two embeddings": (lambda s, x: (jnp.tanh(TABLE[x].sum(0) + U @ s), READ @ s), ADD, ZERO),
    "start state": (around(jnp.tanh), COUNT, ZERO + 0.5),
    "a symbol that resets": (lambda s, x: around(jnp.tanh)(jnp.where(x[3] == 1, ZERO, s), x), COUNT, ZERO),
    "matrix state": (matrix_state, COUNT, jnp.zeros((UNITS, UNITS))),
    "window": (window, COUNT, {"h": ZERO, "window": jnp.zeros((3, UNITS))}),
    "old state in the answer": (lambda s, x: (jnp.tanh(W @ x + U @ s), READ @ s), COUNT, ZERO),
    "symbol in the answer": (lambda s, x: ((t := jnp.tanh(W @ x + U @ s)), READ @ (t + jnp.tanh(W @ x))), COUNT, ZERO),
}  # fmt: skip


@pytest.mark.parametrize("name", thorough(list(STEPS), quick=3))
def test_a_state_and_a_symbol_may_have_any_form(name: str) -> None:
    assert largest_gap(*STEPS[name]) < 1e-5


def test_a_choice_by_the_symbol_is_exact() -> None:
    step, task, start = STEPS["a symbol that resets"]
    assert "lerp" in operations(read_jax_step(step, task, start).program)


def test_digits_and_one_hot_vectors_give_the_same_program() -> None:
    vectors = read_jax_step(around(jnp.tanh), COUNT, ZERO)
    digits = read_jax_step(STEPS["one_hot"][0], COUNT, ZERO)
    assert vectors.program == digits.program


@pytest.mark.slow
@pytest.mark.parametrize("name", STEPS)
def test_a_function_agrees_with_its_program_on_10000_hard_inputs(name: str) -> None:
    step, task, start = STEPS[name]
    compared = import_jax_step(step, task, start)
    assert compared.imported.cell == PROGRAM and compared.imported.runtime == f"jax {jax.__version__}"
    agreement = compared.agreement
    assert agreement is not None and agreement.compared >= 10_000 and agreement.different <= 5


def test_a_function_with_an_internal_memory_disagrees() -> None:
    calls: list[int] = []

    def step(state: Any, x: Any) -> Any:
        calls.append(1)
        state = jnp.tanh(W @ x + U @ state + (0.0 if len(calls) < 2 else 5.0))
        return state, READ @ state

    with pytest.raises(InputError, match=r"the answers of jax .* other answers on"):
        net_of_step(step, COUNT, initial_state=ZERO)


@pytest.mark.slow
def test_steps_of_equinox() -> None:
    eqx = pytest.importorskip("equinox", reason="the modules are Equinox's: pip install equinox")
    keys = jax.random.split(jax.random.key(0), 4)
    first, second = eqx.nn.GRUCell(10, UNITS, key=keys[0]), eqx.nn.LSTMCell(UNITS, UNITS, key=keys[1])
    norm, head, read = eqx.nn.LayerNorm(UNITS), eqx.nn.MLP(UNITS, UNITS, 8, 1, key=keys[2]), eqx.nn.Linear(UNITS, 10, key=keys[3])

    def step(state: Any, x: Any) -> Any:
        hidden = first(x, state[0])
        both = second(hidden, state[1])
        return (hidden, both), read(hidden + head(norm(both[0])))

    assert largest_gap(step, COUNT, (ZERO, (ZERO, ZERO))) < 1e-5


@pytest.mark.slow
def test_steps_of_flax() -> None:
    linen = pytest.importorskip("flax.linen", reason="the modules are Flax's: pip install flax")

    class Net(linen.Module):
        @linen.compact
        def __call__(self, state: Any, x: Any) -> Any:
            first, hidden = linen.GRUCell(UNITS)(state[0], x)
            second, other = linen.OptimizedLSTMCell(UNITS)(state[1], hidden)
            return (first, second), linen.Dense(10)(linen.gelu(linen.LayerNorm()(other + hidden), approximate=False))

    start = (ZERO, (ZERO, ZERO))
    parameters = Net().init(jax.random.key(0), start, jnp.zeros(10))
    assert largest_gap(lambda state, x: Net().apply(parameters, state, x), COUNT, start) < 1e-5


# Refused

HERE = r"at .*test_jax_steps\.py:\d+"


def many(v: Any) -> Any:
    for _ in range(5_100):
        v = jnp.tanh(v) * 0.9
    return v


REFUSED: dict[str, tuple[Any, str]] = {
    "sort": (around(jnp.sort), f"sort {HERE}"),
    "sine": (around(jnp.sin), f"sin {HERE}"),
    "a step function": (around(lambda v: jnp.where(v > 0, 1.0, 0.0)), rf"select_n {HERE}.*, a choice by a condition"),
    "a clip that jumps": (
        around(lambda v: jnp.where(v > 0, 0.0, jnp.maximum(v, 1.0))),
        rf"select_n {HERE}.*, a choice by a condition",
    ),
    "a sign": (around(jnp.sign), f"sign {HERE}"),
    "argmax": (around(lambda v: v * jnp.argmax(v)), f"argmax {HERE}"),
    "log": (around(jnp.log), rf"log {HERE}.*, a logarithm other than"),
    "while": (around(lambda v: jax.lax.while_loop(lambda c: c[0] < 3, lambda c: c + 1, v)), f"while {HERE}.*, control flow"),
    "cond": (around(lambda v: jax.lax.cond(v[0] > 0, lambda: v, lambda: -v)), f"cond {HERE}.*, control flow"),
    "scan": (around(lambda v: jax.lax.scan(lambda c, x: (c + x, x), v[0], v)[1]), f"scan {HERE}.*, control flow"),
    "a Python branch": (around(lambda v: v if v[0] > 0 else -v), "a step that JAX can trace, got TracerBoolConversionError"),
    "complex numbers": (around(lambda v: abs(v + 1j)), f"{HERE}.*, complex64 numbers"),
    "half precision": (around(lambda v: v.astype(jnp.float16).astype(jnp.float32)), f"{HERE}.*, float16 numbers"),
    "a growing state": (lambda s, x: (jnp.concatenate([s, s]), READ @ s), r"the same shape, got float32\[10\] after float32\[5\]"),
    "NaN": (around(lambda v: v * jnp.array([jnp.nan, 1, 2, 3, 4])), "finite numbers in the weights, got NaN"),
    "division by 0": (around(lambda v: v / 0.0), f"div {HERE}.*, a division by 0"),
    "other classes": (lambda s, x: (s, s), r"logits \[10\] for count, got \[5\]"),
    "no logits": (lambda s, x: s, "a function that returns"),
    "other state": (lambda s, x: ((s, s), READ @ s), "a new state of the same structure"),
    "10⁴ operations": (around(many), "more than 10,000 operations"),
}


@pytest.mark.parametrize("name", [*list(REFUSED)[:-1], pytest.param("10⁴ operations", marks=pytest.mark.slow)])
def test_other_functions_are_refused_with_their_place(name: str) -> None:
    step, words = REFUSED[name]
    with pytest.raises(InputError, match=words) as refused:
        read_jax_step(step, COUNT, ZERO)
    assert "\n" not in str(refused.value) and len(str(refused.value)) < 400


@pytest.mark.parametrize(
    ("start", "words"),
    [(jnp.zeros(UNITS, int), "got one of int32"), (ZERO * jnp.nan, "NaN"), ("no", "got str"), (jnp.zeros(0), "an empty one")],
)
def test_other_start_states_are_refused(start: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_jax_step(around(jnp.tanh), COUNT, start)


def test_digits_of_two_numbers_may_act_together() -> None:
    table = drawn(10, 10, UNITS)
    assert largest_gap(lambda s, x: (jnp.tanh(table[x[0], x[1]] + U @ s), READ @ s), ADD, ZERO) < 1e-5


# Comparison


def test_the_canonical_form_does_not_depend_on_names_and_order() -> None:
    def other(state: Any, x: Any) -> Any:
        bias, weight = BIAS + 0, U + 0
        new = jnp.tanh(B + (weight @ state + W @ x))
        return new, bias + READ @ new

    def own(state: Any, x: Any) -> Any:
        new = jnp.tanh((W @ x + U @ state) + B)
        return new, READ @ new + BIAS

    forms = [canonical(read.program, read.tensors) for read in (read_jax_step(step, COUNT, ZERO) for step in (own, other))]
    assert forms[0][0] == forms[1][0] and forms[0][1].keys() == forms[1][1].keys()
    assert parse_program(program_json(forms[0][0]), "a test") == forms[0][0]
    different = read_jax_step(around(jax.nn.relu), COUNT, ZERO)
    assert canonical(different.program, different.tensors)[0] != forms[0][0]


def test_words_of_a_comparison_are_the_stress_inputs_and_random_words() -> None:
    words = hard_words(COUNT)
    assert words.shape[1] == 10_000 and words.max() < COUNT.symbols
