"""A net whose state is not reachable: an object that is made again for a reset and is fed frame by frame."""

from abc import abstractmethod
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from anylength.base import InputError, brief


class Fed(Protocol):
    """One stream of a black box."""

    @abstractmethod
    def feed(self, frame: np.ndarray) -> Any:
        """The answer to a frame: a number or an array."""


class BlackBoxNet:
    """A net that can only be reset and fed.

    Args:
        make: Makes a stream after a reset.
    """

    size = 0

    def __init__(self, make: Callable[[], Fed]) -> None:
        self._make = make
        if not hasattr(make(), "feed"):
            raise InputError("objects with a method feed(frame)", brief(make()), "return the answer to a frame from it")

    def features(self, frames: np.ndarray) -> np.ndarray:
        """The frames: there is no front end to be split off."""
        return np.asarray(frames, np.float32)

    def stream(self) -> "Stream":
        """A stream after a reset."""
        return Stream(self._make())


class Stream:
    """A stream that keeps its answers in arrays."""

    def __init__(self, fed: Fed) -> None:
        self._fed = fed

    def answers(self, frames: np.ndarray) -> np.ndarray:
        """The answers to frames [T, C]."""
        return np.stack([np.asarray(self._fed.feed(frame), np.float32).ravel() for frame in frames])
