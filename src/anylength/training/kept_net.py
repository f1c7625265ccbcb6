"""The schedule of a learned invariant: the noise that rises, and the net that is kept once its boxes close."""

import dataclasses
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from anylength.base import pytree
from anylength.nets import Net
from anylength.rules import Machine
from anylength.training.inclusion import Pairs, StepLoss, pairs_of
from anylength.training.optimisation import noise_direction, smoothed

UNPROVED = -1.0
"""The noise of a kept net whose boxes have not closed."""


@pytree
@dataclasses.dataclass(frozen=True)
class Schedule:
    """The state of the schedule, and the net that is kept.

    Attributes:
        pairs: The machine's pairs.
        update: The number of updates so far.
        noise: The state noise.
        error: The smoothed share of images on which some wrong answer is possible.
        inclusion: The smoothed inclusion.
        kept: The last net whose boxes closed under the most noise; before there is one, the newest net.
        kept_noise: The noise under which its boxes closed; `UNPROVED` before there is one.
    """

    pairs: Pairs
    update: Any
    noise: Any
    error: Any
    inclusion: Any
    kept: Net
    kept_noise: Any

    @property
    def closed(self) -> bool:
        """Whether the boxes of the kept net have closed."""
        return bool(self.kept_noise > UNPROVED)

    def after(self, net: Net, found: StepLoss, scale: Any, *, threshold: float, pace: float, largest: float) -> "Schedule":
        """The schedule after one more update.

        Args:
            net: The net of this update.
            found: What its step gave.
            scale: The factor of the boxes' radius in that step. A net is kept only where it is 1.
            threshold: The noise rises while error and inclusion are below this, and falls above twice this.
            pace: By how much it moves.
            largest: The largest noise.
        """
        error, inclusion = smoothed(self.error, found.error), smoothed(self.inclusion, found.inclusion)
        direction = jnp.where(self.kept_noise >= 0, noise_direction(jnp.maximum(error, inclusion), threshold), 0.0)
        noise = jnp.clip(self.noise + direction * pace, 0.0, largest)
        closed = (found.error == 0) & (found.outside == 0) & (scale == 1)
        better = closed & (self.noise >= self.kept_noise)
        newest = better | (self.kept_noise < 0)
        kept = jax.tree.map(lambda new, old: lax.stop_gradient(jnp.where(newest, new, old)), net, self.kept)
        return Schedule(self.pairs, self.update + 1, noise, error, inclusion, kept, jnp.where(better, self.noise, self.kept_noise))


def first_schedule(net: Net, machine: Machine, kept_noise: float = UNPROVED) -> Schedule:
    """The schedule before the first update: no noise, an error of 1, and the first net kept, which bears this noise."""
    one = np.float32(1)
    return Schedule(pairs_of(machine), np.int32(0), np.float32(0), one, one, net, np.float32(kept_noise))
