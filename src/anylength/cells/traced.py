"""The program of a cell of our own: its step and its features, traced once for all cells with tensors of the same shapes."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from anylength.base import Tensor
from anylength.cells.names import CELL_PREFIX, READOUT
from anylength.programs import Program, Tracer, assemble


def shapes_of(tensors: Mapping[str, Tensor]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """The shapes of the tensors by name, hashable."""
    return tuple((name, tuple(value.shape)) for name, value in tensors.items())


@lru_cache(maxsize=256)
def traced_program(
    kind: Callable[..., Any],
    sizes: tuple[tuple[str, int], ...],
    shapes: tuple[tuple[str, tuple[int, ...]], ...],
    encoded: int,
    classes: int,
) -> Program:
    """The program of a cell of this kind, with tensors of these shapes, that reads E rows, under a read-out into C classes."""
    named = {CELL_PREFIX + name: shape for name, shape in shapes}

    def traced_cell(tracer: Tracer) -> Any:
        return kind(**{name: tracer.weight(CELL_PREFIX + name) for name, _ in shapes}, **dict(sizes))

    size = traced_cell(Tracer(named, {})).state_size
    step, answer = (Tracer(named, {"symbol": encoded, "state": size}) for _ in range(2))
    new_state = traced_cell(step).step(step, step.symbol(), step.state())
    features = traced_cell(answer).features(answer, answer.state())
    weight, bias = READOUT
    with_readout = named | {weight: (classes, features.rows), bias: (classes,)}
    return assemble(
        new_state=new_state, features=features, weight=weight, bias=bias, shapes=with_readout, encoded=encoded, start=None
    )  # fmt: skip
