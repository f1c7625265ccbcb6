"""A JAX step as a net, with the function itself as the reference on any words."""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from anylength._types import OUTPUT, Symbols
from anylength.interchange.agreement import compare_with_original
from anylength.interchange.imported_net import ImportedNet
from anylength.interchange.jax_step.importer import Step, StepOfJax, read_jax_step
from anylength.nets import PROGRAM, program_net
from anylength.tasks import Task

CHUNK = 1000
"""Words that the function answers side by side."""


@dataclass(frozen=True)
class JaxRunner:
    """Runs the original function.

    Attributes:
        original: What was read of it.
    """

    original: StepOfJax

    def __call__(self, symbols: Symbols) -> Symbols:
        """Symbols `[T, B]` → output classes `[T, B]`."""
        run = jax.jit(jax.vmap(self._word, in_axes=1, out_axes=1))
        parts = [run(jnp.asarray(symbols[:, first : first + CHUNK])) for first in range(0, symbols.shape[1], CHUNK)]
        return np.concatenate([np.asarray(part) for part in parts], axis=1) if parts else np.zeros(symbols.shape, OUTPUT)

    def _word(self, word: Any) -> Any:
        """The classes of one word."""
        table, classes = jnp.asarray(self.original.symbols.entries), self.original.program.classes

        def step(state: Any, symbol: Any) -> tuple[Any, Any]:
            state, logits = self.original.step(state, table[symbol])
            return state, jnp.argmax(logits.reshape(classes)).astype(OUTPUT)

        return jax.lax.scan(step, self.original.initial_state, word)[1]


def import_jax_step(step: Step, task: Task, initial_state: Any) -> ImportedNet:
    """The net of a JAX function, after both have answered the same hard words.

    Raises:
        InputError: The function cannot be read, or answers differently from its program.
    """
    original = read_jax_step(step, task, initial_state)
    net = program_net(original.program, original.tensors, base=task.letters, tapes=task.tapes)
    name = getattr(step, "__name__", type(step).__name__)
    imported = ImportedNet(net, PROGRAM, f"the JAX function {name}", 0.0, JaxRunner(original), f"jax {jax.__version__}")
    compare_with_original(imported, task)
    return imported
