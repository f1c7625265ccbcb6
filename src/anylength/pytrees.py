"""Registration of dataclasses as JAX pytrees, so that each class has a distinct tree structure."""

from dataclasses import fields
from typing import Any, TypeVar

import jax
from jax.tree_util import GetAttrKey

Class = TypeVar("Class", bound=type)


def pytree(cls: Class) -> Class:
    """Registers a frozen dataclass as a pytree node. Its fields are children, except those with the metadata `static`.

    `jax.tree_util.register_dataclass` is not safe here: two of its classes with the same fields have equal tree structures (jax
    0.10.2), although their hashes differ. `jit` looks compiled programs up by tree structure. So after a hash collision it ran the
    program of another class: a net with rectifiers was answered by one with tanh (docs/design/step-programs.md).
    """
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

    jax.tree_util.register_pytree_with_keys(cls, with_keys, unflatten, flatten)
    return cls
