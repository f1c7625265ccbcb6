"""Runs many streams at once: rows of states, each with its input and its treatment."""

from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Int

from anylength.streams.net import Answers, Features, States, StreamNet
from anylength.streams.treatments import Applied, Treatment

BLOCK = 64
"""Steps whose features are gathered at once: 64 steps of 300 rows of 128 numbers take 10 MB."""

Visit = Callable[[int, States, Answers], None]
"""Called behind each step with its number, the states and the answers."""


class Batch:
    """Rows of a batch, each a stream.

    Args:
        net: The net.
        inputs: Features of the inputs. A shorter one is repeated.
        which: The input of each row.
        treatments: The treatment of each row.
        states: Their states. None: after a reset.
        scales: What `int8` holds of each number.
    """

    def __init__(
        self,
        net: StreamNet,
        inputs: Sequence[Features],
        which: Int[np.ndarray, " B"] | Sequence[int],
        treatments: Sequence[Treatment] | None = None,
        states: States | None = None,
        scales: np.ndarray | None = None,
    ) -> None:
        self.net, self._inputs, self._which = net, inputs, np.asarray(which)
        rows = treatments or [Treatment()] * len(self._which)
        self._applied = Applied(rows, net.size, net.start(), np.ones(net.size, np.float32) if scales is None else scales)
        self.states = np.repeat(net.start()[None], len(self._which), 0) if states is None else np.array(states, np.float32)
        self.step = 0

    def run(self, steps: int, visit: Visit | None = None) -> None:
        """Runs some steps."""
        end = self.step + steps
        while self.step < end:
            count = min(BLOCK, end - self.step)
            block = self._block(count)
            for offset in range(count):
                fed = self._applied.before(self.states, self.step)
                states, answers = self.net.step(fed, block[:, offset])
                self.states = self._applied.after(states)
                self.step += 1
                if visit is not None:
                    visit(self.step, self.states, answers)

    def _block(self, count: int) -> np.ndarray:
        """Features of the next steps [B, count, F]."""
        times = np.arange(self.step, self.step + count)
        used = {index: self._inputs[index][times % len(self._inputs[index])] for index in np.unique(self._which)}
        return np.stack([used[index] for index in self._which])


def answers_of(batch: Batch, steps: int) -> np.ndarray:
    """The answers of the next steps [B, steps, C], in float16 beyond single numbers."""
    held: list[np.ndarray] = []
    batch.run(steps, lambda step, states, answers: held.append(answers.astype(np.float32 if answers.shape[1] == 1 else np.float16)))
    return np.stack(held, axis=1)
