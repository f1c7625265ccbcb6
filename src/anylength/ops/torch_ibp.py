"""Interpreter of `Ops` over boxes of PyTorch tensors (interval bound propagation). Differentiable, but not rounded outward.

`boxes` holds the rules. A plain tensor stands for a value that is known exactly. This module needs PyTorch; nothing but
`anylength.torch` imports it.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from anylength.ops.boxes import AbstractBox, BoxInterpreter
from anylength.ops.torch_arrays import torch_arrays


@dataclass(frozen=True)
class Box(AbstractBox):
    """All x with |x − centre| ≤ radius, elementwise: two tensors of one shape."""

    arrays: ClassVar[Any] = torch_arrays


OPS = BoxInterpreter(Box)
"""The interpreter."""
