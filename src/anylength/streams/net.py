"""What an audit asks of a streaming net: a start, a front end without state, and a step, all over many streams at once."""

from abc import ABC, abstractmethod
from typing import TypeAlias

import numpy as np
from jaxtyping import Float

States: TypeAlias = Float[np.ndarray, "B N"]
"""The states of B streams: all of a net's state tensors in a row, each number with a name."""

Answers: TypeAlias = Float[np.ndarray, "B C"]
Features: TypeAlias = Float[np.ndarray, "T F"]


class StreamNet(ABC):
    """A net that reads frames. All numbers are float32."""

    @property
    @abstractmethod
    def groups(self) -> dict[str, int]:
        """The parts of the state in their order: name, such as `state[1]`, and how many numbers it has."""

    @abstractmethod
    def features(self, frames: Float[np.ndarray, "T W"]) -> Features:
        """The front end: what the recurrence reads, for each frame by itself."""

    @abstractmethod
    def step(self, states: States, features: Float[np.ndarray, "B F"]) -> tuple[States, Answers]:
        """One step of B streams: the new states and the answers."""

    @abstractmethod
    def start(self) -> Float[np.ndarray, " N"]:
        """The state after a reset."""

    @property
    def size(self) -> int:
        """Numbers of a state."""
        return sum(self.groups.values())

    def names(self) -> list[str]:
        """The name of each number of the state, such as `state[1][11]`."""
        return [f"{group}[{number}]" for group, count in self.groups.items() for number in range(count)]

    def group_of(self, number: int) -> str:
        """The group that holds a number of the state."""
        end = 0
        for group, count in self.groups.items():
            end += count
            if number < end:
                return group
        raise IndexError(number)

    def members(self, group: str) -> np.ndarray:
        """The numbers of the state that a group holds."""
        begin = sum(count for name, count in self._before(group))
        return np.arange(begin, begin + self.groups[group])

    def _before(self, group: str) -> list[tuple[str, int]]:
        items = list(self.groups.items())
        return items[: [name for name, _ in items].index(group)]
