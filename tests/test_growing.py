"""The programs of a net whose state grows: two sizes tell all others, and a state that gets room is the same state."""

import json
from typing import Any

import numpy as np
import pytest

from anylength.cells import CELLS, growing_fields
from anylength.nets import Net
from anylength.ops.arrays import numpy_arrays as arrays
from anylength.programs import program_fields
from anylength.rules import task_named
from anylength.training import recipe_named

GROWING = [name for name, kind in CELLS.items() if not kind.has_fixed_size_state]


def drawn(cell: str) -> Net:
    task = task_named("count", 10)
    return recipe_named("memory").initial(np.random.default_rng(0), task, CELLS[cell], 5)


def between(first: Any, second: Any, share: int) -> Any:
    """As the page has it (`growing.js`)."""
    if isinstance(first, int):
        return first + (second - first) * share
    if isinstance(first, list):
        last, length = len(first) - 1, between(len(first), len(second), share)
        return [between(first[min(i, last)], second[min(i, last)], share) for i in range(length)]
    return {key: between(first[key], second[key], share) for key in first} if isinstance(first, dict) else first


@pytest.mark.parametrize("cell", GROWING)
def test_two_sizes_tell_the_program_of_every_other(cell):
    net = drawn(cell)
    fields = growing_fields(net.cell, net.classes)
    for steps in (5, 6, 17, 64):
        found = between(*fields["programs"], (steps - fields["sizes"][0]) // (fields["sizes"][1] - fields["sizes"][0]))
        assert json.dumps(found) == json.dumps(program_fields(net.configured_for(steps).program))


@pytest.mark.parametrize("cell", GROWING)
def test_a_state_with_room_is_the_state_of_the_larger_memory(cell):
    net, rng = drawn(cell), np.random.default_rng(1)
    small, large = (net.configured_for(steps).cell for steps in (9, 10))
    states = [np.zeros((each.state_size, 3), np.float32) for each in (small, large)]
    for _ in range(8):
        symbol = np.eye(10, dtype=np.float32)[:, rng.integers(0, 10, 3)]
        states = [each.step(arrays, symbol, state) for each, state in zip((small, large), states, strict=True)]
        assert np.array_equal(small.with_room(arrays, states[0]), states[1])
