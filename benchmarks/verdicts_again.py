"""A sample of the nets of `plain-nets.json`, decided again: do the verdicts stay? Writes `docs/results/verdicts-again.json`.

    python -m benchmarks.verdicts_again [--proved 6] [--refuted 25] [--budget 240] [--only NAME ...]

Of each part every sixth net that was PROVED and every 25th that was REFUTED is taken, so nobody chooses. An interrupted run goes
on. The seconds are processor seconds
of the search beside those of the earlier measurement, which was made on another day: their median ratio is rough.
"""

import argparse
import json
import statistics
from collections import Counter
from typing import Any

from benchmarks.plain_nets import FILE, KINDS, decide
from benchmarks.results_file import RESULTS

AGAIN = RESULTS / "verdicts-again.json"


def main() -> None:
    """Decides the sample again and writes the file after each net."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--proved", type=int, default=6)
    parser.add_argument("--refuted", type=int, default=25)
    parser.add_argument("--budget", type=float, default=240)
    parser.add_argument("--only", nargs="*", default=None)
    options = parser.parse_args()
    parts = json.loads(FILE.read_text())["parts"]
    rows: list[dict[str, Any]] = json.loads(AGAIN.read_text())["rows"] if AGAIN.exists() else []
    known = {(row["part"], row["seed"]) for row in rows}
    for name, part in parts.items():
        if name not in KINDS or (options.only is not None and name not in options.only):
            continue
        sample = [
            net
            for verdict, every in (("PROVED", options.proved), ("REFUTED", options.refuted))
            for net in [net for net in part["nets"] if net["verdict"] == verdict][::every]
        ]
        for net in sample:
            if (name, net["seed"]) in known:
                continue
            found = decide(KINDS[name], net["seed"], options.budget)
            keys = ("seed", "verdict", "seconds")
            now = {"again": found["verdict"], "seconds_again": found["seconds"]}
            rows.append({"part": name} | {key: net[key] for key in keys} | now)
            AGAIN.write_text(json.dumps(summary(rows, options.budget), indent=1) + "\n")
            print(rows[-1], flush=True)


def summary(rows: list[dict[str, Any]], budget: float) -> dict[str, Any]:
    """How many verdicts are as before, and the median ratio of seconds of those that were proved both times."""
    same = [row for row in rows if row["verdict"] == row["again"]]
    ratios = [row["seconds_again"] / row["seconds"] for row in same if row["verdict"] == "PROVED" and row["seconds"] > 0]
    return {
        "budget_seconds": budget,
        "nets": len(rows),
        "same": len(same),
        "before": dict(Counter(row["verdict"] for row in rows)),
        "again": dict(Counter(row["again"] for row in rows)),
        "median_ratio_of_seconds": statistics.median(ratios) if ratios else None,
        "rows": rows,
    }


if __name__ == "__main__":
    main()
