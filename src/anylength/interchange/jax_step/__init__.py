"""JAX: reads a step function `(state, symbol) → (state, logits)` through its jaxpr."""

from anylength.interchange.jax_step.importer import StepOfJax, read_jax_step
from anylength.interchange.jax_step.live import import_jax_step

__all__ = ["StepOfJax", "import_jax_step", "read_jax_step"]
