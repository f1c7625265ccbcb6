"""Theorems about trained nets, checked by Coq's kernel. Writes `docs/results/theorems.json`; `theorems.txt` has what Coq prints.

    python -m benchmarks.theorems committed            # nets that lie in the repository; `make theorem`
    python -m benchmarks.theorems cells [--seed 9000]  # one net of each cell that can be proved, freshly trained
    python -m benchmarks.theorems sizes [--seed 9000]  # larger nets
    python -m benchmarks.theorems kinds                # S5 on the board, a step with gelu, rounded states
    python -m benchmarks.theorems mutations [--count 5000] [--ellipsoids 100]  # the verified checker beside the independent one
    python -m benchmarks.theorems certificates [--changed 40] [--long 4]  # both, on every certificate of the repository

Seconds are those of the kernel's whole run on a file, processor time, with loading the library; memory is the most that it took.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Container, Iterator
from pathlib import Path
from typing import Any

from anylength.experiments.formalise import chosen_proof, sentence, task_statement
from anylength.experiments.options import TrainOptions
from anylength.experiments.proving import prove
from anylength.experiments.train import train
from anylength.formal import INSTALL, net_files, read_files
from anylength.rules import Task, task_named
from anylength.runs import Run
from anylength_check import check
from benchmarks.certificates import GELU, PLAIN_ROUNDED, ROUNDED, certificates, made
from benchmarks.checkers import SEED, mutations
from benchmarks.coq import FLOAT32_ONLY, compile_library, compiled
from benchmarks.results_file import RESULTS, save_part

FILE, PRINTED = RESULTS / "theorems.json", RESULTS / "theorems.txt"
FIXTURES = RESULTS.parent.parent / "tests" / "fixtures"
COMMITTED = {
    "smallest": (RESULTS / "smallest", "count"), "int8": (RESULTS / "int8", "count"),
    "fewest-bits": (RESULTS / "fewest-bits", "count"), "trained plainly, as the post's": (FIXTURES / "ellipsoids", "count"),
    "stack-rnn, dyck-2": (RESULTS / "dyck-2", "dyck-2"),
}  # fmt: skip
"""Committed nets, and their tasks. The last one is of `anylength train dyck-2 --cell stack-rnn --hidden 16 --seed 1`."""

S5, S5_NAME = RESULTS.parent / "board" / "s5-generators" / "rnn" / "constructed-int3", "S5 by two generators, on the board"
"""A net that is constructed, and follows the permutations of five."""

CELLS = (
    ("count", "rnn", 1), ("count", "relu", 1), ("count", "gru", 1), ("count", "lstm", 1), ("count", "slstm", 1),
    ("count", "gru", 2), ("count", "lstm", 2), ("multiply-2", "mingru", 1), ("multiply-2", "minlstm", 1),
    ("multiply-2", "linear", 1), ("multiply-2", "linear-signed", 1), ("multiply-2", "ssm", 1), ("multiply-2", "rwkv7", 1),
)  # fmt: skip
"""What each cell can hold (docs/results/modern-cells.json): task, cell, layers."""

STACKS = (
    ("stack-rnn x 1, dyck-2", {"task": "dyck-2", "cell": "stack-rnn"}),
    ("stack-rnn x 1, count-natural in base 2", {"task": "count-natural", "base": 2, "cell": "stack-rnn"}),
)
"""Nets with one stack and with two: name, options."""

SIZES = (("count", "rnn", 16), ("add", "rnn", 32), ("tomita-3", "rnn", None), ("s3", "rnn", None), ("s5-generators", "rnn", None))
"""Task, cell, units."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=["committed", "cells", "sizes", "kinds", "mutations", "certificates"])
    parser.add_argument("--seed", type=int, default=9000)
    parser.add_argument("--count", type=int, default=5000, help="changed certificates by boxes")
    parser.add_argument("--ellipsoids", type=int, default=100, help="changed certificates by ellipsoids")
    parser.add_argument("--changed", type=int, default=40, help="changed proofs of each certificate")
    parser.add_argument("--long", type=int, default=4, help="changed proofs of a certificate that takes long")
    parser.add_argument("--only", default="", help="rows whose name contains this text")
    given = parser.parse_args(arguments)
    if shutil.which("coqc") is None:
        print(f"Coq is missing. On Debian and Ubuntu: {INSTALL}", file=sys.stderr)
        return 2
    if given.part == "mutations":
        save_part(FILE, "mutations", mutations(given.count, given.ellipsoids))
        return 0
    if given.part == "certificates":
        rows = {(row["name"], row["proof"]): row for row in _kept("certificates")}
        for row in certificates(given.changed, given.long, given.only):
            print(*row.values(), flush=True)
            rows[row["name"], row["proof"]] = row
            save_part(FILE, "certificates", {"seed": SEED, "rows": list(rows.values())})
        return 0
    compile_library()
    rows = {"committed": committed, "cells": cells, "sizes": sizes, "kinds": kinds}[given.part](given)
    return 0 if all(row["accepted"] for row in rows) else 1


def committed(given: argparse.Namespace) -> list[dict[str, Any]]:
    """The nets in docs/results, and the text of what Coq prints of them."""
    rows, text = committed_theorems()
    PRINTED.write_text(text)
    save_part(FILE, "committed", {"rows": rows})
    return rows


def committed_theorems() -> tuple[list[dict[str, Any]], str]:
    """The rows of the nets in docs/results, and what Coq prints of their theorems, with all axioms."""
    rows, texts = [], []
    for name, (folder, task) in COMMITTED.items():
        row, printed = proved(name, folder / "certificate.json", folder / "model.safetensors", task_named(task))
        rows.append(row)
        texts.append(f"{name}: {row['statement']}\n\n{printed}")
    return rows, "\n\n".join(texts)


def cells(given: argparse.Namespace) -> list[dict[str, Any]]:
    nets = [(f"{cell} x {layers}, {task}", {"task": task, "cell": cell, "layers": layers}) for task, cell, layers in CELLS]
    return trained("cells", [*nets, *STACKS], given)


def sizes(given: argparse.Namespace) -> list[dict[str, Any]]:
    nets = [(f"{cell}, {task}", {"task": task, "cell": cell, "hidden": hidden}) for task, cell, hidden in SIZES]
    return trained("sizes", nets, given)


def kinds(given: argparse.Namespace) -> list[dict[str, Any]]:
    """Nets of other kinds: a group of 120 elements, a step with gelu, states that are rounded."""
    rows = {row["name"]: row for row in _kept("kinds")}
    with tempfile.TemporaryDirectory() as folder:
        wanted = [name for name in (GELU, ROUNDED, PLAIN_ROUNDED) if given.only in name]
        nets = [(name, certificate, weights, "count") for name, certificate, weights in made(Path(folder), wanted)]
        if given.only in S5_NAME:
            nets.append((S5_NAME, S5 / "certificate.json", S5 / "model.safetensors", "s5-generators"))
        for name, certificate, weights, task in nets:
            rows[name], _ = proved(name, certificate, weights, task_named(task), FLOAT32_ONLY)
            save_part(FILE, "kinds", {"rows": list(rows.values())})
    return list(rows.values())


def _kept(part: str) -> list[dict[str, Any]]:
    """The rows of a part that the file has."""
    return json.loads(FILE.read_text())["parts"].get(part, {"rows": []})["rows"] if FILE.exists() else []


def trained(part: str, nets: list[tuple[str, dict[str, Any]]], given: argparse.Namespace) -> list[dict[str, Any]]:
    """Freshly trained nets; a seed that gives no proof is followed by the next one."""
    rows = {row["name"]: row for row in _kept(part)}
    for name, options in nets:
        if given.only not in name:
            continue
        with tempfile.TemporaryDirectory() as folder:
            run, seed = next(_proved_runs(Path(folder), options, given.seed))
            row, _ = proved(name, run.path / "certificate.json", run.path / "model.safetensors", run.task, FLOAT32_ONLY)
        rows[name] = row | {"seed": seed}
        save_part(FILE, part, {"rows": list(rows.values())})
    return list(rows.values())


def _proved_runs(folder: Path, options: dict[str, Any], first: int) -> Iterator[tuple[Run, int]]:
    for seed in range(first, first + 20):
        out = folder / str(seed)
        train(TrainOptions(seed=seed, **options), out)
        run = Run.open(out)
        if prove(run).verdict == "PROVED":
            yield run, seed


def proved(
    name: str, certificate: Path, weights: Path, task: Task, only: Container[str] | None = None
) -> tuple[dict[str, Any], str]:
    """One net's theorems: what they say, whether the kernel accepts them, seconds and memory; and what Coq prints.

    Args:
        name: The row's name.
        certificate: The certificate.
        weights: The weights file.
        task: The task.
        only: The files that are compiled; None: all.
    """
    accepted = check(certificate, weights)
    if not accepted.valid:
        raise SystemExit(f"{certificate}: {accepted.reason}")
    files = read_files(certificate.read_bytes(), weights.read_bytes())
    proof, statement = chosen_proof(files), task_statement(task)
    nodes = proof["states"] if "rounding" in files.top else len(proof["nodes"])
    row: dict[str, Any] = {
        "name": name, "statement": sentence(statement, files), "units": files.program.fields["state"], "nodes": nodes,
        "epsilon": proof["epsilon"], "formats": proof["formats"], "accepted": True, "files": {},
    }  # fmt: skip
    printed = []
    with tempfile.TemporaryDirectory() as folder:
        for file, text in net_files(files, proof, statement).items():
            if only is not None and file not in only:
                continue
            (Path(folder) / file).write_text(text)
            done = compiled(Path(folder) / file)
            row["files"][file] = done["measured"]
            row["accepted"] &= done["accepted"]
            printed += [f"{file}\n{done['printed']}".strip()] if done["printed"] else []
            print(name, file, done["measured"], "accepted" if done["accepted"] else done["error"], flush=True)
    return row, "\n\n".join(printed) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
