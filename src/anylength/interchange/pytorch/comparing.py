"""Compares a program with the net that it was read from: both answer the same hard words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength._types import Symbols
from anylength.errors import InputError
from anylength.interchange.agreement import MAX_DIFFERENT_SHARE, RANDOM_STREAM, Agreement, stress_words
from anylength.interchange.pytorch.alphabet import Alphabet
from anylength.ops import numpy_arrays
from anylength.programs import Program, run
from anylength.tasks import Task

WORDS = 10_000
"""Words of a comparison."""

EARLY_STEPS = 4
"""Steps in which logits are compared too. Later, rounding errors may have grown."""

TOLERANCE = 1e-3
"""The largest difference of two logits in these steps, relative to the largest logit plus 1. Rounding makes about 1e-5."""

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


def hard_words(task: Task, count: int = WORDS) -> Symbols:
    """Stress inputs of a task, and random words up to `count`: `[T, count]`."""
    stress = stress_words(task)[:, :count]
    rng = np.random.default_rng([0, RANDOM_STREAM])
    more = rng.integers(0, task.symbols, (len(stress), count - stress.shape[1])).astype(stress.dtype)
    return np.concatenate([stress, more], axis=1)


def program_logits(program: Program, tensors: dict[str, Floats], alphabet: Alphabet, words: Symbols) -> Floats:
    """The program's logits `[T, B, C]` on words `[T, B]`, in float32."""
    chunks = [words[:, first : first + CHUNK] for first in range(0, words.shape[1], CHUNK)]
    return np.concatenate([_chunk_logits(program, tensors, alphabet, chunk) for chunk in chunks], axis=1)


def _chunk_logits(program: Program, tensors: dict[str, Floats], alphabet: Alphabet, words: Symbols) -> Floats:
    start = np.zeros(program.state, np.float32) if program.start is None else tensors[program.start]
    state, logits = np.repeat(start[:, None], words.shape[1], axis=1), []
    weight, bias = tensors[program.weight], tensors[program.bias]
    for symbols in words:
        symbol = np.ascontiguousarray(alphabet.one_hot(symbols).T)
        state = run(program.step, numpy_arrays, tensors, {"symbol": symbol, "state": state})[len(program.step) - 1]
        features = run(program.answer, numpy_arrays, tensors, {"symbol": symbol, "state": state})[len(program.answer) - 1]
        logits.append((weight @ features).T + bias)
    return np.stack(logits)


def compare(logits: Floats, reference: Reference, describe: Callable[[int, int], str], remedy: str) -> Agreement:
    """Compares a program's logits `[T, B, C]` with its original's.

    Args:
        logits: The program's.
        reference: The original's.
        describe: (word, step) → the inputs up to there, for the message.
        remedy: What to do where they disagree.

    Raises:
        InputError: They differ by more than rounding explains.
    """
    words = reference.logits.shape[1]
    ours = logits[list(reference.steps), :words]
    expected = f"the answers of PyTorch on {words:,} hard inputs"
    if ours.shape != reference.logits.shape:
        raise InputError(f"logits of {ours.shape[2]} classes", f"{reference.logits.shape[2]}", remedy)
    differs = ours.argmax(axis=2) != reference.logits.argmax(axis=2)
    different = int(differs.any(axis=0).sum())
    if different > MAX_DIFFERENT_SHARE * words:
        word = int(np.flatnonzero(differs.any(axis=0))[0])
        step = reference.steps[int(np.flatnonzero(differs[:, word])[0])]
        raise InputError(expected, f"other answers on {different:,} of them, first on {describe(word, step)}", remedy)
    early = [number for number, step in enumerate(reference.steps) if step < EARLY_STEPS]
    gap = _largest_gap(ours[early], reference.logits[early])
    if gap > TOLERANCE:
        raise InputError(expected, f"logits that differ by {gap:.2g} of their size in the first {EARLY_STEPS} steps", remedy)
    return Agreement(compared=words, different=different)


def _largest_gap(ours: Floats, theirs: Floats) -> float:
    """The largest difference of logits, relative to the largest logit plus 1; steps with an overflow are left out."""
    finite = np.isfinite(ours).all(axis=2) & np.isfinite(theirs).all(axis=2)
    if not finite.any():
        return 0.0
    ours, theirs = ours[finite], theirs[finite]
    return float((np.abs(ours - theirs).max(axis=1) / (1 + np.abs(theirs).max(axis=1))).max())
