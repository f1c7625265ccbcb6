"""PyTorch's recurrent functions as one operation each, so that a trace does not unroll them over a fixed number of steps."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import _VF, Tensor

FUNCTIONS = ("rnn_tanh", "rnn_relu", "gru", "lstm")


@torch.library.custom_op("anylength::recurrent", mutates_args=())
def recurrent(
    kind: str, x: Tensor, hx: Sequence[Tensor], weights: Sequence[Tensor], bias: bool, layers: int, dropout: float, train: bool,
    both: bool, batch_first: bool,
) -> list[Tensor]:  # fmt: skip
    """A recurrent function with the arguments of PyTorch's own. It stands in graphs that nobody runs."""
    raise NotImplementedError


@recurrent.register_fake
def _shapes(
    kind: str, x: Tensor, hx: Sequence[Tensor], weights: Sequence[Tensor], bias: bool, layers: int, dropout: float, train: bool,
    both: bool, batch_first: bool,
) -> list[Tensor]:  # fmt: skip
    output = x.new_empty(*x.shape[:-1], hx[0].shape[-1] * (1 + both))
    return [output, *(h.new_empty(h.shape) for h in hx)]


def _call(kind: str) -> Callable[..., tuple[Tensor, ...]]:
    def call(x: Tensor, hx: Any, weights: Any, *rest: Any) -> tuple[Tensor, ...]:
        if isinstance(hx, Tensor) and not isinstance(weights, list):
            raise TypeError("a packed sequence")
        return tuple(recurrent(kind, x, list(hx) if kind == "lstm" else [hx], list(weights), *rest))

    return call


@contextlib.contextmanager
def opaque() -> Iterator[None]:
    """Replaces the functions in the block."""
    for kind in FUNCTIONS:
        setattr(_VF, kind, _call(kind))
    try:
        yield
    finally:
        for kind in FUNCTIONS:
            delattr(_VF, kind)
