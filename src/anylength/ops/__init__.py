"""The operations of a step, and their seven interpreters.

| module | values |
|---|---|
| `jax_arrays` | JAX arrays: training and answers |
| `numpy_arrays` | numpy arrays: searches |
| `ibp` | boxes of JAX arrays: interval bound propagation in training |
| `jvp` | dual numbers: batched Jacobians |
| `slopes` | intervals with interval derivatives |
| `intervals` | intervals, rounded outward: proofs |
| `rounding` | bounds on rounding errors: number formats |

Import an interpreter by its module: `from anylength.ops import ibp`. This package itself does not import JAX.
"""

from anylength.ops.ops import Ops

__all__ = ["Ops"]
