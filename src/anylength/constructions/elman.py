"""An `rnn` net from a machine, without training.

Each unit is a logical AND of "the state before was one of these" and "the symbol is one of these", far in the saturation of tanh.
After each step exactly one of the units that stand for the state is at +1, and the others are at -1. So the net is right at every
length, and boxes around these values prove it. Its weights are numbers that bfloat16 holds exactly.
"""

import numpy as np
from numpy.typing import NDArray

from anylength.base import InputError
from anylength.cells import Rnn
from anylength.constructions.design import Design, design
from anylength.constructions.units import AndUnit
from anylength.nets import Net, grid_named
from anylength.rules import Machine, minimise

GRID = grid_named("bfloat16")
"""The weights of a constructed net. Rounding moves a weight by 2⁻⁹ of its size at most."""

LEAST_GAIN, MOST_GAIN = 5.0, 12.0
"""How far units are driven into saturation. The noise budget of 11 random machines is a fifth larger with 12 than with 6."""

ERROR_SHARE = 0.3
"""The part that errors may take of the noise that a unit can bear, which is 1 / noise at best. The margins need room, too."""


def construct(machine: Machine, *, base: int, tapes: int, classes: int) -> Net:
    """The net that answers as the machine does, on every word.

    The machine is minimised first: states that are not reached, or that no word tells apart, get no units of their own.

    Args:
        machine: The machine, of base^tapes symbols.
        base: The values of a digit on one tape.
        tapes: The digits that are read at each step.
        classes: The output classes of the net; classes that the machine never emits are never answered.

    Raises:
        InputError: The machine does not fit these numbers, or needs too many units.
    """
    if machine.symbols != base**tapes:
        expected = f"a machine of {base**tapes:,} symbols (base {base}, tapes: {tapes})"
        raise InputError(expected, f"{machine.symbols:,} symbols", "name the base and the tapes of the machine's task")
    if machine.classes > classes:
        raise InputError(f"at least {machine.classes:,} classes", f"{classes:,}", "name all output classes of the machine's task")
    plan = design(minimise(machine), base, tapes)
    gain = _gain(plan)
    cell = Rnn(gain * _input_weights(plan.units, base, tapes), *_recurrent(plan, gain))
    return GRID.nearest_net(Net(cell, *_readout(plan, classes), base=base, tapes=tapes))


def _gain(plan: Design) -> float:
    """The gain. More gain lets a net bear more noise, but its rounding errors are larger."""
    # the error of a step in float32 (docs/reference/certificate-formats.md). In bfloat16 it is 0.004 more,
    # whatever the gain: the weights are stored exactly, only the state is rounded
    error = 9e-8 * (len(plan.units) + 1) * plan.noise**2
    return float(np.clip(ERROR_SHARE / error, LEAST_GAIN, MOST_GAIN)) if error else MOST_GAIN


def _input_weights(units: list[AndUnit], base: int, tapes: int) -> NDArray[np.float32]:
    """`[H, E]`: 0 for a digit of the unit's symbols, -2 for another, which outweighs that the state before fits."""
    weights = np.zeros((len(units) + 1, tapes, base), np.float32)
    for row, unit in zip(weights, units, strict=False):
        for tape, digits in enumerate(unit.symbols):
            row[tape] = -2
            row[tape, sorted(digits)] = 0
    return weights.reshape(len(units) + 1, -1)


def _recurrent(plan: Design, gain: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """`[H, H]` recurrent weights and `[H]` biases."""
    hidden = len(plan.units) + 1
    weights, bias = np.zeros((hidden, hidden), np.float32), np.full(hidden, gain, np.float32)
    outputs, first = np.arange(hidden - 1 - len(plan.outputs or []), hidden - 1), 0
    for number, (factor, reading) in enumerate(zip(plan.states, plan.readings, strict=True)):
        own = np.arange(first, first + len(factor))
        rows = np.concatenate([own, outputs]) if number == 0 else own
        w, k = reading.weights(plan.noise)
        weights[np.ix_(rows, own)], weights[rows, -1], bias[rows] = gain * w, gain * k, gain * reading.offset
        first += len(factor)
    return weights, bias


def _readout(plan: Design, classes: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """`[C, H]` weights and `[C]` biases. A class gets 2 where all factors speak for it, else at most 0; the silent class gets 1."""
    hidden, targets = len(plan.units) + 1, [np.array([unit.target for unit in units], int) for units in plan.speaking]
    spoken = sum(map(len, targets))
    columns = slice(0, spoken) if plan.outputs is None else slice(hidden - 1 - spoken, hidden - 1)
    weight, bias = np.zeros((classes, hidden), np.float32), np.zeros(classes, np.float32)
    for output, wanted in plan.classes.items():
        row = np.concatenate([np.isin(each, sorted(allowed)) for each, allowed in zip(targets, wanted, strict=True)])
        weight[output, columns] = row
        bias[output] = row.sum() - 2 * (len(targets) - 1)
    if plan.silent is not None:
        bias[plan.silent] = 1
    return weight, bias
