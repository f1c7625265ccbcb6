"""`read_jax_step`: the step program of a JAX function `step(state, symbol) → (state, logits)`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from anylength.base import InputError
from anylength.interchange.flat_values import Alphabet, Flat, FlatArithmetic, flat
from anylength.interchange.jax_step.interpreter import REMEDY, JaxprInterpreter
from anylength.interchange.jax_step.symbols import Table, as_operand, encodings
from anylength.programs import Program, program_of_step
from anylength.programs.tracing import Traced
from anylength.rules import Task

Step = Callable[[Any, Any], tuple[Any, Any]]

FORM = "step(state, symbol) → (state, logits)"


@dataclass(frozen=True)
class StepOfJax:
    """What was read of a JAX function.

    Attributes:
        program: The step program.
        tensors: Its tensors.
        step: The function.
        initial_state: The start state.
        symbols: All symbols, as the function reads them.
    """

    program: Program
    tensors: dict[str, NDArray[np.float32]]
    step: Step
    initial_state: Any
    symbols: Table


@dataclass(frozen=True)
class _Tracing:
    """A jaxpr of the function, with one symbol of a form that it accepts."""

    jaxpr: Any
    symbols: Table


def read_jax_step(step: Step, task: Task, initial_state: Any) -> StepOfJax:
    """The step program of a JAX function.

    Args:
        step: The function, for one example: the state is any tree of float32 arrays, with or without a batch axis of 1; the symbol
            is one-hot (`[E]`, `[1, E]` or `[tapes, letters]`) or a digit for each tape; the logits are `[C]` or `[1, C]`.
        task: The task, which has the symbols and the classes.
        initial_state: The state before the first step.

    Raises:
        InputError: JAX cannot trace the function, its results have other shapes, or it has operations that no program has.
    """
    leaves, structure = jax.tree.flatten(initial_state)
    arrays = [_start_array(leaf) for leaf in leaves]
    tracing = _traced(step, task, jax.tree.unflatten(structure, arrays))
    size = sum(array.size for array in arrays)
    arithmetic = FlatArithmetic(task.encoding_size, size)
    state = flat(arithmetic.tracer.state())
    ends = np.cumsum([0, *(array.size for array in arrays)])
    parts = [state[ends[at] : ends[at + 1]].reshape(array.shape) for at, array in enumerate(arrays)]
    interpreter = JaxprInterpreter(arithmetic, Alphabet(task.letters, task.tapes))
    results = interpreter.run(tracing.jaxpr.jaxpr, tracing.jaxpr.consts, [*parts, tracing.symbols])
    program, tensors = _program(arithmetic, task, results, arrays)
    return StepOfJax(program, tensors, step, jax.tree.unflatten(structure, arrays), tracing.symbols)


def _start_array(leaf: Any) -> NDArray[np.float32]:
    """A leaf of the start state.

    Raises:
        InputError: It is no array of finite float32 numbers.
    """
    try:
        array = np.asarray(jnp.asarray(leaf))
    except (TypeError, ValueError):
        raise InputError("a start state of float32 arrays", type(leaf).__name__, "pass initial_state=") from None
    if array.dtype != np.float32 or not array.size:
        got = f"one of {array.dtype}" if array.size else "an empty one"
        raise InputError("a start state of float32 arrays", got, "a step program's state is float32: convert it with jnp.float32")
    if not np.isfinite(array).all():
        kind = "NaN" if np.isnan(array).any() else "an infinity"
        raise InputError("a finite start state", f"{kind} in it", "pass another initial_state")
    return array


def _traced(step: Step, task: Task, state: Any) -> _Tracing:
    """The jaxpr with the first form of symbols for which the function returns a state of the same shapes and logits.

    Raises:
        InputError: There is none.
    """
    refusals: list[InputError] = []
    for symbols in encodings(task):
        try:
            jaxpr, shapes = jax.make_jaxpr(step, return_shape=True)(state, symbols.entries[0])
        except Exception as error:  # a foreign function may raise anything
            message = f"{type(error).__name__}: {' '.join(str(error).split())}"[:MAX_MESSAGE]
            refusals.append(InputError("a step that JAX can trace", message, "it must not branch on numbers of the state"))
            continue
        refusal = _refusal(shapes, state, task)
        if refusal is None:
            return _Tracing(jaxpr, symbols)
        refusals.insert(0, refusal)
    raise refusals[0]


MAX_MESSAGE = 200
"""Characters of an exception of the function that an error message repeats."""


def _refusal(shapes: Any, state: Any, task: Task) -> InputError | None:
    """Why the results of a function are no new state and logits; None if they are."""
    if not isinstance(shapes, tuple) or len(shapes) != 2:
        return InputError(FORM, f"a function that returns {type(shapes).__name__}", "return the new state and the logits")
    if jax.tree.structure(shapes[0]) != jax.tree.structure(state):
        return InputError("a new state of the same structure", "another one", f"the form is {FORM}")
    for old, new in zip(jax.tree.leaves(state), jax.tree.leaves(shapes[0]), strict=True):
        if old.shape != new.shape or new.dtype != np.float32:
            before, after = (f"{part.dtype}{list(part.shape)}" for part in (old, new))
            return InputError("a new state of the same shape", f"{after} after {before}", "a step program's state has a fixed size")
    logits = getattr(shapes[1], "shape", None)
    if logits not in ((task.classes,), (1, task.classes)):
        got = "none" if logits is None else str(list(logits))
        if task.classes == 2 and logits in ((), (1,), (1, 1)):
            return InputError(f"logits [2] for {task.name}", f"one number, {got}", "return both: jnp.stack([0 * logit, logit])")
        return InputError(f"logits [{task.classes}] for {task.name}", got, "name another task, or return logits for its classes")
    return None


def _program(arithmetic: FlatArithmetic, task: Task, results: list[Any], start: list[NDArray[np.float32]]) -> tuple[Program, Any]:
    """The program of the results: the leaves of the new state, then the logits.

    Raises:
        InputError: They are not expressible.
    """
    *new_state, logits = results
    try:
        rows = [_vector(arithmetic, value, task) for value in (*new_state, logits)]
        flat_start = np.concatenate([array.ravel() for array in start])
        name = arithmetic.weights.named_start(flat_start)
        return program_of_step(
            new_state=arithmetic.new_state(rows[:-1], rows[-1]), logits=rows[-1], tensors=arithmetic.weights.tensors,
            encoded=task.encoding_size, start=name,
        )  # fmt: skip
    except InputError:
        raise
    except ValueError as error:
        raise InputError("operations that a step program has", f"{error} in the step's results", REMEDY) from None


def _vector(arithmetic: FlatArithmetic, value: Any, task: Task) -> Traced:
    """A result as a value of the program.

    Raises:
        ValueError: It is no array of numbers.
    """
    operand = as_operand(arithmetic, value, Alphabet(task.letters, task.tapes)) if isinstance(value, Table) else value
    if not isinstance(operand, Flat | np.ndarray):
        raise ValueError("a condition or an error function")
    return arithmetic.flat(operand).vector()
