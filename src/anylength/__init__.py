"""anylength: has a recurrent net learned an algorithm, or only its training lengths?

The names below are the whole public interface. They are loaded on first use, so importing the package is cheap.
"""

import importlib
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from anylength.api.folders import check, export, import_net, open_run, quantise, report, save
    from anylength.api.hardening import harden
    from anylength.api.subjects import as_task as task
    from anylength.api.training import fit, fit_block, recipe
    from anylength.api.verdicts import ask, count_on, explain, extract, horizon, prove, stress
    from anylength.black_boxes import black_box
    from anylength.errors import InputError
    from anylength.experiments.tracking import log_run
    from anylength.interchange import from_torch
    from anylength.machines import Machine
    from anylength.runs import Run
    from anylength.tasks import from_file as machine_file
    from anylength.tasks import from_function as machine_task
    from anylength.tasks import regex_task
    from anylength.tasks.automata import automaton_task
    from anylength.training import linear_baseline

try:
    __version__ = version("anylength")
except PackageNotFoundError:  # a source tree on the path that is not installed
    __version__ = "0+unknown"

_HOMES = {
    "Machine": ("machines", "Machine"),
    "Run": ("runs", "Run"),
    "InputError": ("errors", "InputError"),
    "ask": ("api.verdicts", "ask"),
    "automaton_task": ("tasks.automata", "automaton_task"),
    "black_box": ("black_boxes", "black_box"),
    "check": ("api.folders", "check"),
    "count_on": ("api.verdicts", "count_on"),
    "explain": ("api.verdicts", "explain"),
    "export": ("api.folders", "export"),
    "extract": ("api.verdicts", "extract"),
    "fit": ("api.training", "fit"),
    "fit_block": ("api.training", "fit_block"),
    "from_torch": ("interchange", "from_torch"),
    "harden": ("api.hardening", "harden"),
    "horizon": ("api.verdicts", "horizon"),
    "import_net": ("api.folders", "import_net"),
    "linear_baseline": ("training", "linear_baseline"),
    "log_run": ("experiments.tracking", "log_run"),
    "machine_file": ("tasks", "from_file"),
    "machine_task": ("tasks", "from_function"),
    "open_run": ("api.folders", "open_run"),
    "prove": ("api.verdicts", "prove"),
    "quantise": ("api.folders", "quantise"),
    "recipe": ("api.training", "recipe"),
    "regex_task": ("tasks", "regex_task"),
    "report": ("api.folders", "report"),
    "save": ("api.folders", "save"),
    "stress": ("api.verdicts", "stress"),
    "task": ("api.subjects", "as_task"),
}
"""Public name → module and attribute."""

__all__ = [
    "__version__",
    "Machine",
    "Run",
    "InputError",
    "ask",
    "automaton_task",
    "black_box",
    "check",
    "count_on",
    "explain",
    "export",
    "extract",
    "fit",
    "fit_block",
    "from_torch",
    "harden",
    "horizon",
    "import_net",
    "linear_baseline",
    "log_run",
    "machine_file",
    "machine_task",
    "open_run",
    "prove",
    "quantise",
    "recipe",
    "regex_task",
    "report",
    "save",
    "stress",
    "task",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'anylength' has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(importlib.import_module(f"anylength.{module}"), attribute)


def __dir__() -> list[str]:
    return sorted(__all__)
