"""Interval bound propagation over any arrays: boxes, and the interpreter of `Ops` over them.

`ibp` applies it to JAX arrays, `torch_ibp` to torch tensors, `intervals` to float64 numbers with two ends.
"""

from anylength.ops.boxes.box import AbstractBox
from anylength.ops.boxes.interpreter import BoxInterpreter

__all__ = ["AbstractBox", "BoxInterpreter"]
