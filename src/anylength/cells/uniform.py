"""Glorot-uniform matrices, with which two recipes start."""

import numpy as np


def glorot(rng: np.random.Generator, outputs: int, inputs: int) -> np.ndarray:
    """A Glorot-uniform matrix `[outputs, inputs]` (Glorot & Bengio 2010): uniform in ±√(6 / (inputs + outputs))."""
    limit = np.sqrt(6.0 / (inputs + outputs))
    return rng.uniform(-limit, limit, (outputs, inputs)).astype(np.float32)
