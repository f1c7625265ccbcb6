"""The recurrent modules of PyTorch as steps with an explicit state: `nn.RNN`, `nn.GRU`, `nn.LSTM` and their Cell classes."""

from dataclasses import dataclass
from typing import Any

from anylength.base import InputError

LAYERED = ("RNN", "GRU", "LSTM")
CELLS = ("RNNCell", "GRUCell", "LSTMCell")


@dataclass(frozen=True)
class RecurrentPart:
    """One recurrent module of a net.

    Attributes:
        name: Its path in the net.
        module: The module.
        base: The name of its class in `torch.nn`.
    """

    name: str
    module: Any
    base: str

    @property
    def kind(self) -> str:
        """RNN, GRU or LSTM."""
        return self.base.removesuffix("Cell")

    @property
    def is_cell(self) -> bool:
        """Whether it is a Cell class: one step instead of a sequence."""
        return self.base in CELLS

    @property
    def layers(self) -> int:
        """The number of its layers."""
        return 1 if self.is_cell else self.module.num_layers

    def zeros(self) -> list[Any]:
        """The start state of one example: h of each layer, then c of each layer of an LSTM; each `[1, units]`."""
        import torch

        projected = getattr(self.module, "proj_size", 0) or self.module.hidden_size
        sizes = [projected] * self.layers + [self.module.hidden_size] * self.layers * (self.kind == "LSTM")
        return [torch.zeros(1, size) for size in sizes]

    def step(self, x: Any, state: list[Any]) -> tuple[Any, list[Any]]:
        """The output for an input `[1, inputs]`, and the new state."""
        memories = state[self.layers :] or [None] * self.layers
        outputs, cells = [], []
        for layer in range(self.layers):
            x, cell = self._layer_step(layer, x, state[layer], memories[layer])
            outputs.append(x)
            cells.append(cell)
        return x, outputs + (cells if self.kind == "LSTM" else [])

    def _layer_step(self, layer: int, x: Any, hidden: Any, cell: Any) -> tuple[Any, Any]:
        """The new h and c of one layer."""
        import torch
        from torch.nn.functional import linear

        suffix = "" if self.is_cell else f"_l{layer}"
        weight_ih, weight_hh, bias_ih, bias_hh = (
            getattr(self.module, f"{name}{suffix}", None) for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        )
        assert weight_ih is not None and weight_hh is not None
        inputs, recurrent = linear(x, weight_ih, bias_ih), linear(hidden, weight_hh, bias_hh)
        if self.kind == "RNN":
            return (torch.relu if self.module.nonlinearity == "relu" else torch.tanh)(inputs + recurrent), None
        if self.kind == "GRU":
            (reset, update, new), (own_reset, own_update, own_new) = inputs.chunk(3, dim=1), recurrent.chunk(3, dim=1)
            candidate = torch.tanh(new + torch.sigmoid(reset + own_reset) * own_new)
            return torch.lerp(candidate, hidden, torch.sigmoid(update + own_update)), None
        admit, forget, candidate, emit = (inputs + recurrent).chunk(4, dim=1)
        cell = torch.sigmoid(forget) * cell + torch.sigmoid(admit) * torch.tanh(candidate)
        output = torch.sigmoid(emit) * torch.tanh(cell)
        projection = getattr(self.module, f"weight_hr{suffix}", None)
        return (output if projection is None else linear(output, projection)), cell


def recurrent_parts(module: Any) -> list[RecurrentPart]:
    """The recurrent modules of a net.

    Raises:
        InputError: One is bidirectional.
    """
    parts = []
    for name, part in module.named_modules():
        base = _base(part)
        parts += [] if base is None else [RecurrentPart(name, part, base)]
    for part in parts:
        if getattr(part.module, "bidirectional", False):
            remedy = "pass bidirectional=False: a bidirectional net reads the whole input before it answers"
            raise InputError("a net that reads forwards", f"bidirectional=True in {part.name or part.kind}", remedy)
    return parts


def _base(part: Any) -> str | None:
    """The recurrent class of `torch.nn` whose `forward` a module has; None for other modules."""
    import torch

    classes = {name: getattr(torch.nn, name) for name in (*LAYERED, *CELLS)}
    return next((n for n, base in classes.items() if isinstance(part, base) and type(part).forward is base.forward), None)
