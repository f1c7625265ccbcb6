"""Tasks on streams of real numbers in [-1, 1]: at each step the target depends on all inputs so far, and less on older ones."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

Streams = Float[np.ndarray, "B T"]


def ema(rng: np.random.Generator, count: int, length: int) -> tuple[Streams, Streams]:
    """Three times the exponential mean m' = 0.9 m + 0.1 x of noise."""
    inputs = _noise(rng, count, length)
    return inputs, 3 * _along(inputs, lambda mean, x: 0.9 * mean + 0.1 * x)


def envelope(rng: np.random.Generator, count: int, length: int) -> tuple[Streams, Streams]:
    """The envelope m' = max(|x|, 0.95 m) of noise."""
    inputs = _noise(rng, count, length)
    return inputs, _along(inputs, lambda top, x: np.maximum(np.abs(x), 0.95 * top))


def burst(rng: np.random.Generator, count: int, length: int) -> tuple[Streams, Streams]:
    """1 while noise is loud, else -1: whether m' = 0.8 m + 0.2 |x| is above 0.16. Three of ten pieces of 15 steps are loud."""
    loud = np.repeat(rng.random((count, length // 15 + 1)) < 0.3, 15, axis=1)[:, :length]
    inputs = _noise(rng, count, length) * np.where(loud, 1, 0.25)
    return inputs, np.where(_along(inputs, lambda mean, x: 0.8 * mean + 0.2 * np.abs(x)) > 0.16, 1.0, -1.0)


TASKS: dict[str, Callable[[np.random.Generator, int, int], tuple[Streams, Streams]]] = {
    "ema": ema,
    "envelope": envelope,
    "burst": burst,
}


def streams(task: str, rng: np.random.Generator, count: int, length: int) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and targets of a task, float32 [B, T]."""
    inputs, targets = TASKS[task](rng, count, length)
    return inputs.astype(np.float32), targets.astype(np.float32)


def _noise(rng: np.random.Generator, count: int, length: int) -> Streams:
    return np.clip(rng.normal(0, 0.35, (count, length)), -1, 1)


def _along(inputs: Streams, step: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Streams:
    """The values of a recurrence that starts at 0."""
    value, found = np.zeros(len(inputs)), []
    for x in inputs.T:
        value = step(value, x)
        found.append(value)
    return np.stack(found, axis=1)
