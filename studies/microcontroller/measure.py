"""Measures exported C on an emulated Cortex-M. Writes `docs/results/microcontroller.json`.

    pip install '.[microcontroller]'
    git clone https://github.com/ARM-software/CMSIS-NN
    python -m studies.microcontroller.measure --cmsis CMSIS-NN

Each net is trained and proved by the command line, or lies in `docs/results` with its certificate. Measured are its exported C,
that of the net quantised to int8 and, of the LSTM, calls of CMSIS-NN in float32. Each proof is that of the very net.
"""

import argparse
import dataclasses
import re
import subprocess
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import anylength
from anylength.nets import Net
from anylength.ops.rounding import MODEL_ERRORS, FunctionErrors
from anylength.runs import Run
from anylength.verification.certify import runtime_coverage
from anylength.verification.certify.runtimes import Runtime
from benchmarks.results_file import RESULTS, save_part
from studies.microcontroller.cmsis_nn import cmsis_code
from studies.microcontroller.driver import Code, exported_code, measure
from studies.vnnlib.measure import kept_run, trained_run

FILE = RESULTS / "microcontroller.json"

TRAINED = {
    "count": ("count", "--recipe", "robust", "--data", "hundred"),
    "tomita-5": ("tomita-5", "--cell", "lstm", "--recipe", "certified"),
    "dyck-2": ("dyck-2", "--cell", "stack-rnn"),
}
"""Name → arguments of `anylength train`."""

BUILDS = {
    "Cortex-M4F": ("Cortex-M4F", "-Os", 10_000),
    "Cortex-M4F, -O2": ("Cortex-M4F", "-O2", 10_000),
    "Cortex-M0+": ("Cortex-M0+", "-Os", 500),
}
"""Name → processor, optimisation, words to ask: a processor that has no float takes some 25 times as long to emulate."""

KEPT = ("int8",)
"""Folders of `docs/results` with a net of the task `count` in int8 and its certificate."""


def coverage(run: Run, net: Net, errors: dict[str, float]) -> dict[str, Any]:
    """Whether the proof of a run allows functions with these errors, and what error of tanh it allows at most."""
    largest = FunctionErrors(errors.get("tanh", 0.0), errors.get("sigmoid", 0.0))
    proofs, cell = run.proof.proofs, run.config.cell
    found = runtime_coverage(net, cell, proofs, Runtime("this code", largest))
    times = re.search(r"holds for up to ([0-9,]+) times", runtime_coverage(net, cell, proofs, None).statement)
    allowed = MODEL_ERRORS.tanh * int(times[1].replace(",", "")) if times else None
    return {"covered": found.covered, "statement": found.statement, "allowed_tanh": allowed}


def part(run: Run, code: Code, folder: Path) -> dict[str, Any]:
    """What is measured of all builds of a run's net."""
    net = run.net
    assert isinstance(net, Net)
    on = {}
    for build, (processor, optimisation, words) in BUILDS.items():
        measured = measure(processor, dataclasses.replace(code, flags=(*code.flags, optimisation)), net, folder, words)
        on[build] = dataclasses.asdict(measured) | coverage(run, net, measured.errors)
        print(run.path.name, build, on[build], flush=True)
    verdict = run.verdict
    assert verdict is not None
    return {"task": run.task.name, "cell": run.config.cell, "hidden": net.hidden, "verdict": verdict.verdict, "on": on}


def main() -> None:
    """Measures all nets."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cmsis", type=Path, help="a checkout of CMSIS-NN; without, its old figures stay")
    parser.add_argument("--only", nargs="*", default=[*KEPT, *TRAINED], choices=[*KEPT, *TRAINED], help="nets to measure")
    options = parser.parse_args()
    versions = {name: version(name) for name in ("unicorn", "ziglang")}
    with tempfile.TemporaryDirectory() as temporary:
        root, codes = Path(temporary), {}
        for name in options.only:
            if name in KEPT:
                codes[f"count, {name}"] = kept_run(name, root / name)
                continue
            codes[name] = trained_run(TRAINED[name], root / name)
            if name == "dyck-2":
                continue
            anylength.quantise(codes[name], root / f"{name}-int8", to="int8")
            codes[f"{name}, int8"] = Run.open(root / f"{name}-int8")
        for name, run in codes.items():
            assert isinstance(run.net, Net)
            save_part(FILE, name, part(run, exported_code(run.net, run.net_config), root / "c" / name), versions=versions)
        if options.cmsis and "tomita-5" in codes:
            run, command = codes["tomita-5"], ["git", "-C", str(options.cmsis), "rev-parse", "HEAD"]
            assert isinstance(run.net, Net)
            commit = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
            found = part(run, cmsis_code(run.net, options.cmsis), root / "c" / "cmsis")
            save_part(FILE, "tomita-5, CMSIS-NN", found | {"commit": commit})


if __name__ == "__main__":
    main()
