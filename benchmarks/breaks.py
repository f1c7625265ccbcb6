"""Predicted against measured breaks of nets that forget the carry under nines. Writes `docs/results/breaks.json`.

    python -m benchmarks.breaks [--only GROUP ...] [--summary]

Groups that the file already holds are not run again unless --only names them; --summary only recomputes the counts. The scored nets
are rnn nets that carry over 4 to 2,000 nines (the prediction runs the first 3), selected as `benchmarks/selection.py` says.
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
from anylength.runs.environment import environment
from anylength.statistics import share
from benchmarks import selection
from benchmarks.naive import LONGEST, naive
from benchmarks.selection import Group, SelectedNet

RESULTS = Path(__file__).parent.parent / "docs" / "results" / "breaks.json"
BASELINES = ("simple", "passage", "decay", "radius", "linear")
"""The simpler predictions of `benchmarks.naive`."""

FACTOR = 1.5
"""A prediction within this factor of the measured break counts as near."""

RESAMPLES = 2_000
"""Bootstrap samples: their 95 % intervals vary in the third digit."""

LONG = 50
"""Breaks of at least this many nines are also counted alone."""

Row = dict[str, Any]


def nines_of(net: Any) -> HeldInput:
    """The held input of nines from the start."""
    task = selection.task()
    return HeldInput.of(net, task.machine, (), task.base - 1, tail=task.tail)


def row(pick: SelectedNet) -> Row:
    """The row of one net."""
    held_input = nines_of(pick.net)
    prediction = predict_break(held_input)
    return {
        "seed": pick.seed, "updates": pick.updates, "part": pick.part, "threshold": pick.threshold, "measured": pick.measured,
        "predicted": prediction.steps, **described(prediction),
        **{name: shortened(value) for name, value in naive(held_input, prediction).items()},
    }  # fmt: skip


def described(prediction: BreakPrediction) -> Row:
    """The slow point of a prediction as fields of a row."""
    leading = prediction.reduction.eigenvalues[0]
    return {
        "way": prediction.method, "mechanism": prediction.mechanism, "dimensions": prediction.reduction.dimensions,
        "eigenvalue": [shortened(leading.real), shortened(leading.imag)], "speed": shortened(prediction.reduction.point.speed),
        "amplitude": shortened(prediction.amplitude), "fast_part": shortened(prediction.fast_part),
        "near_border": prediction.near_border,
    }  # fmt: skip


def shortened(value: float | None) -> float | None:
    """A number rounded to six digits."""
    return None if value is None else float(f"{value:.6g}")


def measured_group(group: Group) -> Row:
    """Trains, measures and predicts the nets of a group."""
    started = time.perf_counter()
    nets = selection.select_nets(group)
    trained = time.perf_counter()
    fields = {name: value for name, value in dataclasses.asdict(group).items() if name not in ("name", "recipe")}
    return fields | {
        "recipe": group.recipe.name, "settings": group.recipe.settings(), "rows": [row(pick) for pick in nets],
        "training_seconds": trained - started, "prediction_seconds": time.perf_counter() - trained,
    }  # fmt: skip


def summary(groups: dict[str, Row]) -> Row:
    """All figures: for the scored rnn nets, for the other cells, and for nets that never break."""
    nets = [net for group in groups.values() if group["cell"] == "rnn" for net in group["rows"]]
    gated = {cell: [net for group in groups.values() if group["cell"] == cell for net in group["rows"]] for cell in ("gru", "lstm")}
    ghosts = [net for net in nets if net["mechanism"] == "ghost" and selection.SHORTEST <= net["measured"] <= selection.LONGEST]
    scored = [net for net in nets if selection.SHORTEST <= net["measured"] <= selection.LONGEST]
    return {
        "nets": len(nets), "too_short": sum(net["measured"] < selection.SHORTEST for net in nets),
        "too_long": sum(selection.LONGEST < net["measured"] < selection.NEVER for net in nets),
        "scored": len(scored), "measured": spread([net["measured"] for net in scored]),
        "prediction": figures(scored, "predicted"),
        "picked": {how: figures([net for group in groups.values() if (group["how"], group["cell"]) == (how, "rnn")
                                 for net in group["rows"] if net in scored], "predicted") for how in ("trained", "born")},
        "baselines": {name: figures(scored, name) for name in BASELINES},
        "ghosts": {name: figures(ghosts, name) for name in ("predicted", *BASELINES)},
        "long": {"from": LONG} | figures([net for net in scored if net["measured"] >= LONG], "predicted"),
        "one_direction": figures([net for net in scored if net["dimensions"] == 1], "predicted"),
        "away_from_edges": figures([net for net in scored if not reason(net).startswith(("rounding", "border"))], "predicted"),
        "ways": by(scored, "way"), "mechanisms": by(scored, "mechanism"),
        "agreement": agreement(groups), "short": short(nets),
        "cells": {cell: {"picked": len(rows), **figures(
                      [net for net in rows if selection.SHORTEST <= net["measured"] <= selection.LONGEST],
                                                      "predicted")} for cell, rows in gated.items() if rows},
    }  # fmt: skip


def spread(values: list[int]) -> Row:
    """Minimum, quartiles and maximum."""
    cuts = np.quantile(values, [0, 0.25, 0.5, 0.75, 1])
    return dict(zip(("min", "lower", "median", "upper", "max"), map(float, cuts), strict=True))


def figures(rows: list[Row], name: str) -> Row:
    """How well one prediction does. "Never" counts as 20,000 nines."""
    measured = np.array([net["measured"] for net in rows], float)
    predicted = np.array([LONGEST if net[name] is None else net[name] for net in rows], float)
    if len(rows) < 3:
        return {"nets": len(rows)}
    counts = {"nets": len(rows), "spearman": resampled(measured, predicted, spearman)}
    if name == "radius":
        return counts
    off = np.abs(predicted - measured)
    return counts | {
        "error": {"median_nines": float(np.median(off)), "median_share": resampled(measured, predicted, relative)},
        "within_factor": counted(np.maximum(predicted, 1) / measured, lambda ratio: (ratio >= 1 / FACTOR) & (ratio <= FACTOR)),
        "within_tenth": counted(off / measured, lambda part: (part <= 0.1) | (off <= 1)),
    }


def counted(values: np.ndarray, good: Callable[[np.ndarray], np.ndarray]) -> Row:
    return json.loads(share(int(good(values).sum()), len(values)).to_json())


def relative(measured: np.ndarray, predicted: np.ndarray) -> float:
    """The median of the error as a share of the measured break."""
    return float(np.median(np.abs(predicted - measured) / measured))


def spearman(measured: np.ndarray, predicted: np.ndarray) -> float:
    """The correlation of ranks (Spearman 1904), ties at their mean rank."""
    first, second = ranks(measured), ranks(predicted)
    return 0.0 if np.ptp(second) == 0 or np.ptp(first) == 0 else float(np.corrcoef(first, second)[0, 1])


def ranks(values: np.ndarray) -> np.ndarray:
    """Mean ranks."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(count) - (count - 1) / 2)[place]


def resampled(measured: np.ndarray, predicted: np.ndarray, statistic: Callable[[np.ndarray, np.ndarray], float]) -> Row:
    """A statistic with its 95 % interval by the bootstrap (Efron 1979) over nets."""
    rng = np.random.default_rng(0)
    draws = [statistic(measured[at], predicted[at]) for at in rng.integers(0, len(measured), (RESAMPLES, len(measured)))]
    low, high = np.quantile(draws, [0.025, 0.975])
    return {"value": statistic(measured, predicted), "low": float(low), "high": float(high)}


def by(rows: list[Row], key: str) -> Row:
    """For each value of a key the number of nets, and of those within the factor."""
    counts = Counter(net[key] for net in rows)
    return {
        name: {"nets": count, "within_factor": sum(net[key] == name and near(net) for net in rows)}
        for name, count in sorted(counts.items())
    }


def near(net: Row) -> bool:
    """Whether a prediction is within the factor."""
    return net["predicted"] is not None and 1 / FACTOR <= max(net["predicted"], 1) / net["measured"] <= FACTOR


def agreement(groups: dict[str, Row]) -> Row:
    """Whether a break is predicted exactly for those rnn nets that break within 10,000 nines, by kind of selection."""
    kept = ("seed", "measured", "predicted", "way", "mechanism", "dimensions", "eigenvalue", "amplitude")
    nets = [(group["how"], net) for group in groups.values() if group["cell"] == "rnn" for net in group["rows"]]
    wrong = [(how, net) for how, net in nets if (net["predicted"] is None) != (net["measured"] >= selection.NEVER)]
    never = sum(net["measured"] >= selection.NEVER for _, net in nets)
    counts: Row = {"never": never, "breaks": len(nets) - never}
    for how in ("trained", "born"):
        tried, missed = (sum(kind == how for kind, _ in part) for part in (nets, wrong))
        counts[how] = json.loads(share(tried - missed, tried).to_json())
    listed = [{"how": how, **{name: net[name] for name in kept}, "reason": reason(net)} for how, net in wrong]
    return counts | {
        "agreed": json.loads(share(len(nets) - len(wrong), len(nets)).to_json()),
        "reasons": dict(Counter(net["reason"] for net in listed)), "exceptions": listed,
    }  # fmt: skip


def reason(net: Row) -> str:
    """Why the prediction may be wrong about whether a net breaks at all, judged by the prediction alone."""
    if net["way"] == "rounding":
        return "rounding: the margin comes within 1e-4 of 0"
    if net["near_border"]:
        return "border: the start is nearer to the border between two basins than the square of its fast part"
    return "several slow directions" if net["dimensions"] > 1 else "not known"


def short(nets: list[Row]) -> Row:
    """Nets that break within the nines that the prediction runs, and how many of them it predicts within 2 nines."""
    rows = [net for net in nets if net["measured"] < selection.SHORTEST]
    return {"nets": len(rows), "said_within_2_nines": sum(
        net["predicted"] is not None and abs(net["predicted"] - net["measured"]) <= 2 for net in rows)}  # fmt: skip


def written(results: Row) -> None:
    """Writes the file, one net in a line."""
    marks = {f"{name} {at}": net for name, group in results["groups"].items() for at, net in enumerate(group["rows"])}
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
        measured = measured_group(every[name])
        results["groups"][name] = measured
        results["environment"] = json.loads(environment().to_json())
        written(results)
        print(f"{name:36} {len(measured['rows']):3} nets, {measured['training_seconds']:.0f} s to train", flush=True)
    results["summary"] = summary(results["groups"])
    written(results)
    shown = {key: value for key, value in results["summary"].items() if key != "agreement"}
    print(json.dumps(shown, indent=1))


if __name__ == "__main__":
    main()
