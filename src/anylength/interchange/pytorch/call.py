"""How a step is called: the shape of its symbols is found by trying, and what it returns is checked."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from anylength.base import InputError
from anylength.interchange.flat_values import Alphabet
from anylength.interchange.pytorch.alphabet import InputForm, Inputs, forms_of
from anylength.interchange.pytorch.results import logits_in
from anylength.interchange.pytorch.source_places import place_of_error
from anylength.programs import MAX_INSTRUCTIONS

MAX_CALLS = 2 * MAX_INSTRUCTIONS
"""Most operations of PyTorch in a step. Half of them may be views, which cost no operation of a program."""

MAX_MESSAGE = 200
"""Characters of a foreign exception that a message repeats."""

EXAMPLE = "pass for example torch.zeros(1, hidden)"

STEP = "a step(state, x)"
"""What takes x, for messages."""

Step = Callable[[Any, Any], Any]


@dataclass(frozen=True)
class StepCall:
    """A step, its start state and the form of its symbols.

    Attributes:
        step: `step(state, x) → (state, logits)`.
        state: The start state of one example: a tree of float32 tensors.
        form: The form of x.
    """

    step: Step
    state: Any
    form: InputForm

    def __call__(self, state: Any, x: Any) -> tuple[Any, Any]:
        """The new state and the tensor of the logits."""
        new_state, result = self.step(state, x)
        return new_state, logits_in(result)

    def leaves(self) -> list[Any]:
        """The tensors of the start state."""
        from torch.utils import _pytree

        return _pytree.tree_leaves(self.state)

    def fresh_state(self) -> Any:
        """A copy of the start state: a step may change what it is given."""
        return _copied(self.state)


def find_call(step: Step, initial_state: Any, forms: Iterable[InputForm], expected: str = STEP) -> StepCall:
    """The call of a step: the first form of x for which it returns a state of the same shape, and logits.

    Args:
        step: The step.
        initial_state: Its start state, for one example.
        forms: The forms of x to try.
        expected: What takes x, for messages.

    Raises:
        InputError: The step fails, returns something else, or its state changes its shape.
    """
    state = _checked_state(initial_state)
    failures: list[InputError] = []
    for form in forms:
        call = StepCall(step, state, form)
        try:
            _try(call, expected)
        except _UnsuitableError as unsuitable:
            failures.append(unsuitable.error)
            continue
        return call
    raise next((error for error in failures if not isinstance(error, CallFailedError)), failures[0])


class CallFailedError(InputError):
    """The step raised an exception."""


class _UnsuitableError(Exception):
    """A form of x with which the step does not work."""

    def __init__(self, error: InputError) -> None:
        super().__init__(str(error))
        self.error = error


def input_forms(initial_state: Any, alphabet: Alphabet, inputs: Inputs | None) -> Iterator[InputForm]:
    """The forms of x, the likeliest first: with a batch axis if every tensor of the state starts with an axis of one.

    Args:
        initial_state: The start state.
        alphabet: The alphabet.
        inputs: What x is; None: one-hot vectors if the step takes them, else tokens.
    """
    from torch.utils import _pytree

    leaves = _pytree.tree_leaves(initial_state)
    first = all(getattr(leaf, "ndim", 0) > 0 and leaf.shape[0] == 1 for leaf in leaves)
    for form in forms_of(alphabet, inputs, ("one-hot", "tokens")):
        for batched in (first, not first):
            yield replace(form, batched=batched)


def _try(call: StepCall, expected: str) -> None:
    """Calls the step on the first and on the last symbol.

    Raises:
        _UnsuitableError: It does not work with this form of x.
        InputError: It is too long.
    """
    for symbol in (0, call.form.alphabet.symbols - 1):
        try:
            with _counted():
                result = call.step(call.fresh_state(), call.form.one(symbol))
        except _TooLongError:
            got = f"more than {MAX_CALLS:,} operations of PyTorch in one step"
            raise InputError(f"a step of at most {MAX_INSTRUCTIONS:,} operations", got, "prove a smaller net") from None
        except InputError:
            raise
        except Exception as error:  # a foreign step may raise anything
            raise _UnsuitableError(failed_call(error, f"{expected} that takes {call.form.text}")) from error
        _check_result(call, result)


def failed_call(error: Exception, expected: str) -> InputError:
    """The error for a foreign function that raised an exception, with the place in its source."""
    lines = str(error).strip().splitlines() or [""]
    place = place_of_error(error.__traceback__)
    got = f"{type(error).__name__}: {lines[0]}"[:MAX_MESSAGE] + (f" at {place}" if place else "")
    missing = MISSING.search(lines[0])
    remedy = f"give {missing[1]} a default: all words have the length of their tensor" if missing else FORMS
    return CallFailedError(expected, got, remedy)


MISSING = re.compile(r"missing \d+ required positional arguments?: '(\w*(?:mask|length)\w*)'")
"""What Python says of a forward that asks for a mask or for lengths besides."""

FORMS = "see docs/how-to/pytorch.md for the forms of state and x"


def _check_result(call: StepCall, result: Any) -> None:
    """Checks the tree and the shapes of what a step returned.

    Raises:
        _UnsuitableError: They are wrong.
    """
    import torch
    from torch.utils import _pytree

    if not isinstance(result, tuple | list) or len(result) != 2:
        error = InputError("a step that returns (state, logits)", type(result).__name__, "return the new state and the logits")
        raise _UnsuitableError(error)
    state, returned = result
    try:
        logits = logits_in(returned)
    except InputError as error:
        raise _UnsuitableError(error) from error
    if logits.ndim == 0 or logits.numel() != logits.shape[-1]:
        remedy = "pass an initial_state for one example, without a batch axis or with one of 1"
        raise _UnsuitableError(InputError("the logits [C] or [1, C] of one example", str(list(logits.shape)), remedy))
    (old, old_tree), (new, new_tree) = (_pytree.tree_flatten_with_path(tree) for tree in (call.state, state))
    if old_tree != new_tree or not all(isinstance(leaf, torch.Tensor) for _, leaf in new):
        expected = f"a new state in the form of the old one ({len(old)} tensors)"
        raise _UnsuitableError(InputError(expected, _form_text(new), "return as state what the next step takes as state"))
    for (path, before), (_, after) in zip(old, new, strict=True):
        if before.shape != after.shape or before.dtype != after.dtype:
            expected = f"a state that keeps its shape, {_tensor_text(path, before)}"
            remedy = "a proof needs a state of fixed size: keep a window of the last inputs, not all of them"
            raise _UnsuitableError(InputError(expected, f"{_tensor_text((), after)} after one step", remedy))


def _checked_state(initial_state: Any) -> Any:
    """A copy of the start state without gradients.

    Raises:
        InputError: It is not made of float32 tensors.
    """
    import torch
    from torch.utils import _pytree

    leaves, _ = _pytree.tree_flatten_with_path(initial_state)
    if not leaves:
        raise InputError("an initial_state with at least one tensor", "none", EXAMPLE)
    for path, leaf in leaves:
        name = f"state{_pytree.keystr(path)}"
        if not isinstance(leaf, torch.Tensor):
            raise InputError(
                "an initial_state of tensors", f"{name} of {type(leaf).__name__}", "pass for example torch.zeros(1, hidden)"
            )
        if leaf.dtype != torch.float32:
            raise InputError("a state of float32 numbers", f"{name} of {leaf.dtype}", "keep the state in float32 tensors")
        if not leaf.numel():
            raise InputError("an initial_state of tensors with numbers", f"{name} of {list(leaf.shape)}, which is empty", EXAMPLE)
        if not torch.isfinite(leaf).all():
            raise InputError("a finite initial_state", f"NaN or an infinity in {name}", EXAMPLE)
    return _copied(initial_state)


def _copied(state: Any) -> Any:
    from torch.utils import _pytree

    return _pytree.tree_map(lambda leaf: leaf.detach().cpu().clone(), state)


def _tensor_text(path: Any, tensor: Any) -> str:
    from torch.utils import _pytree

    kind = "" if str(tensor.dtype) == "torch.float32" else f" of {tensor.dtype}"
    return f"{f'state{_pytree.keystr(path)} of ' if path else ''}{list(tensor.shape)}{kind}"


def _form_text(leaves: list[Any]) -> str:
    from torch.utils import _pytree

    names = [f"state{_pytree.keystr(path)}" if hasattr(leaf, "shape") else type(leaf).__name__ for path, leaf in leaves]
    return f"{len(leaves)} ({', '.join(names[:4])})"


class _TooLongError(BaseException):
    """A step called more operations than a program may have. No `except Exception` of the step catches it."""


@contextmanager
def _counted() -> Iterator[None]:
    """Ends a call that takes too many operations."""
    import torch
    from torch.utils._python_dispatch import TorchDispatchMode

    class Counter(TorchDispatchMode):
        calls = 0

        def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            del types
            self.calls += 1
            if self.calls > MAX_CALLS:
                raise _TooLongError
            return func(*args, **(kwargs or {}))

    with torch.no_grad(), Counter():
        yield
