"""Statements for every input of every length: the state is bounded, or a held input makes a number of it grow for ever."""

from pathlib import Path
from typing import Any

import numpy as np

from anylength.audits import certificates
from anylength.audits.apart import refutations
from anylength.audits.certificates import source_of
from anylength.audits.held_inputs import held_frames, search
from anylength.audits.scenes import Progress
from anylength.base import InputError
from anylength.records import Bound
from anylength.streams.layers import Layer, layers
from anylength.streams.models import Model
from anylength.streams.net import StreamNet
from anylength.streams.onnx_net import OnnxNet
from anylength.streams.treatments import Treatment

SHIPPED = "as shipped"
STATES, STEPS = 16, 300
"""A refutation is replayed from this many random states for this many steps before it is told."""

LARGEST_STATE = 1e4
"""Magnitude of the cells in these states."""

FLOAT32 = "in float32 arithmetic whose sigmoid lies in [0, 1] and whose tanh in [-1, 1]"
NO_FILE = "bounds are read from ONNX files; this net is a Python step"
NO_LAYER = "no LSTM, GRU or RNN operator of the standard kind keeps its state as the file's state"


def bounds(model: Model, treatment: Treatment | None, out: Path | None, progress: Progress, seed: int = 0) -> list[Bound]:
    """What is proved or refuted about a net, as shipped and with a treatment.

    Args:
        model: The net.
        treatment: A leak that is about to be written into the file; None without one.
        out: Folder for certificates; None: they are checked and not kept.
        progress: Called with what is done now.
        seed: Seed of the search.
    """
    progress("bounds of the state for every input")
    found = _of_state(model, treatment, out, seed)
    progress("whether the answers forget the start")
    return found + (refutations(model, model.net, seed) if isinstance(model.net, StreamNet) else [])


def _of_state(model: Model, treatment: Treatment | None, out: Path | None, seed: int) -> list[Bound]:
    net = model.net
    if not isinstance(net, OnnxNet):
        return [_unknown(SHIPPED, [], NO_FILE)]
    try:
        found = layers(net)
    except InputError as error:
        return [_unknown(SHIPPED, [], str(error))]
    if not found:
        return [_unknown(SHIPPED, [], NO_LAYER)]
    results = []
    for index, layer in enumerate(found):
        results.append(_shipped(model, net, layer, index, out, seed))
        if treatment is not None and treatment.leak is not None and layer.cell == "lstm":
            results.append(_with_leak(model, net, layer, treatment, index, out))
    return results


def _shipped(model: Model, net: OnnxNet, layer: Layer, index: int, out: Path | None, seed: int) -> Bound:
    """The net as shipped: a gru or an rnn is bounded; an lstm is asked for an input that makes a cell grow."""
    if layer.cell != "lstm":
        return _proved(net, layer, np.ones(layer.units), SHIPPED, f"bounded-{index}", out, source_of(layer, model))
    kept = _names(net, layer.memory)
    if not layer.reads_features:
        return _unknown(SHIPPED, kept, "the layer reads another layer: no input is known to hold what it reads")
    grows = search(net, model.feeding, layer, seed)
    if grows is None:
        return _unknown(SHIPPED, kept, "no held input was found that makes a cell grow from every state, and no bound is known")
    signal, features, unit = grows
    certificate = certificates.grows(layer, features, unit, source_of(layer, model))
    checked = None if certificate is None else certificates.check(certificate, layer)
    name = net.names()[int(layer.memory[unit])]
    least = _replayed(net, model, layer, signal, unit, seed)
    if certificate is None or checked is None or not checked.valid or least <= 0:
        refused = f"the checker refused: {checked.reason if checked else 'no certificate'}"
        reason = "the replay did not grow" if least <= 0 else refused
        return _unknown(SHIPPED, [name], reason)
    return Bound(
        claim=f"no bound below 2^24 holds for {name}",
        net=SHIPPED,
        verdict="REFUTED",
        reason=f"A sound of {len(signal)} samples, repeated, moves {name} by at least {least:.3g} a step from each of {STATES} "
        f"random states, replayed for {STEPS} steps in onnxruntime. From every state: certificate, accepted by the checker.",
        numbers=[name],
        growth=least,
        input=[float(value) for value in signal],
        certificate=_kept(out, f"grows-{index}", certificate, layer),
    )


def _with_leak(model: Model, net: OnnxNet, layer: Layer, treatment: Treatment, index: int, out: Path | None) -> Bound:
    """The net with the leak of a treatment on the layer's cells."""
    numbers = set(range(net.size) if treatment.numbers is None else treatment.numbers)
    assert treatment.leak is not None
    leak = np.array([np.float32(treatment.leak) if int(number) in numbers else np.float32(1) for number in layer.memory])
    if not (leak < 1).all():
        return _unknown(treatment.name, _names(net, layer.memory), "cells without a leak have no bound that holds for every input")
    return _proved(net, layer, leak, treatment.name, f"bounded-leak-{index}", out, source_of(layer, model))


def _proved(
    net: OnnxNet, layer: Layer, leak: np.ndarray, name: str, file: str, out: Path | None, source: dict[str, Any] | None
) -> Bound:
    numbers = layer.memory if layer.cell == "lstm" else layer.hidden
    certificate = certificates.bounded(layer, leak, source)
    checked = None if certificate is None else certificates.check(certificate, layer)
    if certificate is None or checked is None or not checked.valid:
        return _unknown(name, _names(net, numbers), f"the checker refused: {checked.reason if checked else 'no certificate'}")
    largest = max(float.fromhex(text) for text in certificate["bound"])
    where, inputs = (
        (FLOAT32, _inputs(certificate)) if certificate["arithmetic"] == "float32" else ("in real numbers", "every input")
    )
    names = _names(net, numbers)
    return Bound(
        claim=f"{names[0]} to {names[-1]}, {len(names)} numbers, stay within {largest:.6g} for {inputs} of any length, {where}",
        net=name,
        verdict="PROVED",
        reason="Certificate, accepted by the independent checker.",
        numbers=names,
        bound=largest,
        certificate=_kept(out, file, certificate, layer),
    )


def _inputs(certificate: dict[str, Any]) -> str:
    """The inputs of a certificate of a bound, in words."""
    largest = float.fromhex(certificate["inputs"][0][1])
    return f"every input with numbers of up to {largest:.3g} (a larger one could overflow)"


def _replayed(net: OnnxNet, model: Model, layer: Layer, signal: np.ndarray, unit: int, seed: int) -> float:
    """The least growth of a cell in a step of the file as it is, in one direction, over random states."""
    rng = np.random.default_rng(seed)
    states = rng.normal(size=(STATES, net.size)).astype(np.float32)
    states[:, layer.hidden] = np.tanh(states[:, layer.hidden])
    states[:, layer.memory] = rng.uniform(-LARGEST_STATE, LARGEST_STATE, (STATES, layer.units)).astype(np.float32)
    frame, track = held_frames(model.feeding, signal[None])[0], [states[:, layer.memory[unit]].astype(np.float64)]
    for _ in range(STEPS):
        states = net.original_step(states, frame)
        track.append(states[:, layer.memory[unit]].astype(np.float64))
    moved = np.diff(np.stack(track), axis=0)
    return float(max(moved.min(), -moved.max()))


def _names(net: OnnxNet, numbers: np.ndarray) -> list[str]:
    names = net.names()
    return [names[int(number)] for number in numbers]


def _unknown(name: str, numbers: list[str], reason: str) -> Bound:
    return Bound(claim="the state stays bounded for every input", net=name, verdict="UNKNOWN", reason=reason, numbers=numbers)


def _kept(out: Path | None, name: str, certificate: dict, layer: Layer) -> str | None:
    if out is None:
        return None
    out.mkdir(parents=True, exist_ok=True)
    return certificates.write(out, name, certificate, layer)
