"""Converts a run folder into one record that the pages' scripts read."""

import base64
from itertools import islice
from pathlib import Path

from anylength.base import InputError
from anylength.experiments.provenance import provenance_of
from anylength.experiments.run_words import run_words
from anylength.experiments.views import net_view, state_words
from anylength.extraction import table_of
from anylength.memory.images import machine_beside
from anylength.nets import AbstractNet
from anylength.records import BoxView, CertificateView, EdgeView, MachineView, ProofView, RunView
from anylength.rules import UNFINISHED, Extraction, Machine, MachineTable, Task, edges
from anylength.runs import Run, layout
from anylength.verification.certify import Cover, EllipsoidCover, Proof
from anylength.verification.certify.stack_fields import StackCover


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
    net = Run.open(run).net if finished else None
    return RunView(
        name=name,
        config=config,
        environment=environment,
        training=run.training,
        epochs=run.epochs,
        net=net_view(net, run.task) if net is not None else None,
        model=_base64(run.path / layout.MODEL) if finished else None,
        stress=run.stress_test,
        explanation=run.explanation,
        extraction=extraction,
        machine=machine_view_of(run.task, extraction),
        verdict=run.verdict,  # type: ignore[arg-type]
        certificate=_certificate(run, net) if net is not None else None,
        words=run_words(run),
        origin=provenance_of(run),
    )


def _base64(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()


def machine_view_of(task: Task, extraction: Extraction | None) -> MachineView | None:
    """The picture of the machine that the net computes. If it is unknown or too large: of the task's machine."""
    learned = None if extraction is None else extraction.machine
    # a larger picture is unreadable
    if extraction is not None and learned is not None and len(learned.names) <= 12:
        computed = "A part of what this net computes" if extraction.status == UNFINISHED else "The machine that this net computes"
        return _machine_view(f"{computed} ({extraction.status})", learned, task)
    if task.transducer is None:
        return None
    note = ""
    if extraction is not None and learned is not None and not extraction.equivalent:
        known = "a larger machine" if extraction.status == UNFINISHED else f"a machine of {len(learned.names)} states"
        note = f" (the net computes {known} instead)"
    return _machine_view(f"The task's machine, which the net should compute{note}", table_of(task.transducer, task), task)


def _machine_view(caption: str, table: MachineTable, task: Task) -> MachineView:
    """The view of a machine that reads a task's words."""
    # a longer table is no use to a reader, and s5 has 14,400 edges
    shown = list(islice(edges(table), None if task.names is None else 300))
    return MachineView(
        caption=caption,
        start=table.start,
        names=table.names,
        edges=[EdgeView(source=edge.source, target=edge.target, label=edge.label) for edge in shown],
        words=state_words(_machine(table), task),
        edges_left=sum(len(set(row)) for row in table.delta) - len(shown),
    )


def _machine(table: MachineTable) -> Machine:
    return Machine(table.start, tuple(map(tuple, table.delta)), tuple(map(tuple, table.output)), tuple(table.names))


def _certificate(run: Run, net: AbstractNet) -> CertificateView | None:
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
        proofs=_proofs(proof.proofs, (machine_beside(net, run.task) or run.task.machine).names),
        text=text,
    )


def _proofs(proofs: tuple[Proof, ...], names: tuple[str, ...]) -> list[ProofView]:
    """The accepted proofs of a certificate."""
    return [
        ProofView(
            epsilon=proof.epsilon, eta=proof.eta, formats=list(proof.formats), boxes=_boxes(proof.cover, names),
            letters=_letters(proof.cover) if isinstance(proof.cover, StackCover) else (),
        )
        for proof in proofs
    ]  # fmt: skip


def _letters(cover: StackCover) -> tuple[BoxView, ...]:
    """The boxes of the vectors on stacks."""
    return tuple(
        BoxView(state=f"letter {letter}" + (f" of stack {stack}" if len(cover.letters) > 1 else ""), low=low, high=high)
        for stack, boxes in enumerate(cover.letters, 1)
        for letter, (low, high) in enumerate(boxes, 1)
    )


def _boxes(cover: Cover | EllipsoidCover | StackCover, names: tuple[str, ...]) -> list[BoxView]:
    """The boxes of a proof by boxes."""
    if isinstance(cover, EllipsoidCover):
        return []
    if isinstance(cover, StackCover):
        return [
            BoxView(state=names[state], low=low, high=high)
            for state, (low, high) in zip(cover.machine_states, cover.nodes, strict=True)
        ]
    ends = zip(cover.machine_states, cover.boxes.low.T.tolist(), cover.boxes.high.T.tolist(), strict=True)
    return [BoxView(state=names[state], low=low, high=high) for state, low, high in ends]
