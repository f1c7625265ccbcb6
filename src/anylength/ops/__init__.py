"""The operations of a step, and their interpreters.

A step is written once over the operations `Ops`. Each interpreter is a module that offers them over its own kind of value:

| interpreter | values | used for |
|---|---|---|
| `jax_arrays.jax_arrays` | JAX arrays | training and answers |
| `arrays.numpy_arrays` | numpy arrays | searches, without compilation |
| `torch_arrays.torch_arrays` | PyTorch tensors | comparing a step with its program |
| `ibp.ibp` | boxes of JAX arrays (interval bound propagation) | training with bounds |
| `torch_ibp.OPS` | boxes of PyTorch tensors | the loss of `anylength.torch` |
| `intervals.intervals` | boxes of float64 numbers, rounded outward | the search for boxes |
| `forms` | numbers that depend on a point of an ellipsoid, to second order; numpy or JAX arrays | the search for ellipsoids |
| `slopes.array_slopes`, `slopes.slopes` | numpy arrays or intervals with their derivatives | Jacobians, the mean value theorem |
| `rounding` | bounds on rounding errors; the interpreter is an object `Rounding(number_format)` | number formats |

An operation stands in four places: its rule for arrays in `arrays`, its range in `boxes`, its derivative in `slopes` and its
rounding error in `rounding`. This package itself does not import JAX.
"""

from anylength.ops.ops import Ops

__all__ = ["Ops"]
