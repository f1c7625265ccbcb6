"""The smallest proved counter: unrolled training with fewer and fewer units over many seeds. Writes `docs/results/smallest/`.

    python -m benchmarks.smallest [--units 5 4] [--seeds 192]

The folder holds the proved net with the fewest parameters (of those, the one with the largest noise budget) and its certificate.
"""

import argparse
import dataclasses
import json
import time
from pathlib import Path

from anylength.nets import describe, to_bytes
from anylength.rules import task_named
from anylength.runs.environment import environment
from anylength.statistics import share
from anylength.training import UNROLLED, fit_block
from anylength.verification.verdicts import Verification, verify

FOLDER = Path(__file__).parent.parent / "docs" / "results" / "smallest"
RECIPE = dataclasses.replace(UNROLLED, noise=0.05, error_threshold=0.02, learning_rate=0.03, batch=16, epochs=50, gain=2.0)
"""Few units leave little room: less noise, a looser gate, more and faster updates, larger first weights."""

VERDICT_SECONDS = 0.3
"""Seconds for each verdict: a proof takes less, and nets without one are not needed."""


def train_and_verify(units: int, seeds: int) -> tuple[dict[str, object], Verification | None, bytes]:
    """All seeds of one size: their figures, the best proof, its weights."""
    task, started = task_named("count"), time.perf_counter()
    nets = [trained.net for trained in fit_block(task, range(seeds), recipe=RECIPE, hidden=units, data="hundred")]
    verifications = [verify(net, task, budget=VERDICT_SECONDS) for net in nets]
    proved = [index for index, result in enumerate(verifications) if result.verdict.verdict == "PROVED"]
    best = max(proved, key=lambda index: verifications[index].verdict.noise_budget or 0.0, default=None)
    figures = {
        "units": units,
        "parameters": nets[0].parameters,
        "proved": json.loads(share(len(proved), seeds).to_json()),
        "best_seed": best,
        "verdict": json.loads(verifications[best].verdict.to_json()) if best is not None else None,
        "seconds": time.perf_counter() - started,
    }
    if best is None:
        return figures, None, b""
    return figures, verifications[best], to_bytes(nets[best], describe(nets[best], task))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, nargs="*", default=[5, 4])
    parser.add_argument("--seeds", type=int, default=192)
    options = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    rows = []
    for units in sorted(options.units, reverse=True):
        figures, verification, weights = train_and_verify(units, options.seeds)
        rows.append(figures)
        print(json.dumps({key: value for key, value in figures.items() if key != "verdict"}), flush=True)
        if verification and verification.certificate:
            (FOLDER / "model.safetensors").write_bytes(weights)
            (FOLDER / "certificate.json").write_bytes(verification.certificate)
    facts = {"format": 1, "recipe": dataclasses.asdict(RECIPE), "environment": json.loads(environment().to_json()), "sizes": rows}
    (FOLDER / "smallest.json").write_text(json.dumps(facts, indent=1) + "\n")


if __name__ == "__main__":
    main()
