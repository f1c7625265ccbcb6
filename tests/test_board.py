"""The board: every entry holds, the page says what the files say, and a bad entry is refused in one line."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from anylength.base import InputError
from anylength.formal.checker import TOOLS
from anylength.nets import Net, build, grid_named, load, packed_bytes, tensors
from anylength_check import check
from benchmarks.board import (
    BOARD,
    CERTIFICATE,
    ENTRY,
    MODEL,
    QUANTISED,
    build_theorem,
    check_entry,
    entries,
    read_checks,
    records,
    verified,
)
from benchmarks.board_page import page
from benchmarks.coq import compile_library
from tests.rocq_terms import MISSING
from tests.selection import thorough

FOLDERS = sorted(file.parent for file in BOARD.glob(f"*/*/*/{ENTRY}"))
CLASSES = {("count", "rnn"), ("parity", "rnn"), ("s3-generators", "rnn"), ("s3", "rnn"), ("s5-generators", "rnn")}
PARITY = BOARD / "parity" / "rnn" / "two-units-int1"
"""The smallest entry, which the bad ones are made of."""


@pytest.mark.parametrize("folder", thorough(FOLDERS, quick=4), ids=lambda folder: "-".join(folder.parts[-3:]))
def test_an_entry_is_valid_and_counted_from_its_files(folder):
    entry = check_entry(folder)
    files = BOARD / entry.folder
    result = check(files / CERTIFICATE, files / MODEL)
    assert result.valid, result.reason
    assert (entry.bits, entry.parameters) == (entry.told.bits, entry.told.parameters)


def test_the_page_says_what_the_files_say():
    assert (BOARD / "index.md").read_text(encoding="utf-8") == page(entries(), read_checks())


def test_every_class_is_there_and_its_record_comes_first():
    found = entries()
    assert {entry.place for entry in found} >= CLASSES
    for first in records(found):
        assert first.rank == min(entry.rank for entry in found if entry.place == first.place)
    assert found == sorted(found, key=lambda entry: (entry.place, entry.rank))


def test_the_verified_checker_and_coq_were_asked_about_these_files():
    found, checks = entries(), read_checks()
    for entry in found:
        said = checks[entry.key]
        assert said["digest"] == entry.digest and said["verified"]
        assert bool(said["theorem"]) == (entry in records(found))


@pytest.mark.slow
@pytest.mark.skipif(any(shutil.which(tool) is None for tool in TOOLS), reason="Coq or OCaml is missing")
@pytest.mark.timeout(1800)
def test_the_verified_checker_passes_every_entry_again():
    assert all(verified(entry) for entry in entries())


@pytest.mark.slow
@pytest.mark.skipif(bool(MISSING), reason=MISSING)
@pytest.mark.timeout(1800)
def test_the_kernel_accepts_the_theorem_of_every_record_again():
    checks = read_checks()
    compile_library()
    for entry in records(entries()):
        assert build_theorem(entry) == checks[entry.key]["theorem"]


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """A copy of an entry in a board of its own."""
    return Path(shutil.copytree(PARITY, tmp_path / "docs" / "board" / "parity" / "rnn" / "planted"))


def refused(folder: Path, reason: str) -> None:
    """Fails unless an entry is refused, in one line, for this reason."""
    with pytest.raises(InputError, match=reason) as error:
        check_entry(folder)
    assert "\n" not in str(error.value)


def test_an_honest_copy_is_accepted(planted):
    assert check_entry(planted).bits == check_entry(PARITY).bits


def test_other_weights_are_refused(planted):
    content = bytearray((planted / MODEL).read_bytes())
    content[-1] ^= 0x80
    (planted / MODEL).write_bytes(content)
    refused(planted, "checker rejects the run's certificate")


def test_another_task_is_refused(planted):
    count = planted.parent.parent.parent / "count" / "rnn"
    shutil.copytree(planted, count / "planted")
    refused(count / "planted", "of another machine than that of the task count")


def test_another_cell_is_refused(planted):
    gru = planted.parent.parent / "gru"
    shutil.copytree(planted, gru / "planted")
    refused(gru / "planted", "a net of the cell gru")


@pytest.mark.parametrize(("what", "said"), [("bits", 95), ("parameters", 31)])
def test_other_numbers_are_refused(planted, what, said):
    told = json.loads((planted / ENTRY).read_text())
    (planted / ENTRY).write_text(json.dumps(told | {what: said}))
    refused(planted, f"expected .* {what}, as its files have, got {said}")


def test_a_coarser_grid_than_the_weights_have_is_refused(planted):
    net, config = load(BOARD / "parity" / "rnn" / "two-units-int2" / MODEL)
    for name in (MODEL, CERTIFICATE):
        shutil.copy(BOARD / "parity" / "rnn" / "two-units-int2" / name, planted / name)
    refused(planted, "the weights of model.safetensors, got others in quantised.safetensors")
    content = packed_bytes(net, config, grid_named("int2", "tensor"))
    (planted / QUANTISED).write_bytes(content.replace(b"int2", b"int1"))
    refused(planted, "weights on the grid int1")


def test_without_a_coarse_file_each_weight_takes_32_bits(planted):
    (planted / QUANTISED).unlink()
    refused(planted, "expected 1024 bits")


def test_weights_of_another_net_in_the_coarse_file_are_refused(planted):
    net, config = load(planted / MODEL)
    assert isinstance(net, Net)
    other = {name: np.abs(value) for name, value in tensors(net).items()}
    changed = build(config, other)
    (planted / QUANTISED).write_bytes(packed_bytes(changed, config, grid_named("int1")))
    refused(planted, "the weights of model.safetensors")


def test_a_missing_file_or_field_is_refused(planted):
    (planted / ENTRY).write_text('{"who": "nobody", "bits": 1}')
    refused(planted, "made_by")
    (planted / ENTRY).unlink()
    refused(planted, ENTRY)


def test_files_outside_the_documentation_are_refused(planted):
    told = json.loads((planted / ENTRY).read_text())
    (planted / ENTRY).write_text(json.dumps(told | {"files": "../../elsewhere"}))
    refused(planted, "files in the folder docs")
