"""How construction, proof and check grow with the states and symbols of a machine. Writes `docs/results/growth.json`.

    python -m benchmarks.growth [PART ...] [--table]

The nets of the parts "constructed/…" are written down by `construct`, without training: machines of 2 to 1,000 states and 2
symbols, and of 5 states and 2 to 120 symbols. All are random acceptors. Those of the parts "trained/…" are trained by `certified`:
the same machines up to 300 states, an rnn of 16 to 512 units on Tomita 3, and 1 to 4 layers on the parity of bits. `--table` prints
the table of the results file and measures nothing.

An exponent is the slope of the least squares line through the logarithms: figures grow like states (or symbols) to that power.
It is that of the four largest sizes.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from anylength.cells import Layering
from anylength.constructions import construct
from anylength.nets import Net, describe, to_bytes
from anylength.rules import Machine, Task, minimise, task_named
from anylength.verification.certify import certificate_bytes
from anylength.verification.verdicts import find_format_proof, find_proofs
from anylength.verification.verdicts.checker import check_bytes
from benchmarks.learned_invariants import Kind
from benchmarks.learned_invariants import trained as train
from benchmarks.random_machines import RandomMachine, task_of
from benchmarks.results_file import RESULTS, read_parts, save_part

FILE = RESULTS / "growth.json"
"""The results file."""

STATES, SYMBOLS = (2, 10, 30, 100, 300, 1_000), (2, 5, 10, 30, 120)
"""Sizes of the machines of the two parts. Those of the first read 2 symbols, those of the second have 5 states: with 8 states and
120 symbols, or 10 and 60, units read so many others that the noise is too much for a proof in float32."""

TRAINED_STATES = (2, 10, 30, 100, 300)
"""States of the machines that nets are trained for."""

UNITS, LAYERS = (16, 32, 64, 128, 256, 512), (1, 2, 3, 4)
"""Units of the trained nets of one task, and layers of those of another."""

SEED = 9_900
"""The seed of the trained nets."""

MOST_ABOVE = 1.02
"""A machine has at most this many times as many states as the part names: a random one of just 1,000 is rare."""

FITTED = 4
"""An exponent is that of so many of the largest sizes: the seconds of small ones are mostly those of calls, not of numbers."""

LEAST_SECONDS = 0.005
"""Shorter times are left out of an exponent, too."""

GROWING = (
    "construct_seconds",
    "train_seconds",
    "float32_proof_seconds",
    "all_proofs_seconds",
    "check_seconds",
    "units",
    "certificate_bytes",
)
"""Figures that have an exponent."""


def timed(make: Callable[[], Any]) -> tuple[Any, float]:
    """A result and the seconds of processor time that it took: other programs do not count."""
    started = time.process_time()
    return make(), time.process_time() - started


def machine_of(states: int, symbols: int) -> RandomMachine:
    """A random minimal acceptor of that many states, or a little more. It is drawn from a seed of its own, the same everywhere."""
    seed = 1_000 * states + symbols
    rng = np.random.default_rng(seed)
    while True:
        drawn = int(rng.integers(states, 2 * states + 1))
        delta, accepts = rng.integers(0, drawn, (drawn, symbols)), rng.integers(0, 2, drawn)
        machine = minimise(Machine(0, delta.tolist(), accepts[delta].tolist()))
        if states <= machine.states <= MOST_ABOVE * states and machine.classes == 2:
            return RandomMachine(seed, "acceptor", machine)


def measured(net: Net, task: Task) -> dict[str, Any]:
    """The figures of a net's proofs: seconds of the prover and of the checker, units, the bytes of its certificate."""
    machine: Machine = task.machine
    _, first_seconds = timed(lambda: find_format_proof(net, machine, (0,), "float32"))
    found, all_seconds = timed(lambda: find_proofs(net, machine, (0,)))
    certificate, weights = certificate_bytes(net, machine, found.proofs) if found else b"", to_bytes(net, describe(net, task))
    checked, check_seconds = timed(lambda: check_bytes(certificate, weights))
    return {
        "states": machine.states, "symbols": task.symbols, "units": net.hidden, "float32_proof_seconds": first_seconds,
        "all_proofs_seconds": all_seconds, "proofs": len(found.proofs) if found else 0, "check_seconds": check_seconds,
        "certificate_bytes": len(certificate), "valid": checked.valid,
        "formats": list(found.proofs[0].formats) if found else [],
        "noise_budget": max(proof.epsilon for proof in found.proofs) if found else None,
    }  # fmt: skip


def constructed(states: int, symbols: int) -> dict[str, Any]:
    """The figures of the net that is constructed for a random machine."""
    task = task_of(machine_of(states, symbols))
    net, seconds = timed(lambda: construct(task.machine, base=task.letters, tapes=task.tapes, classes=task.classes))
    figures = {"construct_seconds": seconds} | measured(net, task)
    print({name: round(value, 4) if isinstance(value, float) else value for name, value in figures.items()}, flush=True)
    return figures


def trained(kind: Kind) -> dict[str, Any]:
    """The figures of a net that is trained by `certified`. Its seconds are without compilation: another net is trained before."""
    kind.session(SEED + 1).step()
    net, seconds = train(kind, SEED)
    figures = {"layers": kind.layers.count, "train_seconds": seconds} | measured(net, kind.task)
    print({name: round(value, 4) if isinstance(value, float) else value for name, value in figures.items()}, flush=True)
    return figures


def exponents(rows: list[dict[str, Any]], size: str) -> dict[str, float]:
    """For each figure that grows, its exponent in `size` over the largest rows, where at least three have enough of it."""
    result, largest = {}, sorted((row for row in rows if row["valid"]), key=lambda row: row[size])[-FITTED:]
    for name in GROWING:
        least = LEAST_SECONDS if name.endswith("seconds") else 1
        points = [(row[size], row[name]) for row in largest if (row.get(name) or 0) >= least]
        if len(points) >= 3 and name != size and len({figure for _, figure in points}) > 1:
            logarithms = np.log(np.array(points, float))
            result[name] = round(float(np.polyfit(logarithms[:, 0], logarithms[:, 1], 1)[0]), 2)
    return result


def save(part: str, rows: list[dict[str, Any]]) -> None:
    """Writes a part. Its name ends in what grows: states, symbols, units or layers."""
    save_part(FILE, part, {"exponents": exponents(rows, part.rsplit("/", 1)[1]), "rows": rows})


COLUMNS = {
    "states": "states", "symbols": "symbols", "units": "units", "layers": "layers", "construct_seconds": "construct, s",
    "train_seconds": "train, s", "float32_proof_seconds": "prove float32, s", "all_proofs_seconds": "all proofs, s",
    "check_seconds": "check, s",
    "certificate_bytes": "certificate, bytes",
}  # fmt: skip
"""The titles of the table."""


def table(part: str, content: dict[str, Any]) -> str:
    """The rows and exponents of a part, in Markdown. The last row has the exponents."""
    size, rows = part.rsplit("/", 1)[1], content["rows"]
    columns = {name: title for name, title in COLUMNS.items() if any(name in row for row in rows)}
    lines = [f"| {' | '.join([part, *columns.values(), 'valid'])} |", "|" + "---|" * (len(columns) + 2)]
    for row in rows:
        cells = [_written(row.get(name)) for name in columns]
        lines.append(f"| | {' | '.join(cells)} | {'yes' if row['valid'] else 'no'} |")
    grows = [str(content["exponents"].get(name, "")) for name in columns]
    lines.append(f"| exponent in {size} | {' | '.join(grows)} | |")
    return "\n".join(lines) + "\n"


def _written(value: float | None) -> str:
    """A number for the table; seconds with three digits after the point."""
    return "" if value is None else f"{value:,}" if isinstance(value, int) else f"{value:,.3f}"


PARTS: dict[str, Callable[[], Iterator[dict[str, Any]]]] = {
    "constructed/states": lambda: (constructed(states, 2) for states in STATES),
    "constructed/symbols": lambda: (constructed(5, symbols) for symbols in SYMBOLS),
    "trained/states": lambda: (trained(Kind(task_of(machine_of(states, 2)), "rnn")) for states in TRAINED_STATES),
    "trained/symbols": lambda: (trained(Kind(task_of(machine_of(5, symbols)), "rnn")) for symbols in SYMBOLS),
    "trained/units": lambda: (trained(Kind(task_named("tomita-3"), "rnn", units=units)) for units in UNITS),
    "trained/layers": lambda: (trained(Kind(task_named("parity-bits"), "rnn", Layering(layers))) for layers in LAYERS),
}
"""The parts, each with its rows."""


def main() -> None:
    """Measures the parts that are named, or all, or prints the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth")
    parser.add_argument("parts", nargs="*", default=[], metavar="PART", help=f"{', '.join(PARTS)}; all by default")
    parser.add_argument("--table", action="store_true", help="print the table of the results file")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"expected {' or '.join(PARTS)}, got {', '.join(sorted(unknown))}")
    if not options.table:
        constructed(STATES[0], 2)  # imports and caches
        for part in options.parts or PARTS:
            save(part, list(PARTS[part]()))
    for part, content in read_parts(FILE)["parts"].items():
        print(table(part, content))


if __name__ == "__main__":
    main()
