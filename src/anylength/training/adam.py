"""What the recipes share that descend by Adam: the optimiser with its schedule, and the orthogonal matrices they start from."""

import numpy as np
import optax


def scheduled_adam(rate: float, updates: int, *, warm_up: float, clip: float) -> optax.GradientTransformation:
    """Adam (Kingma & Ba 2015): the gradient clipped to norm `clip`, a linear warm-up, a cosine end at 2 % of the rate."""
    schedule = optax.warmup_cosine_decay_schedule(0.0, rate, int(warm_up * updates), updates, 0.02 * rate)
    return optax.chain(optax.clip_by_global_norm(clip), optax.adam(schedule))


def orthogonal(rng: np.random.Generator, size: int) -> np.ndarray:
    """A random orthogonal matrix `[size, size]`, uniform (Haar): QR of a normal matrix with the signs of R's diagonal."""
    q, r = np.linalg.qr(rng.normal(size=(size, size)))
    return q * np.sign(np.diag(r))
