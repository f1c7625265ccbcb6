"""A step from elsewhere, `step(state, x) → (state, logits)`, as a net: of PyTorch where its state is of PyTorch, else of JAX."""

import sys
from typing import Any

import jax

from anylength.interchange.imported_net import ComparedNet
from anylength.interchange.jax_step import import_jax_step
from anylength.interchange.pytorch.alphabet import Inputs
from anylength.interchange.pytorch.live import read_live
from anylength.nets import Net
from anylength.rules import Task


def net_of_step(step: Any, task: Task, *, initial_state: Any, inputs: Inputs | None = None) -> Net:
    """The net of a step: see `compared_step`.

    Raises:
        InputError: The step cannot be read, or answers differently from its program.
    """
    return compared_step(step, task, initial_state=initial_state, inputs=inputs).net()


def compared_step(step: Any, task: Task, *, initial_state: Any, inputs: Inputs | None = None) -> ComparedNet:
    """The net of a step beside its original, after both have answered the same hard words.

    Args:
        step: A function or a module of PyTorch, JAX, Flax or Equinox.
        task: The task, which has the symbols and the classes.
        initial_state: The state before the first step: a tree of tensors of PyTorch or of arrays.
        inputs: For PyTorch: what x is, "one-hot" or "tokens"; None: found by trying, as always for JAX.

    Raises:
        InputError: The step cannot be read, or answers differently from its program.
    """
    if not _is_torch(initial_state):
        return import_jax_step(step, task, initial_state)
    return read_live(step, task, initial_state=initial_state, inputs=inputs)


def _is_torch(state: Any) -> bool:
    """Whether a state is made of tensors of PyTorch."""
    torch = sys.modules.get("torch")
    return torch is not None and any(isinstance(leaf, torch.Tensor) for leaf in jax.tree.leaves(state))
