"""Interpreter of `Ops` over boxes of PyTorch tensors (interval bound propagation). Differentiable, but not rounded outward.

`boxes` holds the rules. A plain tensor stands for a value that is known exactly. This module needs PyTorch; nothing but
`anylength.torch` imports it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import torch

from anylength.ops import torch_arrays
from anylength.ops.boxes import AbstractBox, BoxInterpreter


@dataclass(frozen=True)
class Box(AbstractBox):
    """All x with |x − centre| ≤ radius, elementwise: two tensors of one shape."""

    arrays: ClassVar[Any] = torch_arrays
    zeros_like: ClassVar[Callable[[Any], Any]] = staticmethod(torch.zeros_like)


_interpreter = BoxInterpreter(Box)

constant = _interpreter.constant
tensor = _interpreter.tensor
take = _interpreter.take
concatenate = _interpreter.concatenate
matmul = _interpreter.matmul
scale = _interpreter.scale
maximum = _interpreter.maximum
minimum = _interpreter.minimum
mean = _interpreter.mean
center = _interpreter.center
mean_square = _interpreter.mean_square
normalize = _interpreter.normalize
softmax = _interpreter.softmax
matvec = _interpreter.matvec
lerp = _interpreter.lerp
tanh = _interpreter.tanh
sigmoid = _interpreter.sigmoid
relu = _interpreter.relu
exp = _interpreter.exp
softplus = _interpreter.softplus
silu = _interpreter.silu
gelu = _interpreter.gelu
absolute = _interpreter.absolute
square = _interpreter.square
reciprocal = _interpreter.reciprocal
rsqrt = _interpreter.rsqrt
stored = _interpreter.stored
