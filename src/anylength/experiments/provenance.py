"""Describes where a run's net comes from, if no training recipe made it."""

from collections.abc import Callable, Mapping

from anylength.experiments.imports import RECIPE as IMPORTED
from anylength.experiments.quantise import RECIPE as QUANTISED
from anylength.experiments.save import RECIPE as SAVED
from anylength.runs import Run
from anylength.training import HARDEN, HARDENED, HARDENING


def provenance_of(run: Run) -> str | None:
    """A text that says where the net comes from; None if its recipe trained it."""
    recipe = run.config.recipe
    return PROVENANCE[recipe](run) if recipe in PROVENANCE else None


def _imported(run: Run) -> str:
    record = run.imported
    return "imported" if record is None else f"imported: {record.origin}"


def _saved(run: Run) -> str:
    del run
    return "saved from Python"


def _hardened(run: Run) -> str:
    record = run.hardening
    return "hardened" if record is None else f"hardened by {record.updates:,} updates"


def _quantised(run: Run) -> str:
    record = run.quantisation
    if record is None:
        return "quantised"
    return f"weights in {record.weight_format}" + (f", tuned by {record.updates:,} updates" if record.updates else "")


PROVENANCE: Mapping[str, Callable[[Run], str]] = {
    IMPORTED: _imported,
    SAVED: _saved,
    HARDEN.name: _hardened,
    **{f"{HARDENED}{name}": _hardened for name in HARDENING},
    QUANTISED: _quantised,
}
"""For each recipe name that is not a training recipe, the function that describes where the net comes from."""
