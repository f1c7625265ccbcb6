"""Tensors by the names that PyTorch gives them → one recurrent layer and its read-out.

Known: `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0`, `bias_hh_l0` of nn.RNN, nn.GRU and nn.LSTM, the same without `_l0` of the Cell
classes, under any prefix; one linear read-out, whose `weight` has H columns; and perhaps one embedding. Names of two kinds of RNN,
tanh and relu, are the same: which it is must be said. All else is refused, for it might change the answers.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from anylength.errors import InputError
from anylength.interchange.incoming import Floats, Layer

RECURRENT = re.compile(r"(?P<prefix>(?:.*\.)?)(?P<kind>(?:weight|bias)_(?:ih|hh|hr))(?P<layer>_l[0-9]+)?(?P<back>_reverse)?")

PER_UNIT = {1: "rnn", 3: "gru", 4: "lstm"}
"""Rows of `weight_hh` for each hidden unit."""


class Part(NamedTuple):
    """A recurrent tensor's name taken apart."""

    prefix: str
    kind: str
    layer: str
    back: bool


def layer_of(tensors: Mapping[str, Floats], cell: str | None = None) -> Layer:
    """The layer that these tensors are.

    Args:
        tensors: By name.
        cell: The cell, where the names leave it open (`relu`); None: nn.RNN's default, tanh.

    Raises:
        InputError: A tensor is missing, or another is there, or which is which cannot be told; what was found is named.
    """
    own = {name: part for name in tensors if (part := _part(name)) is not None}
    _require_one_layer(own, tensors)
    recurrent = {part.kind: tensors[name] for name, part in own.items()}
    others = {name: value for name, value in tensors.items() if name not in own}
    for kind in ("weight_ih", "weight_hh"):
        if kind not in recurrent or recurrent[kind].ndim != 2:
            raise InputError(f"a matrix {kind}_l0 (or {kind})", _found(tensors), "save the whole state_dict of the model")
    units, wide = recurrent["weight_hh"].shape[1], recurrent["weight_ih"].shape[1]
    readout, readout_bias, used = _readout(others, units, wide)
    embedding = _embedding({name: value for name, value in others.items() if name not in used}, wide, tensors)
    return Layer(
        cell=_cell(recurrent["weight_hh"], cell), weight_ih=recurrent["weight_ih"], weight_hh=recurrent["weight_hh"],
        bias_ih=recurrent.get("bias_ih"), bias_hh=recurrent.get("bias_hh"), readout=readout, readout_bias=readout_bias,
        embedding=embedding,
    )  # fmt: skip


def _part(name: str) -> Part | None:
    match = RECURRENT.fullmatch(name)
    return match and Part(match["prefix"], match["kind"], match["layer"] or "", bool(match["back"]))


def _require_one_layer(own: Mapping[str, Part], tensors: Mapping[str, Floats]) -> None:
    """Refuses all but one forward layer without a projection.

    Raises:
        InputError: There is none, or more than one, or it reads backwards, or projects.
    """
    one = "one recurrent layer (weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0 under one prefix)"
    if not own:
        raise InputError(one, _found(tensors), "save the state_dict of a model with an nn.RNN, nn.GRU or nn.LSTM")
    if any(part.back for part in own.values()):
        raise InputError(
            "a net that reads forwards", _first(own, "_reverse"), "a bidirectional net sees what is still to come: no fixed state"
        )
    if any(part.kind.endswith("hr") for part in own.values()):
        raise InputError("an LSTM without a projection", _first(own, "weight_hr"), "train it with proj_size=0")
    places = {(part.prefix, part.layer) for part in own.values()}
    if len(places) > 1 or places.copy().pop()[1] not in ("", "_l0"):
        several = ", ".join(sorted(prefix + "…" + layer for prefix, layer in places))
        raise InputError(
            one, f"{len(places)}: {several}", "nets of several layers are not read: train one layer, or ask it as a black box"
        )


def _readout(others: Mapping[str, Floats], units: int, wide: int) -> tuple[Floats, Floats | None, set[str]]:
    """The read-out's weight `[C, units]` and bias, and their names. A matrix without a bias may also be an embedding into `wide`.

    Raises:
        InputError: There is none, or which it is cannot be told.
    """
    fitting = [name for name, value in others.items() if value.ndim == 2 and value.shape[1] == units and name.endswith("weight")]
    if len(fitting) > 1 and wide == units:  # an embedding is as wide as the layer: it has no bias
        fitting = [name for name in fitting if f"{name.removesuffix('weight')}bias" in others]
    if len(fitting) != 1:
        came = "none that fits" if not fitting else f"{len(fitting)}: {', '.join(sorted(fitting))}"
        raise InputError(
            f"one linear read-out (… .weight of [classes, {units}])", f"{came} among {_found(others)}", "leave out the rest"
        )
    bias = f"{fitting[0].removesuffix('weight')}bias"
    return others[fitting[0]], others.get(bias), {fitting[0], bias}


def _embedding(left: Mapping[str, Floats], wide: int, tensors: Mapping[str, Floats]) -> Floats | None:
    """The embedding among the tensors that are left.

    Raises:
        InputError: Something is left that is none.
    """
    if not left:
        return None
    (name, value), *more = left.items()
    if more or value.ndim != 2 or not name.endswith("weight") or wide % value.shape[1]:
        names = ", ".join(f"{name} {list(value.shape)}" for name, value in left.items())
        expected = "a recurrent layer, one linear read-out and at most one embedding"
        raise InputError(expected, f"also {names}", "a net with other parts is not read: ask it as a black box")
    return value


def _cell(weight_hh: Floats, wanted: str | None) -> str:
    """The cell by the rows of `weight_hh`, or the one that is wanted, if it fits.

    Raises:
        InputError: No cell of PyTorch's has so many rows, or not the one that is wanted.
    """
    rows, units = weight_hh.shape
    found = PER_UNIT.get(rows // units if rows % units == 0 else 0)
    if found is None:
        raise InputError(
            "weight_hh of [H, H], [3H, H] or [4H, H]", str(list(weight_hh.shape)), "it is no nn.RNN, nn.GRU or nn.LSTM"
        )
    if wanted in (None, found) or (wanted, found) == ("relu", "rnn"):
        return wanted or found
    raise InputError(
        f"the tensors of a {wanted}", f"those of a {found}", "leave --cell out, or say relu for an nn.RNN with rectifiers"
    )


def _found(tensors: Mapping[str, Floats], limit: int = 8) -> str:
    """The tensors that there are, in words."""
    names = [f"{name} {list(np.shape(value))}" for name, value in list(tensors.items())[:limit]]
    return ", ".join(names) + (f" and {len(tensors) - limit} more" if len(tensors) > limit else "") if names else "no tensors"


def _first(own: Mapping[str, Part], part: str) -> str:
    return next(name for name in own if part in name)
