"""Converts a run folder into one record that the pages' scripts read."""

import base64
import json
from pathlib import Path
from typing import Any

from anylength.errors import InputError
from anylength.experiments.provenance import provenance_of
from anylength.experiments.run_words import run_words
from anylength.experiments.runs import Run, layout
from anylength.experiments.views import net_view
from anylength.extraction import table_of
from anylength.machine_formats import edges
from anylength.records import (
    BoxView,
    CertificateView,
    EdgeView,
    Extraction,
    MachineTable,
    MachineView,
    ProofView,
    RunView,
)
from anylength.records.extraction import UNFINISHED
from anylength.tasks import Task

MOST_STATES_DRAWN = 12
"""States of a drawn machine at most. A larger picture is unreadable."""


def run_view(path: Path | Run, name: str) -> RunView:
    """The view of a run. For an unfinished run, missing results are None.

    Raises:
        InputError: The folder is not a run, or one of its files is damaged.
    """
    run = path if isinstance(path, Run) else Run(path)
    config, environment, extraction = run.config, run.environment, run.extraction
    if environment is None:
        raise InputError("a run folder", f"{str(run.path)!r} without {layout.ENVIRONMENT}", "train it into a new folder")
    finished = run.finished
    return RunView(
        name=name,
        config=config,
        environment=environment,
        training=run.training,
        epochs=run.epochs,
        film=run.film,
        net=net_view(Run.open(run).net, run.task) if finished else None,
        model=_base64(run.path / layout.MODEL) if finished else None,
        stress=run.stress_test,
        explanation=run.explanation,
        extraction=extraction,
        machine=machine_view_of(run.task, extraction),
        verdict=run.verdict,
        certificate=_certificate(run) if finished else None,
        words=run_words(run),
        origin=provenance_of(run),
    )


def _base64(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()


def machine_view_of(task: Task, extraction: Extraction | None) -> MachineView | None:
    """The picture of the machine that the net computes. If it is unknown or too large: of the task's machine."""
    learned = None if extraction is None else extraction.machine
    if extraction is not None and learned is not None and len(learned.names) <= MOST_STATES_DRAWN:
        computed = "A part of what this net computes" if extraction.status == UNFINISHED else "The machine that this net computes"
        return _machine_view(f"{computed} ({extraction.status})", learned)
    if task.transducer is None:
        return None
    note = ""
    if extraction is not None and learned is not None and not extraction.equivalent:
        known = "a larger machine" if extraction.status == UNFINISHED else f"a machine of {len(learned.names)} states"
        note = f" (the net computes {known} instead)"
    return _machine_view(f"The task's machine, which the net should compute{note}", table_of(task.transducer, task))


def _machine_view(caption: str, table: MachineTable) -> MachineView:
    edge_views = [EdgeView(source=edge.source, target=edge.target, label=edge.label) for edge in edges(table)]
    return MachineView(caption=caption, start=table.start, names=table.names, edges=edge_views)


def _certificate(run: Run) -> CertificateView | None:
    """The run's certificate, and whether it proves that this net does the run's task. Proofs are included only if it does."""
    content = run.certificate
    if content is None:
        return None
    proof, text = run.proof, content.decode("utf-8", errors="replace")
    accepted = proof.reason is None
    return CertificateView(
        valid=accepted,
        reason=proof.reason,
        lines=list(proof.lines),
        claim=proof.claim,
        proofs=_proofs(json.loads(text), run.task.machine.names) if accepted else [],
        text=text,
    )


def _proofs(fields: dict[str, Any], names: tuple[str, ...]) -> list[ProofView]:
    """The proofs of a certificate. The checker has accepted it, so all fields exist."""
    return [
        ProofView(
            epsilon=float.fromhex(proof["epsilon"]),
            eta=float.fromhex(proof["eta"]),
            formats=proof["formats"],
            boxes=[
                BoxView(state=names[node["state"]], low=_numbers(node["low"]), high=_numbers(node["high"]))
                for node in proof["nodes"]
            ],
        )
        for proof in fields["proofs"]
    ]


def _numbers(values: list[str]) -> list[float]:
    return [float.fromhex(value) for value in values]
