"""Writes a run's certificate or counterexample as queries for other verifiers.

python -m studies.vnnlib.export RUN --out FOLDER
"""

import argparse
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from anylength.base import InputError, exists, new_folder, write_atomic
from anylength.experiments.results import counterexample_word
from anylength.nets import Net
from anylength.records.verdicts import PROVED, REFUTED
from anylength.runs import Run
from anylength.verification.certify import Cover, Proof
from studies.vnnlib.folder import NETWORK, SECONDS, most_queries, query_folder
from studies.vnnlib.inclusions import SHARE, all_edges, inclusion_queries
from studies.vnnlib.mistakes import mistake_queries
from studies.vnnlib.query import SAT, Query


@dataclass(frozen=True)
class ExportedQueries:
    """What was written.

    Attributes:
        path: The folder; None where there is nothing to write.
        statement: What the expected results rest on, or why there are no queries, in one sentence.
        usage: A command line for a verifier that follows the standard.
        unsat: How many queries are expected to be unsatisfiable.
        sat: How many are expected to be satisfiable.
    """

    path: Path | None
    statement: str
    usage: str = ""
    unsat: int = 0
    sat: int = 0


def export_queries(path: Path | Run, out: Path) -> ExportedQueries:
    """Writes the steps of a run's certificate, or of its counterexample, as VNN-LIB queries into the new folder `out`.

    A certificate by boxes gives a query for each node and symbol, all unsatisfiable. A counterexample gives satisfiable queries and
    others. Where a run has neither, nothing is written and the statement says why.

    Raises:
        InputError: The run is not finished or has no verdict, its net's state has no fixed size, or the folder exists or cannot be
            written.
    """
    run = Run.open(path)
    if exists(out):
        raise InputError("a new folder for the queries", f"{str(out)!r}, which exists", "remove it, or pass another --out")
    net, verdict = run.net, run.verdict
    if not isinstance(net, Net) or not net.cell.has_fixed_size_state:
        remedy = "its state grows with the input, so a step of it is no fixed network"
        raise InputError("a net whose state has a fixed size", f"a run of {run.config.cell}", remedy)
    if verdict is None:
        raise InputError("a run with a verdict", f"{str(run.path)!r}, which has none", f"try anylength prove {run.path}")
    if verdict.verdict == PROVED:
        queries, statement = _of_certificate(run, net)
    elif verdict.verdict == REFUTED:
        queries, statement = _of_counterexample(run, net)
    else:
        queries, statement = [], f"no queries: the verdict is {verdict.verdict}, so there is no certificate of all words to export"
    if not queries:
        return ExportedQueries(None, statement)
    about = f"One-step queries about a {run.config.cell} net for the task {run.task.name}, written by anylength. {verdict.verdict}."
    _write(out, dict(query_folder(net, queries, about=about, meaning=statement)))
    sat = sum(query.expected == SAT for query in queries)
    return ExportedQueries(out, statement, _usage(out, queries[0]), unsat=len(queries) - sat, sat=sat)


def _of_certificate(run: Run, net: Net) -> tuple[list[Query], str]:
    """The queries of the run's certificate, and what they rest on; no queries where the certificate is not by boxes."""
    judgement = run.proof
    proofs: list[Proof[Cover]] = [proof for proof in judgement.proofs if isinstance(proof.cover, Cover)]
    if judgement.machine is None or not proofs:
        return [], "no queries: the certificate is by ellipsoids, and queries of VNN-LIB are about boxes"
    proof = most_noise(proofs)
    edges, most = all_edges(proof.cover), most_queries(net) // 2
    chosen = [edges[i] for i in np.linspace(0, len(edges) - 1, min(most, len(edges))).round().astype(int)]
    share = "all" if len(chosen) == len(edges) else f"{len(chosen):,} of {len(edges):,}"
    statement = (
        f"{share} one-step inclusions of the certificate for epsilon {proof.epsilon:.6g} and eta {proof.eta:.6g}, each with this "
        f"epsilon (exact) and with {SHARE} times as much error; they are unsat: the certificate proves it"
    )
    return inclusion_queries(net, judgement.machine, proof, chosen), statement


def most_noise(proofs: list[Proof[Cover]]) -> Proof[Cover]:
    """The proof with the most noise, of those that cover float32 if there are any."""
    return max([proof for proof in proofs if "float32" in proof.formats] or proofs, key=lambda proof: proof.epsilon)


def _of_counterexample(run: Run, net: Net) -> tuple[list[Query], str]:
    """The queries of the run's counterexample, and what they rest on; none where the mistake is one of rounding only."""
    word = counterexample_word(run)
    queries = [] if word is None else mistake_queries(net, run.task.machine, word)
    if word is None or not queries:
        return [], "no queries: the last answer of the counterexample is wrong by so little that rounding decides it"
    return queries, (
        f"the counterexample of length {len(word):,}: its last answer is wrong, in queries that are sat; around earlier states "
        "the answer is right, in queries that are unsat; interval arithmetic proves both"
    )


def _usage(target: Path, query: Query) -> str:
    """The command line that the VNN-LIB standard gives all verifiers."""
    files = (target / f"vnnlib/{query.name}.vnnlib", target / NETWORK)
    path, network = (shlex.quote(str(file)) for file in files)
    return f"solver verify {path} --network step={network} --timeout {SECONDS}\n"


def _write(target: Path, files: dict[str, bytes]) -> None:
    """Writes the files into a new folder."""
    with new_folder(target) as temporary:
        for name, content in files.items():
            (temporary / name).parent.mkdir(exist_ok=True)
            write_atomic(temporary / name, content)


def main() -> None:
    """Writes the queries and prints what they are."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("run", type=Path, help="a run with a verdict")
    parser.add_argument("--out", type=Path, required=True, help="the new folder")
    options = parser.parse_args()
    try:
        written = export_queries(options.run, options.out)
    except InputError as error:
        sys.exit(str(error))
    print(f"{written.unsat:,} unsat, {written.sat:,} sat: {written.statement}\n{written.usage}", end="")


if __name__ == "__main__":
    main()
