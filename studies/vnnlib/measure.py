"""What other verifiers say of the queries that `studies.vnnlib.export` writes. Writes `docs/results/vnnlib-queries.json`.

    python -m studies.vnnlib.measure --verifier PYTHON [--seconds 10] [--nets NAME …]

PYTHON is the interpreter of an environment with the verifiers: see `studies/vnnlib/verifier.py`. The nets are two proved ones of
`docs/results` and others that are trained here, by the command line with fixed seeds. Each is judged and exported as a user does.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from anylength.cli.main import main as anylength
from anylength.experiments.save import save_net
from anylength.nets import Net, from_bytes
from anylength.rules import task_named
from anylength.runs import Run
from benchmarks.results_file import RESULTS, save_part
from studies.vnnlib.export import export_queries

FILE = RESULTS / "vnnlib-queries.json"
"""The results file."""

VERIFIER = Path(__file__).with_name("verifier.py")
"""The script that runs in the other environment."""

KEPT = ("smallest", "int8")
"""Folders of `docs/results` with a net of the task `count` and its certificate."""

TRAINED = {
    "gru even-pairs": ("even-pairs", "--cell", "gru", "--recipe", "certified"),
    "lstm tomita-5": ("tomita-5", "--cell", "lstm", "--recipe", "certified"),
    "relu tomita-4": ("tomita-4", "--cell", "relu", "--recipe", "certified"),
    "rnn count, taught on 0 to 100": ("count", "--recipe", "blog", "--data", "hundred"),
}
"""Name → arguments of `anylength train`."""


def kept_run(name: str, folder: Path) -> Run:
    """A run of a net that lies in `docs/results`, with its certificate."""
    source = RESULTS / name
    net, _ = from_bytes((source / "model.safetensors").read_bytes(), name)
    assert isinstance(net, Net)
    run = save_net(net, task_named("count"), folder)
    run.write("certificate.json", (source / "certificate.json").read_bytes())
    return run


def trained_run(arguments: tuple[str, ...], folder: Path) -> Run:
    """A run that is trained and judged by the command line."""
    anylength(["train", *arguments, "--out", str(folder), "--quiet"])
    anylength(["prove", str(folder), "--quiet"])
    return Run.open(folder)


def measure(run: Run, queries: Path, verifier: str, seconds: int) -> dict[str, Any]:
    """What the other verifiers say of a run's queries."""
    exported, verdict = export_queries(run, queries), run.verdict
    assert exported.path is not None and verdict is not None, exported.statement
    command = [verifier, str(VERIFIER), str(queries), "--seconds", str(seconds)]
    said = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return {"cell": run.config.cell, "task": run.task.name, "hidden": run.net.hidden, "verdict": verdict.verdict} | said


def main(verifier: str, seconds: int, nets: list[str]) -> None:
    """Measures the nets of these names."""
    with tempfile.TemporaryDirectory() as temporary:
        for name in nets:
            folder = Path(temporary) / name
            run = trained_run(TRAINED[name], folder) if name in TRAINED else kept_run(name, folder)
            save_part(FILE, name, measure(run, folder.with_suffix(".queries"), verifier, seconds))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Asks other verifiers about exported queries.")
    parser.add_argument("--verifier", default=sys.executable, help="the interpreter of an environment with the verifiers")
    parser.add_argument("--seconds", type=int, default=10, help="for each query and verifier")
    parser.add_argument("--nets", nargs="+", choices=(*KEPT, *TRAINED), default=[*KEPT, *TRAINED], help="the nets (default: all)")
    options = parser.parse_args()
    main(options.verifier, options.seconds, options.nets)
