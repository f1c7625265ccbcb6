"""`worst_case_loss`: the loss term that makes a PyTorch net provable."""

from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import torch
from torch import Tensor

from anylength.base import InputError
from anylength.rules import Machine, Task, reachable, task_named
from anylength.torch.live_net import LiveNet
from anylength.torch.live_step import LiveStep, traced
from anylength.torch.loss import worst_cross_entropy
from anylength.torch.machine_boxes import machine_boxes

PASSES, STEPS_AFTER = 3, 2
"""The derived depth is `PASSES` times the longest shortest word to a state of the machine, and `STEPS_AFTER` more.

Machines of two states get the 5 steps of the recipe `unrolled`, Tomita 7 gets 14: an LSTM of 32 units for Tomita 7 with a small
loss at depth 5 was refuted by a word of 14 symbols."""

_traced: WeakKeyDictionary[Any, dict[Any, LiveStep]] = WeakKeyDictionary()


def worst_case_loss(
    step: Callable[..., Any],
    task: Task | str,
    *,
    noise: float,
    initial_state: Any,
    scale: float = 1.0,
    depth: int | None = None,
    power: float = 2.0,
) -> Tensor:
    """The worst-case cross-entropy of a step on the boxes that the prover would keep, in nats. Add it to the ordinary loss.

    There is one box for each state of the task's machine. The boxes start at the start state, move `depth` steps, and each step
    widens every state by `noise`. A small loss at depth d is about words of up to d symbols, and says nothing of longer words: the
    net may be wrong on these. Only `anylength.prove` tells.

    Args:
        step: `step(state, x) → (state, logits)` for one example, as `anylength.prove` takes it: a module, or a function that refers
            to modules. It is traced at its first use.
        task: A finite-state task, or its name (in base 10).
        noise: Half-width ρ by which every state is widened, in units of the state. Raise it from 0 once the net answers well.
        initial_state: The start state of one example.
        scale: Factor, 0 to 1, of the boxes' radius. Raise it from 0 to 1 first, for tasks that the net learns late.
        depth: Steps of the boxes; None: derived from the machine (`derived_depth`). Each step costs as much as the first.
        power: Exponent of the power mean over boxes. Above 1 the hardest boxes weigh more.

    Raises:
        InputError: A number is out of range, the task has no machine, or the step is not expressible.
    """
    task = task_named(task) if isinstance(task, str) else task
    _require_numbers(noise, scale, 1 if depth is None else depth, power)
    return program_loss(_live(step, task, initial_state).net(), task, noise=noise, scale=scale, depth=depth, power=power)


def derived_depth(machine: Machine) -> int:
    """The steps of the boxes for a machine: enough to reach each of its states, and to go on from there, several times over."""
    return PASSES * max(map(len, reachable(machine).values())) + STEPS_AFTER


def program_loss(
    net: LiveNet, task: Task, *, noise: float, scale: float = 1.0, depth: int | None = None, power: float = 2.0
) -> Tensor:
    """The same loss of a program with its tensors.

    Raises:
        InputError: The task has no machine, or the program does not fit it.
    """
    machine, weight = task.machine, net.tensors[net.program.weight]
    if net.program.encoded != task.encoding_size or net.program.classes < machine.classes:
        expected = f"a net that reads {task.encoding_size} numbers and has {machine.classes} logits"
        raise InputError(expected, f"{net.program.encoded} numbers and {net.program.classes} logits", "check the task and its base")
    symbols = torch.as_tensor(encoded_alphabet(task), dtype=weight.dtype, device=weight.device)
    depth = derived_depth(machine) if depth is None else depth
    with symbols.device:
        return worst_cross_entropy(net, machine_boxes(net, machine, symbols, noise=noise, scale=scale, depth=depth), power)


def encoded_alphabet(task: Task) -> np.ndarray:
    """The one-hot codes of all symbols as columns `[E, A]`."""
    symbols = np.arange(task.symbols)
    digits = [symbols // task.letters**tape % task.letters for tape in range(task.tapes)]
    return np.concatenate([np.eye(task.letters)[:, digit] for digit in digits])


def _live(step: Callable[..., Any], task: Task, initial_state: Any) -> LiveStep:
    """The traced step, from memory after its first use."""
    owner, function = getattr(step, "__self__", step), getattr(step, "__func__", None)
    known = _traced.setdefault(owner, {})
    key = (function, task.encoding_size, task.tapes)
    if key not in known:
        known[key] = traced(step, task, initial_state)
    return known[key]


def _require_numbers(noise: float, scale: float, depth: int, power: float) -> None:
    """Checks the settings.

    Raises:
        InputError: One is out of range.
    """
    if not 0 <= noise < float("inf"):
        raise InputError("a noise of 0 or more", f"{noise}", "pass for example noise=0.1")
    if not 0 <= scale <= 1:
        raise InputError("a scale from 0 to 1", f"{scale}", "pass scale=1.0 for boxes of full size")
    if depth < 1 or power < 1:
        raise InputError("a depth and a power of 1 or more", f"depth={depth}, power={power}", "leave depth out, pass power=2.0")
