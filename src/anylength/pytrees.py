"""Dataclasses of arrays as pytrees of JAX, each class a structure of its own."""

from dataclasses import fields
from typing import Any, TypeVar

import jax
from jax.tree_util import GetAttrKey

Class = TypeVar("Class", bound=type)


def pytree(cls: Class) -> Class:
    """Registers a frozen dataclass as a node of pytrees: its fields are children, those with the metadata `static` are not.

    `jax.tree_util.register_dataclass` would do, were it not that two of its classes with the same fields have equal structures
    (jax 0.10.2; their hashes differ). `jit` looks programs up by structure, so wherever two hashes fell into one place of its
    table, a net was answered by the program of another kind of net: a cell of rectifiers by one of tanh (decision 0025).
    """
    children = tuple(each.name for each in fields(cls) if not each.metadata.get("static"))
    static = tuple(each.name for each in fields(cls) if each.metadata.get("static"))
    keys = tuple(GetAttrKey(name) for name in children)

    def flatten(node: Any) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        return tuple([getattr(node, name) for name in children]), tuple([getattr(node, name) for name in static])

    def with_keys(node: Any) -> tuple[tuple[tuple[Any, Any], ...], tuple[Any, ...]]:
        values, kept = flatten(node)
        return tuple(zip(keys, values, strict=True)), kept

    def unflatten(kept: Any, values: Any) -> Any:
        return cls(**dict(zip(children, values, strict=True)), **dict(zip(static, kept, strict=True)))

    jax.tree_util.register_pytree_with_keys(cls, with_keys, unflatten, flatten)
    return cls
