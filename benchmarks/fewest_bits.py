"""A proved counter in as few bits as can be found: designed, climbed and solved, not trained. Kept in
`docs/results/fewest-bits/` where it takes fewer than the one there.

    python -m benchmarks.fewest_bits [--units 4] [--bits 3] [--steps 1500] [--seed 3]

1. A design by hand: the last unit holds the carry and all others the digit, each of them a few digits' places on a line, saturated
   beyond. Every unit hears the carry alone, which moves the place by half a digit.
2. Its whole numbers are changed a few at a time and kept where the read-out gets no worse: how far the right logit can lead, on the
   boxes that the prover's iteration reaches, by real weights within the bits, is a linear program.
3. The read-out's whole numbers are a mixed-integer program of the same constraints.
"""

import argparse
import dataclasses
import itertools
import json
import time
from pathlib import Path

import numpy as np

from anylength.cells import Rnn
from anylength.nets import Net, describe, grid_named, round_to_grid, tensors
from anylength.tasks import task_named
from anylength.verification.verdicts import find_proofs
from benchmarks.bits import keep

FOLDER = Path(__file__).parent.parent / "docs" / "results" / "fewest-bits"
NOISE = 0.002
"""Every state may be off by so much: what float32 needs, and some."""

ROUNDS = 40
TASK = task_named("count")
DIGITS = 10


@dataclasses.dataclass(frozen=True)
class Design:
    """Whole numbers of a tanh RNN's recurrent part, the exponents of its three tensors, and how far the read-out's two differ."""

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
    """Each unit but the last has its share of the digits around 0, ±most for those beyond; the last is on after a carry alone."""
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
    scale = 0 if most <= 3 else -1
    return Design(np.array([*rows, carry]), recurrent, np.ones(units, int), (scale, scale - 1, -3))


def boxes(design: Design) -> tuple[np.ndarray, np.ndarray, list[int]]:
    """The ends of the boxes of states `[K, H]` for every machine state and symbol, and the right answer on each."""
    inputs, recurrent, bias = design.weights()
    machine, units = TASK.machine, len(bias)
    low = {machine.start: np.zeros(units)}
    high = {machine.start: np.zeros(units)}
    for _ in range(ROUNDS):
        found: dict[int, list[tuple[np.ndarray, np.ndarray]]] = {machine.start: [(np.zeros(units), np.zeros(units))]}
        lows, highs, right = [], [], []
        for state in sorted(low):
            ends = [np.tanh(inputs + (bias + message)[:, None]) for message in (low[state], high[state])]
            for symbol in range(machine.symbols):
                a, b = ends[0][:, symbol] - NOISE, ends[1][:, symbol] + NOISE
                centre, radius = recurrent @ (a + b) / 2, np.abs(recurrent) @ (b - a) / 2
                found.setdefault(machine.delta[state][symbol], []).append((centre - radius, centre + radius))
                lows.append(a)
                highs.append(b)
                right.append(machine.output[state][symbol])
        low = {state: np.min([pair[0] for pair in pairs], axis=0) for state, pairs in found.items()}
        high = {state: np.max([pair[1] for pair in pairs], axis=0) for state, pairs in found.items()}
    return np.array(lows), np.array(highs), right


def constraints(design: Design) -> np.ndarray:
    """Rows a with a · (read-out weights, biases, lead) ≥ 0: at every corner of every box the right logit leads by that much."""
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


def lead(design: Design, most: int) -> float:
    """The largest lead that a read-out of real numbers within ±most has."""
    from scipy.optimize import linprog

    rows = constraints(design)
    goal = np.zeros(rows.shape[1])
    goal[-1] = -1
    bounds = [(-most, most)] * (rows.shape[1] - 1) + [(-100, 100)]
    found = linprog(goal, A_ub=-rows, b_ub=np.zeros(len(rows)), bounds=bounds, method="highs")
    return -found.fun if found.success else -np.inf


def changed(design: Design, most: int, rng: np.random.Generator) -> Design:
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
            readout = int(np.clip(readout + step, -2, 1))
    return Design(inputs, recurrent, bias, (exponents[0], exponents[1], exponents[2]), readout)


def climbed(design: Design, most: int, steps: int, rng: np.random.Generator) -> tuple[Design, float]:
    """The best design after so many changes, and the lead that it allows."""
    best, reached = design, lead(design, most)
    for step in range(steps):
        trial = changed(best, most, rng)
        found = lead(trial, most)
        if found > reached + 1e-3:
            print(f"step {step}: {found:.3f}", flush=True)
        if found >= reached:
            best, reached = trial, found
    return best, reached


def solved(design: Design, most: int, seconds: float) -> Net | None:
    """The net with the read-out of whole numbers that leads the most."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    rows = constraints(design)
    goal, whole = np.zeros(rows.shape[1]), np.ones(rows.shape[1])
    goal[-1], whole[-1] = -1, 0
    ends = np.full(rows.shape[1], float(most))
    ends[-1] = 100
    found = milp(
        goal, constraints=LinearConstraint(rows, lb=0), integrality=whole, bounds=Bounds(-ends, ends),
        options={"time_limit": seconds, "mip_rel_gap": 0.3},
    )  # fmt: skip
    if found.x is None or found.fun >= 0:
        return None
    print(f"whole numbers lead by {-found.fun:.3f}", flush=True)
    table = np.round(found.x[:-1]).reshape(DIGITS, -1)
    inputs, recurrent, bias = (np.asarray(value, np.float32) for value in design.weights())
    weight = np.ascontiguousarray(table[:, :-1], np.float32)
    return Net(
        Rnn(inputs, recurrent, bias), weight, np.float32(2.0**design.readout) * table[:, -1].astype(np.float32), base=10, tapes=1
    )


def fewest() -> float:
    """The bits of the counter that is kept already."""
    made = FOLDER / "made.json"
    return json.loads(made.read_text())["bits"] if made.exists() else float("inf")


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
    design, reached = climbed(by_hand(options.units, most), most, options.steps, rng)
    net = solved(design, most, options.seconds)
    if net is None or not find_proofs(net, TASK.machine, (0,)):
        print(f"no proof (real numbers lead by {reached:.3f})")
        return
    grid = grid_named(f"int{options.bits}", "tensor")
    config, shapes = describe(net, TASK), {name: value.shape for name, value in tensors(net).items()}
    same = round_to_grid(net, config, grid)
    assert all((tensors(same)[name] == value).all() for name, value in tensors(net).items())
    given = f"--units {options.units} --bits {options.bits} --steps {options.steps} --seed {options.seed}"
    how = {
        "made_by": f"python -m benchmarks.fewest_bits {given}", "units": options.units, "to": grid.name, "scales": grid.scales,
        "parameters": net.parameters, "bits": grid.total_bits(shapes), "seconds": time.perf_counter() - started,
    }  # fmt: skip
    print(json.dumps(how))
    if how["bits"] < fewest():
        keep([net], TASK, FOLDER, how, grid)


if __name__ == "__main__":
    main()
