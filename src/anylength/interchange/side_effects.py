"""Finds what a call of a foreign function changed: variables around it, attributes, buffers, generators of random numbers.

A function with a memory of its own is no step: what was read of it is one of its faces. Files, clocks and other processes cannot be
seen from here.
"""

import dis
import functools
import inspect
import random
import sys
import sysconfig
import types
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from anylength.base import InputError

MAX_DEPTH = 6
"""Levels of functions, objects and containers in which variables are looked for."""

LIBRARIES = tuple(sysconfig.get_paths()[name] for name in ("stdlib", "platstdlib", "purelib", "platlib"))
"""Folders of installed code. Its functions are taken to have no memory; its objects, such as layers, may have one."""

PLAIN = (str, bytes, int, float, complex, bool, type(None))
CLOSED = (types.ModuleType, type, types.BuiltinFunctionType, np.dtype, np.ufunc)
"""Values that hold no variables of a step."""

Found = dict[str, tuple[Any, Any]]
"""By the name of a variable its value, which is kept alive, and what is compared of it."""


@contextmanager
def unchanged(subject: Any) -> Iterator[None]:
    """Refuses a function or module whose calls inside of the block change something that outlives them.

    Raises:
        InputError: They do. The message names what changes.
    """
    before = _variables(subject)
    yield
    after = _variables(subject)
    names = [name for name, (_, content) in after.items() if name not in before or before[name][1] != content]
    changed = next(iter([*names, *(name for name in before if name not in after)]), None)
    if changed is not None:
        remedy = "take what it keeps as state and return the new one, without random numbers"
        raise InputError("a function of its state and symbol alone", f"one whose calls change {changed}", remedy)


def referenced(function: Callable[..., Any]) -> dict[str, Any]:
    """The variables around a Python function that its code names, global ones and those of the functions that enclose it."""
    cells = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            cells[name] = cell.cell_contents
        except ValueError:  # not assigned yet
            continue
    return {name: function.__globals__[name] for name in _global_names(function.__code__) if name in function.__globals__} | cells


def _global_names(code: types.CodeType) -> Iterator[str]:
    """The global names in a function's code and in the functions that it defines. Names of attributes are none."""
    yield from (item.argval for item in dis.get_instructions(code) if item.opname in ("LOAD_GLOBAL", "LOAD_NAME", "STORE_GLOBAL"))
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _global_names(constant)


def _variables(subject: Any) -> Found:
    """All variables that a function or module can reach, and the states of the generators of random numbers."""
    found: Found = {}
    _collect("", subject, found, set(), MAX_DEPTH)
    torch = sys.modules.get("torch")
    generators = {"numpy.random": repr(np.random.get_state())}
    generators |= {"torch.random": _content(torch.get_rng_state())} if torch is not None else {}
    return found | {f"the generator {name}": (None, state) for name, state in generators.items()}


def _collect(name: str, value: Any, found: Found, seen: set[int], depth: int) -> None:
    """Adds a value and what it holds."""
    if isinstance(value, PLAIN):
        found[name] = (value, repr(value))
    if value is random or getattr(value, "__self__", None) is random.seed.__self__:
        found[f"the generator {name}"] = (None, random.getstate())
    if isinstance(value, (*PLAIN, *CLOSED)) or id(value) in seen or is_library(value):
        return
    seen.add(id(value))
    content, parts = _content(value), _parts(value)
    found[name] = (value, (type(value).__name__, content, len(parts)))
    for key, inner in parts.items() if depth and content is None else ():
        _collect(f"{name}{key}".removeprefix("."), inner, found, seen, depth - 1)


def is_library(value: Any) -> bool:
    """Whether a value is a function of installed code."""
    return inspect.isfunction(value) and value.__code__.co_filename.startswith(LIBRARIES)


def _content(value: Any) -> Any:
    """The numbers of an array or tensor; None for other values."""
    if hasattr(value, "detach") and hasattr(value, "untyped_storage"):
        plain = value.detach().cpu()  # a traced tensor has no numbers
        value = plain.to(sys.modules["torch"].complex128).numpy() if type(plain).__name__ == "Tensor" else np.zeros(value.shape)
    array = np.asarray(value) if isinstance(value, np.ndarray | np.generic) or hasattr(value, "addressable_shards") else None
    return None if array is None else (array.shape, str(array.dtype), array.tobytes())


def _parts(value: Any) -> Mapping[str, Any]:
    """What a value holds, by the end of its name."""
    if isinstance(value, dict):
        return {f"[{key!r}]": inner for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return {f"[{at}]": inner for at, inner in enumerate(value)}
    if isinstance(value, functools.partial):
        return {".func": value.func, ".args": value.args, ".keywords": value.keywords}
    if inspect.ismethod(value):
        return {".self": value.__self__, ".func": value.__func__}
    own = {f".{key}": inner for key, inner in getattr(value, "__dict__", {}).items()}
    if inspect.isfunction(value):
        return own | {f".{key}": inner for key, inner in referenced(value).items()} | {".defaults": value.__defaults__}
    called = [getattr(type(value), name, None) for name in ("forward", "__call__")]
    return own | {f".{call.__name__}": call for call in called if inspect.isfunction(call)}
