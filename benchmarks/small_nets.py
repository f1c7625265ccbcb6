"""Small nets by hand for the board of the smallest proved nets: parity in two units.

    python -m benchmarks.small_nets [parity]

Each net is proved, and written to its folder in `docs/board/`.
"""

import argparse
from collections.abc import Callable

import numpy as np

from anylength.cells import Rnn
from anylength.nets import AbstractGrid, Net, describe, grid_named, packed_bytes, round_to_grid, tensors, to_bytes
from anylength.tasks import Task, task_named
from anylength.verification.verdicts import verify
from benchmarks.board import BOARD, CERTIFICATE, MODEL, QUANTISED, save_entry

SECONDS = 30.0
"""Time for a verdict."""


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


def _net(
    inputs: np.ndarray, recurrent: np.ndarray, bias: np.ndarray, readout: np.ndarray, answers: np.ndarray, tapes: int = 1
) -> Net:
    """The net with these weights."""
    cell = Rnn(*(np.ascontiguousarray(value, np.float32) for value in (inputs, recurrent, bias)))
    return Net(cell, np.ascontiguousarray(readout, np.float32), np.asarray(answers, np.float32), base=10, tapes=tapes)


NETS: dict[str, Callable[[], None]] = {"parity": parity}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("nets", nargs="*", choices=[*NETS, []], default=[])
    for name in parser.parse_args().nets or NETS:
        NETS[name]()


if __name__ == "__main__":
    main()
