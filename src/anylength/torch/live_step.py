"""A step of PyTorch, traced once: its program, and where the program's tensors come from. Checked against the step itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils import _pytree

from anylength.base import InputError
from anylength.interchange.pytorch.call import StepCall
from anylength.interchange.pytorch.captured import captured, in_evaluation_mode, parameters_of
from anylength.interchange.pytorch.exported import export
from anylength.interchange.pytorch.step import TorchStep, step_program
from anylength.ops.torch_arrays import torch_arrays
from anylength.programs import Program, run
from anylength.rules import Task
from anylength.torch.derived import NOTHING, Derived
from anylength.torch.live_net import LiveNet
from anylength.torch.sources import Source, joined, marked

TOLERANCE = 1e-3
"""Largest relative difference between the step and its program. float32 roundings reach about 10⁻⁵; a wrong origin of a number
shows as a difference of the size of the gradient."""

EXAMPLES = 8
"""Random states that the step and its program are compared on."""


@dataclass(frozen=True)
class LiveStep:
    """What was traced.

    Attributes:
        program: The step program.
        parameters: The parameters that are trained, by the step's names for them.
        derived: What the step computes from them alone.
        sources: How each tensor of the program is gathered from both.
    """

    program: Program
    parameters: Mapping[str, Tensor]
    derived: Derived
    sources: Mapping[str, Source]

    def net(self) -> LiveNet:
        """The net as its parameters are now."""
        parameters = list(self.parameters.values())
        pool = joined([*parameters, *self.derived.values(parameters)])
        return LiveNet(self.program, {name: source.gathered(pool) for name, source in self.sources.items()})

    def unused(self) -> list[str]:
        """The parameters of which no number is in the program."""
        used, first, names = torch.cat([source.places.reshape(-1) for source in self.sources.values()]), 0, []
        for name, parameter in self.parameters.items():
            if not ((used >= first) & (used < first + parameter.numel())).any():
                names.append(name)
            first += parameter.numel()
        return names


def traced(step: Callable[..., Any], task: Task, initial_state: Any) -> LiveStep:
    """Traces a step.

    Raises:
        InputError: It has no parameters, it is not expressible, or the origin of a number of its program is not found.
    """
    trained = _trained(step, initial_state)
    parameters = list(trained.values())
    with marked(parameters):
        read = step_program(step, encoded=task.encoding_size, initial_state=initial_state, tapes=task.tapes)
        derived, sources = _origins(step, read, parameters)
    live = LiveStep(read.program, trained, derived, sources)
    with in_evaluation_mode(captured(step)), torch.enable_grad():
        _compare(live, StepCall(step, initial_state, read.call.form))
    return live


def _origins(step: Callable[..., Any], read: TorchStep, parameters: Sequence[Tensor]) -> tuple[Derived, dict[str, Source]]:
    """What the step computes from the parameters alone, and the sources of the program's tensors, while parameters are marked."""
    with in_evaluation_mode(captured(step)):
        marks = joined(parameters).detach()
        sources = {name: Source.of(tensor, marks.numpy()) for name, tensor in read.tensors.items()}
        if all(source.complete for source in sources.values()):
            return NOTHING, sources
        derived = Derived.of(export(read.call), parameters)
        pool = joined([marks, *derived.values(parameters)]).detach().numpy()
        return derived, {name: Source.of(tensor, pool) for name, tensor in read.tensors.items()}


def _trained(step: Callable[..., Any], initial_state: Any) -> dict[str, Tensor]:
    """The parameters of a step and of its start state that gradients reach, each once.

    Raises:
        InputError: There are none.
    """
    named = parameters_of(captured(step))
    named |= {f"initial_state{number}": leaf for number, leaf in enumerate(_pytree.tree_leaves(initial_state))}
    trained: dict[int, tuple[str, Tensor]] = {}
    for name, tensor in named.items():
        if isinstance(tensor, Tensor) and tensor.requires_grad and tensor.is_leaf:
            trained.setdefault(id(tensor), (name, tensor))
    if not trained:
        remedy = "pass the module, or a function that refers to it"
        raise InputError("a step with parameters that require gradients", "none", remedy)
    return dict(trained.values())


def _compare(live: LiveStep, call: StepCall) -> None:
    """Compares values and gradients of the program with those of the step.

    Raises:
        InputError: They differ.
    """
    rng = np.random.default_rng(0)
    states = torch.from_numpy(rng.uniform(-1, 1, (EXAMPLES, live.program.state)).astype(np.float32))
    symbols = rng.integers(0, call.form.alphabet.symbols, EXAMPLES)
    theirs = [_stepped(call, state, int(symbol)) for state, symbol in zip(states, symbols, strict=True)]
    state, logits = (torch.stack(part, 1) for part in zip(*theirs, strict=True))
    own_state, own_logits = _run(live.net(), states.T, torch.from_numpy(call.form.alphabet.one_hot(symbols.astype(np.uint64))).T)
    if not _close(own_state[: len(state)], state):
        raise _refusal(live, "other states than the step")
    forms = (own_logits, torch.log_softmax(own_logits, 0), torch.softmax(own_logits, 0))
    same = next((form for form in forms if _close(form, logits)), None)
    if same is None:
        raise _refusal(live, "other logits than the step")
    weights = [torch.from_numpy(rng.normal(size=part.shape).astype(np.float32)) for part in (state, logits)]
    own = _gradients([own_state[: len(state)], same], weights, list(live.parameters.values()))
    wanted = _gradients([state, logits], weights, list(live.parameters.values()))
    for name, found, right in zip(live.parameters, own, wanted, strict=True):
        if not _close(found, right):
            raise _refusal(live, f"other gradients of {name} than the step")


def _stepped(call: StepCall, state: Tensor, symbol: int) -> tuple[Tensor, Tensor]:
    """The step's own new state and logits, each as one vector."""
    leaves, tree = _pytree.tree_flatten(call.state)
    parts, first = [], 0
    for leaf in leaves:
        parts.append(state[first : first + leaf.numel()].reshape(leaf.shape))
        first += leaf.numel()
    after, logits = call.step(_pytree.tree_unflatten(parts, tree), call.form.one(symbol))
    return torch.cat([leaf.reshape(-1) for leaf in _pytree.tree_leaves(after)]), logits.reshape(-1)


def _run(net: LiveNet, states: Tensor, symbols: Tensor) -> tuple[Tensor, Tensor]:
    """The program's new states and logits, as columns."""
    program, leaves = net.program, {"symbol": symbols, "state": states}
    after = run(program.step, torch_arrays, net.tensors, leaves)[len(program.step) - 1]
    features = run(program.answer, torch_arrays, net.tensors, {"symbol": symbols, "state": after})[len(program.answer) - 1]
    return after, net.logits(features)


def _gradients(values: Sequence[Tensor], weights: Sequence[Tensor], parameters: Sequence[Tensor]) -> list[Tensor]:
    """The gradients of a weighted sum of all values."""
    total = sum((value * weight).sum() for value, weight in zip(values, weights, strict=True))
    assert isinstance(total, Tensor)
    found = torch.autograd.grad(total, parameters, allow_unused=True)
    return [torch.zeros_like(p) if g is None else g for p, g in zip(parameters, found, strict=True)]


def _close(found: Tensor, wanted: Tensor) -> bool:
    """Whether two tensors agree up to `TOLERANCE` times the largest number."""
    if found.shape != wanted.shape:
        return False
    return bool(((found - wanted).abs().max() <= TOLERANCE * (1e-3 + wanted.abs().max())).item())


def _refusal(live: LiveStep, got: str) -> InputError:
    without = f", which holds no number of {', '.join(live.unused())}" if live.unused() else ""
    remedy = "compute with the parameters inside the step as they are, or train them with anylength.harden"
    return InputError("a step whose parameters can be followed into its program", f"a program with {got}{without}", remedy)
