"""Attacks on a run that was proved: its files are changed so that a page or a command may say PROVED of what was never proved."""

import dataclasses
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from by_hand import counting_net

from anylength.nets import PROGRAM, Net, NetConfig, build, load, tensors, to_bytes
from anylength.programs import program_json
from anylength.rules import Machine
from anylength.runs import Run
from anylength.verification.certify import Proof, certificate_bytes
from anylength.verification.invariants import find_cover
from anylength.verification.verdicts import try_to_prove

Attack = Callable[[Path], None]
"""Changes the files of a run that was proved."""

Swap = Callable[[Path, Path], None]
"""Changes the files of a run that was proved, with the files of a proved run of another task."""


def changed(path: Path, **fields: object) -> None:
    """Changes keys of a JSON file."""
    path.write_text(json.dumps(json.loads(path.read_bytes()) | fields))


def save_weights(run: Path, config: NetConfig, factor: float = 1.0) -> None:
    """Writes the net's tensors, times a factor, with another description."""
    net, old = load(run / "model.safetensors")
    values = {name: (factor * value).astype(np.float32) for name, value in tensors(net).items()}
    moved = build(dataclasses.replace(old, task_name=config.task_name, cell=config.cell), values)
    (run / "model.safetensors").write_bytes(to_bytes(moved, config))


def another_task(run: Path) -> None:
    """The net counts, and the run says that it decrements."""
    changed(run / "config.json", task="decrement")
    save_weights(run, Run(run).net_config)


def another_cell(run: Path) -> None:
    """The same tensors, read as those of another cell."""
    changed(run / "config.json", cell="relu")
    save_weights(run, Run(run).net_config)


def other_weights(run: Path) -> None:
    """The weights change after the proof."""
    save_weights(run, Run(run).net_config, 0.5)


def larger_machine(run: Path) -> None:
    """A proof of an equivalent machine with more states than the task's."""
    opened = Run(run)
    delta, output = opened.task.machine.delta, opened.task.machine.output
    larger = Machine(opened.task.machine.start, ((2,) * 10, *delta[1:], delta[1]), (*output, output[1]))
    larger = dataclasses.replace(larger, delta=(tuple(2 if q == 1 else q for q in delta[0]), *larger.delta[1:]))
    found = try_to_prove(opened.net, larger, opened.net_config, (0,), np.inf)
    assert found is not None and found.certificate is not None
    (run / "certificate.json").write_bytes(found.certificate)


def no_certificate(run: Path) -> None:
    """A verdict alone."""
    (run / "certificate.json").unlink()


def damaged_certificate(run: Path) -> None:
    """A certificate whose numbers were changed."""
    text = (run / "certificate.json").read_text()
    (run / "certificate.json").write_text(text.replace('"noise_budget": "0x1', '"noise_budget": "0x2'))


OF_ONE_RUN: tuple[Attack, ...] = (another_task, another_cell, other_weights, larger_machine, no_certificate, damaged_certificate)
"""Attacks with the files of the run alone."""


def as_a_program(run: Path, change: Callable[[str], str]) -> None:
    """The net as a step program that the weights file holds, changed."""
    net, old = load(run / "model.safetensors")
    assert isinstance(net, Net)
    config = dataclasses.replace(old, cell=PROGRAM, program=change(program_json(net.program)))
    changed(run / "config.json", cell=PROGRAM)
    (run / "model.safetensors").write_bytes(to_bytes(build(config, tensors(net)), config))


def another_program(run: Path) -> None:
    """The same tensors in another step program."""
    as_a_program(run, lambda text: text.replace('"tanh"', '"relu"'))


def exact_alone(run: Path) -> None:
    """A net that float32 makes wrong, with a proof about exact arithmetic: valid, and it covers no number format."""
    task, right = Run(run).task, counting_net()
    net = dataclasses.replace(right, bias=(right.bias + np.float32(2**26)).astype(np.float32))
    changed(run / "config.json", hidden=net.hidden)
    (run / "model.safetensors").write_bytes(to_bytes(net, Run(run).net_config))
    cover = find_cover(net, task.machine, epsilon=0.0, eta=1e-3, memories=(0,), until=np.inf)
    assert cover is not None
    (run / "certificate.json").write_bytes(certificate_bytes(net, task.machine, [Proof(cover, 0.0, 1.0, ())]))


def said_otherwise(verdict: str, scope: Mapping[str, object] | None = None) -> Attack:
    """Another verdict without a certificate, with the numbers of a proof beside it; without a scope those that every record has."""

    def attack(run: Path) -> None:
        (run / "certificate.json").unlink()
        path = run / "verdict.json"
        about = {"formats": ["float32"], "margin": 1.0, **scope} if scope else {}
        stored = json.loads(path.read_bytes()) | about | {"verdict": verdict, "noise_budget": 0.5}
        of_proofs = () if scope else ("formats", "margin", "regions", "holds_for_original")
        path.write_text(json.dumps({name: value for name, value in stored.items() if name not in of_proofs}))
        Run(run).remove("machine-certificate.json")

    attack.__name__ = "said " + verdict.lower().replace(" ", "_")
    return attack


def in_every_place(run: Path) -> None:
    """After a change of the weights, the old certificate under every name, and a record of every kind beside it."""
    other_weights(run)
    for name in ("horizon", "within", "rounded", "machine"):
        shutil.copy(run / "certificate.json", run / f"{name}-certificate.json")
    for name, verdict, fields in (
        ("within", "PROVED WITHIN", {"within": "9<=7"}),
        ("rounded", "PROVED ROUNDED", {"fraction_bits": 4}),
    ):
        shutil.copy(run / "verdict.json", run / f"{name}.json")
        changed(run / f"{name}.json", verdict=verdict, **fields)


def a_note(run: Path) -> None:
    """The weights change, and the machine's record says in its own words that it was proved."""
    other_weights(run)
    changed(run / "machine.json", status="tested", note="PROVED: it is the task's machine", equivalent=True)


def files_of(names: tuple[str, ...], task: str) -> Swap:
    """Takes files of the other run, and says that all are of one task."""

    def swap(run: Path, other: Path) -> None:
        for name in names:
            shutil.copy(other / name, run / name)
        changed(run / "config.json", task=task)
        save_weights(run, Run(run).net_config)

    swap.__name__ = f"{'_'.join(name.partition('.')[0] for name in names)} as {task}"
    return swap


PROOF = ("certificate.json", "verdict.json", "machine.json")

ALONE: tuple[Attack, ...] = (
    *OF_ONE_RUN, another_program, exact_alone, in_every_place, a_note,
    said_otherwise("UNKNOWN"), said_otherwise("NOT APPLICABLE"), said_otherwise("PROVED UP TO", {"horizon": 9}),
    said_otherwise("PROVED WITHIN", {"within": ".*"}), said_otherwise("PROVED ROUNDED", {"fraction_bits": 4}),
    said_otherwise("PROVED OF ITS STEP", {"compared": 9}),
)  # fmt: skip
SWAPS: tuple[Swap, ...] = (
    files_of(PROOF, "count"),
    files_of(PROOF, "decrement"),
    files_of((*PROOF, "model.safetensors"), "count"),
    files_of(("certificate.json",), "count"),
    files_of(("model.safetensors",), "count"),
    files_of(("model.safetensors",), "decrement"),
)
"""What another run lends. Its net with its own proof and its own task's name would be honest."""


def config_alone(run: Path) -> None:
    """The configuration says another task than the weights file."""
    changed(run / "config.json", task="decrement")


def cell_alone(run: Path) -> None:
    """The configuration says another cell than the weights file."""
    changed(run / "config.json", cell="relu")


def weights_alone(run: Path) -> None:
    """The weights file says another task than the configuration."""
    save_weights(run, dataclasses.replace(Run(run).net_config, task_name="decrement"))


def own_machine(run: Path) -> None:
    """The configuration has a machine of its own under the name of the built-in task."""
    states = {"a": {"*": ["a", "no"]}}
    machine = {
        "format": 1, "name": "count", "summary": "n -> n + 1", "symbols": [f"s{k}" for k in range(40)], "labels": ["no", "yes"],
        "start": "a", "states": states,
    }  # fmt: skip
    changed(run / "config.json", base=40, machine=json.dumps(machine))


REFUSED: tuple[Attack, ...] = (config_alone, cell_alone, weights_alone, own_machine)
"""Attacks that every command refuses in one line."""
