"""Reads one recurrent layer and its read-out from a state_dict, by the names of its tensors.

Accepted names are `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0` and `bias_hh_l0` of nn.RNN, nn.GRU and nn.LSTM, and the same names
without `_l0` of the Cell classes, under any prefix; one linear read-out, whose `weight` has H columns; and at most one embedding.
nn.RNN uses the same names for tanh and relu, so the caller must say which one it is. Any other tensor is refused, because it could
change the answers.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from anylength.base import InputError
from anylength.interchange.layer import Floats, Layer

TORCH_CLASSES: Mapping[str, tuple[str, dict[str, str]]] = {
    "rnn": ("RNN", {"nonlinearity": "tanh"}),
    "relu": ("RNN", {"nonlinearity": "relu"}),
    "gru": ("GRU", {}),
    "lstm": ("LSTM", {}),
}
"""The class in `torch.nn` for each cell, and its options besides its sizes."""

RECURRENT_NAME = re.compile(
    r"(?P<prefix>(?:.*\.)?)(?P<tensor>(?:weight|bias)_(?:ih|hh|hr))(?P<layer>_l[0-9]+)?(?P<reverse>_reverse)?"
)

CELL_OF_BLOCKS = {1: "rnn", 3: "gru", 4: "lstm"}
"""The cell for each number of rows of `weight_hh` per hidden unit."""

FROM_PYTHON = (
    "a state_dict does not say how its parts are joined: prove the module itself, anylength.prove(module, task), from Python"
)
"""What to do with a net of several layers or other parts."""

MAX_LISTED = 8
"""The number of tensors that an error message lists."""


class RecurrentName(NamedTuple):
    """The parts of a recurrent tensor's name, as in `prefix.weight_ih_l0_reverse`."""

    prefix: str
    tensor: str
    layer: str
    reverse: bool


def layer_from_state_dict(tensors: Mapping[str, Floats], cell: str | None = None) -> Layer:
    """The layer in a state_dict.

    Args:
        tensors: The tensors by name.
        cell: The cell, if the names leave it open (`relu`); None means nn.RNN's default, tanh.

    Raises:
        InputError: A tensor is missing, unexpected or ambiguous; the message lists the tensors.
    """
    _require_finite(tensors)
    names = {name: parts for name in tensors if (parts := _parse_name(name)) is not None}
    _require_one_layer(names, tensors)
    recurrent = {parts.tensor: tensors[name] for name, parts in names.items()}
    others = {name: value for name, value in tensors.items() if name not in names}
    for matrix in ("weight_ih", "weight_hh"):
        if matrix not in recurrent or recurrent[matrix].ndim != 2:
            raise InputError(f"a matrix {matrix}_l0 (or {matrix})", _listed(tensors), "save the whole state_dict of the model")
    units, inputs = recurrent["weight_hh"].shape[1], recurrent["weight_ih"].shape[1]
    readout, readout_bias, used = _readout(others, units, inputs)
    return Layer(
        cell=_cell(recurrent["weight_hh"], cell), weight_ih=recurrent["weight_ih"], weight_hh=recurrent["weight_hh"],
        bias_ih=recurrent.get("bias_ih"), bias_hh=recurrent.get("bias_hh"), readout=readout, readout_bias=readout_bias,
        embedding=_embedding({name: value for name, value in others.items() if name not in used}, inputs),
    )  # fmt: skip


def _parse_name(name: str) -> RecurrentName | None:
    """The parts of the name; None if it is not the name of a recurrent tensor."""
    match = RECURRENT_NAME.fullmatch(name)
    return match and RecurrentName(match["prefix"], match["tensor"], match["layer"] or "", bool(match["reverse"]))


def _require_finite(tensors: Mapping[str, Floats]) -> None:
    """Refuses NaN and infinities by the names of their tensors.

    Raises:
        InputError: There is one.
    """
    for name, value in tensors.items():
        if not np.isfinite(value).all():
            kind = "NaN" if np.isnan(value).any() else "an infinity"
            raise InputError("finite weights", f"{kind} in {name}", "the training has diverged, or the file is damaged")


def _require_one_layer(names: Mapping[str, RecurrentName], tensors: Mapping[str, Floats]) -> None:
    """Accepts exactly one forward layer without a projection.

    Raises:
        InputError: There is no layer, more than one, a backward one, or one with a projection.
    """
    expected = "one recurrent layer (weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0 under one prefix)"
    if not names:
        raise InputError(expected, _listed(tensors), "save the state_dict of a model with an nn.RNN, nn.GRU or nn.LSTM")
    for name, parts in names.items():
        if parts.reverse:
            remedy = "train it with bidirectional=False: a bidirectional net reads the whole input before it answers"
            raise InputError("a net that reads forwards", name, remedy)
    for name, parts in names.items():
        if parts.tensor.endswith("hr"):
            raise InputError("an LSTM without a projection", name, FROM_PYTHON)
    layers = {(parts.prefix, parts.layer) for parts in names.values()}
    if len(layers) > 1 or any(layer not in ("", "_l0") for _, layer in layers):
        listed = ", ".join(sorted(prefix + "…" + layer for prefix, layer in layers))
        raise InputError(expected, f"{len(layers)}: {listed}", FROM_PYTHON)


def _readout(others: Mapping[str, Floats], units: int, inputs: int) -> tuple[Floats, Floats | None, set[str]]:
    """The read-out's weight `[C, units]`, its bias, and the names of both.

    A matrix without a bias may also be an embedding of width `inputs`.

    Raises:
        InputError: There is no read-out, or more than one candidate.
    """
    fitting = [name for name, value in others.items() if value.ndim == 2 and value.shape[1] == units and name.endswith("weight")]
    if len(fitting) > 1 and inputs == units:  # an embedding fits too; unlike the read-out it has no bias
        fitting = [name for name in fitting if f"{name.removesuffix('weight')}bias" in others]
    if len(fitting) != 1:
        got = "none that fits" if not fitting else f"{len(fitting)}: {', '.join(sorted(fitting))}"
        expected = f"one linear read-out (… .weight of [classes, {units}])"
        raise InputError(expected, f"{got} among {_listed(others)}", "leave out the other tensors")
    bias = f"{fitting[0].removesuffix('weight')}bias"
    return others[fitting[0]], others.get(bias), {fitting[0], bias}


def _embedding(remaining: Mapping[str, Floats], inputs: int) -> Floats | None:
    """The embedding among the remaining tensors; None if no tensor remains.

    Raises:
        InputError: Another tensor remains.
    """
    if not remaining:
        return None
    (name, value), *more = remaining.items()
    if more or value.ndim != 2 or not name.endswith("weight") or inputs % value.shape[1]:
        names = ", ".join(f"{name} {list(value.shape)}" for name, value in remaining.items())
        expected = "a recurrent layer, one linear read-out and at most one embedding"
        raise InputError(expected, f"also {names}", FROM_PYTHON)
    return value


def _cell(weight_hh: Floats, declared: str | None) -> str:
    """The cell: the declared one if it fits the number of rows of `weight_hh`, else the one with that number of rows.

    Raises:
        InputError: No cell of PyTorch has this number of rows, or the declared cell does not.
    """
    rows, units = weight_hh.shape
    cell = CELL_OF_BLOCKS.get(rows // units if rows % units == 0 else 0)
    if cell is None:
        expected = "weight_hh of [H, H], [3H, H] or [4H, H]"
        raise InputError(expected, str(list(weight_hh.shape)), "save the state_dict of an nn.RNN, nn.GRU or nn.LSTM")
    if declared in (None, cell) or (declared, cell) == ("relu", "rnn"):
        return declared or cell
    remedy = "leave --cell out, or pass --cell relu for an nn.RNN with relu"
    raise InputError(f"the tensors of a {declared}", f"those of a {cell}", remedy)


def _listed(tensors: Mapping[str, Floats]) -> str:
    """The first tensors with their shapes, for an error message."""
    names = [f"{name} {list(np.shape(value))}" for name, value in list(tensors.items())[:MAX_LISTED]]
    more = f" and {len(tensors) - MAX_LISTED} more" if len(tensors) > MAX_LISTED else ""
    return ", ".join(names) + more if names else "no tensors"
