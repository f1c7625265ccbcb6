"""A run's files as a page shows them: one record, of a half-written run with what there is."""

import base64
import json
from pathlib import Path
from typing import Any

from anylength.experiments import folder
from anylength.experiments.explain import EXPLANATION
from anylength.experiments.extract import MACHINE
from anylength.experiments.film import film_of
from anylength.experiments.origins import origin_of
from anylength.experiments.shown import shown_net
from anylength.extraction import table_of
from anylength.machine_formats import edges
from anylength.records import (
    BoxView,
    CertificateView,
    EdgeView,
    Environment,
    Epoch,
    Explanation,
    Extraction,
    MachineTable,
    MachineView,
    ProofView,
    Record,
    RunView,
    Stress,
    Verdict,
)
from anylength.tasks import Task
from anylength_check import check

DRAWN = 12
"""Larger machines than this are no picture."""


def shown_run(path: Path, name: str) -> RunView:
    """All that a run's files say; of a half-written run what there is.

    Raises:
        InputError: There is no run, or a file of it is damaged.
    """
    config = folder.config_of(path)
    task = folder.task_of(config)
    done = (path / folder.DONE).is_file()
    net = folder.open_run(path)[0] if done else None
    extraction = _record(path, MACHINE, Extraction)
    return RunView(
        name=name,
        config=config,
        environment=Environment.from_json((path / folder.ENVIRONMENT).read_bytes(), folder.ENVIRONMENT),
        training=folder.result_of(path) if done else None,
        epochs=_epochs(path),
        film=film_of(path),
        net=None if net is None else shown_net(net, task),
        model=_base64(path / folder.MODEL) if done else None,
        stress=_record(path, folder.STRESS, Stress),
        explanation=_record(path, EXPLANATION, Explanation),
        extraction=extraction,
        machine=_machine(task, extraction),
        verdict=_record(path, folder.VERDICT, Verdict),
        certificate=_certificate(path, task) if done else None,
        origin=origin_of(path, config),
    )


def _record(path: Path, name: str, kind: type[Record]) -> Any:
    """A record of the run, None where it was not made yet."""
    file = path / name
    return kind.from_json(file.read_bytes(), name) if file.is_file() else None


def _epochs(path: Path) -> list[Epoch]:
    """The epochs so far; a last line that is being written is left out."""
    file = path / folder.METRICS
    whole = file.read_bytes().rpartition(b"\n")[0] if file.is_file() else b""
    return [Epoch.from_json(line, folder.METRICS) for line in whole.splitlines()]


def _base64(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()


def _machine(task: Task, extraction: Extraction | None) -> MachineView | None:
    """The machine that the net was found to be, where it is small enough to be seen; else the task's."""
    became = None if extraction is None else extraction.machine
    if extraction is not None and became is not None and len(became.names) <= DRAWN:
        return _drawn(f"The machine that this net has become ({extraction.status})", became)
    if task.transducer is None:
        return None
    instead = "" if became is None else f" (the net has become one of {len(became.names)} states instead)"
    return _drawn(f"The task's machine: what the net should be{instead}", table_of(task.transducer, task))


def _drawn(says: str, table: MachineTable) -> MachineView:
    shown = [EdgeView(source=edge.source, target=edge.target, label=edge.label) for edge in edges(table)]
    return MachineView(says=says, start=table.start, names=table.names, edges=shown)


def _certificate(path: Path, task: Task) -> CertificateView | None:
    """The run's certificate and what the independent checker says of it now; its proofs are shown where it is accepted."""
    file = path / folder.CERTIFICATE
    if not file.is_file():
        return None
    text, found = file.read_text(encoding="utf-8"), check(file, path / folder.MODEL)
    return CertificateView(
        valid=found.valid,
        reason=found.reason,
        lines=list(found.lines),
        claim=found.claim,
        proofs=_proofs(json.loads(text), task.machine.names) if found.valid else [],
        text=text,
    )


def _proofs(fields: dict[str, Any], names: tuple[str, ...]) -> list[ProofView]:
    """The proofs of a certificate that was accepted, so its form is known."""
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
