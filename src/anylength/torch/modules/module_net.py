"""A trained module of PyTorch as a net: its own step where that can be read, else the module behind the interface of nets."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch
from safetensors.torch import load

from anylength.base import InputError
from anylength.interchange import from_torch
from anylength.interchange.foreign_step import net_of_step
from anylength.interchange.pytorch.captured import in_evaluation_mode
from anylength.nets import AbstractForeignNet, AbstractNet
from anylength.rules import Task
from anylength.torch.modules.factory import Factory
from anylength.torch.modules.module_form import ModuleForm, looks_ahead, tensor_of
from anylength.torch.modules.training import made_net
from anylength.torch.modules.unrolled import Unrolled

NOT_A_STEP = "not a recurrent step"
"""How the reason begins where a module cannot be read as a step."""

STEP_INSTEAD = "a factory may return (step, initial_state) instead"
"""The remedy."""

MAX_ENTRIES = 2**24
"""Most numbers T² · B of one call: where a module has attention, each head keeps so many. 64 MiB in float32."""


@dataclass(frozen=True)
class ModuleNet(AbstractForeignNet):
    """A module in evaluation mode, on one thread. No answer depends on later symbols.

    Attributes:
        module: The module.
        form: How it is called.
        base: The size of the task's alphabet of one tape.
        tapes: How many letters a symbol has.
        classes: C, the number of output classes.
        parameters: The number of parameters.
        hidden: 0, since a module need not have hidden units.
        not_a_step: Why no step of it was read.
    """

    causal: ClassVar[bool] = True

    module: torch.nn.Module
    form: ModuleForm
    base: int
    tapes: int
    classes: int
    parameters: int
    hidden: int
    not_a_step: str

    def logits(self, symbols: Any, lengths: Any = None, key: Any = None) -> Any:
        """The logits `[T, C, B]` of words `[T, B]`; 0 beyond the length of each. A module that looks ahead sees no padding.

        Raises:
            InputError: `forward` raises on these words.
        """
        del key
        symbols = np.asarray(symbols)
        steps, columns = symbols.shape
        lengths = np.full(columns, steps) if lengths is None else np.asarray(lengths)
        logits = np.zeros((steps, self.classes, columns), np.float32)
        with in_evaluation_mode({"": self.module}):
            for block in _blocks(lengths, same_length=not self.causal):
                longest = int(lengths[block].max())
                answered = self.form.logits(self.module, tensor_of(symbols[:longest, block].T))
                logits[:longest, :, block] = answered.permute(1, 2, 0).numpy()
        return np.where(np.arange(steps)[:, None, None] < lengths, logits, np.float32(0))


@dataclass(frozen=True)
class LookingAheadNet(ModuleNet):
    """A module whose answers depend on symbols that come after them."""

    causal: ClassVar[bool] = False


def net_of_module(module: torch.nn.Module, form: ModuleForm, task: Task) -> AbstractNet:
    """The net of a trained module's step, after both have answered the same hard words; the module itself where it has none.

    Only a net of the first kind can be proved. A `ModuleNet` says in `not_a_step` why no step was read.
    """
    if looks_ahead(module, form):
        return _as_it_is(LookingAheadNet, module, form, task, "its answers depend on symbols that come after them")
    try:
        if isinstance(module, Unrolled):
            return net_of_step(module.step, task, initial_state=module.initial_state)
        return from_torch(module, task)
    except InputError as refusal:
        return _as_it_is(ModuleNet, module, form, task, f"expected {refusal.expected}, got {refusal.got}; {STEP_INSTEAD}")


def stored_net(factory: Factory, task: Task, content: bytes) -> AbstractNet:
    """The net of a module with the weights of a file, as training left them.

    Args:
        factory: Makes the module.
        task: Its task.
        content: A safetensors file: the module's `state_dict`, or an `Unrolled`'s own.

    Raises:
        InputError: The factory or its module is broken, or has tensors of other names or shapes.
    """
    (module, form), stored = made_net(factory, task, seed=0), load(content)
    found = module.own_state_dict() if isinstance(module, Unrolled) else module.state_dict()
    if {name: value.shape for name, value in found.items()} != {name: value.shape for name, value in stored.items()}:
        raise InputError(
            f"the tensors of {factory.name} in the weights", "other ones", "restore the factory with which they were made"
        )
    with torch.no_grad():
        for name, value in stored.items():
            found[name].copy_(value)
    return net_of_module(module, form, task)


def _as_it_is(kind: type[ModuleNet], module: torch.nn.Module, form: ModuleForm, task: Task, why: str) -> ModuleNet:
    return kind(
        module=module,
        form=form,
        base=task.letters,
        tapes=task.tapes,
        classes=task.classes,
        parameters=sum(parameter.numel() for parameter in module.parameters()),
        hidden=0,
        not_a_step=f"{NOT_A_STEP}: {why}",
    )


def _blocks(lengths: np.ndarray, *, same_length: bool) -> Iterator[np.ndarray]:
    """The columns of each call, sorted by length: all of one length, or as many as `MAX_ENTRIES` admits."""
    order = np.argsort(lengths, kind="stable")
    while len(order):
        sizes = lengths[order]
        fits = sizes == sizes[0] if same_length else np.ones(len(order), bool)
        fits &= np.arange(1, len(order) + 1) * sizes.astype(np.int64) ** 2 <= MAX_ENTRIES
        block = order[: max(1, int(fits.argmin()) if not fits.all() else len(order))]
        yield block
        order = order[len(block) :]
