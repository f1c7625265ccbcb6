"""Compares the speed of anylength with PyTorch and TensorFlow. Writes `benchmarks/results.json` and prints it as a table.

    python -m benchmarks        (or: make bench)

The programs run alternately (ours, theirs, ours, theirs, …), so that a busy machine slows both alike. Times are medians over the
rounds. Ratios are taken within each round; the table shows the median ratio and its range.
"""

import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 3
"""Repetitions of every comparison. More rounds give steadier medians and cost linear time."""

HERE = Path(__file__).parent
PYTHON = [sys.executable, "-W", "ignore"]
TRAIN = [sys.executable, "-m", "anylength", "train", "count", "--recipe", "blog", "--hidden", "16", "--seed", "1", "--quiet"]


def run(command: list[str], env: dict[str, str]) -> tuple[str, float]:
    """Runs a command: its output and its seconds."""
    started = time.perf_counter()
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    return done.stdout, time.perf_counter() - started


def job(module: str, name: str, env: dict[str, str], *more: str) -> dict[str, float]:
    """Runs a job of a benchmark module in a process of its own: the JSON object on its last line of output."""
    return json.loads(run([*PYTHON, "-m", f"benchmarks.{module}", name, *more], env)[0].splitlines()[-1])


def train_ours(env: dict[str, str], scratch: Path) -> float:
    """Seconds of `anylength train` from process start to a finished run."""
    out = scratch / "run"
    shutil.rmtree(out, ignore_errors=True)
    return run([*TRAIN, "--out", str(out)], env)[1]


def row(what: str, unit: str, ours: list[float], theirs: list[float], peer: str) -> dict[str, object]:
    """One row of the results: medians, and the ratios theirs / ours of the rounds."""
    ratios = [b / a for a, b in zip(ours, theirs, strict=False)]
    result = {"what": what, "unit": unit, "ours": statistics.median(ours), "peer": peer if theirs else None}
    if theirs:
        result |= {
            "theirs": statistics.median(theirs),
            "ratio": statistics.median(ratios),
            "ratio_range": [min(ratios), max(ratios)],
        }
    return result


def compare(env: dict[str, str], cold_env: dict[str, str], scratch: Path) -> list[dict[str, object]]:
    """Measures everything in turn, after one training that fills the warm cache."""
    train_ours(env, scratch)
    start: dict[str, list[float]] = {"warm": [], "cold": [], "torch": []}
    spent: dict[str, list[float]] = {name: [] for name in ("pass", "block", "long", "stress", "torch pass", "torch long")}
    tensorflow: list[float] = []
    for _ in range(ROUNDS):
        start["warm"].append(train_ours(env, scratch))
        start["torch"].append(run([*PYTHON, "-m", "benchmarks.torch_count", "train", "1"], env)[1])
        shutil.rmtree(cold_env["XDG_CACHE_HOME"], ignore_errors=True)
        start["cold"].append(train_ours(cold_env, scratch))
        spent["pass"].append(job("ours", "pass", env)["pass_ms"])
        spent["torch pass"].append(job("torch_count", "pass", env)["pass_ms"])
        tensorflow += tensorflow_pass(env)
        spent["block"].append(job("ours", "block", env)["pass_ms"])
        spent["long"].append(job("ours", "long", env)["seconds"])
        spent["torch long"].append(job("torch_count", "long", env)["seconds"])
        job("ours", "stress", env)
        spent["stress"].append(job("ours", "stress", env)["seconds"])
    return rows_of(start, spent, tensorflow)


def rows_of(start: dict[str, list[float]], spent: dict[str, list[float]], tensorflow: list[float]) -> list[dict[str, object]]:
    """The rows of the results."""
    single, block, peer = spent["pass"], spent["block"], "PyTorch"
    return [
        row("process start to 100 %, warm cache", "s", start["warm"], start["torch"], peer),
        row("process start to 100 %, cold cache", "s", start["cold"], start["torch"], peer),
        row("a pass over 9,000 examples (ours with evaluation)", "ms", single, spent["torch pass"], peer),
        row("a pass over 9,000 examples (ours with evaluation)", "ms", single, tensorflow, "TensorFlow dynamic_rnn"),
        row("the same in a block of 64 seeds, a seed", "ms", block, single, "our single seed"),
        row("a million-digit number", "s", spent["long"], spent["torch long"], peer),
        row("stress to 2,000 nines", "s", spent["stress"], [], ""),
    ]


def tensorflow_pass(env: dict[str, str]) -> list[float]:
    """The milliseconds of TensorFlow's pass; empty if TensorFlow is not installed."""
    try:
        result = job("tensorflow_count", "pass", env)
    except subprocess.CalledProcessError:
        return []
    return [result["pass_ms"]] if "pass_ms" in result else []


def environment_in(scratch: Path) -> dict[str, str]:
    """The environment variables of the jobs: CPU only, with a compilation cache in the scratch folder."""
    env = {
        **os.environ,
        "XDG_CACHE_HOME": str(scratch / "warm"),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_USE_LEGACY_KERAS": "1",
        "JAX_PLATFORMS": "cpu",
    }
    env |= {"JAX_COMPILATION_CACHE_DIR": str(scratch / "warm" / "anylength" / "xla")}
    return env | {"JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0", "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1"}


def facts() -> dict[str, object]:
    """What a reader must know about the measurement."""
    machine = f"{os.cpu_count()} processors, {platform.machine()}"
    return {"rounds": ROUNDS, "machine": machine, "python": platform.python_version()}


def show(rows: list[dict[str, object]]) -> None:
    """Prints rows as a table. A ratio above 1 means that anylength is faster."""
    for entry in rows:
        line = f"{entry['what']:52} ours {entry['ours']:9.3f} {entry['unit']:3}"
        if entry.get("ratio"):
            low, high = entry["ratio_range"]
            line += f" {entry['peer']} {entry['theirs']:9.3f} {entry['unit']:3} "
            line += f"ours is {entry['ratio']:.2f} times as fast (range {low:.2f} to {high:.2f})"
        print(line, flush=True)


def main() -> None:
    """Measures everything, writes the results and prints the table."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        env = environment_in(scratch)
        cold = {**env, "XDG_CACHE_HOME": str(scratch / "cold"), "JAX_COMPILATION_CACHE_DIR": str(scratch / "cold" / "xla")}
        rows = compare(env, cold, scratch)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    results = {"format": 1, **facts(), "largest_process_mib": round(peak), "rows": rows}
    (HERE / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    show(rows)


if __name__ == "__main__":
    main()
