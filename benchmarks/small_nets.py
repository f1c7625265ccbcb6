"""Small nets by hand for the board of the smallest proved nets: parity in two units, and adders.

    python -m benchmarks.small_nets [parity] [add]

Each net is proved, and written to its folder in `docs/board/`.
"""

import argparse
import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.cells import Rnn
from anylength.nets import AbstractGrid, Net, describe, grid_named, packed_bytes, round_to_grid, tensors, to_bytes
from anylength.rules import Task, task_named
from anylength.verification.verdicts import verify
from benchmarks.board import BOARD, CERTIFICATE, MODEL, QUANTISED, save_entry
from benchmarks.integer_readout import find_integers, real_numbers

SECONDS = 30.0
"""Time for a verdict."""

ADDERS = {"eight-units-int5": (2.0, 5.0, 8.0, 11.0, 14.0, 17.0), "seven-units-int5": (2.0, 5.5, 9.5, 13.0, 17.0)}
"""The centres of each adder's ramps."""

FIVE_BITS = 15
"""The largest integer of int5."""

STEEP = 3
"""How much steeper the carry is than a ramp: 3 · 9 is the most that integers of five bits reach from −14 on."""

ROUNDS, STEPS = 40, 250
"""Iterations of the boxes, and steps of a search."""

NOISE, NARROW = 1e-4, 0.004
"""What is added to the boxes' ends, and the width below which a box counts as a point."""


def write_entry(name: str, net: Net, task: Task, grid: AbstractGrid, how: str) -> None:
    """Proves a net and writes the entry's folder.

    Args:
        name: The folder's name.
        net: The net, with its weights on the grid.
        task: Its task.
        grid: The grid.
        how: The command that makes it.

    Raises:
        ValueError: The weights are not on the grid, or the net is not proved.
    """
    config, found = describe(net, task), tensors(net)
    if any((tensors(round_to_grid(net, config, grid))[key] != value).any() for key, value in found.items()):
        raise ValueError(f"{name}: a weight is not on the grid {grid.name}")
    verification = verify(net, task, budget=SECONDS)
    if verification.certificate is None or verification.verdict.verdict != "PROVED":
        raise ValueError(f"{name}: {verification.verdict.verdict}: {verification.verdict.reason}")
    files = {CERTIFICATE: verification.certificate, MODEL: to_bytes(net, config), QUANTISED: packed_bytes(net, config, grid)}
    entry = save_entry(BOARD / task.name / config.cell / name, files, "anylength", how)
    print(f"{entry.folder}: {entry.bits:,} bits, noise budget {verification.verdict.noise_budget}", flush=True)


def parity() -> None:
    """Parity in two units, with weights of one bit and of two.

    With s the parity so far (0 or 1), the first unit is off exactly if s + d is odd or s = 1, the second is on exactly if d is odd
    and s = 1, or both are; hence s is read from their sum.
    """
    task = task_named("parity")
    sign = np.where(np.arange(10) % 2 == 0, 1.0, -1.0)
    inputs, bias = np.array([4 * sign, -sign * 1]) * 2, np.array([-2.0, -2.0]) * 2
    recurrent, readout = np.array([[2.0, 2.0], [-1.0, -1.0]]) * 2, np.array([[1.0, 1.0], [-1.0, -1.0]])
    one_bit = _net(inputs, recurrent, bias, readout, np.array([1.0, -1.0]))
    write_entry("two-units-int1", one_bit, task, grid_named("int1"), "python -m benchmarks.small_nets parity")
    inputs, recurrent = np.array([-sign, -sign]) * 2, np.array([[1.0, -1.0], [1.0, -1.0]]) * 2
    two_bits = _net(inputs, recurrent, np.array([0.0, -4.0]), np.array([[-1.0, 1.0], [1.0, -1.0]]), np.array([1.0, -1.0]))
    write_entry("two-units-int2", two_bits, task, grid_named("int2", "tensor"), "python -m benchmarks.small_nets parity")


@dataclass(frozen=True)
class Adder:
    """The first weights of an adder, in integers of five bits times powers of two.

    Let s be the sum of the two digits, and c the carry. Each of the first units is a ramp: it tells sums near its centre apart, and
    saturates at others. The next one, which is steeper, is on exactly if s + c is above 9. The last one is always on after a step.
    The carry is half the sum of the last two, so that it is 0 at the start.

    Attributes:
        inputs: The weights of one tape `[H, 10]`; the other has the same.
        recurrent: `[H, H]`.
        bias: `[H]`.
    """

    inputs: NDArray
    recurrent: NDArray
    bias: NDArray


def adder(centres: tuple[float, ...]) -> Adder:
    """The adder with ramps at these sums. Each bias is a multiple of a half, and at most 7.5."""
    digits, ramps = np.arange(10), len(centres)
    inputs = np.array([digits - 5] * ramps + [STEEP * digits - FIVE_BITS + 1, 0 * digits], float)
    recurrent = np.zeros((ramps + 2, ramps + 2))
    recurrent[:ramps, ramps:], recurrent[ramps, ramps:] = 0.5, STEEP / 2
    bias = np.array([10 - centre for centre in centres] + [2 * (FIVE_BITS - 1) - STEEP * 9.5, 4.0])
    return Adder(inputs, recurrent, np.clip(np.round(2 * bias), -FIVE_BITS, FIVE_BITS) / 2)


def sums_and_answers(net: Adder) -> tuple[NDArray, NDArray, list[int]]:
    """The ends of the boxes of states for each carry and sum, and the right answer on each."""
    start = [(0 * net.bias, 0 * net.bias)]
    tables = net.inputs[:, np.minimum(np.arange(19), 9)] + net.inputs[:, np.maximum(np.arange(19) - 9, 0)]
    carried, lows, highs, right = {0: start}, [], [], []
    for _ in range(ROUNDS):
        images, lows, highs, right = {0: list(start)}, [], [], []
        for carry, pairs in sorted(carried.items()):
            ends = np.min([low for low, _ in pairs], axis=0), np.max([high for _, high in pairs], axis=0)
            low, high = (np.tanh(tables + (net.bias + end)[:, None]) for end in ends)
            for total in range(19):
                a, b = low[:, total] - NOISE, high[:, total] + NOISE
                centre, radius = net.recurrent @ (a + b) / 2, np.abs(net.recurrent) @ (b - a) / 2
                images.setdefault(int(total + carry > 9), []).append((centre - radius, centre + radius))
                lows.append(a)
                highs.append(b)
                right.append((total + carry) % 10)
        carried = images
    return np.array(lows), np.array(highs), right


def inequalities(net: Adder) -> NDArray:
    """Rows a with a · (read-out weights and biases) > 0 where the right answer leads, at the corners of the boxes."""
    rows = []
    for a, b, answer in zip(*sums_and_answers(net), strict=True):
        ends = [(low, high) if high - low > NARROW else ((low + high) / 2,) for low, high in zip(a, b, strict=True)]
        for corner, other in itertools.product(itertools.product(*ends), range(10)):
            if other != answer:
                row = np.zeros((10, len(a) + 1))
                row[answer], row[other] = [*corner, 1], [*np.negative(corner), -1]
                rows.append(row.ravel())
    return np.array(rows)


def add() -> None:
    """Adders of two digits a step, whose read-out is searched for."""
    for name, centres in ADDERS.items():
        first = adder(centres)
        rows = inequalities(first)
        found = find_integers(rows, real_numbers(rows, FIVE_BITS), FIVE_BITS, STEPS, np.random.default_rng(0))
        if found is None:
            print(f"add/{name}: no read-out of five bits was found", flush=True)
            continue
        readout, inputs = found.reshape(10, -1), np.hstack([first.inputs, first.inputs])
        net = _net(inputs, first.recurrent, first.bias, readout[:, :-1], readout[:, -1], tapes=2)
        write_entry(name, net, task_named("add"), grid_named("int5", "tensor"), "python -m benchmarks.small_nets add")


def _net(
    inputs: np.ndarray, recurrent: np.ndarray, bias: np.ndarray, readout: np.ndarray, answers: np.ndarray, tapes: int = 1
) -> Net:
    """The net with these weights."""
    cell = Rnn(*(np.ascontiguousarray(value, np.float32) for value in (inputs, recurrent, bias)))
    return Net(cell, np.ascontiguousarray(readout, np.float32), np.asarray(answers, np.float32), base=10, tapes=tapes)


NETS: dict[str, Callable[[], None]] = {"parity": parity, "add": add}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("nets", nargs="*", choices=[*NETS, []], default=[])
    for name in parser.parse_args().nets or NETS:
        NETS[name]()


if __name__ == "__main__":
    main()
