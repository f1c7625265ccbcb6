"""Inverses of many small matrices at once, as training needs them."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from anylength.verification.ellipsoids.inverses import inverses


def near_triangles(size: int) -> np.ndarray:
    """Lower triangles with diagonals above 0, and a little beside them."""
    rng = np.random.default_rng(size)
    lower = np.tril(0.3 * rng.normal(size=(7, size, size)), -1) + np.eye(size) * np.exp(0.5 * rng.normal(size=(7, size, 1)))
    return (lower + 0.02 * rng.normal(size=lower.shape)).astype(np.float32)


@pytest.mark.parametrize("size", [1, 2, 5, 12, 16])
def test_inverses_are_those_of_the_library(size):
    matrices = near_triangles(size)
    np.testing.assert_allclose(jax.jit(inverses)(matrices), np.linalg.inv(matrices.astype(np.float64)), rtol=1e-3, atol=1e-3)


def test_their_gradients_too():
    matrices, weights = near_triangles(6), np.random.default_rng(1).normal(size=(7, 6, 6)).astype(np.float32)
    own, other = (jax.grad(lambda given, f=f: (weights * jnp.sin(f(given))).sum())(matrices) for f in (inverses, jnp.linalg.inv))
    np.testing.assert_allclose(own, other, rtol=1e-2, atol=1e-2)
