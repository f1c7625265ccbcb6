"""Interpreter of `Ops` over boxes of PyTorch tensors (interval bound propagation). Differentiable, but not rounded outward.

`boxes` holds the rules. A plain tensor stands for a value that is known exactly. This module needs PyTorch; nothing but
`anylength.torch` imports it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import torch

from anylength.ops.boxes import AbstractBox, BoxInterpreter
from anylength.ops.torch_arrays import torch_arrays


@dataclass(frozen=True)
class Box(AbstractBox):
    """All x with |x − centre| ≤ radius, elementwise: two tensors of one shape."""

    arrays: ClassVar[Any] = torch_arrays
    zeros_like: ClassVar[Callable[[Any], Any]] = staticmethod(torch.zeros_like)


OPS = BoxInterpreter(Box)
"""The interpreter."""
