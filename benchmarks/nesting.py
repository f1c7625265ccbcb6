"""Random programs over all operations: do samples, the checker's intervals and the producer's nest? Writes `nesting.json`.

    python -m benchmarks.nesting [--programs 10000] [--first-seed 100000]

For each program, box and symbol: every value of eight sampled points must lie in the checker's interval, and that in the
producer's, but for the checker's grid. And float32 arithmetic must stay as close to exact arithmetic as the rounding model says. A
value that one of the two refuses to bound is counted and not compared.
"""

import argparse
import contextlib
import json
import struct
import time
from collections import Counter
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from anylength.nets import program_net
from anylength.ops import numpy_arrays, rounding
from anylength.ops.rounding import SAFETY_FACTOR, Rounding
from anylength.programs import cut_parts, program_fields, run
from anylength.verification.certify import FORMATS, Ranges, ranges_of
from anylength_check.dyadic import UNIT, from_float32
from anylength_check.program import read_program
from anylength_check.program import run as run_checked
from anylength_check.ranges import range_of
from anylength_check.strict import Refused
from benchmarks.drawn_programs import SYMBOLS, RandomProgram, operations_of, random_program
from benchmarks.results_file import RESULTS, save_part

FILE = RESULTS / "nesting.json"
"""The results file."""

POINTS = 8
"""Points that are sampled in each box, the low and the high corner among them."""

FLOAT64_ERROR = 1e-11
"""What the float64 samples may err by, relative to the largest magnitude on the way to them (or to 1): differences cancel."""

GRID_ERROR = Fraction(1, 1 << 70)
"""What the checker's grid of 2⁻⁹⁶ may add to an end, relative to the largest magnitude on the way to it (or to 1), after a few
operations. The producer's floating-point numbers are finer near 0."""

Checked = dict[int, list[tuple[int, int]]]
"""The checker's intervals by the number of the value, in units of 2⁻³⁵²."""


def units(value: np.ndarray) -> list[list[int]]:
    """A float32 tensor as the checker holds it: rows of integers in units of 2⁻¹⁴⁹."""
    rows = np.atleast_2d(value)
    return [[from_float32(bits) for (bits,) in struct.iter_unpack("<I", row.astype("<f4").tobytes())] for row in rows]


def checked_values(drawn: RandomProgram, symbol: int) -> Checked:
    """The checker's intervals of the step's values from the first box under one symbol, up to the first that it refuses."""
    program = read_program(program_fields(drawn.program))
    tensors = {name: units(value) for name, value in drawn.tensors.items()}
    values: Checked = {}
    first = 0
    for number in drawn.program.cut:
        rows = range(first, first + drawn.program.step[number].rows)
        values[number] = [
            tuple(int(Fraction(float(end[row, 0])) * UNIT) for end in (drawn.boxes.low, drawn.boxes.high)) for row in rows
        ]
        first = rows.stop
    leaf = [(UNIT * (row == symbol),) * 2 for row in range(SYMBOLS)]
    with contextlib.suppress(Refused):
        run_checked(partial(range_of, tensors), program, 1, values, leaf, [])
    return values


def sampled_values(drawn: RandomProgram, rng: np.random.Generator) -> tuple[dict[int, Any], dict[int, Any]]:
    """The step's values `[rows, P·A]` from P points of the first box under every symbol, in float64 and in float32."""
    low, high = drawn.boxes.low[:, [0]], drawn.boxes.high[:, [0]]
    share = np.concatenate([np.zeros_like(low), np.ones_like(low), rng.random((len(low), POINTS - 2))], axis=1)
    points = np.clip((low + share * (high - low)).astype(np.float32).astype(np.float64), low, high)
    points, symbols = np.repeat(points, SYMBOLS, axis=1), np.tile(np.eye(SYMBOLS), (1, POINTS))
    found = []
    for kind in (np.float64, np.float32):
        given = cut_parts(drawn.program, points.astype(kind))
        tensors = {name: value.astype(kind) for name, value in drawn.tensors.items()}
        found.append(run(drawn.program.step, numpy_arrays, tensors, {"symbol": symbols.astype(kind)}, given=given))
    return found[0], found[1]


def rounding_bounds(drawn: RandomProgram, ranges: Ranges) -> dict[int, np.ndarray]:
    """The producer's bounds on float32 errors `[rows, A]` of the step's values, from exact values of the cut."""
    form = FORMATS["float32"]
    given = cut_parts(drawn.program, rounding.stored_state(form, drawn.boxes[:, [0]]))
    leaves = {"symbol": rounding.encoded_symbols(form, np.eye(SYMBOLS))}
    refined = lambda number, value: value.within(ranges.step[number]) if number in ranges.step else value  # noqa: E731
    values = run(drawn.program.step, Rounding(form), drawn.tensors, leaves, given=given, refined=refined)
    return {number: SAFETY_FACTOR * value.finished().error for number, value in values.items()}


def compare(drawn: RandomProgram, seed: int, counts: Counter) -> list[str]:
    """What does not nest for one program, in words; what was compared is counted."""
    net = program_net(drawn.program, drawn.tensors, base=SYMBOLS, tapes=1)
    one = RandomProgram(drawn.program, drawn.tensors, drawn.boxes[:, [0]])
    ranges = ranges_of(net, one.boxes, 0.0)
    exact, single = sampled_values(one, np.random.default_rng(seed))
    scales = scales_of(drawn, exact)
    bounds, faults = rounding_bounds(one, ranges), []
    for symbol in range(SYMBOLS):
        values = checked_values(one, symbol)
        for number in ranges.step:
            if number not in values:
                counts["refused by the checker"] += 1
                continue
            columns = slice(symbol, None, SYMBOLS)
            name = f"program {seed}, value {number} ({drawn.program.step[number].op}), symbol {symbol}"
            own = ranges.step[number][:, [symbol]]
            rows = np.broadcast_to(exact[number], (own.shape[0], POINTS * SYMBOLS))[:, columns]
            counts["intervals"] += len(values[number])
            scale = scales[number]
            faults += _outside(name, rows, values[number], scale) + _wider(name, values[number], own, scale, counts)
            float32 = np.broadcast_to(single[number], (own.shape[0], POINTS * SYMBOLS))[:, columns]
            bound = np.broadcast_to(bounds[number], (own.shape[0], SYMBOLS))[:, [symbol]]
            counts["float32 values with a bound"] += int(np.isfinite(np.broadcast_to(bound, rows.shape)).sum())
            if (np.abs(float32 - rows) > bound + FLOAT64_ERROR * scale).any():
                faults.append(f"{name}: float32 errs by more than the bound")
    return faults


def scales_of(drawn: RandomProgram, values: dict[int, Any]) -> dict[int, float]:
    """For each value the largest finite magnitude of it and of all that it was made of, at least 1."""
    scales: dict[int, float] = {}
    for number in sorted(values):
        finite = np.abs(values[number])[np.isfinite(values[number])]
        before = [scales.get(argument, 1.0) for argument in drawn.program.step[number].arguments]
        scales[number] = max([1.0, *before, float(finite.max(initial=0.0))])
    return scales


def _outside(name: str, samples: np.ndarray, box: list[tuple[int, int]], scale: float) -> list[str]:
    low, high = (np.array([float(Fraction(ends[k], UNIT)) for ends in box])[:, None] for k in (0, 1))
    allowed = FLOAT64_ERROR * scale
    wrong = (samples < low - allowed) | (samples > high + allowed)
    return [f"{name}: a sample lies outside the checker's interval"] if wrong.any() else []


def _wider(name: str, box: list[tuple[int, int]], own: Any, scale: float, counts: Counter) -> list[str]:
    """Whether an interval of the checker reaches beyond the producer's, where that has an end, by more than its grid explains."""
    allowed = GRID_ERROR * UNIT * Fraction(scale)
    for row, (low, high) in enumerate(box):
        ends = float(own.low[row, 0]), float(own.high[row, 0])
        if not np.isfinite(ends).all():
            counts["without a bound in the producer"] += 1
        elif Fraction(ends[0]) * UNIT > low + allowed or Fraction(ends[1]) * UNIT < high - allowed:
            return [f"{name}: the checker's interval reaches beyond the producer's"]
    return []


def main() -> None:
    """Compares the programs and writes the results file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.nesting")
    parser.add_argument("--programs", type=int, default=10_000)
    parser.add_argument("--first-seed", type=int, default=100_000)
    options = parser.parse_args()
    counts, faults, used, started = Counter(), [], Counter(), time.perf_counter()
    for seed in range(options.first_seed, options.first_seed + options.programs):
        drawn = random_program(seed, boxes=1)
        used.update(operations_of(drawn.program))
        with np.errstate(all="ignore"):
            faults += compare(drawn, seed, counts)
        if len(faults) > 20:
            break
    print(*faults, sep="\n")
    part = {
        "programs": options.programs, "first_seed": options.first_seed, "points": POINTS, "symbols": SYMBOLS, "faults": faults,
        "compared": dict(sorted(counts.items())), "programs_with_operation": dict(sorted(used.items())),
        "seconds": round(time.perf_counter() - started, 1),
    }  # fmt: skip
    print(json.dumps(part["compared"]), part["seconds"])
    if not faults:
        save_part(FILE, "nesting", part)


if __name__ == "__main__":
    main()
