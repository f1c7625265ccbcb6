"""A sweep's folder: `plan.json`, `environment.json`, `results.jsonl` (a line a net), `times.jsonl` (a line a block), `weights/`.

Rows are only ever appended, each once, after their block's weights are safe on disk. A last line that was cut off by a kill is
taken away when the sweep goes on; its block is done again, to the same bits, and only the missing rows are added.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec

from anylength.errors import InputError
from anylength.experiments.runs import layout
from anylength.files import append_whole, disk_errors, write_atomic
from anylength.records import BlockTimes, Environment, SweepPlan, SweepRow
from anylength.sweeps.blocks import Block, rows
from anylength.sweeps.job import PACKAGES, BlockResult

PLAN, RESULTS, TIMES, WEIGHTS = "plan.json", "results.jsonl", "times.jsonl", "weights"
A_FOLDER = 1000
"""Weights files a folder."""


class RowNumber(msgspec.Struct):
    """The one field of a row that resuming needs."""

    row: int


def begin(path: Path, expected: SweepPlan, surroundings: Environment) -> SweepPlan:
    """Makes the folder of a new sweep, or looks whether the one there is of the same plan; the plan to follow (its own blocks).

    Raises:
        InputError: The folder is something else, or of another configuration, or was begun with other versions.
    """
    if not path.exists():
        _create(path, expected, surroundings)
        return expected
    found = plan_of(path)
    _same(expected, found, path)
    begun = Environment.from_json((path / layout.ENVIRONMENT).read_bytes(), layout.ENVIRONMENT).versions
    for name in PACKAGES:
        if begun.get(name) != surroundings.versions.get(name):
            got = f"{name} {surroundings.versions.get(name)}"
            raise InputError(
                f"{name} {begun.get(name)}, with which {str(path)!r} was begun", got, "install it, or pass another --out"
            )
    return found


def _create(path: Path, plan: SweepPlan, surroundings: Environment) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            temporary.mkdir()
            write_atomic(temporary / layout.ENVIRONMENT, surroundings.to_file())
            write_atomic(temporary / PLAN, plan.to_file())
            (temporary / WEIGHTS).mkdir()
            (temporary / RESULTS).touch()
            (temporary / TIMES).touch()
            temporary.rename(path)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)


def plan_of(path: Path) -> SweepPlan:
    """The plan of a sweep.

    Raises:
        InputError: There is no sweep at `path`, or its plan is damaged.
    """
    if not (path / PLAN).is_file():
        got = f"{str(path)!r} without {PLAN}" if path.exists() else f"nothing at {str(path)!r}"
        raise InputError("a sweep's folder", got, "make one with: anylength sweep CONFIG.toml, or pass another --out")
    return SweepPlan.from_json((path / PLAN).read_bytes(), PLAN)


def _same(expected: SweepPlan, found: SweepPlan, path: Path) -> None:
    """Checks that two plans differ in the size of their blocks at most."""
    for name in ("seeds", "first_seed", "stress", "verdict", "explain"):
        _alike(getattr(expected, name), getattr(found, name), name, path)
    _alike(len(expected.settings), len(found.settings), "settings", path)
    for at, (new, old) in enumerate(zip(expected.settings, found.settings, strict=True)):
        for name in new.__struct_fields__:
            _alike(getattr(new, name), getattr(old, name), f"setting {at}: {name}", path)


def _alike(new: object, old: object, name: str, path: Path) -> None:
    if new != old:
        expected = f"the configuration of {str(path)!r} ({name} {old})"
        raise InputError(expected, f"{name} {new}", "take the sweep's own file, or pass another --out")


def done_rows(path: Path, plan: SweepPlan) -> bytearray:
    """A byte for each row: 1 where the row is on disk. Cuts off a torn last line first.

    Raises:
        InputError: A line is no row, or a row is there twice: the file was changed by hand.
    """
    file, done = path / RESULTS, bytearray(rows(plan))
    _mend(file)
    _mend(path / TIMES)
    read = msgspec.json.Decoder(RowNumber).decode
    for number, line in enumerate(_lines(file), 1):
        try:
            row = read(line).row
        except msgspec.MsgspecError:
            row = -1
        if not 0 <= row < len(done) or done[row]:
            remedy = "the file was changed by hand; put it right, or begin anew in another --out"
            raise InputError(f"each row once in {file.name}", f"line {number}", remedy)
        done[row] = 1
    return done


def _mend(file: Path) -> None:
    """Cuts off what comes after the last line feed."""
    with disk_errors(file), open(file, "rb+") as handle:
        end = handle.seek(0, os.SEEK_END)
        at = end
        while at > 0:
            step = min(at, 1 << 16)
            handle.seek(at - step)
            found = handle.read(step).rfind(b"\n")
            if found >= 0:
                at = at - step + found + 1
                break
            at -= step
        if at != end:
            handle.truncate(at)


def _lines(file: Path) -> Iterator[bytes]:
    """The whole lines of a file; what follows the last line feed is none."""
    with disk_errors(file), open(file, "rb") as handle:
        for line in handle:
            if line.endswith(b"\n"):
                yield line


def read_rows(path: Path) -> Iterator[SweepRow]:
    """The rows on disk, in the order in which they were made; one at a time in memory.

    Raises:
        InputError: A line is no row.
    """
    for number, line in enumerate(_lines(path / RESULTS), 1):
        yield SweepRow.from_json(line, f"{RESULTS}, line {number}")


def read_times(path: Path) -> Iterator[BlockTimes]:
    """The times of the blocks done."""
    for number, line in enumerate(_lines(path / TIMES), 1):
        yield BlockTimes.from_json(line, f"{TIMES}, line {number}")


def table(path: Path) -> list[bytes]:
    """All rows as bytes, in the order of their numbers: what two runs of the same sweep agree in, however they went."""
    read = msgspec.json.Decoder(RowNumber).decode
    return sorted(_lines(path / RESULTS), key=lambda line: read(line).row)


def weights_file(path: Path, block: int) -> Path:
    """Where the weights of a block are."""
    return path / WEIGHTS / f"{block // A_FOLDER:03}" / f"{block:06}.safetensors"


def keep(path: Path, done: BlockResult, have: bytearray) -> int:
    """Writes a block that is done: its weights, then the rows that are not there yet, then its times. How many rows are new.

    Raises:
        InputError: The disk is full, or the folder cannot be written.
    """
    file = weights_file(path, done.block)
    with disk_errors(file):
        file.parent.mkdir(exist_ok=True)
    write_atomic(file, done.weights)
    fresh = [at for at in range(len(done.lines)) if not have[done.first + at]]
    append_whole(path / RESULTS, "".join(f"{done.lines[at]}\n" for at in fresh).encode())
    append_whole(path / TIMES, f"{done.times.to_json()}\n".encode())
    for at in fresh:
        have[done.first + at] = 1
    return len(fresh)


def is_done(block: Block, have: bytearray) -> bool:
    """Whether all rows of a block are on disk."""
    return have.find(0, block.first, block.first + block.rows) < 0
