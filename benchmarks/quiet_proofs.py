"""How long proofs of plain nets take where nothing else runs. Writes `docs/results/quiet-proofs.json`.

    python -m benchmarks.quiet_proofs [--only NAME ...] [--budget 60]

The nets of the post that `benchmarks.plain_nets` proved, most of them beside other work, are trained and proved once more, one by
one. Trained on another kind of processor, a net may be another one: then its verdict may differ, too. Compiled programs are kept in
the user's folder, as `anylength prove` keeps them. Run it twice: then they are there. A first proof of a size takes longer.
"""

import argparse
import math
import os
import statistics
import sys
import time
from typing import Any

from anylength.cli.main import configure_libraries
from anylength.records.verdicts import PROVED
from anylength.rules import task_named
from anylength.verification.verdicts import verify
from anylength.verification.verdicts.checker import check_bytes, check_shared_out
from anylength_check.__main__ import processors
from benchmarks import plain_nets
from benchmarks.plain_nets import KINDS, Kind
from benchmarks.results_file import RESULTS, read_parts, save_part

FILE = RESULTS / "quiet-proofs.json"

NAMES = ("12 units", "16 units", "12 units, seeds 0 to 99", "16 units, seeds 0 to 99")
"""The rows of `benchmarks.plain_nets`."""


def proof_of(kind: Kind, seed: int, budget: float) -> dict[str, Any]:
    """The verdict on a net, the seconds it took, and those of the check: of one process, and shared out to processes."""
    net = kind.net(seed)
    started = time.perf_counter()
    found = verify(net, task_named(kind.task), budget=budget)
    result: dict[str, Any] = {"seed": seed, "verdict": found.verdict.verdict, "seconds": time.perf_counter() - started}
    if found.verdict.verdict == PROVED and found.certificate is not None and found.weights is not None:
        result |= {"regions": found.verdict.regions, "certificate_bytes": len(found.certificate)}
        for name, checker in (("check_seconds", check_bytes), ("shared_check_seconds", check_shared_out)):
            started = time.perf_counter()
            result["valid"] = checker(found.certificate, found.weights).valid
            result[name] = time.perf_counter() - started
    return result


def summary(nets: list[dict[str, Any]]) -> dict[str, Any]:
    """How many nets are proved; the median of seconds of all, where those of others are longer; and medians of the proved."""
    proved = [net for net in nets if net["verdict"] == PROVED]
    seconds = statistics.median(net["seconds"] if net["verdict"] == PROVED else math.inf for net in nets)
    result: dict[str, Any] = {"proved": len(proved), "of": len(nets), "seconds": seconds if math.isfinite(seconds) else None}
    for name in ("regions", "check_seconds", "shared_check_seconds") if proved else ():
        values = [net[name] for net in proved]
        result[name] = {"median": statistics.median(values), "max": max(values)}
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", choices=NAMES, default=NAMES)
    parser.add_argument("--budget", type=float, default=60.0, help="seconds for a net")
    options = parser.parse_args()
    recorded = read_parts(plain_nets.FILE)["parts"]
    for name in options.only:
        kind, nets = KINDS[name], list[dict[str, Any]]()
        assert isinstance(kind, Kind)
        about = kind.about() | {"budget_seconds": options.budget, "processes": processors()}
        for seed in (net["seed"] for net in recorded[name]["nets"] if net["verdict"] == PROVED):
            nets.append(proof_of(kind, seed, options.budget))
            print(name, nets[-1], flush=True)
            save_part(FILE, name, about | summary(nets) | {"nets": nets})


if __name__ == "__main__":
    if "JAX_COMPILATION_CACHE_DIR" not in os.environ:  # the libraries read their settings when they are imported
        configure_libraries()
        os.execv(sys.executable, [sys.executable, "-m", "benchmarks.quiet_proofs", *sys.argv[1:]])
    main()
