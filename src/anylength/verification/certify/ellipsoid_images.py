"""What a step makes of ellipsoids of states: forms, in numpy or in JAX, and bounds of all states."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.nets import Net, encoded_alphabet, tensors
from anylength.ops.forms import Form, in_numpy
from anylength.programs import Program
from anylength.programs.running import run
from anylength.rules import END
from anylength.verification.certify.ellipsoid_cover import UNIT, EllipsoidCover
from anylength.verification.certify.formats import ROUNDED_UP

CHUNK = 2_000
"""Steps at a time."""


def state_forms(center: Any, shape: Any, blocks: int) -> Form:
    """The states of ellipsoids: centers `[N, D]`, shapes `[N, D, D]`; as forms of N columns."""
    arrays = center.__array_namespace__()
    linear = arrays.moveaxis(shape, 1, 0)
    curved, zeros = arrays.zeros((*linear.shape[:2], blocks, linear.shape[2]), center.dtype), 0 * center.T
    return Form(center.T, linear, curved, zeros, zeros, straight=True)


def cut_forms(program: Program, ops: Any, tensors: Mapping[str, Any], state: Form) -> dict[int, Any]:
    """What the rest of the step needs of the states: the values of the cut, by number."""
    values = run(program.step, ops, tensors, {"state": state}, wanted=program.cut)
    return {number: values[number] for number in program.cut}


def image_forms(program: Program, ops: Any, tensors: Mapping[str, Any], cut: Mapping[int, Any], sources: Any, symbol: Any) -> Form:
    """The states after a step from the contexts `sources [B]` under encoded symbols `[E, B]`, without noise."""
    given = {number: value[:, sources] for number, value in cut.items()}
    return run(program.step, ops, tensors, {"symbol": symbol}, given=given)[len(program.step) - 1]


def answer_forms(program: Program, ops: Any, tensors: Mapping[str, Any], image: Form, symbol: Any) -> Form:
    """What the read-out reads of the states after a step `[F, B]`."""
    return run(program.answer, ops, tensors, {"symbol": symbol, "state": image})[len(program.answer) - 1]


def state_bound_of_images(net: Net, cover: EllipsoidCover, epsilon: float) -> NDArray[np.float64]:
    """The largest magnitude of each coordinate of a state `[D]`, over the start state and all images, widened by epsilon.

    Ellipsoids may be long where the net does not look. Their images are not.
    """
    program, weights = net.program, {name: np.asarray(value, np.float64) for name, value in tensors(net).items()}
    symbols = np.asarray(encoded_alphabet(net), np.float64)
    largest = np.abs(np.asarray(net.numpy_start(1), np.float64))[:, 0]
    center, shape = ((part * UNIT).astype(np.float64) for part in (cover.center, cover.shape))
    nodes, read = np.nonzero(cover.successors != END)
    for at in range(0, len(nodes), CHUNK):
        own, of_step = np.unique(nodes[at : at + CHUNK], return_inverse=True)
        with np.errstate(all="ignore"):
            cut = cut_forms(program, in_numpy, weights, state_forms(center[own], shape[own], cover.blocks))
            image = image_forms(program, in_numpy, weights, cut, of_step, symbols[:, read[at : at + CHUNK]]).widened(epsilon)
            largest = np.maximum(largest, (np.abs(image.center) + image.radius).max(axis=1))
    return largest * ROUNDED_UP
