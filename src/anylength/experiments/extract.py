"""The machine that a run's net has become, left in the run folder as JSON, Graphviz, Mermaid and Python."""

from pathlib import Path

from anylength.errors import InputError
from anylength.experiments import folder
from anylength.experiments.files import write_atomic
from anylength.experiments.prove import check_budget
from anylength.extraction import extract as extracted
from anylength.machine_formats import MACHINE_FORMATS, format_machine
from anylength.records import Extraction
from anylength_check import check

MACHINE = "machine.json"


def extract(path: Path, *, budget: float = 20.0) -> Extraction:
    """The machine of a finished run, within about `budget` seconds. A certificate of the run makes it a theorem at once.

    Raises:
        InputError: The run is not whole, or the budget is not a time.
    """
    check_budget(budget)
    net, task = folder.open_run(path)
    found = extracted(net, task, folder.net_config(folder.config_of(path)), certificate=_certificate(path), budget=budget)
    _leave(path, task.name, found)
    return found


def _certificate(path: Path) -> bytes | None:
    """The run's certificate, if it has one that the independent checker accepts for its weights."""
    certificate = path / folder.CERTIFICATE
    if not certificate.is_file() or not check(certificate, path / folder.MODEL).valid:
        return None
    return certificate.read_bytes()


def _leave(path: Path, name: str, found: Extraction) -> None:
    """Writes all files of a machine; where there is none, those of other days are taken away."""
    for file, write in MACHINE_FORMATS.values():
        if found.machine is None:
            (path / file).unlink(missing_ok=True)
        else:
            write_atomic(path / file, write(name, found.machine).encode())
    folder.write(path, MACHINE, found)


def exported(path: Path, found: Extraction, form: str) -> str:
    """The machine of a run as the text of one format.

    Raises:
        InputError: There is no machine.
    """
    if found.machine is None:
        raise InputError("a net that can be a machine", found.note, "leave --format out to read why")
    return format_machine(folder.config_of(path).task, found.machine, form)
