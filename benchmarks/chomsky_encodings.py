"""The tasks of the Chomsky benchmark against the published generators. Writes `docs/results/chomsky-encodings.json`.

    git clone https://github.com/google-deepmind/neural_networks_chomsky_hierarchy PUBLISHED
    python -m benchmarks.chomsky_encodings PUBLISHED

For each of the fifteen tasks and each of `LENGTHS` the published generator draws `SAMPLES` inputs with their outputs. Our rule
must give its output for its input, class for class, in as many steps, and our score must count what the published mask counts.
Then both sides draw `DRAWN` inputs of each of `SHORT` and of `LONG` symbols. Compared are the sets of distinct short inputs, and
by chi-square tests of homogeneity how often each short input occurs, how often each symbol occurs at each place of long inputs,
and how many outputs are scored.

The generators need jax and numpy. Of chex, tqdm and tree they use little. Stand-ins take the place of what is not installed.
"""

import argparse
import hashlib
import importlib
import importlib.util
import random
import sys
import types
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jax
import numpy as np
from scipy.stats import chi2_contingency

from anylength.rules import BENCHMARK, IGNORE_INDEX, STRING_TASKS, Task, task_named
from benchmarks.results_file import RESULTS, save_part

FILE = RESULTS / "chomsky-encodings.json"
"""The results file."""

PACKAGE = "neural_networks_chomsky_hierarchy"
"""The name under which the published modules import each other."""

LENGTHS = (1, 2, 3, 4, 5, 8, 13, 40, 100)
"""Lengths of the inputs whose outputs are compared: short ones, where some tasks have special cases, and longer ones."""

SAMPLES = 1_000
"""Inputs of each length."""

SHORT, LONG = (1, 2, 3), 24
"""Lengths of the inputs whose distributions are compared."""

DRAWN = 5_000
"""Inputs of each side in the comparison of distributions. The rarest input of three symbols has probability 1/125."""

SIGNIFICANT = 0.001
"""A comparison fails below this p-value, divided by the number of tests."""

LEAST_EXPECTED = 5
"""Kinds expected less often on one side are counted together: the chi-square distribution is not exact for rarer ones."""

SEED = 0

FOLDERS = {
    "regular": ("even_pairs", "modular_arithmetic", "parity_check", "cycle_navigation"),
    "dcf": ("reverse_string", "stack_manipulation", "modular_arithmetic_brackets", "solve_equation"),
}
"""The folders of the published tasks. All others are in `cs`."""

ARGUMENTS = {"modular_arithmetic_brackets": {"mult": True}}
"""Arguments that differ from the generators' defaults, as in the published `experiments/constants.py`."""


def stand_ins() -> list[str]:
    """Puts small modules in the place of those that are not installed, and returns their names."""
    missing = {"chex": {"PRNGKey": Any, "Array": Any}, "tqdm": {"tqdm": lambda values: values}, "tree": {"traverse": traverse}}
    found = []
    for name, content in missing.items():
        if importlib.util.find_spec(name) is None:
            sys.modules[name] = types.ModuleType(name)
            vars(sys.modules[name]).update(content)
            found.append(name)
    return found


def traverse(change: Any, structure: Any, top_down: bool) -> Any:
    """`change` of every leaf of nested dictionaries, as `tree.traverse` from the leaves up."""
    del top_down
    return (
        {key: traverse(change, value, False) for key, value in structure.items()}
        if isinstance(structure, dict)
        else change(structure)
    )


class Published:
    """The published generator of one task.

    Every call makes a new object: `ModularArithmetic` holds its operators in an iterator, which is empty after the first length.
    """

    def __init__(self, folder: Path, name: str) -> None:
        place = next((place for place, names in FOLDERS.items() if name in names), "cs")
        self.path = folder / "tasks" / place / f"{name}.py"
        module = importlib.import_module(f"{PACKAGE}.tasks.{place}.{name}")
        self._make = getattr(module, name.title().replace("_", ""))
        self._arguments = ARGUMENTS.get(name, {})

    def sample(self, key: int, length: int, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Inputs `[L, N]`, outputs `[A, N]`, and which outputs the accuracy counts `[A, N]`."""
        task = self._make(**self._arguments)
        batch = task.sample_batch(jax.random.PRNGKey(key), count, length)
        given, wanted = (np.asarray(batch[side]) for side in ("input", "output"))
        mask = np.asarray(task.accuracy_mask(batch["output"])).astype(bool)
        if wanted.ndim == 2:
            wanted, mask = wanted[:, None], mask[:, None]
        assert wanted.shape[1] == task.output_length(length)
        assert (given.sum(axis=-1) == 1).all()
        assert (wanted.sum(axis=-1) == 1).all()
        return given.argmax(axis=-1).T.astype(np.uint8), wanted.argmax(axis=-1).T, mask.T


def ours(task: Task, inputs: np.ndarray, length: int, outputs: int) -> tuple[np.ndarray, np.ndarray]:
    """Our outputs `[A, N]` for inputs `[L, N]`, and which of them a score counts. Where nothing is asked, an output is -1."""
    if task.transducer is not None:
        targets = task.targets(inputs)[-1:].astype(np.int64)
        return targets, np.ones(targets.shape, bool)
    symbols = np.concatenate([inputs, np.full((outputs, inputs.shape[1]), task.base, np.uint8)])
    targets, scored = (
        np.where(of == IGNORE_INDEX, -1, of.astype(np.int64)) for of in (task.targets(symbols), task.scored(symbols))
    )
    assert (targets[:length] == -1).all()
    assert int(task.layout.steps(length)) == length + outputs  # type: ignore[attr-defined]
    return targets[length:], scored[length:] >= 0


def outputs_agree(task: Task, published: Published) -> dict[str, Any]:
    """How many of the published inputs have the published outputs, at each length."""
    rows = []
    for length in LENGTHS:
        inputs, wanted, counted = published.sample(SEED + length, length, SAMPLES)
        given, scored = ours(task, inputs, length, len(wanted))
        rows.append(
            {
                "length": length,
                "samples": SAMPLES,
                "outputs": len(wanted),
                "equal": int((given == wanted).all(axis=0).sum()),
                "equal_masks": int((scored == counted).all(axis=0).sum()),
            }
        )
    return {"lengths": rows, "equal": all(row["equal"] == row["equal_masks"] == SAMPLES for row in rows)}


def homogeneous(first: Iterable[Any], second: Iterable[Any]) -> float:
    """The p-value that two samples of kinds come from one distribution. Rare kinds are counted together."""
    counts = [Counter(first), Counter(second)]
    table = np.array([[side[kind] for kind in sorted(set(counts[0]) | set(counts[1]))] for side in counts])
    common = table.sum(axis=0) >= 2 * LEAST_EXPECTED
    table = np.concatenate([table[:, common], table[:, ~common].sum(axis=1, keepdims=True)], axis=1)
    table = table[:, table.sum(axis=0) > 0]
    return 1.0 if table.shape[1] == 1 else float(chi2_contingency(table).pvalue)


def columns(values: np.ndarray) -> list[tuple[int, ...]]:
    """The columns as tuples."""
    return [tuple(column) for column in values.T.tolist()]


def distributions_agree(task: Task, published: Published) -> dict[str, Any]:
    """The sets of short inputs, and the tests of homogeneity."""
    rng, tests, supports = np.random.default_rng(SEED), dict[str, float](), []
    for length in (*SHORT, LONG):
        theirs, wanted, counted = published.sample(SEED + 1_000 + length, length, DRAWN)
        drawn = task.sample(rng, length, DRAWN)
        inputs = drawn[: len(theirs)]
        assert len(drawn) == len(theirs) + (0 if task.transducer is not None else len(wanted))
        if length != LONG:
            sets = [set(columns(side)) for side in (theirs, inputs)]
            supports.append({"length": length, "published": len(sets[0]), "ours": len(sets[1]), "equal": sets[0] == sets[1]})
            tests[f"inputs of length {length}"] = homogeneous(columns(theirs), columns(inputs))
            continue
        for place, (one, other) in enumerate(zip(theirs.tolist(), inputs.tolist(), strict=True)):
            tests[f"symbol {place + 1} of {len(theirs)}"] = homogeneous(one, other)
        _, scored = ours(task, inputs, len(inputs), len(wanted))
        tests["number of scored outputs"] = homogeneous(counted.sum(axis=0).tolist(), scored.sum(axis=0).tolist())
    least = min(tests, key=lambda name: tests[name])
    return {"supports": supports, "tests": len(tests), "least_p": tests[least], "least_p_of": least}


def measured(folder: Path) -> dict[str, Any]:
    """The comparison of all tasks."""
    rows = []
    for name, published_name in BENCHMARK.items():
        random.seed(SEED)
        np.random.seed(SEED)  # the published generators draw from it
        task, published = task_named(name), Published(folder, published_name)
        row = {"task": name, "published": published_name, "finite_state": name not in STRING_TASKS}
        row["sha256"] = hashlib.sha256(published.path.read_bytes()).hexdigest()
        row |= {"outputs": outputs_agree(task, published), "distribution": distributions_agree(task, published)}
        print(name, row["outputs"]["equal"], row["distribution"]["least_p"], flush=True)
        rows.append(row)
    tests = sum(row["distribution"]["tests"] for row in rows)
    least = min(row["distribution"]["least_p"] for row in rows)
    return {
        "compared": __doc__.split("\n\n")[2].replace("\n", " "),
        "samples": SAMPLES,
        "drawn": DRAWN,
        "tasks": rows,
        "all_outputs_equal": all(row["outputs"]["equal"] for row in rows),
        "all_supports_equal": all(each["equal"] for row in rows for each in row["distribution"]["supports"]),
        "tests": tests,
        "least_p": least,
        "distributions_differ": least < SIGNIFICANT / tests,
    }


def main() -> None:
    """Compares and writes the results file."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("published", type=Path, help="the folder of the published repository")
    folder = parser.parse_args().published
    if not (folder / "tasks" / "task.py").is_file():
        parser.error(f"expected the folder of the published repository, got {folder}: it has no tasks/task.py")
    replaced = stand_ins()
    sys.modules[PACKAGE] = types.ModuleType(PACKAGE)
    sys.modules[PACKAGE].__path__ = [str(folder)]
    save_part(FILE, "encodings", measured(folder) | {"stand_ins": replaced})


if __name__ == "__main__":
    main()
