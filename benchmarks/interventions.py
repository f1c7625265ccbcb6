"""Cause, not correlation: pushed states, scaled weights, and training seen as a film. Writes `docs/results/interventions.json`.

    python -m benchmarks.interventions [--only push scale film births]

Parts that the file holds already are not run again unless they are named with --only. Nets are "born" ones
(`benchmarks/selection.py`), or seen in training update by update: all by the recipe `blog`, with 16 units, on the post's data and
on seeds that nothing else used.
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
from anylength.dynamics.interventions import (
    FixedPointState,
    correct_stable_fixed_point,
    fixed_points_from,
    idle_direction,
    pushed,
    scaled,
    slow_direction,
)  # fmt: skip
from anylength.experiments.runs.environment import environment
from anylength.lengths import share
from benchmarks.breaks import Row, hold_of, resampled, shortened, spearman, spread
from benchmarks.selection import NEVER, Group, SelectedNet, groups, select_nets
from benchmarks.snapshots import at_seed, breaks, snapshots

RESULTS = Path(__file__).parent.parent / "docs" / "results" / "interventions.json"
FIRST, FILMED = 60_000, 61_000
PUSHED, SCALED, BORN = 54, 22, 22
DELTAS = (-0.2, -0.1, -0.05, 0.05, 0.1, 0.2)
"""Lengths of the pushes along the slow direction; a unit's range is 2."""

DISTANCES = np.geomspace(3e-6, 1e-2, 8)
"""Distances of the scale from its critical value."""

ONE = 5e-4
"""An eigenvalue so near to 1 at the birth is taken for 1: the resting point is born as one of a pair."""

NEAR = 1e-3
"""So near the critical scale the end of the break is looked for."""

BEFORE, AFTER = 8, 8
"""Updates that are looked at around the one from which on the net never breaks (at least for so many)."""

FILM_BEFORE, FILM_AFTER, NEARLY = 30, 12, 0.9
"""The film's updates; it shows the first birth whose resting point has a real eigenvalue of 0.9 or more: it came in a pair."""

ENDLESS = 2_000
"""Nines after which a net counts as one that never breaks, in the film and the births."""


@cache
def nets() -> list[SelectedNet]:
    """Nets that carry over 8 to 500 nines."""
    like = next(group for group in groups() if group.name == "born/blog/post/rnn/16/3")
    found: list[SelectedNet] = []
    for first in range(FIRST, FIRST + 1_000, 100):
        block = select_nets(dataclasses.replace(like, first=first, seeds=96))
        found += [pick for pick in block if 8 <= pick.measured <= 500]
        if len(found) >= PUSHED:
            break
    return found[:PUSHED]


def push() -> Row:
    """The state after the first nines is pushed along the slow direction, and as far along a direction that is not slow."""
    rng, rows = np.random.default_rng(0), []
    for pick in nets():
        held_input = hold_of(pick.net)
        found = predict_break(held_input)
        slow, idle = slow_direction(found.reduction), idle_direction(found.reduction, rng)
        for delta in DELTAS:
            along, across = pushed(held_input, delta * slow), pushed(held_input, delta * idle)
            rows.append({
                "seed": pick.seed, "mechanism": found.mechanism, "delta": delta, "before": pick.measured,
                "measured": along.measured_break(NEVER), "predicted": predict_break(along).steps,
                "control": across.measured_break(NEVER),
            })  # fmt: skip
    return {"nets": len(nets()), "deltas": DELTAS, **pushes_counted(rows), "rows": rows}


def pushes_counted(rows: list[Row]) -> Row:
    """How well the predictions follow the pushes; never counts as 10,000 nines."""
    before, measured, said, control = (
        np.array([NEVER if row[name] is None else row[name] for row in rows], float)
        for name in ("before", "measured", "predicted", "control")
    )
    off, changed = np.abs(said - measured), measured != before
    moved, moved_by_control = np.abs(np.log(measured / before)), np.abs(np.log(control / before))
    return {
        "spearman": resampled(measured, said, spearman),
        "spearman_of_shifts": resampled((measured - before)[changed], (said - before)[changed], spearman),
        "within_tenth": counted((off <= 1) | (off <= 0.1 * measured)),
        "unmoved_would_be_within_tenth": counted((np.abs(before - measured) <= 1) | (np.abs(before - measured) <= 0.1 * measured)),
        "right_way": counted(np.sign(said - before)[changed] == np.sign(measured - before)[changed]),
        "control_within_tenth": counted((np.abs(control - before) <= 1) | (np.abs(control - before) <= 0.1 * before)),
        "median_shift": float(np.median(np.expm1(moved))), "median_shift_of_control": float(np.median(np.expm1(moved_by_control))),
    }  # fmt: skip


def counted(good: np.ndarray) -> Row:
    return json.loads(share(int(good.sum()), len(good)).to_json())


def scale() -> Row:
    """The recurrent weights are scaled to where the carry's resting point is born; before it the break grows without bound.

    Of the nets those that pass a ghost.
    """
    ghosts = [pick for pick in nets() if predict_break(hold_of(pick.net)).mechanism == "ghost"][:SCALED]
    rows = [row for pick in ghosts if (row := scaled_one(pick)) is not None]
    return {"tried": len(ghosts)} | scales_counted(rows) | {"rows": rows}


def scales_counted(rows: list[Row]) -> Row:
    """How the break grows towards the birth: by a power where a pair is born, by a logarithm where a sink's answer turns right."""
    pairs = [row["exponent"] for row in rows if row["saddle_node"] and row["exponent"] is not None]
    sinks = [row["logarithm"] for row in rows if not row["saddle_node"] and row["logarithm"] is not None]
    return {
        "born": len(rows), "saddle_nodes": sum(row["saddle_node"] for row in rows), "exponent": spread(pairs),
        "sinks": len(sinks), "logarithm": spread(sinks),
        "gap": spread([abs(row["critical"] - row["ends"]) for row in rows if row["ends"] is not None]),
    }  # fmt: skip


def scaled_one(pick: SelectedNet) -> Row | None:
    """One net: the scale at which its resting point is born, the one at which its break ends, and the breaks on the way."""

    def hold_at(factor: float) -> HeldInput:
        return hold_of(scaled(pick.net, factor))

    def born(factor: float) -> bool:
        return correct_stable_fixed_point(hold_at(factor)) is not None

    def never(factor: float) -> bool:
        held_input = hold_at(factor)
        return held_input.measured_break(NEVER) is None

    other = next((1 + sign * far for far in (0.05, 0.1, 0.2, 0.3) for sign in (-1, 1) if born(1 + sign * far)), None)
    if other is None or born(1.0):
        return None
    critical = bisected(born, 1.0, other)
    before, after = (critical + side * np.sign(other - 1.0) * NEAR for side in (-1, 1))
    ends = bisected(never, before, after, 11) if never(after) and not never(before) else None
    rest = correct_stable_fixed_point(hold_at(critical))
    assert rest is not None
    away = np.sign(1.0 - critical)
    found = []
    for distance in DISTANCES:
        held_input = hold_at(critical + away * distance)
        found.append([float(distance), held_input.measured_break(NEVER), predict_break(held_input).steps])
    value = rest.eigenvalue
    return {
        "seed": pick.seed, "measured": pick.measured, "critical": critical, "ends": ends,
        "eigenvalue": [shortened(value.real), shortened(value.imag)], "saddle_node": bool(abs(value - 1) < ONE),
        "exponent": exponent(found), "logarithm": logarithm(found, abs(value)), "breaks": found,
    }  # fmt: skip


def bisected(true_at: Callable[[float], bool], low: float, high: float, halvings: int = 24) -> float:
    """The place between an end where something is false and one where it is true, on the true side."""
    for _ in range(halvings):
        middle = (low + high) / 2
        low, high = (low, middle) if true_at(middle) else (middle, high)
    return high


def exponent(found: list[list[Any]]) -> float | None:
    """The slope of log break against log distance, over breaks of 50 and more."""
    kept = np.array([[distance, measured] for distance, measured, _ in found if measured is not None and measured >= 50])
    return float(np.polyfit(*np.log(kept).T, 1)[0]) if len(kept) >= 4 else None


def logarithm(found: list[list[Any]], factor: float) -> float | None:
    """Nines more for each e-fold of a smaller distance, over the three smallest, as a multiple of −1/ln of the sink's factor."""
    kept = [(distance, measured) for distance, measured, _ in found[:3] if measured is not None]
    if len(kept) < 3 or factor >= 1:
        return None
    (near, long), (far, short) = kept[0], kept[-1]
    return float((long - short) / np.log(far / near) * -np.log(factor))


@cache
def trainings() -> tuple[list[int], list[Any], np.ndarray]:
    """Seeds, stacks of nets after every update, breaks `[updates, S]` (10,000 for never)."""
    like = next(group for group in groups() if group.name == "born/blog/post/rnn/16/3")
    group: Group = dataclasses.replace(like, epochs=2)
    seeds = list(range(FILMED, FILMED + 5 * BORN))
    stacks = [nets for _, nets in snapshots(group.run, seeds)]
    rough = np.array([breaks(nets, 300) for nets in stacks])
    return seeds, stacks, rough


def crossings(rough: np.ndarray) -> Iterator[tuple[int, int]]:
    """(seed's place, update's place) where a break of less than 300 gives way to none, with room before and after."""
    for at, column in enumerate(rough.T):
        for update in range(FILM_BEFORE, len(column) - FILM_AFTER):
            if (column[update - 3 : update] < 300).all() and (column[update : update + AFTER] >= 300).all():
                yield at, update
                break


def births() -> Row:
    """The update at which a stable resting point that carries is born, and the one at which the break becomes infinite."""
    seeds, stacks, rough = trainings()
    rows = []
    for at, update in list(crossings(rough))[:BORN]:
        window = range(update - BEFORE, update + AFTER)
        held_inputs = [hold_of(at_seed(stacks[u], at)) for u in window]
        found = [correct_stable_fixed_point(held_input) for held_input in held_inputs]
        carries = [rest is not None for rest in found]
        lasts = [held_input.measured_break(ENDLESS) is None for held_input in held_inputs]
        said = [predict_break(held_input).steps is None for held_input in held_inputs]
        newborn = next((rest for rest in found[with_epochs(carries) :] if rest is not None), None)
        rows.append({
            "seed": seeds[at], "first_update": window[0] + 1, "born": with_epochs(carries), "endless": with_epochs(lasts),
            "said": with_epochs(said), "eigenvalue": newborn and shortened(abs(newborn.eigenvalue)),
            "rests": flags(carries), "never": flags(lasts), "said_never": flags(said),
        })  # fmt: skip
    lags = [row["endless"] - row["born"] for row in rows]
    same, told = (
        np.array([a == b for row in rows for a, b in zip(row[name], row["never"], strict=True)]) for name in ("rests", "said_never")
    )
    return {
        "seeds": len(rows), "same_update": sum(lag == 0 for lag in lags), "within_one": sum(abs(lag) <= 1 for lag in lags),
        "lags": lags, "updates_agree": counted(same), "said_agree": counted(told),
        "said_same": sum(row["said"] == row["endless"] for row in rows), "rows": rows,
    }  # fmt: skip


def flags(states: list[bool]) -> str:
    """A digit an update."""
    return "".join("01"[state] for state in states)


def with_epochs(states: list[bool]) -> int:
    """From which place on all are true."""
    return len(states) - next((at for at, good in enumerate(reversed(states)) if not good), len(states))


def film() -> Row:
    """One training near the birth: resting points under nines on the slow axis of the newborn one, and the breaks."""
    seeds, stacks, rough = trainings()
    for at, update in crossings(rough):
        held_input = hold_of(at_seed(stacks[update], at))
        newborn = correct_stable_fixed_point(held_input)
        if newborn is not None and newborn.eigenvalue.real >= NEARLY and newborn.eigenvalue.imag == 0:
            break
    else:
        raise ValueError("no training shows a pair being born")
    axis = reduced(held_input.held, nearest_slow_point(held_input.held, newborn.state))
    window = range(update - FILM_BEFORE, update + FILM_AFTER)
    frames = [frame(hold_of(at_seed(stacks[number], at)), number + 1, axis, newborn) for number in window]
    return {"seed": seeds[at], "birth": update + 1, "eigenvalue": shortened(abs(newborn.eigenvalue)), "frames": frames}


def frame(held_input: HeldInput, update: int, axis: Reduction, newborn: FixedPointState) -> Row:
    """One update of the film."""
    path = [held_input.held.start()]
    for _ in range(20):
        path.append(held_input.held.step(path[-1]))
    cloud = held_input.held.steps(np.random.default_rng(0).uniform(-1, 1, (held_input.held.size, 10)), 2)
    line = newborn.state + axis.basis[:, :1] * np.linspace(-1, 1, 9)
    found = fixed_points_from(held_input, np.concatenate([*path[1::3], newborn.state, line, cloud], axis=1))
    return {
        "update": update, "measured": held_input.measured_break(ENDLESS), "predicted": predict_break(held_input).steps,
        "begins": shortened(float(axis.coordinates(held_input.begins)[0, 0])),
        "rests": [{"at": shortened(float(axis.coordinates(rest.state)[0, 0])), "eigenvalue": shortened(abs(rest.eigenvalue)),
                   "stable": rest.stable, "right": rest.right} for rest in found],
    }  # fmt: skip


PARTS: dict[str, Callable[[], Row]] = {"push": push, "scale": scale, "births": births, "film": film}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", choices=PARTS, default=None)
    options = parser.parse_args()
    for name in options.only if options.only is not None else [name for name in PARTS if name not in so_far()["parts"]]:
        started = time.perf_counter()
        found = PARTS[name]() | {"seconds": time.perf_counter() - started}
        results = so_far()  # another process may have added a part
        results["parts"][name] = found
        results["environment"] = json.loads(environment().to_json())
        RESULTS.write_text(compact(results) + "\n")
        shown = {key: value for key, value in results["parts"][name].items() if key not in ("rows", "frames")}
        print(name, json.dumps(shown), flush=True)


def so_far() -> Row:
    """What the file holds."""
    return json.loads(RESULTS.read_text()) if RESULTS.exists() else {"format": 1, "parts": {}}


def compact(results: Row) -> str:
    """JSON, each row and frame on a line."""
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
