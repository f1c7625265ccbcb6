"""The modules and tensors that a step uses: their names, NaN among their numbers, their mode."""

import functools
import inspect
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from anylength.errors import InputError
from anylength.interchange.pytorch.forward import evaluation_mode

MAX_DEPTH = 3
"""Levels of lists and dicts in which modules are looked for."""


def captured(step: Callable[..., Any]) -> dict[str, Any]:
    """The modules and tensors that a step uses, by the names it has for them: itself, its object, variables around it."""
    import torch

    if isinstance(step, torch.nn.Module):
        return {"": step}
    if isinstance(step, functools.partial):
        given = {str(number): value for number, value in enumerate(step.args)} | step.keywords
        return captured(step.func) | _tensors_in(given)
    if inspect.ismethod(step):
        return _tensors_in({"": step.__self__}) | captured(step.__func__)
    try:
        variables = inspect.getclosurevars(step)
    except TypeError:  # a callable object
        return _tensors_in(getattr(step, "__dict__", {}))
    return _tensors_in({**variables.globals, **variables.nonlocals})


def _tensors_in(values: Mapping[str, Any], depth: int = MAX_DEPTH) -> dict[str, Any]:
    """The modules and tensors among values, and in their lists and dicts."""
    import torch

    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, torch.nn.Module | torch.Tensor):
            found[name] = value
        elif isinstance(value, list | tuple | dict) and depth:
            items = value.items() if isinstance(value, dict) else enumerate(value)
            found |= _tensors_in({f"{name}.{key}": item for key, item in items}, depth - 1)
    return found


def parameters_of(found: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters and buffers by name.

    Raises:
        InputError: One holds NaN or an infinity, or lies on another device than the CPU.
    """
    import torch

    named: dict[str, Any] = {}
    for name, value in found.items():
        if isinstance(value, torch.nn.Module):
            named |= {f"{name}.{key}" if name else key: tensor for key, tensor in value.state_dict(keep_vars=True).items()}
        else:
            named[name] = value
    for name, tensor in named.items():
        if tensor.device.type != "cpu":
            raise InputError("parameters on the CPU", f"{name} on {tensor.device}", "pass a copy: copy.deepcopy(model).cpu()")
        if tensor.is_floating_point() and not torch.isfinite(tensor).all():
            kind = "NaN" if torch.isnan(tensor).any() else "an infinity"
            raise InputError("finite weights", f"{kind} in {name}", "the training has diverged, or the file is damaged")
    return named


@contextmanager
def in_evaluation_mode(found: Mapping[str, Any]) -> Iterator[None]:
    """Switches off dropout, gradients and PyTorch's warnings; restores the mode of every part afterwards."""
    import torch

    with ExitStack() as stack:
        stack.enter_context(one_thread())
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        for value in found.values():
            if isinstance(value, torch.nn.Module):
                stack.enter_context(evaluation_mode(torch, value))
        stack.enter_context(torch.no_grad())
        yield


@contextmanager
def one_thread() -> Iterator[None]:
    """Runs PyTorch on one thread: small products gain nothing from more, and lose much on a busy machine."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
