"""Nets that PyTorch trained, imported and judged: do they agree with PyTorch, is any verdict wrong, how long does it take?
Writes `docs/results/imports.json`.

    python -m benchmarks.imports [--seeds 2] [--provable 20] [--updates 150 600] [--budget 3]

Plain nets are trained on random words of 8 digits; the provable ones by the loss of docs/tutorials/pytorch-net.md, with that page's own code.
"""

import argparse
import json
import re
import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file

from anylength.experiments import Run, import_net
from anylength.experiments.runs.environment import environment
from anylength.interchange.agreement import stress_words
from anylength.lengths import share
from anylength.nets import answers
from anylength.tasks import Task, task_named
from tests.torch_made import asked, trained

ROOT = Path(__file__).parent.parent
RESULTS, PAGE = ROOT / "docs" / "results" / "imports.json", ROOT / "docs" / "tutorials" / "pytorch-net.md"
KINDS, SIZES, TASKS = ("RNN", "GRU", "LSTM"), (8, 16, 32), ("count", "add", "parity")
WORDS = 10_000
SPEED_ROUNDS = 7


def judged(model: Any, task: Task, folder: Path, budget: float) -> dict[str, Any]:
    """One model through both commands: seconds, verdict, whether that verdict is true of the model as PyTorch runs it."""
    file = folder / "theirs.safetensors"
    save_file({name: value.contiguous() for name, value in model.state_dict().items()}, file)
    started = time.perf_counter()
    run = folder / "run"
    imported = import_net(file, task, run)
    between = time.perf_counter()
    verdict = Run(run).prove(budget=budget)
    ended = time.perf_counter()
    words = np.concatenate([stress_words(task, limit=80, seed=seed) for seed in (1, 2)], axis=1)[:, :WORDS]
    theirs, right = asked(model, words, task), task.targets(words)
    apart = (answers(Run(run).net, words) != theirs).any(axis=0)
    return {
        "verdict": verdict.verdict, "different": int(apart.sum()), "two_biases": imported.two_biases,
        "wrong_verdict": _contradicted(model, task, verdict.verdict, verdict.counterexample, bool((theirs == right).all())),
        "import_seconds": between - started, "prove_seconds": ended - between,
    }  # fmt: skip


def _contradicted(model: Any, task: Task, verdict: str, counterexample: list[str] | None, right: bool) -> bool:
    """Whether PyTorch's own answers speak against the verdict."""
    if verdict == "REFUTED":
        assert counterexample is not None
        word = task.word(tuple(np.array([int(x) for x in number[::-1]], np.uint8) for number in counterexample))[:, None]
        return bool(np.array_equal(asked(model, word, task), task.targets(word)))
    return verdict == "PROVED" and not right


def plain(seeds: int, updates: list[int], budget: float) -> list[dict[str, Any]]:
    """A row for every task, kind, size and length of training."""
    rows = []
    for name in TASKS:
        for kind in KINDS:
            for hidden in SIZES:
                for many in updates:
                    task, found = task_named(name), []
                    for seed in range(seeds):
                        with tempfile.TemporaryDirectory() as folder:
                            found.append(judged(trained(kind, task, hidden, updates=many, seed=seed), task, Path(folder), budget))
                    row = {"task": name, "kind": kind, "hidden": hidden, "updates": many, "nets": found}
                    print(name, kind, hidden, many, dict(Counter(each["verdict"] for each in found)), flush=True)
                    rows.append(row)
    return rows


def page_code() -> tuple[str, str]:
    """The page's definitions, and its code that trains a provable net."""
    net, _, loss, training, _ = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    return net + loss, training.split("proof =")[0]


def provable(seeds: int, budget: float) -> list[dict[str, Any]]:
    """The nets of the page's own training with other seeds, through both commands."""
    definitions, training = page_code()
    scope: dict[str, Any] = {}
    exec(definitions, scope)
    found = []
    for seed in range(seeds):
        started = time.perf_counter()
        exec(training.replace("manual_seed(1)", f"manual_seed({1000 + seed})"), scope)
        seconds = time.perf_counter() - started
        with tempfile.TemporaryDirectory() as folder:
            found.append(judged(scope["model"].eval(), scope["task"], Path(folder), budget) | {"training_seconds": seconds})
        print("provable", seed, found[-1]["verdict"], flush=True)
    return found


def speed(budget: float) -> dict[str, Any]:
    """Import and prove of one provable net of 16 units, again and again in one process: the first is a warm-up."""
    definitions, training = page_code()
    scope: dict[str, Any] = {}
    exec(definitions + training, scope)
    times = []
    for _ in range(SPEED_ROUNDS + 1):
        with tempfile.TemporaryDirectory() as folder:
            once = judged(scope["model"].eval(), scope["task"], Path(folder), budget)
            times.append(once["import_seconds"] + once["prove_seconds"])
    return {"first": times[0], "seconds": times[1:], "median": statistics.median(times[1:]), "verdict": once["verdict"]}


def summed(rows: list[dict[str, Any]], made: list[dict[str, Any]]) -> dict[str, Any]:
    """All rows together."""
    nets = [net for row in rows for net in row["nets"]]
    proved = sum(net["verdict"] == "PROVED" for net in made)
    return {
        "nets": len(nets),
        "verdicts": dict(sorted(Counter(net["verdict"] for net in nets).items())),
        "wrong_verdicts": sum(net["wrong_verdict"] for net in [*nets, *made]),
        "words_each": WORDS,
        "words_different": sum(net["different"] for net in [*nets, *made]),
        "provable": json.loads(share(proved, len(made)).to_json()),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--provable", type=int, default=20, help="seeds of the provable nets")
    parser.add_argument("--updates", type=int, nargs="+", default=[150, 600])
    parser.add_argument("--budget", type=float, default=3.0)
    options = parser.parse_args()
    torch.set_num_threads(1)
    fast = speed(options.budget)
    made = provable(options.provable, options.budget)
    rows = plain(options.seeds, options.updates, options.budget)
    found = {
        "seeds": options.seeds, "budget": options.budget, "torch": torch.__version__, "summary": summed(rows, made), "speed": fast,
        "provable": made, "plain": rows, "environment": json.loads(environment().to_json()),
    }  # fmt: skip
    RESULTS.write_text(json.dumps(found, indent=1) + "\n")
    print(json.dumps(found["summary"], indent=1))


if __name__ == "__main__":
    main()
