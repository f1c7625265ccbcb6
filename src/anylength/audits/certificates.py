"""Certificates about a recurrent layer, for `anylength_check`: its state is bounded, a held input makes it grow, or it forgets.

What is written here is searched for in floats. The independent checker decides.
"""

import hashlib
import json
import math
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

import anylength_check
from anylength.base import write_atomic
from anylength.contraction import Contraction
from anylength.streams.layers import Layer
from anylength.streams.models import Model
from anylength_check.forgetting import FORGETS, RESET
from anylength_check.streams import ARITHMETIC, BOUNDED, GROWS, LARGEST, digest

GROW_BEYOND = float(2**24)
"""Growth by one a step ends here in float32, where adding one no longer changes a number."""

SLACK = 1e-9
"""Bounds are taken this much larger, and growth smaller, than floats say: the checker rounds outward."""

FORGET_BITS = 60
"""Boxes, norms and rates of forgetting are rounded to multiples of 2^-60; the checker takes multiples of 2^-96."""

FLOAT32_FACTOR = (1 + 2.0**-24) ** 3


def tensors_sha256(layer: Layer) -> str:
    """The SHA-256 of a layer's tensors: names, shapes and bytes, as the checker computes it."""
    found = hashlib.sha256()
    for name, tensor in sorted(layer.tensors().items()):
        found.update(f"{name}\0F32\0{','.join(map(str, tensor.shape))}\0".encode() + np.ascontiguousarray(tensor, "<f4").tobytes())
    return found.hexdigest()


def source_of(layer: Layer, model: Model) -> dict[str, Any] | None:
    """The SHA-256 of a model's file, and where each gate's weights stand in it. None: they do not, or not as they are."""
    file = Path(model.name)
    if model.digest is None or not file.is_file():
        return None
    content = file.read_bytes()

    def places(tensor: np.ndarray) -> list[int]:
        return [content.find(np.ascontiguousarray(gate, "<f4").tobytes()) for gate in np.split(tensor, len(tensor) // layer.units)]

    found = {"weight_ih": places(layer.weight_ih), "weight_hh": places(layer.weight_hh)}
    biases = [] if layer.biases is None else [places(half) for half in layer.biases]
    is_whole = min(min(row) for row in [*found.values(), *biases]) >= 0 and (biases != [] or not layer.bias.any())
    return {"onnx": model.digest, **found, "bias": biases} if is_whole else None


def bounded(layer: Layer, leak: np.ndarray, source: dict[str, Any] | None = None) -> dict[str, Any] | None:
    """A certificate that the state stays bounded for every input, in float32 up to a size that is told in `inputs`.

    None: an lstm without a leak below one has no such bound, or has numbers that are too large for float32.
    """
    inputs = None
    if layer.cell == "lstm":
        factor = leak.astype(np.float64) * FLOAT32_FACTOR
        largest = _largest_input(layer)
        if not (factor < 1).all() or largest is None:
            return None
        inputs = [_hex(np.array([-largest, largest]))] * layer.weight_ih.shape[1]
        bounds, arithmetic = factor / (1 - factor) * (1 + SLACK), "float32"
    else:
        bounds, arithmetic = np.ones(layer.units), "real"
    own = {"leak": _hex(leak.astype(np.float64)), "inputs": inputs, "bound": _hex(bounds), "arithmetic": arithmetic}
    claim = BOUNDED.format(
        **_common(layer),
        inputs="any inputs" if inputs is None else f"inputs in the box SHA-256 {digest(inputs)}",
        leak="" if (leak == 1).all() else f", each of which multiplies the cells by the leaks SHA-256 {digest(own['leak'])}",
        what="the magnitude of each cell" if layer.cell == "lstm" else "the magnitude of each number",
        largest=own["bound"][int(np.argmax(bounds))],
        arithmetic=ARITHMETIC[arithmetic],
    )
    return _closed(layer, "bounded", claim, own, source)


def _largest_input(layer: Layer) -> float | None:
    """The largest power of two up to which inputs make no pre-activation overflow. None: none does."""
    sizes = [np.abs(tensor.astype(np.float64)) for tensor in (layer.weight_hh, layer.weight_ih)]
    left = 2.0**LARGEST * (1 - SLACK) - sizes[0].sum(axis=1) - np.abs(layer.bias.astype(np.float64))
    exponent = math.floor(np.log2((left / np.maximum(sizes[1].sum(axis=1), 2.0**-20)).min())) if (left > 0).all() else None
    return None if exponent is None else 2.0**exponent


def grows(layer: Layer, features: np.ndarray, unit: int, source: dict[str, Any] | None = None) -> dict[str, Any] | None:
    """A certificate that held features make a cell grow wherever |h| is at most 1. None: its gates are not fixed by them."""
    push, kept = gates(layer, features[None])
    growth = float(push[0, unit] - (1 - kept[0, unit]) * GROW_BEYOND) * (1 - SLACK)
    if not growth > 0:
        return None
    own = {"unit": unit, "input": _hex(features.astype(np.float64)), "growth": growth.hex(), "beyond": GROW_BEYOND.hex()}
    claim = GROWS.format(**_common(layer), input=digest(own["input"]), **{name: own[name] for name in ("unit", "growth", "beyond")})
    return _closed(layer, "grows", claim, own, source)


def forgets(layer: Layer, found: Contraction, read_out: np.ndarray, inputs: np.ndarray, apart: float) -> dict[str, Any] | None:
    """A certificate that runs under the same inputs come together. None: the rate is not below one.

    Args:
        layer: The layer.
        found: Box, norm and rate.
        read_out: The weights [n] with which an answer reads h.
        inputs: Ranges [F, 2] of the inputs.
        apart: By how much the answers may differ from the certificate's `steps` on.
    """
    rate = float(found.rate) * (1 + SLACK)
    if not rate < 1:
        return None
    low, high, norm, ends = (_rounded(values) for values in (*found.box, found.norm, inputs))
    rate, apart = float(_rounded(rate)), float(_rounded(apart))
    width = ((high - low) / norm).max() * (np.abs(read_out.astype(np.float64)) @ norm[: layer.units])
    own = {
        "inputs": [_hex(pair) for pair in ends], "low": _hex(low), "high": _hex(high), "norm": _hex(norm), "rate": rate.hex(),
        "answer": _hex(read_out.astype(np.float32)), "apart": apart.hex(),
        "steps": max(0, math.ceil(math.log(apart / max(width, apart)) / math.log(rate) * (1 + SLACK))),
    }  # fmt: skip
    claim = FORGETS.format(
        **_common(layer),
        **{name: own[name] for name in ("rate", "apart", "steps")},
        kind=RESET[layer.cell],
        states=digest([own["low"], own["high"]]),
        **{name: digest(own[name]) for name in ("inputs", "norm", "answer")},
    )
    return _closed(layer, "forgets", claim, own)


def gates(layer: Layer, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Over all |h| <= 1, for held features [B, F]: the least |i g| of each unit, 0 where its sign is open, and its least f."""
    from scipy.special import expit

    middle = features.astype(np.float64) @ layer.weight_ih.T.astype(np.float64) + layer.bias
    spread = np.abs(layer.weight_hh.astype(np.float64)).sum(axis=1)
    i, _, f, c = np.split(middle - spread, 4, axis=1)
    size = np.abs(np.split(middle, 4, axis=1)[3]) - np.split(spread, 4)[3]
    del c
    return expit(i) * np.tanh(np.maximum(size, 0)), expit(f)


def check(certificate: dict[str, Any], layer: Layer) -> anylength_check.CheckResult:
    """The independent checker's result on a certificate."""
    with TemporaryDirectory() as folder:
        write(Path(folder), "layer", certificate, layer)
        return anylength_check.check(Path(folder) / "layer.json", Path(folder) / "layer.safetensors")


def write(folder: Path, name: str, certificate: dict[str, Any], layer: Layer) -> str:
    """Writes a certificate and its weights. Returns the certificate's file name."""
    from safetensors.numpy import save

    write_atomic(folder / f"{name}.safetensors", save({key: np.ascontiguousarray(value) for key, value in layer.tensors().items()}))
    write_atomic(folder / f"{name}.json", json.dumps(certificate, separators=(",", ":")).encode())
    return f"{name}.json"


def _common(layer: Layer) -> dict[str, Any]:
    return {"cell": layer.cell, "units": layer.units, "tensors": tensors_sha256(layer)}


def _closed(layer: Layer, kind: str, claim: str, own: dict[str, Any], source: dict[str, Any] | None = None) -> dict[str, Any]:
    """The certificate with its digest. `stream` stands first: readers know the kind of file by it."""
    top = {"stream": kind, "format": 1, "claim": claim, **_common(layer), "source": source, **own}
    return top | {"digest": digest(top)}


def _rounded(values: Any) -> np.ndarray:
    """Multiples of 2^-FORGET_BITS, as the checker takes them."""
    return np.round(np.asarray(values, np.float64) * 2.0**FORGET_BITS) / 2.0**FORGET_BITS


def _hex(values: np.ndarray) -> list[str]:
    """Hexadecimal numbers; adding 0 makes -0 0."""
    return [(float(value) + 0.0).hex() for value in values]
