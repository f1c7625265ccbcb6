"""Predicted against measured breaks of nets that forget the carry under nines. Writes `docs/results/breaks.json`.

    python -m benchmarks.breaks [--only GROUP ...] [--summary]

Groups that the file holds already are not run again unless they are named with --only; --summary only counts anew. Scored are rnn
nets that carry over 4 to 2,000 nines (the predictor runs the first 3); `benchmarks/selection.py` says how each net was come by.
"""

import argparse
import dataclasses
import json
import re
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from anylength.dynamics import BreakPrediction, HeldInput, predict_break
from anylength.dynamics.breaks import SURFACE
from anylength.experiments.runs.environment import environment
from anylength.lengths import share
from benchmarks import selection
from benchmarks.naive import LONGEST, naive
from benchmarks.selection import Group, SelectedNet

RESULTS = Path(__file__).parent.parent / "docs" / "results" / "breaks.json"
BASELINES = ("simple", "passage", "decay", "radius", "linear")
FACTOR, RESAMPLED = 1.5, 2_000
ROUNDING, BORDER = 1e-5, 1e-3
"""Distances, in units of the state, below which float32 or the first-order start decide."""

Row = dict[str, Any]


def hold_of(net: Any) -> HeldInput:
    """The nines."""
    task = selection.task()
    return HeldInput.of(net, task.machine, (), task.base - 1, tail=task.tail)


def row(pick: SelectedNet) -> Row:
    """One net."""
    held_input = hold_of(pick.net)
    found = predict_break(held_input)
    return {
        "seed": pick.seed, "updates": pick.updates, "part": pick.part, "threshold": pick.threshold, "measured": pick.measured,
        "predicted": found.steps, **described(found), **{name: shortened(value) for name, value in naive(held_input, found).items()},
    }  # fmt: skip


def described(found: BreakPrediction) -> Row:
    leading = found.reduction.eigenvalues[0]
    return {
        "way": found.method, "mechanism": found.mechanism, "dimensions": found.reduction.dimensions,
        "eigenvalue": [shortened(leading.real), shortened(leading.imag)], "speed": shortened(found.reduction.point.speed),
        "amplitude": shortened(found.amplitude),
    }  # fmt: skip


def shortened(value: float | None) -> float | None:
    """Six digits are enough."""
    return None if value is None else float(f"{value:.6g}")


def measured_group(group: Group) -> Row:
    started = time.perf_counter()
    nets = selection.select_nets(group)
    trained = time.perf_counter()
    fields = {name: value for name, value in dataclasses.asdict(group).items() if name not in ("name", "recipe")}
    return fields | {
        "recipe": group.recipe.name, "settings": group.recipe.settings(), "rows": [row(pick) for pick in nets],
        "training_seconds": trained - started, "prediction_seconds": time.perf_counter() - trained,
    }  # fmt: skip


def summary(groups: dict[str, Row]) -> Row:
    """All figures: of the scored rnn nets, of the other cells, and of nets that never break."""
    nets = [one for group in groups.values() if group["cell"] == "rnn" for one in group["rows"]]
    gated = {cell: [one for group in groups.values() if group["cell"] == cell for one in group["rows"]] for cell in ("gru", "lstm")}
    ghosts = [one for one in nets if one["mechanism"] == "ghost" and selection.SHORTEST <= one["measured"] <= selection.LONGEST]
    scored = [one for one in nets if selection.SHORTEST <= one["measured"] <= selection.LONGEST]
    return {
        "nets": len(nets), "too_short": sum(one["measured"] < selection.SHORTEST for one in nets),
        "too_long": sum(selection.LONGEST < one["measured"] < selection.NEVER for one in nets),
        "scored": len(scored), "measured": spread([one["measured"] for one in scored]),
        "prediction": figures(scored, "predicted"),
        "picked": {how: figures([one for group in groups.values() if (group["how"], group["cell"]) == (how, "rnn")
                                 for one in group["rows"] if one in scored], "predicted") for how in ("trained", "born")},
        "baselines": {name: figures(scored, name) for name in BASELINES},
        "ghosts": {name: figures(ghosts, name) for name in ("predicted", *BASELINES)},
        "long": {"from": 50} | figures([one for one in scored if one["measured"] >= 50], "predicted"),
        "one_direction": figures([one for one in scored if one["dimensions"] == 1], "predicted"),
        "away_from_edges": figures([one for one in scored if not reason(one).startswith(("rounding", "border"))], "predicted"),
        "ways": by(scored, "way"), "mechanisms": by(scored, "mechanism"),
        "agreement": agreement(groups), "short": short(nets),
        "cells": {cell: {"picked": len(rows), **figures(
                      [one for one in rows if selection.SHORTEST <= one["measured"] <= selection.LONGEST],
                                                      "predicted")} for cell, rows in gated.items() if rows},
    }  # fmt: skip


def spread(values: list[int]) -> Row:
    """Minimum, quartiles and maximum."""
    cuts = np.quantile(values, [0, 0.25, 0.5, 0.75, 1])
    return dict(zip(("min", "lower", "median", "upper", "max"), map(float, cuts), strict=True))


def figures(rows: list[Row], name: str) -> Row:
    """How well one prediction does; never counts as 20,000 nines."""
    measured = np.array([one["measured"] for one in rows], float)
    said = np.array([LONGEST if one[name] is None else one[name] for one in rows], float)
    if len(rows) < 3:
        return {"nets": len(rows)}
    found = {"nets": len(rows), "spearman": resampled(measured, said, spearman)}
    if name == "radius":
        return found
    off = np.abs(said - measured)
    return found | {
        "error": {"median_nines": float(np.median(off)), "median_share": resampled(measured, said, relative)},
        "within_factor": counted(np.maximum(said, 1) / measured, lambda ratio: (ratio >= 1 / FACTOR) & (ratio <= FACTOR)),
        "within_tenth": counted(off / measured, lambda part: (part <= 0.1) | (off <= 1)),
    }


def counted(values: np.ndarray, good: Callable[[np.ndarray], np.ndarray]) -> Row:
    return json.loads(share(int(good(values).sum()), len(values)).to_json())


def relative(measured: np.ndarray, said: np.ndarray) -> float:
    """The median of the error as a share of the measured break."""
    return float(np.median(np.abs(said - measured) / measured))


def spearman(measured: np.ndarray, said: np.ndarray) -> float:
    """The correlation of ranks (Spearman 1904), ties at their mean rank."""
    first, second = ranks(measured), ranks(said)
    return 0.0 if np.ptp(second) == 0 or np.ptp(first) == 0 else float(np.corrcoef(first, second)[0, 1])


def ranks(values: np.ndarray) -> np.ndarray:
    """Mean ranks."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(count) - (count - 1) / 2)[place]


def resampled(measured: np.ndarray, said: np.ndarray, statistic: Callable[[np.ndarray, np.ndarray], float]) -> Row:
    """A statistic with its 95 % interval by the bootstrap (Efron 1979) over nets."""
    rng = np.random.default_rng(0)
    draws = [statistic(measured[at], said[at]) for at in rng.integers(0, len(measured), (RESAMPLED, len(measured)))]
    low, high = np.quantile(draws, [0.025, 0.975])
    return {"value": statistic(measured, said), "low": float(low), "high": float(high)}


def by(rows: list[Row], key: str) -> Row:
    """Counts, and how many are within the factor, of each value of a key."""
    counts = Counter(one[key] for one in rows)
    return {
        name: {"nets": count, "within_factor": sum(one[key] == name and near(one) for one in rows)}
        for name, count in sorted(counts.items())
    }


def near(one: Row) -> bool:
    """Whether a prediction is within the factor."""
    return one["predicted"] is not None and 1 / FACTOR <= max(one["predicted"], 1) / one["measured"] <= FACTOR


def agreement(groups: dict[str, Row]) -> Row:
    """Whether "it breaks" is said of those rnn nets that break within 10,000 nines, and of no others: by how they were picked."""
    kept = ("seed", "measured", "predicted", "way", "mechanism", "dimensions", "eigenvalue", "amplitude")
    nets = [(group["how"], one) for group in groups.values() if group["cell"] == "rnn" for one in group["rows"]]
    wrong = [(how, one) for how, one in nets if (one["predicted"] is None) != (one["measured"] >= selection.NEVER)]
    never = sum(one["measured"] >= selection.NEVER for _, one in nets)
    found: Row = {"never": never, "breaks": len(nets) - never}
    for how in ("trained", "born"):
        tried, missed = (sum(one_how == how for one_how, _ in some) for some in (nets, wrong))
        found[how] = json.loads(share(tried - missed, tried).to_json())
    listed = [{"how": how, **{name: one[name] for name in kept}, "reason": reason(one)} for how, one in wrong]
    return found | {
        "agreed": json.loads(share(len(nets) - len(wrong), len(nets)).to_json()),
        "reasons": dict(Counter(one["reason"] for one in listed)), "exceptions": listed,
    }  # fmt: skip


def reason(one: Row) -> str:
    """Why the prediction may be wrong about whether a net breaks at all, from the slow point's figures."""
    if one["way"] == "surface" and one["predicted"] is None and SURFACE < one["measured"] < selection.NEVER:
        return f"cut off: a surface is followed for {SURFACE} steps"
    factor = float(np.hypot(*one["eigenvalue"]))
    if one["dimensions"] == 1 and one["mechanism"] == "sink" and one["amplitude"] * factor ** min(one["measured"], 500) < ROUNDING:
        return "rounding: at the break the state is within 1e-5 of a sink whose answer hangs on so much"
    if one["dimensions"] == 1 and one["amplitude"] < BORDER:
        return "border: the start is within 1e-3 of the border between two fates"
    if one["dimensions"] > 1:
        return "several slow directions"
    return "not known"


def short(nets: list[Row]) -> Row:
    """Nets that break within the nines that the predictor runs: said to break there, too?"""
    rows = [one for one in nets if one["measured"] < selection.SHORTEST]
    return {"nets": len(rows), "said_within_2_nines": sum(
        one["predicted"] is not None and abs(one["predicted"] - one["measured"]) <= 2 for one in rows)}  # fmt: skip


def written(results: Row) -> None:
    """The file, a net a line."""
    marks = {f"{name} {at}": one for name, group in results["groups"].items() for at, one in enumerate(group["rows"])}
    groups = {
        name: group | {"rows": [f"{name} {at}" for at in range(len(group["rows"]))]} for name, group in results["groups"].items()
    }
    text = json.dumps(results | {"groups": groups}, indent=1)
    shown = re.sub(r'"([^"]*)"', lambda mark: json.dumps(marks[mark[1]]) if mark[1] in marks else mark[0], text)
    RESULTS.write_text(shown + "\n")


def main() -> None:
    every = {group.name: group for group in selection.groups()}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", choices=every, default=None)
    parser.add_argument("--summary", action="store_true")
    options = parser.parse_args()
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {"format": 1, "picked": selection.__doc__, "groups": {}}
    missing = [name for name in every if name not in results["groups"]]
    for name in [] if options.summary else options.only if options.only is not None else missing:
        found = measured_group(every[name])
        results["groups"][name] = found
        results["environment"] = json.loads(environment().to_json())
        written(results)
        print(f"{name:36} {len(found['rows']):3} nets, {found['training_seconds']:.0f} s to train", flush=True)
    results["summary"] = summary(results["groups"])
    written(results)
    shown = {key: value for key, value in results["summary"].items() if key != "agreement"}
    print(json.dumps(shown, indent=1))


if __name__ == "__main__":
    main()
