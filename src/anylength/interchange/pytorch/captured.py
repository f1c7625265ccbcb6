"""The modules and tensors that a step uses: their names, NaN among their numbers, their mode."""

import functools
import inspect
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from anylength.base import InputError
from anylength.interchange.side_effects import is_library, referenced

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
    if inspect.isfunction(step):
        return _tensors_in(referenced(step))
    return _tensors_in(getattr(step, "__dict__", {}))  # a callable object


def _tensors_in(values: Mapping[str, Any], depth: int = MAX_DEPTH) -> dict[str, Any]:
    """The modules and tensors among values, in their lists and dicts, and around the functions among them."""
    import torch

    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, torch.nn.Module | torch.Tensor):
            found[name] = value
        elif isinstance(value, list | tuple | dict) and depth:
            items = value.items() if isinstance(value, dict) else enumerate(value)
            found |= _tensors_in({f"{name}.{key}": item for key, item in items}, depth - 1)
        elif inspect.isfunction(value) and depth and not is_library(value):
            found |= _tensors_in({f"{name}.{key}": item for key, item in referenced(value).items()}, depth - 1)
    return found


def require_readable(subject: Any) -> None:
    """Refuses what PyTorch has translated.

    Raises:
        InputError: The subject, or a part of a module that it uses, is scripted, traced, compiled or quantised.
    """
    import torch

    parts = [subject, *(part for module in modules_among(captured(subject)) for part in module.modules())]
    for part in parts:
        kind = type(part).__name__
        if isinstance(part, torch.jit.ScriptModule | torch.jit.ScriptFunction):
            raise InputError("eager Python", f"{kind}, which torch.jit made", "pass the original, before it was scripted or traced")
        if ".quantized." in f"{type(part).__module__}.":
            raise InputError("weights of float32 numbers", f"a quantised {kind}", "prove the net before it is quantised")
        if hasattr(part, "_orig_mod") or hasattr(part, "_torchdynamo_orig_callable"):
            raise InputError("eager Python", f"a compiled {kind}", "pass the original, before torch.compile")


def parameters_of(found: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters and buffers by name.

    Raises:
        InputError: One holds NaN, an infinity, or other numbers than float32, or lies on another device than the CPU.
    """
    import torch

    named: dict[str, Any] = {}
    for name, value in found.items():
        if isinstance(value, torch.nn.Module):
            named |= {f"{name}.{key}" if name else key: tensor for key, tensor in value.state_dict(keep_vars=True).items()}
        else:
            named[name] = value
    for name, tensor in named.items():
        if not isinstance(tensor, torch.Tensor) or tensor.is_quantized:
            raise InputError("weights of float32 numbers", f"the quantised {name}", "prove the net before it is quantised")
        if tensor.is_floating_point() and tensor.dtype != torch.float32:
            remedy = "call .float() first: a proof is of a net of float32 numbers"
            raise InputError("weights of float32 numbers", f"{name} of {tensor.dtype}", remedy)
        if tensor.device.type != "cpu":
            raise InputError("parameters on the CPU", f"{name} on {tensor.device}", "pass a copy: copy.deepcopy(model).cpu()")
        if tensor.is_floating_point() and not torch.isfinite(tensor).all():
            kind = "NaN" if torch.isnan(tensor).any() else "an infinity"
            raise InputError("finite weights", f"{kind} in {name}", "the training has diverged, or the file is damaged")
    return named


@contextmanager
def in_evaluation_mode(found: Mapping[str, Any]) -> Iterator[None]:
    """Switches off dropout, gradients and PyTorch's warnings; restores the mode of every part afterwards."""
    with ExitStack() as stack:
        stack.enter_context(in_given_mode(found))
        for value in modules_among(found):
            stack.enter_context(_evaluating(value))
        yield


@contextmanager
def in_given_mode(found: Mapping[str, Any]) -> Iterator[None]:
    """Switches off gradients and PyTorch's warnings; restores the mode of every part afterwards."""
    import torch

    del found
    with one_thread(), warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        yield


def modules_among(found: Mapping[str, Any]) -> list[Any]:
    """The modules among what a step uses."""
    import torch

    return [value for value in found.values() if isinstance(value, torch.nn.Module)]


def is_training(found: Mapping[str, Any]) -> bool:
    """Whether a part of a module that a step uses is in training mode."""
    return any(part.training for module in modules_among(found) for part in module.modules())


BY_BATCH = ("_BatchNorm", "_InstanceNorm")
"""Classes of PyTorch that in training mode take their statistics from the words beside a word, and keep them."""


def require_no_statistics(found: Mapping[str, Any]) -> None:
    """Refuses parts that in training mode change themselves with each call.

    Raises:
        InputError: There is one.
    """
    for part in (part for module in modules_among(found) for part in module.modules() if part.training):
        if any(base.__name__ in BY_BATCH for base in type(part).__mro__) and getattr(part, "track_running_stats", False):
            raise InputError("a step in evaluation mode", f"{type(part).__name__} in training mode", EVALUATE)


EVALUATE = "call eval() on the step's modules first"


@contextmanager
def _evaluating(module: Any) -> Iterator[None]:
    modes = {part: part.training for part in module.modules()}
    module.eval()
    try:
        yield
    finally:
        for part, mode in modes.items():
            part.training = mode


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
