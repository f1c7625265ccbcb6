"""What several recipes optimise with: the losses, Adam with its schedule, and the orthogonal initial matrices."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Float, Integer

from anylength.rules import IGNORE_INDEX

FINAL_RATE = 0.02
"""The learning rate at the end of the schedule, as a fraction of its peak. Small, so that the last updates change little."""


SMOOTHING = 0.95
"""Decay, per update, of the running means that gate the noise: a mean over about 20 updates. More reacts later, less jitters."""


def power_mean(losses: Float[Array, " K"], power: float, weights: Any = None) -> Float[Array, ""]:
    """The power mean of losses. Above power 1 the largest weigh more. `weights` `[K]` add up to 1; None: all are equal."""
    # the gradient of the root stays finite where all losses are 0
    powers = (losses + 1e-6) ** power
    return (jnp.mean(powers) if weights is None else weights @ powers) ** (1 / power)


def smoothed(mean: Any, value: Any) -> Any:
    """A running mean after one more value, of which no gradient is taken."""
    return SMOOTHING * mean + (1 - SMOOTHING) * jax.lax.stop_gradient(value)


def noise_direction(error: Any, threshold: float) -> Any:
    """1 where the noise may rise, because a smoothed error is below the threshold; −1 where it is above twice that; else 0."""
    low, high = error < threshold, error > 2 * threshold
    return jnp.where(low, 1.0, 0.0) - jnp.where(high, 1.0, 0.0)


def cross_entropy(logits: Float[Array, "T C B"], targets: Integer[Array, "T B"]) -> Float[Array, ""]:
    """Mean softmax cross-entropy over the steps whose target is not `IGNORE_INDEX`, in nats.

    Where all steps count, the factors are exactly 1: nets of earlier versions are trained to the same bits.
    """
    counted = targets != IGNORE_INDEX
    one_hot = jax.nn.one_hot(targets, logits.shape[1], axis=1)
    shifted = logits - jax.lax.stop_gradient(logits.max(axis=1, keepdims=True))
    losses = jnp.log(jnp.exp(shifted).sum(axis=1)) - (shifted * one_hot).sum(axis=1)
    return jnp.mean(losses * counted) * (counted.size / jnp.maximum(counted.sum(), 1))


def masked_cross_entropy(logits: Float[Array, "T C B"], targets: Integer[Array, "T B"]) -> Float[Array, ""]:
    """Mean softmax cross-entropy over the steps whose target is not `IGNORE_INDEX`, in nats."""
    counted = targets != IGNORE_INDEX
    one_hot = jax.nn.one_hot(targets, logits.shape[1], axis=1)  # all zeros where the target is ignored
    losses = -(jax.nn.log_softmax(logits, axis=1) * one_hot).sum(axis=1)
    return losses.sum() / jnp.maximum(counted.sum(), 1)


def scheduled_adam(rate: float, updates: int, *, warm_up: float, clip: float) -> optax.GradientTransformation:
    """Adam (Kingma & Ba 2015) with gradient clipping, a linear warm-up and a cosine decay to `FINAL_RATE` of the peak.

    Args:
        rate: Peak learning rate.
        updates: Updates in the whole run.
        warm_up: Fraction of the run in which the rate rises.
        clip: Largest norm of the gradient.
    """
    return optax.chain(optax.clip_by_global_norm(clip), optax.adam(scheduled_rate(rate, updates, warm_up=warm_up)))


def scheduled_rate(rate: float, updates: int, *, warm_up: float) -> optax.Schedule:
    """A rate with a linear warm-up to its peak `rate` and a cosine decay to `FINAL_RATE` of it, over so many updates."""
    return optax.warmup_cosine_decay_schedule(0.0, rate, int(warm_up * updates), updates, FINAL_RATE * rate)


def orthogonal(rng: np.random.Generator, size: int) -> np.ndarray:
    """A random orthogonal matrix `[size, size]`, uniform (Haar): QR of a normal matrix, with the signs of R's diagonal."""
    q, r = np.linalg.qr(rng.normal(size=(size, size)))
    return q * np.sign(np.diag(r))


def orthogonal_blocks(rng: np.random.Generator, blocks: int, size: int) -> np.ndarray:
    """Random orthogonal matrices, stacked: `[blocks · size, size]`."""
    return np.concatenate([orthogonal(rng, size) for _ in range(blocks)])


def clipped(tree: Any, largest: float) -> Any:
    """A gradient with a norm of at most `largest`. One that is not finite becomes 0: that update changes little."""
    norm = jnp.sqrt(sum(jnp.sum(leaf**2) for leaf in jax.tree.leaves(tree)))
    factor = jnp.minimum(1.0, largest / (norm + 1e-9))
    return jax.tree.map(lambda leaf: jnp.where(jnp.isfinite(norm), leaf * factor, 0.0), tree)
