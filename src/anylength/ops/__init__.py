"""The operations of a step, and their interpreters.

A step is written once over the operations `Ops`. Each interpreter is a module that offers them over its own kind of value:

| module | values | used for |
|---|---|---|
| `jax_arrays` | JAX arrays | training and answers |
| `numpy_arrays` | numpy arrays | searches, without compilation |
| `ibp` | boxes of JAX arrays (interval bound propagation) | training with bounds |
| `torch_arrays` | PyTorch tensors | comparing a step with its program |
| `torch_ibp` | boxes of PyTorch tensors | the loss of `anylength.torch` |
| `forms` | numbers that depend on a point of an ellipsoid, to second order; numpy or JAX arrays | the search for ellipsoids |
| `jvp` | dual numbers in numpy | batched Jacobians |
| `slopes` | outward-rounded intervals with interval derivatives | proofs by the mean value theorem |
| `intervals` | outward-rounded intervals | proofs |
| `rounding` | bounds on rounding errors; the interpreter is an object `Rounding(number_format)` | number formats |

Import an interpreter as a module: `from anylength.ops import ibp`. `boxes` holds the rules that
`ibp` and `torch_ibp` share. This package itself does not import JAX.
"""

from anylength.ops.ops import Ops

__all__ = ["Ops"]
