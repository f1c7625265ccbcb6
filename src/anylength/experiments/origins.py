"""Where a run's net is from, where no recipe trained it from the start."""

from collections.abc import Callable, Mapping
from pathlib import Path

from anylength.experiments.folder import IMPORT
from anylength.experiments.harden import HARDENING
from anylength.experiments.imports import RECIPE as IMPORTED
from anylength.experiments.quantise import QUANTISATION
from anylength.experiments.quantise import RECIPE as QUANTISED
from anylength.records import Hardening, Imported, Quantisation, RunConfig
from anylength.training import HARDEN


def origin_of(path: Path, config: RunConfig) -> str | None:
    """Where the net is from, in words; None where its recipe trained it."""
    return ORIGINS[config.recipe](path) if config.recipe in ORIGINS else None


def _imported(path: Path) -> str:
    record = _text(path / IMPORT)
    return "imported" if record is None else f"imported: {Imported.from_json(record, IMPORT).origin}"


def _hardened(path: Path) -> str:
    record = _text(path / HARDENING)
    return "hardened" if record is None else f"hardened by {Hardening.from_json(record, HARDENING).updates:,} updates"


def _quantised(path: Path) -> str:
    text = _text(path / QUANTISATION)
    if text is None:
        return "quantised"
    record = Quantisation.from_json(text, QUANTISATION)
    return f"weights in {record.to}" + (f", tuned by {record.updates:,} updates" if record.updates else "")


def _text(file: Path) -> bytes | None:
    return file.read_bytes() if file.is_file() else None


ORIGINS: Mapping[str, Callable[[Path], str]] = {IMPORTED: _imported, HARDEN.name: _hardened, QUANTISED: _quantised}
