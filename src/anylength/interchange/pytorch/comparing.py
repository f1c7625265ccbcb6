"""Compares a program with the net that it was read from: both answer the same hard words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength._types import Symbols
from anylength.errors import InputError
from anylength.interchange.agreement import Agreement, require_explained
from anylength.interchange.pytorch.alphabet import Alphabet
from anylength.interchange.pytorch.captured import one_thread
from anylength.nets import Net
from anylength.programs import Program, run
from anylength.tasks import Task

EARLY_STEPS = 4
"""Steps in which the shares of the classes are compared too. Later, rounding errors may have grown."""

TOLERANCE = 1e-3
"""The largest difference of two shares in these steps. Rounding makes about 1e-5."""

TIE = 1e-5
"""Two logits that differ by less, relative to the largest one plus 1, are equal up to rounding: either may win."""

CHUNK = 500
"""Words that a program runs side by side: their values stay in the processor's cache."""

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Reference:
    """The original net on some words.

    Attributes:
        steps: The numbers of the steps at which it answered.
        logits: Its logits `[steps, B, C]`.
    """

    steps: Sequence[int]
    logits: Floats


def program_logits(program: Program, tensors: dict[str, Floats], alphabet: Alphabet, words: Symbols) -> Floats:
    """The program's logits `[T, B, C]` on words `[T, B]`, in float32."""
    import torch

    weights = {name: torch.from_numpy(np.array(value)) for name, value in tensors.items()}
    chunks = [words[:, first : first + CHUNK] for first in range(0, words.shape[1], CHUNK)]
    with one_thread(), torch.no_grad():
        return np.concatenate([_chunk_logits(program, weights, alphabet, chunk) for chunk in chunks], axis=1)


def _chunk_logits(program: Program, weights: dict[str, Any], alphabet: Alphabet, words: Symbols) -> Floats:
    import torch

    from anylength.ops import torch_arrays

    start = torch.zeros(program.state) if program.start is None else weights[program.start]
    state, logits = start[:, None].repeat(1, words.shape[1]), []
    for symbols in words:
        symbol = torch.from_numpy(np.ascontiguousarray(alphabet.one_hot(symbols).T))
        state = run(program.step, torch_arrays, weights, {"symbol": symbol, "state": state})[len(program.step) - 1]
        features = run(program.answer, torch_arrays, weights, {"symbol": symbol, "state": state})[len(program.answer) - 1]
        logits.append(((weights[program.weight] @ features).T + weights[program.bias]).numpy())
    return np.stack(logits)


def compare(net: Net, task: Task, words: Symbols, logits: Floats, reference: Reference, remedy: str) -> Agreement:
    """Compares a net with its original.

    Args:
        net: The net.
        task: Its task.
        words: Words `[T, B]`.
        logits: The net's logits `[T, B, C]` on them, from PyTorch.
        reference: The original's, on the first words or on all, at some steps or at all.
        remedy: What to do where they disagree.

    Raises:
        InputError: They differ by more than rounding explains.
    """
    count = reference.logits.shape[1]
    ours = logits[list(reference.steps), :count]
    if ours.shape != reference.logits.shape:
        raise InputError(f"logits of {ours.shape[2]} classes", f"{reference.logits.shape[2]}", remedy)
    differs, theirs = np.zeros((len(words), count), np.bool_), np.zeros((len(words), count), np.int64)
    differs[list(reference.steps)] = _clearly_different(ours, reference.logits)
    theirs[list(reference.steps)] = reference.logits.argmax(axis=2)
    require_explained(net, task, words[:, :count], differs, theirs, runtime="PyTorch", remedy=remedy)
    early = [number for number, step in enumerate(reference.steps) if step < EARLY_STEPS]
    gap = _largest_gap(ours[early], reference.logits[early])
    if gap > TOLERANCE:
        expected = f"the answers of PyTorch on {count:,} hard inputs"
        raise InputError(expected, f"shares of classes that differ by {gap:.2g} in the first {EARLY_STEPS} steps", remedy)
    return Agreement(compared=count, different=int(differs.any(axis=0).sum()))


def _clearly_different(ours: Floats, theirs: Floats) -> NDArray[np.bool_]:
    """Where our answer's logit is below the original's largest one by more than rounding explains: `[T, B]`."""
    answered = np.take_along_axis(theirs, ours.argmax(axis=2, keepdims=True), axis=2)[..., 0]
    return ~(theirs.max(axis=2) - answered <= TIE * (1 + np.abs(theirs).max(axis=2)))


def _largest_gap(ours: Floats, theirs: Floats) -> float:
    """The largest difference of the shares of the classes; steps with an overflow are left out."""
    finite = np.isfinite(ours).all(axis=2) & np.isfinite(theirs).all(axis=2)
    return float(np.abs(_shares(ours[finite]) - _shares(theirs[finite])).max(initial=0))


def _shares(logits: Floats) -> Floats:
    """The softmax of logits `[N, C]`; shares as they are. The program has no softmax at its end, the original may have one."""
    if len(logits) and logits.min() >= 0 and np.allclose(logits.sum(axis=1), 1, atol=TOLERANCE):
        return logits
    powers = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf))
    return powers / powers.sum(axis=1, keepdims=True)
