"""The folder of a sweep.

| file | content |
|---|---|
| `plan.json` | everything that determines the rows |
| `environment.json` | versions and processor |
| `results.jsonl` | one line for each net |
| `times.jsonl` | one line for each block |
| `weights/` | one safetensors file for each block |

Rows are only appended, each once, after the weights of their block are on disk. If a kill cuts off the last line, the next run of
the sweep removes it and computes its block again, with the same bits. Only missing rows are appended.
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
from anylength.sweeps.blocks import Block, row_count
from anylength.sweeps.job import PACKAGES, BlockResult

PLAN, RESULTS, TIMES, WEIGHTS = "plan.json", "results.jsonl", "times.jsonl", "weights"
"""Names of files, and of the folder with the weights."""

FILES_PER_FOLDER = 1000
"""Weights files of one folder: a convention that keeps folders quick to list."""

READ_BYTES = 1 << 16
"""Bytes that are read at a time, to find the last line feed of a file."""


class RowNumber(msgspec.Struct):
    """The field of a row that resuming needs."""

    row: int


def open_folder(path: Path, expected: SweepPlan, current: Environment) -> SweepPlan:
    """Creates the folder of a sweep, or checks that an existing folder has the same plan.

    Args:
        path: The folder.
        expected: The plan.
        current: The environment of this process.

    Returns:
        The plan of the folder. Its block size may differ from the expected one.

    Raises:
        InputError: The folder is no sweep, has another configuration, or was begun with other versions.
    """
    if not path.exists():
        _create(path, expected, current)
        return expected
    plan = plan_of(path)
    _check_same(expected, plan, path)
    begun_with = Environment.from_json((path / layout.ENVIRONMENT).read_bytes(), layout.ENVIRONMENT).versions
    for name in PACKAGES:
        old, new = begun_with.get(name), current.versions.get(name)
        if old != new:
            version = f"{name} {old}, with which {str(path)!r} was begun"
            raise InputError(version, f"{name} {new}", "install it, or pass another --out")
    return plan


def _create(path: Path, plan: SweepPlan, current: Environment) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            temporary.mkdir()
            write_atomic(temporary / layout.ENVIRONMENT, current.to_file())
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


def _check_same(expected: SweepPlan, plan: SweepPlan, path: Path) -> None:
    """Checks that two plans are the same, except for the size of their blocks."""
    for name in ("seeds", "first_seed", "stress", "verdict", "explain"):
        _check_equal(getattr(expected, name), getattr(plan, name), name, path)
    _check_equal(len(expected.settings), len(plan.settings), "settings", path)
    for number, (new, old) in enumerate(zip(expected.settings, plan.settings, strict=True)):
        for name in new.__struct_fields__:
            _check_equal(getattr(new, name), getattr(old, name), f"setting {number}: {name}", path)


def _check_equal(new: object, old: object, name: str, path: Path) -> None:
    if new != old:
        expected = f"the configuration of {str(path)!r} ({name} {old})"
        raise InputError(expected, f"{name} {new}", "take the sweep's own file, or pass another --out")


def stored_rows(path: Path, plan: SweepPlan) -> bytearray:
    """One byte for each row: 1 if the row is on disk. First removes a last line that was cut off.

    Raises:
        InputError: A line is not a row, or a row occurs twice: the file was changed by hand.
    """
    file, stored = path / RESULTS, bytearray(row_count(plan))
    _remove_cut_line(file)
    _remove_cut_line(path / TIMES)
    decode = msgspec.json.Decoder(RowNumber).decode
    for number, line in enumerate(_lines(file), 1):
        try:
            row = decode(line).row
        except msgspec.MsgspecError:
            row = -1
        if not 0 <= row < len(stored) or stored[row]:
            remedy = "the file was changed by hand: repair it, or pass another --out"
            raise InputError(f"each row once in {file.name}", f"line {number}", remedy)
        stored[row] = 1
    return stored


def _remove_cut_line(file: Path) -> None:
    """Removes everything after the last line feed of a file."""
    with disk_errors(file), open(file, "rb+") as handle:
        size = handle.seek(0, os.SEEK_END)
        end = size
        while end > 0:
            start = max(0, end - READ_BYTES)
            handle.seek(start)
            position = handle.read(end - start).rfind(b"\n")
            if position >= 0:
                end = start + position + 1
                break
            end = start
        if end != size:
            handle.truncate(end)


def _lines(file: Path) -> Iterator[bytes]:
    """The complete lines of a file. A last line without its line feed is skipped."""
    with disk_errors(file), open(file, "rb") as handle:
        for line in handle:
            if line.endswith(b"\n"):
                yield line


def read_rows(path: Path) -> Iterator[SweepRow]:
    """The rows on disk, in the order in which they were written. Only one row is in memory at a time.

    Raises:
        InputError: A line is not a row.
    """
    for number, line in enumerate(_lines(path / RESULTS), 1):
        yield SweepRow.from_json(line, f"{RESULTS}, line {number}")


def read_times(path: Path) -> Iterator[BlockTimes]:
    """The times of the finished blocks.

    Raises:
        InputError: A line is not a block's times.
    """
    for number, line in enumerate(_lines(path / TIMES), 1):
        yield BlockTimes.from_json(line, f"{TIMES}, line {number}")


def sorted_lines(path: Path) -> list[bytes]:
    """All rows as lines of bytes, sorted by row number. Two runs of one sweep have the same lines."""
    decode = msgspec.json.Decoder(RowNumber).decode
    return sorted(_lines(path / RESULTS), key=lambda line: decode(line).row)


def weights_file(path: Path, block: int) -> Path:
    """The path of a block's weights."""
    return path / WEIGHTS / f"{block // FILES_PER_FOLDER:03}" / f"{block:06}.safetensors"


def save_block(path: Path, result: BlockResult, stored: bytearray) -> int:
    """Writes a finished block: its weights, then its missing rows, then its times. Marks the rows in `stored`.

    Returns:
        The number of new rows.

    Raises:
        InputError: The disk is full, or the folder cannot be written.
    """
    file = weights_file(path, result.block)
    with disk_errors(file):
        file.parent.mkdir(exist_ok=True)
    write_atomic(file, result.weights)
    missing = [index for index in range(len(result.lines)) if not stored[result.first + index]]
    append_whole(path / RESULTS, "".join(f"{result.lines[index]}\n" for index in missing).encode())
    append_whole(path / TIMES, f"{result.times.to_json()}\n".encode())
    for index in missing:
        stored[result.first + index] = 1
    return len(missing)


def is_stored(block: Block, stored: bytearray) -> bool:
    """Whether all rows of a block are on disk."""
    return stored.find(0, block.first, block.first + block.rows) < 0
