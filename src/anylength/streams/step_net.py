"""A Python step as a streaming net: `step(state, x) -> (state, answer)` over batches, with numpy or PyTorch, any tree of states."""

from collections.abc import Callable
from typing import Any

import numpy as np

from anylength.base import InputError, brief
from anylength.streams.net import Answers, States, StreamNet

Step = Callable[[Any, Any], tuple[Any, Any]]


class StepNet(StreamNet):
    """A net from a function.

    Args:
        step: (states, frames [B, W]) → (states, answers [B, C]). States are a tree of arrays, each with the streams as first axis.
        start: The tree of states after a reset, without the axis of streams.
        front_end: Frames [T, W] → features [T, F]; the step then reads features. None: the step reads frames.

    Raises:
        InputError: The state holds no arrays of real numbers.
    """

    def __init__(self, step: Step, start: Any, front_end: Callable[[np.ndarray], np.ndarray] | None = None) -> None:
        self._step, self._front = step, front_end
        from jax.tree_util import keystr, tree_flatten, tree_flatten_with_path, tree_unflatten

        leaves, structure = tree_flatten_with_path(start)
        self._flatten, self._rebuild = (lambda tree: tree_flatten(tree)[0]), (lambda leaves: tree_unflatten(structure, leaves))
        self._names = [f"state{keystr(path)}" for path, _ in leaves]
        self._torch = any(type(leaf).__module__.startswith("torch") for _, leaf in leaves)
        self._arrays = [np.asarray(leaf, np.float32) for _, leaf in leaves]
        if not self._arrays or not all(np.isfinite(leaf).all() for leaf in self._arrays):
            raise InputError("a start state of finite numbers", brief(start), "pass start=, without the axis of streams")

    @property
    def groups(self) -> dict[str, int]:
        """The leaves of the state's tree."""
        return {name: leaf.size for name, leaf in zip(self._names, self._arrays, strict=True)}

    def start(self) -> np.ndarray:
        """The given start."""
        return np.concatenate([leaf.ravel() for leaf in self._arrays])

    def features(self, frames: np.ndarray) -> np.ndarray:
        """What the step reads of each frame."""
        frames = np.asarray(frames, np.float32)
        return frames if self._front is None else np.asarray(self._front(frames), np.float32)

    def step(self, states: States, features: np.ndarray) -> tuple[States, Answers]:
        """One call of the function."""
        tree, begin = [], 0
        for leaf in self._arrays:
            tree.append(self._own(states[:, begin : begin + leaf.size].reshape(len(states), *leaf.shape)))
            begin += leaf.size
        new, answers = self._call(self._rebuild(tree), self._own(features))
        flat = [self._numpy(leaf).reshape(len(states), -1) for leaf in self._flatten(new)]
        result = np.concatenate(flat, axis=1)
        if result.shape != states.shape:
            raise InputError(
                f"a new state of {states.shape[1]} numbers", f"{result.shape[1]}", "return the state in the form of start"
            )
        return result, self._numpy(answers).reshape(len(states), -1)

    def _call(self, tree: Any, features: Any) -> tuple[Any, Any]:
        if not self._torch:
            return self._step(tree, features)
        import torch

        with torch.no_grad():
            return self._step(tree, features)

    def _own(self, values: np.ndarray) -> Any:
        if not self._torch:
            return values
        import torch

        return torch.from_numpy(np.ascontiguousarray(values, np.float32))

    @staticmethod
    def _numpy(values: Any) -> np.ndarray:
        return np.asarray(values.detach().numpy() if hasattr(values, "detach") else values, np.float32)
