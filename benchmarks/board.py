"""The board of the smallest proved nets: checks every entry again, from its files, and writes `docs/board/index.md`.

    python -m benchmarks.board                      # check all entries, and write the page
    python -m benchmarks.board --enter RUN --name NAME --who WHO --how COMMAND

A class is a task and a cell. An entry is a folder `docs/board/TASK/CELL/NAME/` with `certificate.json`, `model.safetensors`,
`entry.json` and perhaps `quantised.safetensors`. The entry of fewest bits is the record of its class. The independent checker
checks every entry. Where Coq and OCaml are present, so does the verified one, and `coqc` builds the theorem of each record.
`docs/board/checks.json` keeps what these two said, for as long as the files are the same.
"""

import argparse
import hashlib
import itertools
import json
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from anylength.base import InputError, read_file
from anylength.experiments.formalise import chosen_proof, sentence, task_statement
from anylength.formal import net_files, read_files
from anylength.formal.checker import TOOLS, passes
from anylength.nets import Net, describe, from_bytes, round_to_grid, tensors, unpacked_bytes
from anylength.nets.packed import grid_of
from anylength.rules import task_named
from anylength.verification.verdicts import Subject, judge_proof
from benchmarks.coq import FLOAT32_ONLY, compile_library, compiled

BOARD = Path(__file__).parent.parent / "docs" / "board"
CERTIFICATE, MODEL, QUANTISED, ENTRY = "certificate.json", "model.safetensors", "quantised.safetensors", "entry.json"
FLOAT_BITS = 32
"""Bits of a weight without `quantised.safetensors`."""

LARGEST_FILE = 64 << 20
"""Bytes of a file of an entry, at most."""


class Told(msgspec.Struct, forbid_unknown_fields=True):
    """What `entry.json` tells. Its numbers are compared with those of the files, never believed.

    Attributes:
        who: Who made the net.
        made_by: The command that makes it, with its seed.
        bits: Bits of description.
        parameters: Weights and biases.
        files: The folder of the other files, relative to `docs/board`; None: the entry's own.
        format: The format's number.
    """

    who: str
    made_by: str
    bits: int
    parameters: int
    files: str | None = None
    format: int = 1


class Entry(NamedTuple):
    """An entry that was checked.

    Attributes:
        task: Its task.
        cell: Its cell.
        name: The folder's name.
        bits: Bits of description, counted in the files.
        parameters: Weights and biases, counted in the files.
        weights: The format of the weights, in words.
        units: Hidden units.
        told: What `entry.json` tells.
        certificate: The certificate's bytes.
        model: The bytes of the weights file.
    """

    task: str
    cell: str
    name: str
    bits: int
    parameters: int
    weights: str
    units: int
    told: Told
    certificate: bytes
    model: bytes

    @property
    def place(self) -> tuple[str, str]:
        """The class."""
        return self.task, self.cell

    @property
    def key(self) -> str:
        """The entry's name in `checks.json`."""
        return "/".join([*self.place, self.name])

    @property
    def rank(self) -> tuple[int, int, str]:
        """Fewer bits come first, then fewer parameters."""
        return self.bits, self.parameters, self.name

    @property
    def digest(self) -> str:
        """Names the files that were checked."""
        return hashlib.sha256(self.certificate + b"\0" + self.model).hexdigest()

    @property
    def folder(self) -> str:
        """The folder of the files, relative to the page."""
        return self.told.files or f"{self.task}/{self.cell}/{self.name}"


def check_entry(folder: Path) -> Entry:
    """An entry, checked by the independent checker and counted from its files.

    Args:
        folder: `…/TASK/CELL/NAME`.

    Raises:
        InputError: It is no entry, its net is not proved to do the task of its class, it is in another cell, or its numbers differ
            from those of its files.
    """
    cell, task, board = folder.parent.name, task_named(folder.parent.parent.name), folder.parent.parent.parent
    told = read_told(folder)
    files = _files_of(folder, board, told)
    certificate, model = _read(files / CERTIFICATE), _read(files / MODEL)
    net, _ = from_bytes(model, MODEL)
    if not isinstance(net, Net) or describe(net, task).cell != cell:
        raise _refused(folder, f"a net of the cell {cell}", "another one")
    reason = judge_proof(certificate, Subject(net, cell, model, task)).reason
    if reason is not None:
        raise _refused(folder, f"a proof that the net does the task {task.name}", reason)
    bits, weights = counted(net, task.name, files)
    for what, said, found in (("bits", told.bits, bits), ("parameters", told.parameters, net.parameters)):
        if said != found:
            raise _refused(folder, f"{found} {what}, as its files have", f"{said} in {ENTRY}")
    return Entry(task.name, cell, folder.name, bits, net.parameters, weights, net.hidden, told, certificate, model)


def read_told(folder: Path) -> Told:
    """What an entry tells of itself.

    Raises:
        InputError: The file is missing or damaged.
    """
    try:
        return msgspec.json.decode(_read(folder / ENTRY), type=Told)
    except msgspec.MsgspecError as error:
        raise _refused(folder, f"an {ENTRY} with who, made_by, bits and parameters", str(error)) from None


def counted(net: Net, task: str, files: Path) -> tuple[int, str]:
    """The bits of a net, counted as `anylength quantise` counts them, and the format of its weights in words.

    Raises:
        InputError: `quantised.safetensors` is of another net, or the weights are not on its grid.
    """
    if not (files / QUANTISED).exists():
        return FLOAT_BITS * net.parameters, "float32"
    content = _read(files / QUANTISED)
    grid, found, unpacked = grid_of(content, QUANTISED), tensors(net), unpacked_bytes(content, QUANTISED)
    if found.keys() != unpacked.keys() or any(found[name].tobytes() != unpacked[name].tobytes() for name in found):
        raise _refused(files, f"the weights of {MODEL}", f"others in {QUANTISED}")
    rounded = tensors(round_to_grid(net, describe(net, task_named(task)), grid))
    if any(found[name].tobytes() != rounded[name].tobytes() for name in found):
        raise _refused(files, f"weights on the grid {grid.name}", f"others in {QUANTISED}")
    shared = f", one exponent a {grid.scales}" if grid.scales else ""
    return grid.total_bits({name: value.shape for name, value in found.items()}), grid.name + shared


def entries(board: Path = BOARD) -> list[Entry]:
    """All entries, checked: class by class, the record first. Raises what `check_entry` does."""
    found = [check_entry(file.parent) for file in sorted(board.glob(f"*/*/*/{ENTRY}"))]
    return sorted(found, key=lambda entry: (*entry.place, *entry.rank))


def records(found: list[Entry]) -> list[Entry]:
    """The first entry of each class."""
    return [next(group) for _, group in itertools.groupby(found, key=lambda entry: entry.place)]


def _files_of(folder: Path, board: Path, told: Told) -> Path:
    """The folder of the files. It lies in `docs`."""
    files = folder if told.files is None else board / told.files
    if not files.resolve().is_relative_to(board.parent.resolve()):
        raise _refused(folder, "files in the folder docs", told.files or "")
    return files


def _read(path: Path) -> bytes:
    return read_file(path, limit=LARGEST_FILE, kind=path.name)


def _refused(folder: Path, expected: str, got: str) -> InputError:
    return InputError(expected, got, f"correct {'/'.join(folder.parts[-3:])}, or take it out")


# the verified checker and the theorems


def verified(entry: Entry) -> bool:
    """Whether each of the certificate's proofs passes the verified checker.

    Raises:
        InputError: The checker cannot be made, or does not know the proofs.
    """
    files = read_files(entry.certificate, entry.model)
    return all(passes(files, proof) for proof in files.top["proofs"])


def build_theorem(entry: Entry) -> str:
    """Lets the kernel check a record's theorem, of the exact net and in float32, and says what it states.

    The library has to be compiled.

    Args:
        entry: The record.

    Raises:
        InputError: The theorems do not know the proof, or Coq refuses the theorem.
    """
    files, statement = read_files(entry.certificate, entry.model), task_statement(task_named(entry.task))
    texts = net_files(files, chosen_proof(files), statement)
    with tempfile.TemporaryDirectory() as folder:
        for name in filter(texts.__contains__, FLOAT32_ONLY):
            (Path(folder) / name).write_text(texts[name], encoding="utf-8")
            done = compiled(Path(folder) / name)
            if not done["accepted"]:
                raise InputError(
                    f"a theorem about {entry.key}", f"Coq refuses {name}: {' '.join(done['error'].split())}", "prove it again"
                )
    return sentence(statement, files)


def run_checks(found: list[Entry], kept: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What the verified checker and Coq say of the entries, by their folders.

    Args:
        found: The entries.
        kept: What they said before, which stands while the files are the same.
    """
    checks: dict[str, dict[str, Any]] = {}
    compile_library()
    for entry in found:
        started, is_record = time.perf_counter(), entry in records(found)
        said = kept.get(entry.key, {})
        if said.get("digest") != entry.digest or bool(said.get("theorem")) != is_record:
            theorem = build_theorem(entry) if is_record else None
            said = {"digest": entry.digest, "verified": verified(entry), "theorem": theorem}
        checks[entry.key] = said
        print(f"{entry.key}: {said['verified']}, {said['theorem']} ({time.perf_counter() - started:.0f} s)", flush=True)
    return checks


def read_checks(board: Path = BOARD) -> dict[str, dict[str, Any]]:
    """What `checks.json` has kept."""
    file = board / "checks.json"
    return json.loads(file.read_text())["entries"] if file.exists() else {}


# making entries


def save_entry(folder: Path, files: dict[str, bytes], who: str, how: str) -> Entry:
    """Writes an entry, with its numbers counted, and checks it.

    Args:
        folder: Its folder.
        files: The content of its other files, by name.
        who: Who made the net.
        how: The command that makes it.

    Raises:
        InputError: It is no entry for this class.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    net, _ = from_bytes(files[MODEL], MODEL)
    assert isinstance(net, Net)
    bits, _ = counted(net, folder.parent.parent.name, folder)
    told = Told(who, how, bits, net.parameters)
    (folder / ENTRY).write_bytes(msgspec.json.format(msgspec.json.encode(told), indent=1) + b"\n")
    return check_entry(folder)


def enter(run: Path, name: str, who: str, how: str) -> Entry:
    """Makes an entry of a run. Raises what `save_entry` does."""
    _, config = from_bytes(_read(run / MODEL), MODEL)
    files = {each: _read(run / each) for each in (CERTIFICATE, MODEL, QUANTISED) if (run / each).exists()}
    return save_entry(BOARD / config.task.name / config.cell / name, files, who, how)


def main() -> None:
    from benchmarks.board_page import page

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--enter", type=Path, metavar="RUN", help="make an entry of this run")
    parser.add_argument("--name", help="the entry's name, with --enter")
    parser.add_argument("--who", default="anylength", help="who made the net, with --enter")
    parser.add_argument("--how", help="the command that makes the net, with --enter")
    parser.add_argument("--again", action="store_true", help="ask the verified checker and Coq again about files that are the same")
    options = parser.parse_args()
    if options.enter:
        enter(options.enter, options.name, options.who, options.how)
    found = entries()
    if all(map(shutil.which, TOOLS)):
        kept = {} if options.again else read_checks()
        text = json.dumps({"format": 1, "entries": run_checks(found, kept)}, indent=1)
        (BOARD / "checks.json").write_text(text + "\n")
    (BOARD / "index.md").write_text(page(found, read_checks()), encoding="utf-8")


if __name__ == "__main__":
    main()
