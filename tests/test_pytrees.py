"""Dataclasses as pytrees: each class has a distinct tree structure, so that no net runs the program of another."""

import itertools
from dataclasses import dataclass, field
from typing import Any

import jax
import numpy as np
import pytest

from anylength.base import pytree
from anylength.nets import ARCHITECTURES, NetConfig, architecture_named, build


@pytree
@dataclass(frozen=True)
class Pair:
    first: Any
    size: int = field(metadata={"static": True})
    second: Any = None


@pytree
@dataclass(frozen=True)
class Other(Pair):
    """The same fields."""


def test_fields_are_children_by_name_and_static_ones_are_part_of_the_structure():
    pair = Pair(first=1.0, size=3, second=[2.0, 4.0])
    paths, structure = jax.tree_util.tree_flatten_with_path(pair)
    assert [(jax.tree_util.keystr(path), leaf) for path, leaf in paths] == [
        (".first", 1.0),
        (".second[0]", 2.0),
        (".second[1]", 4.0),
    ]
    assert jax.tree.unflatten(structure, [1.0, 2.0, 4.0]) == pair
    assert jax.tree.structure(Pair(5.0, 3, [6.0, 7.0])) == structure
    assert jax.tree.structure(Pair(5.0, 4, [6.0, 7.0])) != structure
    assert jax.tree.leaves(Pair(5.0, 4)) == [5.0], "None is no leaf"


def test_classes_with_the_same_fields_are_different_structures():
    assert jax.tree.structure(Pair(1.0, 2)) != jax.tree.structure(Other(1.0, 2))


def test_no_two_architectures_have_the_same_structure():
    structures = {}
    for name in ARCHITECTURES:
        config = NetConfig(task_name="count", base=10, cell=name, hidden=8)
        wanted = architecture_named(name).shapes(config.task, 8)
        structures[name] = jax.tree.structure(build(config, {key: np.zeros(shape, np.float32) for key, shape in wanted.items()}))
    for first, second in itertools.combinations(structures, 2):
        assert structures[first] != structures[second], (first, second)


def test_jit_never_takes_the_program_of_another_class():
    """With `register_dataclass`, some of 60 classes are confused with others in nearly every process."""
    made = [pytree(dataclass(frozen=True)(type(f"Made{at}", (), {"__annotations__": {"leaf": Any}}))) for at in range(60)]
    index_of = jax.jit(lambda node: node.leaf + made.index(type(node)))
    assert [int(index_of(kind(0))) for kind in made] == list(range(60))


@pytest.mark.parametrize("name", ["rnn", "relu"])
def test_children_may_be_anything_that_jax_puts_there(name):
    config = NetConfig(task_name="count", base=10, cell=name, hidden=3)
    wanted = architecture_named(name).shapes(config.task, 3)
    net = build(config, {key: np.ones(shape, np.float32) for key, shape in wanted.items()})
    axes = jax.tree.map(lambda _: 0, net)
    assert set(jax.tree.leaves(axes)) == {0}
    assert type(axes) is type(net)
