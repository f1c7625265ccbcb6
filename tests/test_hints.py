"""The type hints of cells and of the interpreters that run inside loops are right.

The other packages are checked at run time in every test (see `conftest`). One search calls these thousands of times, so this module
checks their hints once, on every cell.
"""

import inspect
from collections.abc import Callable
from typing import Any

import jaxtyping
import numpy as np
import pytest

from anylength.cells import CELLS, AbstractCell
from anylength.ops.arrays import numpy_arrays
from anylength.ops.intervals import Interval
from anylength.ops.slopes import Slope, array_slopes, slopes, variables
from tests.selection import thorough
from tests.type_checker import checked

E, H = 4, 3

VALUES: dict[Any, Callable[[np.ndarray], Any]] = {
    numpy_arrays: lambda value: value,
    array_slopes: variables,
    slopes: lambda value: Slope(Interval.exact(value), Interval.exact(np.eye(len(value)))),
}
"""For each interpreter, an array `[rows, 1]` as one of its values."""


def check_functions(patch: pytest.MonkeyPatch, owner: Any) -> None:
    """Checks the hints of all functions of a module or class on every call."""
    for name, function in vars(owner).items():
        home = owner.__module__ if inspect.isclass(owner) else owner.__name__
        if inspect.isfunction(function) and f"{function.__module__}.".startswith(f"{home}."):
            patch.setattr(owner, name, jaxtyping.jaxtyped(function, typechecker=checked))


def cell_named(name: str) -> AbstractCell:
    rng = np.random.default_rng(0)
    return CELLS[name](**{field: rng.normal(0, 0.5, shape) for field, shape in CELLS[name].shapes(E, H).items()})


@pytest.mark.parametrize("name", thorough(CELLS, quick=4))
@pytest.mark.parametrize("ops", VALUES, ids=["arrays", "slopes of arrays", "slopes"])
def test_a_step_keeps_its_hints(monkeypatch, name, ops):
    cell = cell_named(name)
    if not cell.has_fixed_size_state and ops is not numpy_arrays:
        pytest.skip("a memory has no fixed size: only arrays interpret it")
    check_functions(monkeypatch, type(ops))
    for kind in type(cell).__mro__[:-1]:
        check_functions(monkeypatch, kind)
    rng = np.random.default_rng(1)
    symbol, state = rng.normal(size=(E, 1)), VALUES[ops](rng.normal(size=(cell.state_size, 1)))
    stepped = cell.step(ops, symbol, state)
    assert type(stepped) is type(state)


def test_a_wrong_hint_is_noticed(monkeypatch):
    check_functions(monkeypatch, type(numpy_arrays))
    with pytest.raises(Exception, match="scale"):
        numpy_arrays.scale(np.ones((1, 1)), "no number")  # type: ignore[arg-type]
