"""Layers of a cell: layer k reads the features of layer k − 1 in the same step.

Between layers there may be a residual connection (He et al. 2016, arXiv 1512.03385) and a root mean square norm (Zhang & Sennrich
2019, arXiv 1910.07467). With h_k the features of layer k and f_0 = h_0: f_k = f_{k−1} + h_k with a residual connection, else h_k;
layer k reads norm(f_{k−1}) with a norm, else f_{k−1}. The read-out reads f of the last layer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from anylength.base import InputError, Tensor, brief, is_whole, pytree, quoted
from anylength.cells.cell import AbstractCell, CellKind, NamedCell, Part
from anylength.cells.names import CELL_PREFIX
from anylength.ops import Ops

if TYPE_CHECKING:
    from anylength.programs import Program

MAX_LAYERS = 4
"""Most layers. A proof keeps a box of the states of all layers, so deeper nets take long to train to be provable."""

BETWEEN = ("plain", "residual", "norm", "residual-norm")
"""What may lie between two layers."""

DEFAULT_BETWEEN = "plain"
"""What lies between two layers unless it is named."""

NORM_EPSILON = 1e-3
"""Added to the mean square before its root is taken, so that features near 0 stay near 0."""


@dataclass(frozen=True)
class Layering:
    """How many layers a net has, and what lies between them.

    Attributes:
        count: The number of layers.
        between: What lies between two layers, one of `BETWEEN`.

    Raises:
        InputError: A number outside 1 to `MAX_LAYERS`, or an unknown name.
    """

    count: int = 1
    between: str = DEFAULT_BETWEEN

    def __post_init__(self) -> None:
        if not is_whole(self.count, 1, MAX_LAYERS):
            raise InputError(f"1 to {MAX_LAYERS} layers", brief(self.count), "pass for example --layers 2")
        if self.between not in BETWEEN:
            raise InputError(f"one of {', '.join(BETWEEN)}", quoted(self.between), f"pass --between {DEFAULT_BETWEEN}")

    @property
    def has_norm(self) -> bool:
        """Whether the features are normalised between layers."""
        return "norm" in self.between

    @property
    def has_residual(self) -> bool:
        """Whether the features of the layers are added up."""
        return "residual" in self.between

    def of(self, kind: type[NamedCell]) -> CellKind:
        """So many layers of a kind of cell; the kind itself for one layer."""
        return kind if self.count == 1 else Layers(kind, self)


ONE_LAYER = Layering()
"""What most nets have."""


@dataclass(frozen=True)
class Layers:
    """A kind of cell: some layers of another kind. It stands where a `NamedCell` class may stand.

    Attributes:
        kind: The kind of each layer.
        layering: How many layers, at least two, and what lies between them.
    """

    kind: type[NamedCell]
    layering: Layering

    @property
    def summary(self) -> str:
        """One line for users."""
        return f"{self.layering.count} layers: {self.kind.summary}"

    @property
    def has_fixed_size_state(self) -> bool:
        """Whether the layers' states have a fixed size."""
        return self.kind.has_fixed_size_state

    @property
    def linear_recurrence(self) -> bool:
        """Whether each layer is a linear recurrence: then every state forgets, or keeps its errors, as in one layer."""
        return self.kind.linear_recurrence

    def __call__(self, **tensors: Any) -> "LayeredCell":
        """The cell with the tensors `0.weight_ih` …, `1.weight_ih` …, `1.norm` …."""
        layers = []
        for k in range(self.layering.count):
            own = {name.removeprefix(f"{k}."): value for name, value in tensors.items() if name.startswith(f"{k}.")}
            layers.append(self.kind(**{name: value for name, value in own.items() if name != "norm"}))
        norms = tuple(tensors[f"{k}.norm"] for k in range(1, self.layering.count)) if self.layering.has_norm else ()
        return LayeredCell(tuple(layers), norms, self)

    def parts(self, encoded: int, hidden: int) -> tuple[Part, ...]:
        """The layers, from the first."""
        return tuple(Part(f"{k}.", self.kind, hidden if k else encoded) for k in range(self.layering.count))

    def fixed_start(self, encoded: int, hidden: int) -> dict[str, np.ndarray]:
        """What the layers start with, and the scales of the norms, which start as ones."""
        starts = [(part.prefix, part.kind.fixed_start(part.encoded, hidden)) for part in self.parts(encoded, hidden)]
        named = {prefix + name: value for prefix, start in starts for name, value in start.items()}
        return named | {name: np.ones(hidden, np.float32) for name in self._norm_names}

    def shapes(self, encoded: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The shape of each required tensor."""
        parts = self.parts(encoded, hidden)
        named = {part.prefix + name: shape for part in parts for name, shape in part.kind.shapes(part.encoded, hidden).items()}
        return named | dict.fromkeys(self._norm_names, (hidden,))

    def optional_shapes(self, encoded: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The shape of each optional tensor."""
        named = [(part.prefix, part.kind.optional_shapes(part.encoded, hidden)) for part in self.parts(encoded, hidden)]
        return {prefix + name: shape for prefix, shapes in named for name, shape in shapes.items()}

    @property
    def _norm_names(self) -> list[str]:
        return [f"{k}.norm" for k in range(1, self.layering.count)] if self.layering.has_norm else []


@pytree
@dataclass(frozen=True)
class LayeredCell(AbstractCell):
    """Layers of one kind of cell. The state is the first layer's state, then the second's, and so on.

    Attributes:
        layers: The cells, from the first layer.
        norms: The scales of the norm before each layer but the first; empty without norms.
        kind: What it is made of.
    """

    layers: tuple[NamedCell, ...]
    norms: tuple[Tensor, ...]
    kind: Layers = field(metadata={"static": True})

    @property
    def hidden(self) -> int:
        """H, the hidden units of each layer."""
        return self.layers[0].hidden

    @property
    def state_size(self) -> int:
        """D, of all layers."""
        return sum(layer.state_size for layer in self.layers)

    @property
    def tensors(self) -> Mapping[str, Tensor]:
        """The weights as `0.weight_ih` and so on."""
        named = {f"{k}.{name}": value for k, layer in enumerate(self.layers) for name, value in layer.tensors.items()}
        return named | {f"{k}.norm": scale for k, scale in enumerate(self.norms, 1)}

    def named_tensors(self) -> Mapping[str, Tensor]:
        """The weights as `cell.0.weight_ih` and so on."""
        return {CELL_PREFIX + name: value for name, value in self.tensors.items()}

    def program(self, classes: int) -> "Program":
        """The traced program; equal shapes share one."""
        from anylength.cells.traced import shapes_of, traced_program

        return traced_program(self.kind, (), shapes_of(self.tensors), self.layers[0].weight_ih.shape[-1], classes)

    def step(self, ops: Ops, symbol: Any, state: Any) -> Any:
        """The new states of all layers."""
        states, features = [], None
        for k, (layer, old) in enumerate(zip(self.layers, self._states(state), strict=True)):
            states.append(layer.step(ops, symbol if features is None else self._normed(ops, features, k), old))
            features = self._added(features, layer.features(ops, states[-1]))
        return ops.concatenate(states)

    def features(self, ops: Ops, state: Any) -> Any:
        """f of the last layer."""
        features = None
        for layer, part in zip(self.layers, self._states(state), strict=True):
            features = self._added(features, layer.features(ops, part))
        return features

    def _states(self, state: Any) -> list[Any]:
        """The state of each layer."""
        ends = np.cumsum([layer.state_size for layer in self.layers])
        return [state[end - layer.state_size : end] for layer, end in zip(self.layers, ends, strict=True)]

    def _added(self, before: Any, features: Any) -> Any:
        """f_k from f_{k−1} (None for the first layer) and h_k."""
        return features if before is None or not self.kind.layering.has_residual else before + features

    def _normed(self, ops: Ops, features: Any, k: int) -> Any:
        """What layer k reads of f_{k−1}."""
        if not self.kind.layering.has_norm:
            return features
        return ops.normalize(features, ops.mean_square(features), NORM_EPSILON) * self.norms[k - 1][:, None]
