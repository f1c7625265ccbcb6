"""Where the numbers of a program's tensors come from: the parameters of a step.

A traced program holds copies of the parameters, moved and joined in any way. To find each number's origin, the step is traced while
its parameters hold numbers that occur only once. A loss then gathers the program's tensors from the parameters themselves, or from
what the step computes from them, and gradients reach the parameters.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anylength.base import InputError

MARKS = 2**23
"""How many different float32 numbers of equal distance lie between 1/2 and 1."""


@contextmanager
def marked(parameters: Sequence[Tensor]) -> Iterator[None]:
    """Gives every number of the parameters a mark, a value from 1/2 to 1 that no other has, and restores them afterwards.

    Raises:
        InputError: There are more numbers than marks.
    """
    count = sum(parameter.numel() for parameter in parameters)
    if count > MARKS:
        raise InputError(f"at most {MARKS:,} parameters", f"{count:,}", "train a smaller net")
    marks = (0.5 + np.random.default_rng(0).permutation(MARKS)[:count] / (2 * MARKS)).astype(np.float32)
    parts = torch.from_numpy(marks).split([parameter.numel() for parameter in parameters])
    shaped = [part.clone().reshape(parameter.shape) for part, parameter in zip(parts, parameters, strict=True)]
    with holding(parameters, shaped):
        yield


@contextmanager
def holding(parameters: Sequence[Tensor], values: Sequence[Tensor]) -> Iterator[None]:
    """Gives parameters other values of the same shapes, in the parameters' own types, and restores the parameters afterwards."""
    kept = [parameter.data for parameter in parameters]
    try:
        for parameter, value in zip(parameters, values, strict=True):
            parameter.data = value.to(parameter.dtype)
        yield
    finally:
        for parameter, data in zip(parameters, kept, strict=True):
            parameter.data = data


@dataclass(frozen=True)
class Source:
    """How a tensor of a program is gathered from a pool: all numbers of the parameters, and those computed from them.

    Attributes:
        known: The tensor, with the numbers that come from no parameter.
        places: For each of its numbers the place in the pool; −1 for the others.
        first: The first place where the tensor is numbers of the pool in order; None where it is not.
    """

    known: Tensor
    places: Tensor
    first: int | None

    @staticmethod
    def of(tensor: NDArray[np.float32], pool: NDArray[np.float32]) -> "Source":
        """The source of a tensor of a program that was traced with this pool. Of equal numbers the first one counts."""
        order = np.argsort(pool, kind="stable")
        nearest = order[np.minimum(np.searchsorted(pool[order], tensor), len(pool) - 1)]
        places = np.where(pool[nearest] == tensor, nearest, -1)
        in_order = (
            places.size > 0 and np.array_equal(places.ravel(), places.flat[0] + np.arange(places.size)) and places.flat[0] >= 0
        )
        return Source(torch.from_numpy(tensor.copy()), torch.from_numpy(places), int(places.flat[0]) if in_order else None)

    @property
    def complete(self) -> bool:
        """Whether all its numbers come from the pool."""
        return bool((self.places >= 0).all())

    def gathered(self, pool: Tensor) -> Tensor:
        """The tensor as the numbers of the pool are now."""
        if self.first is not None:
            return pool[self.first : self.first + self.known.numel()].reshape(self.known.shape)
        places = self.places.to(pool.device)
        return torch.where(places < 0, self.known.to(pool), pool[places.clamp(min=0)])


def joined(values: Sequence[Tensor]) -> Tensor:
    """All numbers of some tensors, one after the other."""
    return torch.cat([value.reshape(-1) for value in values])
