"""A whole module as a step: its recurrent modules take one step from an explicit state, and the rest runs as it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from anylength.base import InputError
from anylength.interchange.pytorch.recurrent_parts import RecurrentPart
from anylength.interchange.pytorch.results import logits_in

OWN_STEP = "write the step yourself: anylength.prove(step, task, initial_state=…) with step(state, x) → (state, logits)"

State = dict[str, list[Any]]
"""The tensors of the state of each recurrent module, by its name."""


class ThreadedModule:
    """Runs a module on sequences of one symbol. Use it inside of `swapped()`.

    Args:
        module: The module.
        parts: Its recurrent modules.
    """

    def __init__(self, module: Any, parts: list[RecurrentPart]) -> None:
        self.module, self._parts = module, parts
        self._old: State = {}
        self._new: State = {}
        self.given: list[State] = []
        self.accepts = False

    def zeros(self) -> State:
        """The state of zeros."""
        return {part.name: part.zeros() for part in self._parts}

    def step(self, state: State, x: Any) -> tuple[State, Any]:
        """One step.

        Raises:
            InputError: A recurrent module is not called exactly once.
        """
        self._old, self._new = state, {}
        self.given.append({})
        logits = logits_in(self.module(x.unsqueeze(0)))
        self.accepts = logits.ndim == 2
        missing = [part.name for part in self._parts if part.name not in self._new]
        if missing:
            raise InputError("a forward that calls each recurrent module", f"one that never calls {missing[0]}", OWN_STEP)
        return {part.name: self._new[part.name] for part in self._parts}, logits.reshape(1, -1)

    @contextmanager
    def swapped(self) -> Iterator[None]:
        """Replaces the recurrent modules' `forward` by one step; restores it afterwards."""
        for part in self._parts:
            part.module.forward = self._one_step(part)
        try:
            yield
        finally:
            for part in self._parts:
                del part.module.forward

    def _one_step(self, part: RecurrentPart) -> Any:
        def forward(input: Any, hx: Any = None) -> Any:  # PyTorch's own names
            import torch

            if isinstance(input, torch.nn.utils.rnn.PackedSequence):
                raise InputError("words of one length", f"{part.name} on a packed sequence", "run it on a plain tensor")
            if not isinstance(input, torch.Tensor) or input.numel() != part.module.input_size:
                got = f"{part.name} on {list(getattr(input, 'shape', []))} for one symbol"
                raise InputError(f"an input of {part.module.input_size} numbers for each symbol", got, OWN_STEP)
            if part.name in self._new:
                raise InputError("a forward that calls each recurrent module once", f"one that calls {part.name} again", OWN_STEP)
            if hx is not None:
                self.given[-1][part.name] = _as_state(part, hx)
            output, self._new[part.name] = part.step(input.reshape(1, -1), self._old[part.name])
            return _as_pytorch(part, output, self._new[part.name], input)

        return forward

    def start(self) -> State:
        """The start state: zeros, or what `forward` itself gives to a recurrent module.

        Raises:
            InputError: It gives other states for other symbols.
        """
        import torch

        start = self.zeros()
        for given in self.given:
            for name, state in given.items():
                first = self.given[0].get(name)
                if first is None or not all(torch.equal(a, b) for a, b in zip(first, state, strict=True)):
                    raise InputError("a start state that does not depend on the input", f"that of {name}", OWN_STEP)
                start[name] = state
        return start


def _as_state(part: RecurrentPart, hx: Any) -> list[Any]:
    """A state as PyTorch's modules take it, as a list of `[1, units]`."""
    tensors = list(hx) if isinstance(hx, tuple | list) else [hx]
    return [layer.detach().reshape(1, -1).clone() for tensor in tensors for layer in tensor.reshape(part.layers, -1)]


def _as_pytorch(part: RecurrentPart, output: Any, state: list[Any], x: Any) -> Any:
    """What the module returns for a sequence of one step, or a Cell for one step."""
    import torch

    leading = x.shape[:-1]
    if part.is_cell:
        shaped = tuple(tensor.reshape(*leading, -1) for tensor in state)
        return shaped if part.kind == "LSTM" else shaped[0]
    last = [torch.stack([h.reshape(*leading[1:], -1) for h in state[first : first + part.layers]])
            for first in range(0, len(state), part.layers)]  # fmt: skip
    return output.reshape(*leading, -1), (tuple(last) if part.kind == "LSTM" else last[0])
