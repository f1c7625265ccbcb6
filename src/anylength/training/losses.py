"""Losses over a batch: what the gradient descends."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Integer

from anylength.tasks import IGNORE_INDEX


def cross_entropy(logits: Float[Array, "T C B"], targets: Integer[Array, "T B"]) -> Float[Array, ""]:
    """Mean softmax cross-entropy over all steps and examples, in nats."""
    right = jax.nn.one_hot(targets, logits.shape[1], axis=1)
    shifted = logits - jax.lax.stop_gradient(logits.max(axis=1, keepdims=True))
    return jnp.mean(jnp.log(jnp.exp(shifted).sum(axis=1)) - (shifted * right).sum(axis=1))


def graded_cross_entropy(logits: Float[Array, "T C B"], targets: Integer[Array, "T B"]) -> Float[Array, ""]:
    """Mean softmax cross-entropy over the steps whose targets are not `IGNORE_INDEX`, in nats."""
    graded = targets != IGNORE_INDEX
    right = jax.nn.one_hot(targets, logits.shape[1], axis=1)  # no class at all where ungraded
    each = -(jax.nn.log_softmax(logits, axis=1) * right).sum(axis=1)
    return each.sum() / jnp.maximum(graded.sum(), 1)
