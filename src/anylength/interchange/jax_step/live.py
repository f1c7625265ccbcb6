"""A JAX step as a net, with the function itself as the original."""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from anylength.base import Symbols
from anylength.interchange.heads import LOGITS
from anylength.interchange.imported_net import ComparedNet, ImportedNet
from anylength.interchange.jax_step.importer import Step, StepOfJax, read_jax_step
from anylength.interchange.original import FunctionOriginal
from anylength.nets import PROGRAM, program_net
from anylength.rules import Task

CHUNK = 1000
"""Words that the function answers side by side."""


@dataclass(frozen=True)
class JaxRunner:
    """Runs the original function.

    Attributes:
        original: What was read of it.
    """

    original: StepOfJax

    def __call__(self, words: Symbols) -> np.ndarray:
        """Words `[T, B]` → logits `[T, B, C]`, compiled and side by side."""
        return np.asarray(jax.jit(jax.vmap(self._word, in_axes=1, out_axes=1))(jnp.asarray(words)))

    def eagerly(self, word: Symbols) -> np.ndarray:
        """One word `[T, 1]` → logits `[T, 1, C]`, step by step."""
        table, classes, state = self.original.symbols.entries, self.original.program.classes, self.original.initial_state
        logits = []
        with np.errstate(all="ignore"):  # a step may compute with NumPy's numbers, which warn of an overflow
            for symbol in word[:, 0]:
                state, output = self.original.step(state, jnp.asarray(table[int(symbol)]))
                logits.append(np.asarray(output).reshape(1, classes))
        return np.stack(logits)

    def _word(self, word: Any) -> Any:
        """The logits of one word `[T, C]`."""
        table, classes = jnp.asarray(self.original.symbols.entries), self.original.program.classes

        def step(state: Any, symbol: Any) -> tuple[Any, Any]:
            state, logits = self.original.step(state, table[symbol])
            return state, logits.reshape(classes)

        return jax.lax.scan(step, self.original.initial_state, word)[1]


def import_jax_step(step: Step, task: Task, initial_state: Any) -> ComparedNet:
    """The net of a JAX function, after both have answered the same hard words.

    Raises:
        InputError: The function cannot be read, or answers differently from its program.
    """
    read = read_jax_step(step, task, initial_state)
    net, runner = program_net(read.program, read.tensors, base=task.letters, tapes=task.tapes), JaxRunner(read)
    original = FunctionOriginal(runner, f"jax {jax.__version__}", CHUNK, runner.eagerly, subject=step)
    name = getattr(step, "__name__", type(step).__name__)
    remedy = "the step must be a function of its state and symbol alone"
    return ImportedNet(net, PROGRAM, f"the JAX function {name}", 0.0, original, LOGITS, remedy).compared(task)
