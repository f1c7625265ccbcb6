"""The file that a run was imported from, as its own library runs it: a verdict on the run is confirmed there."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from anylength.nets import Net
from anylength.runs import layout
from anylength.runs.folder import Run
from anylength.verification.verdicts import Verification

if TYPE_CHECKING:
    from anylength.interchange import ComparedNet


def confirmed(run: Run, verification: Verification) -> Verification:
    """What a verification of a run's net says of the file that was imported; the verification itself for other runs.

    Raises:
        InputError: The file answers differently from the run's net, or answers a counterexample rightly.
    """
    original = original_of(run)
    return verification if original is None else original.confirmed(verification)


def original_of(run: Run) -> "ComparedNet | None":
    """The net of an imported run beside the file that it was read from, after both have answered the same hard words.

    None for other runs, and for runs that were imported without a copy of the file.

    Raises:
        InputError: The file is damaged, or answers differently from the run's net.
    """
    record = run.imported
    if record is None:
        return None
    name = layout.ORIGINAL + Path(record.source_file).suffix.lower()
    if name not in layout.LIMITS or not run.has(name):
        return None
    from anylength.interchange import read_net

    imported = read_net(run.path / name, run.task, record.cell if record.cell == "relu" else None)
    assert isinstance(run.net, Net)
    return replace(imported, net=run.net).compared(run.task)
