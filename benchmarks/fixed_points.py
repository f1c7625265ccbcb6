"""Compares fixed points found by `anylength.dynamics` and by the usual method. Writes `docs/results/fixed-points.json`.

    python -m benchmarks.fixed_points [--seeds 8] [--only NAME ...]

The usual method (Sussillo & Barak 2013, as in `fixed-point-finder`) starts from states on trajectories plus noise. Adam goes
down the speed q = ½|F(h) − h|² until q ≤ 1e-12 or 5,000 iterations have passed, and duplicates are removed. Here it is one
compiled JAX program over all starts at once, in float32. Compilation is not counted. All times are seconds of processor time.

A point of the usual method counts as a fixed point if Newton's method (in float64) finds one near it. The others lead to slow
points: the local minima of q in which the same polishing as ours ends. The nets are `count` nets by the recipe `blog`, 8 seeds
of each size, each under three symbols, and untrained nets with large weights, which have many fixed points.
"""

import argparse
import json
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from anylength.cells import CELLS
from anylength.dynamics import ExistenceProof, HeldMap, cycles, ghosts, index_sum
from anylength.dynamics.distinct import distinct
from anylength.dynamics.ghosts import AT_REST, FASTEST, polished
from anylength.dynamics.newton import solutions
from anylength.dynamics.starts import state_limits
from anylength.nets import Net, encoded_alphabet
from anylength.ops import jax_arrays, numpy_arrays
from anylength.runs.environment import environment
from anylength.tasks import task_named
from anylength.training import fit_block, recipe_named

RESULTS = Path(__file__).parent.parent / "docs" / "results" / "fixed-points.json"

SIZES = (8, 12, 16, 24, 32)
"""Numbers of units of the trained nets."""

SYMBOLS = (9, 0, 5)
"""Held symbols: the one with a carry, and two others."""

GAINS = (2.5,)
"""Factors of the weights of the untrained nets. At 2.5 a net of 16 units has many fixed points."""

STARTS = 256
"""Starts of the usual method."""

NOISES = (0.1, 0.5)
"""Standard deviations of the noise on the starts, one for each half."""

RATE, ITERATIONS, ENOUGH = 0.01, 5_000, 1e-12
"""Adam's learning rate (it falls along a cosine), its largest number of iterations, and the q at which it ends."""

UNIQUE = 1e-3
"""Points of the usual method that differ by less are one."""

NEAR = 1e-2
"""A point that Newton's method moves by less is a fixed point."""

ALIKE = 1e-5
"""A point of one method that differs by less from a point of the other is the same point."""


def trajectories(held_map: HeldMap, seed: int) -> np.ndarray:
    """States `[D, STARTS]` along random words, half of them with little noise and half with much."""
    rng = np.random.default_rng(seed)
    symbols, states, kept = encoded_alphabet(held_map.net), np.zeros((held_map.size, STARTS // 8)), []
    for step in range(16):
        states = held_map.net.cell.step(numpy_arrays, symbols[:, rng.integers(symbols.shape[1], size=states.shape[1])], states)
        if step % 2:
            kept.append(states)
    return np.concatenate(kept, axis=1) + np.repeat(NOISES, STARTS // 2) * rng.normal(size=(held_map.size, STARTS))


@jax.jit
def descend(net: Net, encoded: Any, states: Any, iterations: Any) -> Any:
    """Adam on the speeds of all states, until all are small enough or the iterations are used up."""

    def speeds(h: Any) -> Any:
        return 0.5 * ((net.cell.step(jax_arrays, encoded, h) - h) ** 2).sum(axis=0)

    def unfinished(carry: Any) -> Any:
        h, _, _, at = carry
        return (at < iterations) & (speeds(h).max() > ENOUGH)

    def advance(carry: Any) -> Any:
        h, first, second, at = carry
        slope = jax.grad(lambda x: speeds(x).sum())(h)
        first, second, at = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2, at + 1
        rate = RATE * 0.5 * (1 + jnp.cos(jnp.pi * at / iterations))
        return h - rate * (first / (1 - 0.9**at)) / (jnp.sqrt(second / (1 - 0.999**at)) + 1e-8), first, second, at

    h = jax.lax.while_loop(unfinished, advance, (states, jnp.zeros_like(states), jnp.zeros_like(states), 0))[0]
    return h, speeds(h)


def theirs(held_map: HeldMap, seed: int) -> tuple[np.ndarray, np.ndarray, float]:
    """The unique points `[D, N]` of the usual method, their speeds |F(h) − h| `[N]`, and seconds."""
    net: Net = jax.tree.map(lambda leaf: jnp.asarray(leaf, jnp.float32), held_map.net)
    encoded, states = jnp.asarray(held_map.encoded, jnp.float32), jnp.asarray(trajectories(held_map, seed), jnp.float32)
    descend(net, encoded, states, 1)[1].block_until_ready()
    started = time.process_time()
    found, speeds = (np.asarray(array, np.float64) for array in descend(net, encoded, states, ITERATIONS))
    found = found[:, np.argsort(speeds)]
    unique = distinct(found, UNIQUE)[0]
    seconds = time.process_time() - started
    return unique, np.linalg.norm(held_map.step(unique) - unique, axis=0), seconds


def confirmed(held_map: HeldMap, found: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The fixed points `[D, K]` near the points of the usual method, and which of these `[N]` are no fixed points."""
    kept, none = [np.zeros((held_map.size, 0))], np.ones(found.shape[1], bool)
    for k in range(found.shape[1]):
        point = solutions(held_map, found[:, [k]], 1)
        if point.shape[1] and np.abs(point - found[:, [k]]).max() <= NEAR:
            kept.append(point)
            none[k] = False
    return distinct(np.concatenate(kept, axis=1))[0], none


def minima(held_map: HeldMap, found: np.ndarray) -> np.ndarray:
    """The slow points `[D, K]` to which points that are no fixed points lead, among states that the net can be in."""
    ends = [np.zeros((held_map.size, 0))]
    for k in range(found.shape[1]):
        end = polished(held_map, found[:, [k]])
        if (
            end.shape[1]
            and AT_REST < np.linalg.norm(held_map.step(end) - end) <= FASTEST
            and (np.abs(end) <= state_limits(held_map)).all()
        ):
            ends.append(end)
    return distinct(np.concatenate(ends, axis=1))[0]


def matched(ours: np.ndarray, others: np.ndarray, within: float = ALIKE) -> int:
    """The number of other points that are among ours."""
    if not ours.shape[1]:
        return 0
    return sum(bool(np.abs(ours - others[:, [k]]).max(axis=0).min() <= within) for k in range(others.shape[1]))


def compared(held_map: HeldMap, seed: int) -> dict[str, Any]:
    """Runs both methods on one map, ours first."""
    started = time.process_time()
    found = cycles(held_map, seed=seed, longest=1)
    seconds = time.process_time() - started
    started = time.process_time()
    slow = ghosts(held_map, seed=seed)
    slow_seconds = time.process_time() - started
    unique, speeds, their_seconds = theirs(held_map, seed)
    points, none = confirmed(held_map, unique)
    low = minima(held_map, unique[:, none & (speeds <= 2 * FASTEST)])
    mine = np.concatenate([np.zeros((held_map.size, 0)), *(cycle.states for cycle in found)], axis=1)
    own = np.concatenate([np.zeros((held_map.size, 0)), *(point.state for point in slow)], axis=1)
    both = matched(mine, points)
    return {
        "ours": len(found), "theirs": points.shape[1], "both": both, "stable": sum(cycle.stable for cycle in found),
        "proved": sum(isinstance(cycle.proof, ExistenceProof) for cycle in found), "index_sum": index_sum(found),
        "stability_proved": sum(isinstance(c.proof, ExistenceProof) and (c.proof.attracting or c.proof.repelling) for c in found),
        "seconds": seconds, "their_seconds": their_seconds, "their_points": unique.shape[1],
        "slow": len(slow), "their_slow": low.shape[1], "slow_both": matched(own, low), "slow_seconds": slow_seconds,
    }  # fmt: skip


def trained(seeds: int) -> Iterator[tuple[str, int, HeldMap]]:
    for size in SIZES:
        for seed, trained_net in enumerate(fit_block(task_named("count"), range(seeds), recipe=recipe_named("blog"), hidden=size)):
            for symbol in SYMBOLS:
                yield f"count-{size}", seed, HeldMap.of(trained_net.net, symbol)


def untrained(seeds: int) -> Iterator[tuple[str, int, HeldMap]]:
    for gain in GAINS:
        for seed in range(seeds):
            rng = np.random.default_rng(seed)
            drawn = {name: rng.normal(size=shape).astype(np.float32) for name, shape in CELLS["rnn"].shapes(2, 16).items()}
            weight = (drawn["weight_hh"] + drawn["weight_hh"].T) * gain / np.sqrt(32)
            tensors = {"weight_ih": 0.1 * drawn["weight_ih"], "weight_hh": weight, "bias": 0.1 * drawn["bias"]}
            cell = CELLS["rnn"](**{name: value.astype(np.float32) for name, value in tensors.items()})
            net = Net(cell, np.ones((2, 16), np.float32), np.zeros(2, np.float32), base=2, tapes=1)
            yield f"symmetric-{gain:g}", seed, HeldMap.of(net, 1)


KINDS = {"trained": trained, "untrained": untrained}


def total(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Sums of the counts, and medians of the times and of their ratio."""
    added = {name: sum(row[name] for row in rows) for name in rows[0] if "seconds" not in name and name != "index_sum"}
    ratios = [row["their_seconds"] / row["seconds"] for row in rows]
    return {
        "maps": len(rows), **added, "only_ours": added["ours"] - added["both"], "only_theirs": added["theirs"] - added["both"],
        "proved_share": added["proved"] / added["ours"], "index_sum_is_1": sum(row["index_sum"] == 1 for row in rows),
        "seconds": statistics.median(row["seconds"] for row in rows), "most_seconds": max(row["seconds"] for row in rows),
        "their_seconds": statistics.median(row["their_seconds"] for row in rows),
        "slow_seconds": statistics.median(row["slow_seconds"] for row in rows),
        "ratio": statistics.median(ratios), "ratio_range": [min(ratios), max(ratios)],
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--only", nargs="*", choices=KINDS, default=list(KINDS))
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    results = json.loads(options.out.read_text()) if options.out.exists() else {"format": 1, "kinds": {}}
    for kind in options.only:
        rows: dict[str, list[dict[str, Any]]] = {}
        for name, seed, held_map in KINDS[kind](options.seeds):
            rows.setdefault(name, []).append(compared(held_map, seed))
            parts = {part: total(part_rows) for part, part_rows in rows.items()}
            results["kinds"][kind] = total([row for part_rows in rows.values() for row in part_rows]) | {"parts": parts}
            settings = {"seeds": options.seeds, "starts": STARTS, "iterations": ITERATIONS}
            results |= settings | {"environment": json.loads(environment().to_json())}
            options.out.write_text(json.dumps(results, indent=1) + "\n")
        print(kind, json.dumps(results["kinds"][kind], indent=1), flush=True)


if __name__ == "__main__":
    main()
