"""The folder of a sweep.

| file | content |
|---|---|
| `plan.json` | everything that determines the rows |
| `environment.json` | versions and processor |
| `results.jsonl` | one line for each net |
| `times.jsonl` | one line for each block |
| `weights/` | one safetensors file for each block |
| `exports.jsonl` | one line for each row that was exported as a run: see `exported` |

Rows are only appended, each once, after the weights of their block are on disk. If a kill cuts off the last line, the next run of
the sweep removes it and computes its block again, with the same bits. Only missing rows are appended. The folder may come from
anyone: `files.Folder` follows no link in it.
"""

from collections.abc import Iterator
from io import BufferedIOBase
from pathlib import Path

import msgspec

from anylength.base import Folder, InputError, exists, is_folder, new_folder, write_atomic
from anylength.records import BlockTimes, Environment, SweepPlan, SweepRow
from anylength.runs import layout
from anylength.sweeps.blocks import Block, row_count
from anylength.sweeps.job import PACKAGES, BlockResult

PLAN, RESULTS, TIMES, WEIGHTS = "plan.json", "results.jsonl", "times.jsonl", "weights"
"""Names of files, and of the folder with the weights."""

MAX_LINE_BYTES = 1 << 20
"""A longer line is refused. A row has about 1 KiB."""


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
    if not exists(path):
        _create(path, expected, current)
        return expected
    plan = plan_of(path)
    _check_same(expected, plan, path)
    begun_with = environment_of(path).versions
    for name in PACKAGES:
        old, new = begun_with.get(name), current.versions.get(name)
        if old != new:
            version = f"{name} {old}, with which {str(path)!r} was begun"
            raise InputError(version, f"{name} {new}", "install it, or pass another --out")
    return plan


def _create(path: Path, plan: SweepPlan, current: Environment) -> None:
    with new_folder(path) as folder:
        write_atomic(folder / layout.ENVIRONMENT, current.to_file())
        write_atomic(folder / PLAN, plan.to_file())
        (folder / WEIGHTS).mkdir()
        (folder / RESULTS).touch()
        (folder / TIMES).touch()


def plan_of(path: Path) -> SweepPlan:
    """The plan of a sweep.

    Raises:
        InputError: There is no sweep at `path`, or its plan is damaged.
    """
    # a setting has about 1 KiB
    content = Folder(path).read(PLAN, limit=64 << 20) if is_folder(path) else None
    if content is None:
        got = f"{str(path)!r} without {PLAN}" if exists(path) else f"nothing at {str(path)!r}"
        raise InputError("a sweep's folder", got, "make one with: anylength sweep CONFIG.toml, or pass another --out")
    return SweepPlan.from_json(content, PLAN)


def environment_of(path: Path) -> Environment:
    """Versions and processor with which a sweep was begun.

    Raises:
        InputError: The file is missing or damaged.
    """
    content = Folder(path).read(layout.ENVIRONMENT, limit=layout.RECORD_LIMIT)
    if content is None:
        got = f"{str(path)!r} without {layout.ENVIRONMENT}"
        raise InputError("a sweep's folder", got, "copy the sweep again, or pass another --out")
    return Environment.from_json(content, layout.ENVIRONMENT)


def _check_same(expected: SweepPlan, plan: SweepPlan, path: Path) -> None:
    """Checks that two plans are the same, except for the size of their blocks."""
    for name in ("seeds", "first_seed", "stress", "verdict", "explain", "scoring"):
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
    """One byte for each row: 1 if the row is on disk.

    Checks every line first. Then removes what a kill cut off: the part of a line at the end of a file, and temporary files.

    Raises:
        InputError: A line is not a row, or a row occurs twice: the file was changed by hand.
    """
    folder, stored = Folder(path), bytearray(row_count(plan))
    decode = msgspec.json.Decoder(RowNumber).decode
    results_size = 0
    for number, line in enumerate(_lines(path, RESULTS), 1):
        try:
            row = decode(line).row
        except (msgspec.MsgspecError, UnicodeDecodeError):
            row = -1
        if not 0 <= row < len(stored) or stored[row]:
            remedy = "the file was changed by hand: repair it, or pass another --out"
            raise InputError(f"each row once in {RESULTS}", f"line {number}", remedy)
        stored[row] = 1
        results_size += len(line)
    times_size = sum(map(len, _lines(path, TIMES)))
    folder.truncate(RESULTS, results_size)
    folder.truncate(TIMES, times_size)
    return stored


def _lines(path: Path, name: str) -> Iterator[bytes]:
    """The complete lines of a file of the sweep."""
    return Folder(path).lines(name, limit=MAX_LINE_BYTES)


def read_rows(path: Path) -> Iterator[SweepRow]:
    """The rows on disk, in the order in which they were written. Only one row is in memory at a time.

    Raises:
        InputError: There is no sweep at `path`, or a line is not a row of its plan.
    """
    plan = plan_of(path)
    for number, line in enumerate(_lines(path, RESULTS), 1):
        row = SweepRow.from_json(line, f"{RESULTS}, line {number}")
        _check_row(plan, row, number)
        yield row


def _check_row(plan: SweepPlan, row: SweepRow, line: int) -> None:
    """Checks that a row is of a net that the plan asks for: what it says of a count net holds of no other task."""
    setting, number = divmod(row.row, plan.seeds)
    if 0 <= setting < len(plan.settings) and row.setting == setting:
        config = plan.settings[setting]
        planned = (config.task, config.base, config.cell, config.hidden, config.recipe, config.data, config.epochs)
        found = (row.task, row.base, row.cell, row.hidden, row.recipe, row.data, row.epoch_limit)
        if (*planned, plan.first_seed + number) == (*found, row.seed):
            return
    got = f"a net of {row.task}, {row.cell}, in line {line} of {RESULTS}"
    raise InputError(f"the nets of {PLAN}", got, "the two files are of different sweeps: copy the sweep again")


def read_times(path: Path) -> Iterator[BlockTimes]:
    """The times of the finished blocks.

    Raises:
        InputError: A line is not a block's times.
    """
    for number, line in enumerate(_lines(path, TIMES), 1):
        yield BlockTimes.from_json(line, f"{TIMES}, line {number}")


def sorted_lines(path: Path) -> list[bytes]:
    """All rows as lines of bytes, sorted by row number. Two runs of one sweep have the same lines."""
    decode = msgspec.json.Decoder(RowNumber).decode
    return sorted(_lines(path, RESULTS), key=lambda line: decode(line).row)


def open_weights(path: Path, block: int) -> BufferedIOBase:
    """The weights file of a block, for reading in parts.

    Raises:
        InputError: It does not exist, or is too long or no regular file.
    """
    folder, name = Folder(path), weights_name(block)
    if not is_folder(path / WEIGHTS) or not folder.has(name):
        raise InputError("the weights of a block", f"no {name}", "run the sweep again: it computes missing blocks")
    # 64 nets of 16 MiB, the largest that a sweep makes; only the nets asked for are read
    return folder.open(name, limit=1 << 30)


def weights_name(block: int) -> str:
    """The name of a block's weights in the sweep's folder."""
    return f"{WEIGHTS}/{block // 1000:03}/{block:06}.safetensors"  # folders of 1,000 files are quick to list


def save_block(path: Path, result: BlockResult, stored: bytearray) -> int:
    """Writes a finished block: its weights, then its missing rows, then its times. Marks the rows in `stored`.

    Returns:
        The number of new rows.

    Raises:
        InputError: The disk is full, or the folder cannot be written.
    """
    folder, name = Folder(path), weights_name(result.block)
    folder.make_folder(name.rpartition("/")[0])
    folder.write(name, result.weights)
    missing = [index for index in range(len(result.lines)) if not stored[result.first + index]]
    folder.append(RESULTS, "".join(f"{result.lines[index]}\n" for index in missing).encode(), sync=True)
    folder.append(TIMES, f"{result.times.to_json()}\n".encode(), sync=True)
    for index in missing:
        stored[result.first + index] = 1
    return len(missing)


def is_stored(block: Block, stored: bytearray) -> bool:
    """Whether all rows of a block are on disk."""
    return stored.find(0, block.first, block.first + block.rows) < 0
