"""Changes the causes of a break and measures what follows. Writes `docs/results/interventions.json`.

    python -m benchmarks.interventions [--only push scale film births]

Parts that the file already holds are not run again unless --only names them. States are pushed and weights are scaled in "born"
nets (`benchmarks/selection.py`); two more parts follow trainings update by update. All nets have the recipe `blog`, 16 units, the
post's data, and seeds that nothing else used.
"""

import argparse
import dataclasses
import json
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from anylength.dynamics import HeldInput, Reduction, nearest_slow_point, predict_break, reduced
from anylength.runs.environment import environment
from anylength.statistics import share
from benchmarks.breaks import Row, nines_of, resampled, shortened, spearman, spread
from benchmarks.selection import NEVER, Group, SelectedNet, groups, select_nets
from benchmarks.snapshots import at_seed, breaks, snapshots
from studies.interventions import (
    FixedPointState,
    correct_stable_fixed_point,
    fixed_points_from,
    idle_direction,
    pushed,
    scaled,
    slow_direction,
)  # fmt: skip

RESULTS = Path(__file__).parent.parent / "docs" / "results" / "interventions.json"

FIRST_SEED, FIRST_FILMED_SEED = 60_000, 61_000
"""First seeds of the nets that are changed, and of the trainings that are followed. Nothing else used these seeds."""

PUSHED, SCALED, BORN = 54, 22, 22
"""Nets that are pushed, nets that are scaled, and births that are followed, at most. More narrow the intervals of the page."""

PUSHED_BREAKS = (8, 500)
"""Least and largest break of the nets that are pushed: long enough to change both ways, short enough to run quickly."""

SEEDS_PER_BLOCK, SEED_STEP = 96, 100
"""Seeds trained at once, and the distance between the first seeds of two blocks."""

LIKE = "born/blog/post/rnn/16/3"
"""The group of `benchmarks.selection` whose training is used."""

DELTAS = (-0.2, -0.1, -0.05, 0.05, 0.1, 0.2)
"""Lengths of the pushes along the slow direction. A unit's range is 2."""

SCALES = (0.05, 0.1, 0.2, 0.3)
"""Changes of the scale that are tried, up and down, to find one with a fixed point that stores the carry."""

HALVINGS, END_HALVINGS = 24, 11
"""Bisections for the critical scale (float32 weights have 24 significant bits), and for the end of the break."""

DISTANCES = np.geomspace(3e-6, 1e-2, 8)
"""Distances of the scale from its critical value."""

ONE = 5e-4
"""An eigenvalue this near to 1 at the birth counts as 1: the point is born as one of a pair (docs/research-log/dynamics.md)."""

NEAR = 1e-3
"""The end of the break is searched within this distance of the critical scale."""

LONG, FEWEST, SMALLEST = 50, 4, 3
"""The power law is fitted to breaks of at least `LONG` nines, if there are `FEWEST`; the logarithm to the `SMALLEST` distances."""

BEFORE, AFTER = 8, 8
"""Updates before and after the birth that are compared. After it, the net must not break for as many updates."""

FILM_BEFORE, FILM_AFTER = 30, 12
"""Updates of the film before and after the birth."""

NEARLY_ONE = 0.9
"""The film shows the first birth whose fixed point has a real eigenvalue of at least this: it came in a pair."""

ROUGH_LIMIT = 300
"""Nines that are run after every update to find births."""

ENDLESS = 2_000
"""Nines after which a net counts as one that never breaks, in the film and the births."""


@cache
def nets() -> list[SelectedNet]:
    """Nets that carry over 8 to 500 nines."""
    like = next(group for group in groups() if group.name == LIKE)
    selected: list[SelectedNet] = []
    for first in range(FIRST_SEED, FIRST_FILMED_SEED, SEED_STEP):
        block = select_nets(dataclasses.replace(like, first=first, seeds=SEEDS_PER_BLOCK))
        selected += [net for net in block if PUSHED_BREAKS[0] <= net.measured <= PUSHED_BREAKS[1]]
        if len(selected) >= PUSHED:
            break
    return selected[:PUSHED]


def push() -> Row:
    """Pushes the state after the first nines along the slow direction, and as far along a direction that is not slow."""
    rng, rows = np.random.default_rng(0), []
    for selected in nets():
        held_input = nines_of(selected.net)
        prediction = predict_break(held_input)
        slow, idle = slow_direction(prediction.reduction), idle_direction(prediction.reduction, rng)
        for delta in DELTAS:
            along, across = pushed(held_input, delta * slow), pushed(held_input, delta * idle)
            rows.append({
                "seed": selected.seed, "mechanism": prediction.mechanism, "delta": delta, "before": selected.measured,
                "measured": along.measured_break(NEVER), "predicted": predict_break(along).steps,
                "control": across.measured_break(NEVER),
            })  # fmt: skip
    return {"nets": len(nets()), "deltas": DELTAS, **pushes_counted(rows), "rows": rows}


def pushes_counted(rows: list[Row]) -> Row:
    """How well the predictions follow the pushes. "Never" counts as 10,000 nines."""
    before, measured, predicted, control = (
        np.array([NEVER if row[name] is None else row[name] for row in rows], float)
        for name in ("before", "measured", "predicted", "control")
    )
    off, changed = np.abs(predicted - measured), measured != before
    moved, moved_by_control = np.abs(np.log(measured / before)), np.abs(np.log(control / before))
    return {
        "spearman": resampled(measured, predicted, spearman),
        "spearman_of_shifts": resampled((measured - before)[changed], (predicted - before)[changed], spearman),
        "within_tenth": counted((off <= 1) | (off <= 0.1 * measured)),
        "unmoved_would_be_within_tenth": counted((np.abs(before - measured) <= 1) | (np.abs(before - measured) <= 0.1 * measured)),
        "right_way": counted(np.sign(predicted - before)[changed] == np.sign(measured - before)[changed]),
        "control_within_tenth": counted((np.abs(control - before) <= 1) | (np.abs(control - before) <= 0.1 * before)),
        "median_shift": float(np.median(np.expm1(moved))), "median_shift_of_control": float(np.median(np.expm1(moved_by_control))),
    }  # fmt: skip


def counted(good: np.ndarray) -> Row:
    """The share of true entries with its interval."""
    return json.loads(share(int(good.sum()), len(good)).to_json())


def scale() -> Row:
    """Scales the recurrent weights of nets that pass a ghost to where a fixed point that stores the carry is born."""
    ghosts = [net for net in nets() if predict_break(nines_of(net.net)).mechanism == "ghost"][:SCALED]
    rows = [row for net in ghosts if (row := scale_row(net)) is not None]
    return {"tried": len(ghosts)} | scales_counted(rows) | {"rows": rows}


def scales_counted(rows: list[Row]) -> Row:
    """How the break grows towards the birth: by a power if a pair is born, by a logarithm if a sink's answer turns right."""
    pairs = [row["exponent"] for row in rows if row["saddle_node"] and row["exponent"] is not None]
    sinks = [row["logarithm"] for row in rows if not row["saddle_node"] and row["logarithm"] is not None]
    return {
        "born": len(rows), "saddle_nodes": sum(row["saddle_node"] for row in rows), "exponent": spread(pairs),
        "sinks": len(sinks), "logarithm": spread(sinks),
        "gap": spread([abs(row["critical"] - row["ends"]) for row in rows if row["ends"] is not None]),
    }  # fmt: skip


def scale_row(selected: SelectedNet) -> Row | None:
    """One net: the scale at which its fixed point is born, the scale at which its break ends, and breaks at several distances.

    None if no tried scale has such a fixed point, or if the unscaled net has it.
    """

    def nines_at(factor: float) -> HeldInput:
        return nines_of(scaled(selected.net, factor))

    def born(factor: float) -> bool:
        return correct_stable_fixed_point(nines_at(factor)) is not None

    def never(factor: float) -> bool:
        return nines_at(factor).measured_break(NEVER) is None

    other = next((1 + sign * change for change in SCALES for sign in (-1, 1) if born(1 + sign * change)), None)
    if other is None or born(1.0):
        return None
    critical = bisected(born, 1.0, other)
    before, after = (critical + side * np.sign(other - 1.0) * NEAR for side in (-1, 1))
    ends = bisected(never, before, after, END_HALVINGS) if never(after) and not never(before) else None
    newborn = correct_stable_fixed_point(nines_at(critical))
    assert newborn is not None
    breaks_at = []
    for distance in DISTANCES:
        held_input = nines_at(critical + np.sign(1.0 - critical) * distance)
        breaks_at.append([float(distance), held_input.measured_break(NEVER), predict_break(held_input).steps])
    value = newborn.eigenvalue
    return {
        "seed": selected.seed, "measured": selected.measured, "critical": critical, "ends": ends,
        "eigenvalue": [shortened(value.real), shortened(value.imag)], "saddle_node": bool(abs(value - 1) < ONE),
        "exponent": exponent(breaks_at), "logarithm": logarithm(breaks_at, abs(value)), "breaks": breaks_at,
    }  # fmt: skip


def bisected(true_at: Callable[[float], bool], low: float, high: float, halvings: int = HALVINGS) -> float:
    """The place where a condition becomes true, between `low` where it is false and `high` where it is true. On the true side."""
    for _ in range(halvings):
        middle = (low + high) / 2
        low, high = (low, middle) if true_at(middle) else (middle, high)
    return high


def exponent(breaks_at: list[list[Any]]) -> float | None:
    """The slope of log break against log distance over long breaks. None if there are too few."""
    long = np.array([[distance, measured] for distance, measured, _ in breaks_at if measured is not None and measured >= LONG])
    return float(np.polyfit(*np.log(long).T, 1)[0]) if len(long) >= FEWEST else None


def logarithm(breaks_at: list[list[Any]], factor: float) -> float | None:
    """Nines gained when the distance shrinks by the factor e, as a multiple of −1/ln of the sink's factor."""
    smallest = [(distance, measured) for distance, measured, _ in breaks_at[:SMALLEST] if measured is not None]
    if len(smallest) < SMALLEST or factor >= 1:
        return None
    (near, long), (far, short) = smallest[0], smallest[-1]
    return float((long - short) / np.log(far / near) * -np.log(factor))


@cache
def trainings() -> tuple[list[int], list[Any], np.ndarray]:
    """Seeds, stacks of nets after every update, and breaks `[updates, S]` (`ROUGH_LIMIT` for later ones)."""
    like = next(group for group in groups() if group.name == LIKE)
    group: Group = dataclasses.replace(like, epochs=2)
    seeds = list(range(FIRST_FILMED_SEED, FIRST_FILMED_SEED + 5 * BORN))
    stacks = [nets for _, nets in snapshots(group.run, seeds)]
    return seeds, stacks, np.array([breaks(nets, ROUGH_LIMIT) for nets in stacks])


def crossings(rough: np.ndarray) -> Iterator[tuple[int, int]]:
    """(index of the seed, index of the update) where the break ends, with room for the film before and after."""
    for seed, column in enumerate(rough.T):
        for update in range(FILM_BEFORE, len(column) - FILM_AFTER):
            if (column[update - 3 : update] < ROUGH_LIMIT).all() and (column[update : update + AFTER] >= ROUGH_LIMIT).all():
                yield seed, update
                break


def births() -> Row:
    """The update at which a stable fixed point that stores the carry is born, and the update at which the break ends."""
    seeds, stacks, rough = trainings()
    rows = []
    for seed, update in list(crossings(rough))[:BORN]:
        window = range(update - BEFORE, update + AFTER)
        held_inputs = [nines_of(at_seed(stacks[number], seed)) for number in window]
        points = [correct_stable_fixed_point(held_input) for held_input in held_inputs]
        exists = [point is not None for point in points]
        endless = [held_input.measured_break(ENDLESS) is None for held_input in held_inputs]
        predicted = [predict_break(held_input).steps is None for held_input in held_inputs]
        newborn = next((point for point in points[true_from(exists) :] if point is not None), None)
        rows.append({
            "seed": seeds[seed], "first_update": window[0] + 1, "born": true_from(exists), "endless": true_from(endless),
            "said": true_from(predicted), "eigenvalue": newborn and shortened(abs(newborn.eigenvalue)),
            "rests": flags(exists), "never": flags(endless), "said_never": flags(predicted),
        })  # fmt: skip
    lags = [row["endless"] - row["born"] for row in rows]
    exists_agrees, predicted_agrees = (
        np.array([a == b for row in rows for a, b in zip(row[name], row["never"], strict=True)]) for name in ("rests", "said_never")
    )
    return {
        "seeds": len(rows), "same_update": sum(lag == 0 for lag in lags), "within_one": sum(abs(lag) <= 1 for lag in lags),
        "lags": lags, "updates_agree": counted(exists_agrees), "said_agree": counted(predicted_agrees),
        "said_same": sum(row["said"] == row["endless"] for row in rows), "rows": rows,
    }  # fmt: skip


def flags(states: list[bool]) -> str:
    """One digit for each update: 1 for true."""
    return "".join("01"[state] for state in states)


def true_from(states: list[bool]) -> int:
    """The first index from which on all states are true."""
    return len(states) - next((index for index, state in enumerate(reversed(states)) if not state), len(states))


def film() -> Row:
    """One training near a birth: the fixed points under nines on the slow axis of the newborn one, and the breaks."""
    seeds, stacks, rough = trainings()
    for seed, update in crossings(rough):
        held_input = nines_of(at_seed(stacks[update], seed))
        newborn = correct_stable_fixed_point(held_input)
        if newborn is not None and newborn.eigenvalue.real >= NEARLY_ONE and newborn.eigenvalue.imag == 0:
            break
    else:
        raise ValueError("no training shows the birth of a pair")
    axis = reduced(held_input.held_map, nearest_slow_point(held_input.held_map, newborn.state))
    window = range(update - FILM_BEFORE, update + FILM_AFTER)
    frames = [frame(nines_of(at_seed(stacks[number], seed)), number + 1, axis, newborn) for number in window]
    return {"seed": seeds[seed], "birth": update + 1, "eigenvalue": shortened(abs(newborn.eigenvalue)), "frames": frames}


def frame(held_input: HeldInput, update: int, axis: Reduction, newborn: FixedPointState) -> Row:
    """One update of the film. Fixed points are searched from an orbit, from a line along the axis, and from random states."""
    held_map = held_input.held_map
    orbit = [held_map.start()]
    for _ in range(20):
        orbit.append(held_map.step(orbit[-1]))
    random = held_map.steps(np.random.default_rng(0).uniform(-1, 1, (held_map.size, 10)), 2)
    line = newborn.state + axis.basis[:, :1] * np.linspace(-1, 1, 9)
    points = fixed_points_from(held_input, np.concatenate([*orbit[1::3], newborn.state, line, random], axis=1))
    return {
        "update": update, "measured": held_input.measured_break(ENDLESS), "predicted": predict_break(held_input).steps,
        "begins": shortened(float(axis.coordinates(held_input.start_state)[0, 0])),
        "rests": [{"at": shortened(float(axis.coordinates(point.state)[0, 0])), "eigenvalue": shortened(abs(point.eigenvalue)),
                   "stable": point.stable, "right": point.right} for point in points],
    }  # fmt: skip


PARTS: dict[str, Callable[[], Row]] = {"push": push, "scale": scale, "births": births, "film": film}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", choices=PARTS, default=None)
    options = parser.parse_args()
    for name in options.only if options.only is not None else [name for name in PARTS if name not in stored()["parts"]]:
        started = time.perf_counter()
        part = PARTS[name]() | {"seconds": time.perf_counter() - started}
        results = stored()  # another process may have added a part
        results["parts"][name] = part
        results["environment"] = json.loads(environment().to_json())
        RESULTS.write_text(compact(results) + "\n")
        shown = {key: value for key, value in results["parts"][name].items() if key not in ("rows", "frames")}
        print(name, json.dumps(shown), flush=True)


def stored() -> Row:
    """What the file already holds."""
    return json.loads(RESULTS.read_text()) if RESULTS.exists() else {"format": 1, "parts": {}}


def compact(results: Row) -> str:
    """JSON with each row and each frame in one line."""
    lines = []
    for name, part in results["parts"].items():
        listed = next(key for key in ("rows", "frames") if key in part)
        rows = ",\n   ".join(json.dumps(row) for row in part[listed])
        rest = json.dumps({key: value for key, value in part.items() if key != listed})[1:-1]
        lines.append(f'  "{name}": {{{rest}, "{listed}": [\n   {rows}\n  ]}}')
    head = json.dumps({key: value for key, value in results.items() if key != "parts"})[1:-1]
    return f'{{{head},\n "parts": {{\n' + ",\n".join(lines) + "\n }}"


if __name__ == "__main__":
    main()
