"""A verdict on a run."""

from pathlib import Path

import msgspec

from anylength.errors import InputError
from anylength.experiments import folder
from anylength.experiments.files import write_atomic
from anylength.nets import AbstractNet, Net
from anylength.records import Imported, Verdict
from anylength.verification.certify import covers_original, parsed
from anylength.verification.verdicts import verify

MIN_BUDGET, MAX_BUDGET = 0.1, 86_400.0


def prove(path: Path, *, budget: float = 60.0) -> Verdict:
    """The verdict on a finished run, within about `budget` seconds. PROVED leaves `certificate.json` in the run, all else none.

    Raises:
        InputError: The run is not whole, or the budget is not a time.
    """
    check_budget(budget)
    net, task = folder.open_run(path)
    (path / folder.CERTIFICATE).unlink(missing_ok=True)
    (path / folder.VERDICT).unlink(missing_ok=True)
    verification = verify(net, task, folder.net_config(folder.config_of(path)), budget=budget)
    verdict = verification.verdict
    if verification.certificate is not None:
        write_atomic(path / folder.CERTIFICATE, verification.certificate)
        verdict = msgspec.structs.replace(verdict, original=_covers_original(path, net, verification.certificate))
    folder.write(path, folder.VERDICT, verdict)
    return verdict


def _covers_original(path: Path, net: AbstractNet, certificate: bytes) -> bool | None:
    """Whether a proof also holds for the net in the file that this one was imported from; None where it is the same net."""
    if not (path / folder.IMPORT).is_file():
        return None
    imported = Imported.from_json((path / folder.IMPORT).read_bytes(), folder.IMPORT)
    assert isinstance(net, Net)  # no other is proved
    return covers_original(net, parsed(certificate).proofs, imported.folding) if imported.folding else None


def check_budget(budget: float) -> None:
    """Checks a time to spend.

    Raises:
        InputError: It is too short, too long, or no number.
    """
    if not MIN_BUDGET <= budget <= MAX_BUDGET:
        raise InputError(f"a budget of {MIN_BUDGET} to {MAX_BUDGET:.0f} seconds", f"{budget}", "pass for example --budget 60")
