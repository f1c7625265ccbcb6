"""What is loaded only when it is asked for: tables whose values lie in other modules, and pytrees that JAX learns of once it
is imported.
"""

import importlib
import importlib.abc
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from functools import partial
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")


class LazyTable(Mapping[str, Value], Generic[Value]):
    """Values by name. Looking one up imports its module alone; the names are known without any import.

    Args:
        package: The package that the modules lie in.
        homes: For each name `module:attribute`, such as `gru:Gru`.
    """

    def __init__(self, package: str, homes: Mapping[str, str]) -> None:
        self._homes = {name: (f"{package}.{home.partition(':')[0]}", home.partition(":")[2]) for name, home in homes.items()}

    def __getitem__(self, name: str) -> Value:
        module, attribute = self._homes[name]
        return getattr(importlib.import_module(module), attribute)

    def __iter__(self) -> Iterator[str]:
        return iter(self._homes)

    def __len__(self) -> int:
        return len(self._homes)

    def __contains__(self, name: object) -> bool:
        return name in self._homes

    def name_of(self, kind: type) -> str | None:
        """The name of a class in the table; None where it has none. Imports nothing."""
        return next((name for name, home in self._homes.items() if home == (kind.__module__, kind.__qualname__)), None)


Class = TypeVar("Class", bound=type)


def pytree(cls: Class) -> Class:
    """Registers a frozen dataclass as a pytree node. Its fields are children, except those with the metadata `static`."""
    if _AFTER_JAX in sys.meta_path:
        _AFTER_JAX.classes.append(cls)
    else:
        _register(cls)
    return cls


def _register(cls: type) -> None:
    """Registers a class now.

    `jax.tree_util.register_dataclass` is not safe here: two of its classes with the same fields have equal tree structures (jax
    0.10.2), although their hashes differ. `jit` looks compiled programs up by tree structure. So after a hash collision it ran the
    program of another class: a net with rectifiers was answered by one with tanh.
    """
    from jax.tree_util import GetAttrKey, register_pytree_with_keys

    children = tuple(field.name for field in fields(cls) if not field.metadata.get("static"))
    static = tuple(field.name for field in fields(cls) if field.metadata.get("static"))
    keys = tuple(GetAttrKey(name) for name in children)

    def flatten(node: Any) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        return tuple([getattr(node, name) for name in children]), tuple([getattr(node, name) for name in static])

    def with_keys(node: Any) -> tuple[tuple[tuple[Any, Any], ...], tuple[Any, ...]]:
        values, static_values = flatten(node)
        return tuple(zip(keys, values, strict=True)), static_values

    def unflatten(static_values: Any, values: Any) -> Any:
        return cls(**dict(zip(children, values, strict=True)), **dict(zip(static, static_values, strict=True)))

    register_pytree_with_keys(cls, with_keys, unflatten, flatten)


class _AfterJax(importlib.abc.MetaPathFinder):
    """A finder that registers the classes once `jax` has been imported. It finds nothing by itself.

    Attributes:
        classes: The classes that wait.
    """

    def __init__(self) -> None:
        self.classes: list[type] = []

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:
        """The spec that the other finders give `jax`, with a loader that also registers; None for all other modules."""
        if fullname != "jax":
            return None
        others = (finder for finder in sys.meta_path if finder is not self)
        spec = next((found for finder in others if (found := finder.find_spec(fullname, path, target))), None)
        if spec is not None and spec.loader is not None:
            spec.loader.exec_module = partial(self._execute, spec.loader.exec_module)  # type: ignore[method-assign]
        return spec

    def _execute(self, execute: Callable[[Any], None], module: Any) -> None:
        """Executes the module `jax`, and registers the classes."""
        execute(module)
        sys.meta_path.remove(self)
        for cls in self.classes:
            _register(cls)


_AFTER_JAX = _AfterJax()
if "jax" not in sys.modules:
    sys.meta_path.insert(0, _AFTER_JAX)
