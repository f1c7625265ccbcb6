"""A proved counter of as few bits as possible: designed by hand, improved by local search and solved for, not trained.

Writes `docs/results/fewest-bits/` if the counter takes fewer bits than the one there.

    python -m benchmarks.fewest_bits [--units 4] [--bits 3] [--steps 1500] [--seed 3]

1. The design by hand. The last unit holds the carry. Each other unit tells a few digits apart and saturates at all others. The only
   recurrent input of every unit is the carry, which shifts its pre-activation by half a digit.
2. Local search. A few of the design's integers change at a time; a change stays if the read-out gets no worse. A linear program
   finds the largest margin of the right logit on the boxes of the prover's iteration, with real read-out weights within the bits.
3. Local search, and then a mixed-integer program with the same constraints, looks for the integers of the read-out.
"""

import argparse
import dataclasses
import itertools
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from anylength.cells import Rnn
from anylength.nets import Net, describe, grid_named, round_to_grid, tensors
from anylength.rules import task_named
from anylength.verification.verdicts import find_proofs
from benchmarks.bits import keep
from benchmarks.integer_readout import find_integers, real_numbers

FOLDER = Path(__file__).parent.parent / "docs" / "results" / "fewest-bits"
NOISE = 0.002
"""Error of each coordinate of a state that the boxes allow for: more than float32 needs."""

ROUNDS = 40
"""Iterations of the boxes. They converge in fewer for nets that hold one carry."""

LARGEST_MARGIN = 100
"""Bound of the margin in the programs: larger than any that small integers can have."""

LEAST_MARGIN = 0.01
"""Margin of the integer read-out, at least: more than float32 needs."""

LOCAL_STEPS = 250
"""Steps of one restart of the local search for integers."""

TASK = task_named("count")
DIGITS = 10


@dataclasses.dataclass(frozen=True)
class Design:
    """Integers of a tanh RNN's recurrent part, the exponents of its three tensors, and the difference of the read-out's two."""

    inputs: np.ndarray
    recurrent: np.ndarray
    bias: np.ndarray
    exponents: tuple[int, int, int]
    readout: int = 0

    def weights(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        whole = self.inputs, self.recurrent, self.bias
        inputs, recurrent, bias = (q * 2.0**k for q, k in zip(whole, self.exponents, strict=True))
        return inputs, recurrent, bias


def by_hand(units: int, most: int) -> Design:
    """Each unit but the last has its share of the digits around 0, and ±most for the others; only a carry turns the last one on."""
    shares = np.array_split(np.arange(DIGITS), units - 1)
    rows = []
    for share in shares:
        row = np.where(np.arange(DIGITS) < share[0], -most, most)
        row[share] = np.arange(len(share)) - len(share) // 2
        rows.append(np.clip(row, -most, most))
    carry = np.full(DIGITS, -most)
    carry[-1] = 0
    recurrent = np.zeros((units, units), int)
    recurrent[:, -1] = [1] * (units - 1) + [most]
    design = Design(np.array([*rows, carry]), recurrent, np.ones(units, int), (0, 0, 0))
    return max(_variants(design), key=lambda trial: largest_margin(trial, most))


def _variants(design: Design) -> Iterator[Design]:
    """The design with other exponents. Two units leave less room: for them also with other biases and another shift of a nine."""
    few = len(design.bias) == 2
    shifts, nines, readouts = ((1, 2), (0, 1), (-1, 0, 1)) if few else ((1,), (0,), (0,))
    for scale, half, bias in itertools.product((0, -1, -2), (0, 1, 2), (-2, -3, -4) if few else (-3,)):
        for shift, nine, readout in itertools.product(shifts, nines, readouts):
            inputs, biases = design.inputs.copy(), design.bias.copy()
            inputs[-1, -1], biases[0] = nine, shift
            yield Design(inputs, design.recurrent, biases, (scale, scale - half, bias), readout)


def boxes(design: Design) -> tuple[np.ndarray, np.ndarray, list[int]]:
    """The ends of the boxes of states `[K, H]` for every machine state and symbol, and the right answer on each."""
    inputs, recurrent, bias = design.weights()
    machine, units = TASK.machine, len(bias)
    low = {machine.start: np.zeros(units)}
    high = {machine.start: np.zeros(units)}
    for _ in range(ROUNDS):
        images: dict[int, list[tuple[np.ndarray, np.ndarray]]] = {machine.start: [(np.zeros(units), np.zeros(units))]}
        lows, highs, right = [], [], []
        for state in sorted(low):
            ends = [np.tanh(inputs + (bias + recurrent_term)[:, None]) for recurrent_term in (low[state], high[state])]
            for symbol in range(machine.symbols):
                a, b = ends[0][:, symbol] - NOISE, ends[1][:, symbol] + NOISE
                centre, radius = recurrent @ (a + b) / 2, np.abs(recurrent) @ (b - a) / 2
                images.setdefault(machine.delta[state][symbol], []).append((centre - radius, centre + radius))
                lows.append(a)
                highs.append(b)
                right.append(machine.output[state][symbol])
        low = {state: np.min([pair[0] for pair in pairs], axis=0) for state, pairs in images.items()}
        high = {state: np.max([pair[1] for pair in pairs], axis=0) for state, pairs in images.items()}
    return np.array(lows), np.array(highs), right


def constraints(design: Design) -> np.ndarray:
    """Rows a with a · (read-out weights, biases, margin) ≥ 0: at every corner of every box the right logit has that margin."""
    lows, highs, right = boxes(design)
    units, scale, rows = lows.shape[1], 2.0**design.readout, []
    for a, b, answer in zip(lows, highs, right, strict=True):
        for corner in itertools.product(*zip(a, b, strict=True)):
            for other in range(DIGITS):
                if other != answer:
                    row = np.zeros((DIGITS, units + 1))
                    row[answer, :units], row[other, :units] = corner, -np.array(corner)
                    row[answer, units], row[other, units] = scale, -scale
                    rows.append([*row.ravel(), -1.0])
    return np.array(rows)


def largest_margin(design: Design, most: int) -> float:
    """The largest margin of a read-out of real numbers within ±most."""
    from scipy.optimize import linprog

    rows = constraints(design)
    goal = np.zeros(rows.shape[1])
    goal[-1] = -1
    bounds = [(-most, most)] * (rows.shape[1] - 1) + [(-LARGEST_MARGIN, LARGEST_MARGIN)]
    solution = linprog(goal, A_ub=-rows, b_ub=np.zeros(len(rows)), bounds=bounds, method="highs")
    return -solution.fun if solution.success else -np.inf


def with_changes(design: Design, most: int, rng: np.random.Generator) -> Design:
    """One to three of its numbers, one up or down."""
    inputs, recurrent, bias = design.inputs.copy(), design.recurrent.copy(), design.bias.copy()
    exponents, readout = list(design.exponents), design.readout
    for _ in range(rng.integers(1, 4)):
        step, which = rng.choice([-1, 1]), rng.random()
        if which < 0.9:
            tensor = inputs if which < 0.5 else bias if which < 0.7 else recurrent
            at = tuple(rng.integers(0, size) for size in tensor.shape)
            tensor[at] = np.clip(tensor[at] + step, -most, most)
        elif which < 0.96:
            exponents[rng.integers(0, 3)] += step
        else:
            readout = int(np.clip(readout + step, -2, 3))
    return Design(inputs, recurrent, bias, (exponents[0], exponents[1], exponents[2]), readout)


def local_search(design: Design, most: int, steps: int, rng: np.random.Generator) -> tuple[Design, float]:
    """The best design after `steps` trials, and the margin that it allows."""
    best, best_margin = design, largest_margin(design, most)
    for step in range(steps):
        trial = with_changes(best, most, rng)
        margin = largest_margin(trial, most)
        if margin > best_margin + 1e-3:
            print(f"step {step}: margin {margin:.3f}", flush=True)
        if margin >= best_margin:
            best, best_margin = trial, margin
    return best, best_margin


def solve_readout(design: Design, most: int, seconds: float) -> Net | None:
    """The net with the first integer read-out of a sufficient margin that is found; None if none is found in time."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    rows = constraints(design)
    start = real_numbers(rows[:, :-1], most)
    found = find_integers(rows[:, :-1], start, most, LOCAL_STEPS, np.random.default_rng(0))
    if found is None:
        goal, whole, ends = np.zeros(rows.shape[1]), np.ones(rows.shape[1]), np.full(rows.shape[1], float(most))
        goal[-1], whole[-1], ends[-1] = -1, 0, LARGEST_MARGIN
        bounds = Bounds(np.append(-ends[:-1], LEAST_MARGIN), ends)
        constraint = LinearConstraint(rows, lb=0)
        found = milp(
            goal, constraints=constraint, integrality=whole, bounds=bounds, options={"time_limit": seconds, "mip_rel_gap": 0.3}
        ).x
    if found is None:
        return None
    table = np.round(found[: rows.shape[1] - 1]).reshape(DIGITS, -1)
    inputs, recurrent, bias = (np.asarray(value, np.float32) for value in design.weights())
    weight = np.ascontiguousarray(table[:, :-1], np.float32)
    return Net(
        Rnn(inputs, recurrent, bias), weight, np.float32(2.0**design.readout) * table[:, -1].astype(np.float32), base=10, tapes=1
    )


def fewest_so_far() -> float:
    """The bits of the counter in the folder."""
    made = FOLDER / "made.json"
    return json.loads(made.read_text())["bits"] if made.exists() else float("inf")


def keep_search(made_by: str, outcome: dict[str, Any]) -> None:
    """Notes the outcome of a search in `searches.json`, whether it found a counter or not."""
    file = FOLDER / "searches.json"
    searches = json.loads(file.read_text())["searches"] if file.exists() else {}
    file.write_text(json.dumps({"format": 1, "searches": searches | {made_by: outcome}}, indent=1) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=4)
    parser.add_argument("--bits", type=int, default=3)
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=120.0, help="time for the mixed-integer program")
    options = parser.parse_args()
    started, most = time.perf_counter(), 2 ** (options.bits - 1) - 1
    rng = np.random.default_rng(options.seed)
    design, margin = local_search(by_hand(options.units, most), most, options.steps, rng)
    net = solve_readout(design, most, options.seconds)
    proved = net is not None and find_proofs(net, TASK.machine, (0,)) is not None
    given = f"--units {options.units} --bits {options.bits} --steps {options.steps} --seed {options.seed}"
    made_by = f"python -m benchmarks.fewest_bits {given}"
    seconds = time.perf_counter() - started
    print(f"{'proved' if proved else 'no proof'} (margin of the real-valued read-out: {margin:.3f})")
    keep_search(made_by, {"units": options.units, "bits": options.bits, "margin": margin, "proved": proved, "seconds": seconds})
    if net is None or not proved:
        return
    grid = grid_named(f"int{options.bits}", "tensor")
    config, shapes = describe(net, TASK), {name: value.shape for name, value in tensors(net).items()}
    same = round_to_grid(net, config, grid)
    assert all((tensors(same)[name] == value).all() for name, value in tensors(net).items())
    how = {
        "made_by": made_by, "units": options.units, "to": grid.name, "scales": grid.scales,
        "parameters": net.parameters, "bits": grid.total_bits(shapes), "seconds": seconds,
    }  # fmt: skip
    print(json.dumps(how))
    if how["bits"] < fewest_so_far():
        keep([net], TASK, FOLDER, how, grid)


if __name__ == "__main__":
    main()
