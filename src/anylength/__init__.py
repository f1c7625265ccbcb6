"""anylength: has a recurrent net learned an algorithm, or only its training lengths?

The names below are the whole public interface. They are loaded on first use, so importing the package is cheap.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from anylength.black_boxes import black_box
    from anylength.diagnosis import explain
    from anylength.errors import InputError
    from anylength.experiments import import_net, log_run, open_run, report
    from anylength.extraction import extract
    from anylength.interchange import from_torch, prove
    from anylength.lengths import ask, count_on, horizon, stress
    from anylength.machines import Machine
    from anylength.tasks import from_file as machine_file
    from anylength.tasks import from_function as machine_task
    from anylength.tasks import task_named as task
    from anylength.training import fit, fit_block, linear_baseline
    from anylength.training import recipe_named as recipe

_HOMES = {
    "InputError": ("errors", "InputError"),
    "Machine": ("machines", "Machine"),
    "ask": ("lengths", "ask"),
    "black_box": ("black_boxes", "black_box"),
    "count_on": ("lengths", "count_on"),
    "explain": ("diagnosis", "explain"),
    "extract": ("extraction", "extract"),
    "from_torch": ("interchange", "from_torch"),
    "import_net": ("experiments", "import_net"),
    "fit": ("training", "fit"),
    "fit_block": ("training", "fit_block"),
    "horizon": ("lengths", "horizon"),
    "log_run": ("experiments", "log_run"),
    "linear_baseline": ("training", "linear_baseline"),
    "machine_file": ("tasks", "from_file"),
    "machine_task": ("tasks", "from_function"),
    "prove": ("interchange", "prove"),
    "open_run": ("experiments", "open_run"),
    "recipe": ("training", "recipe_named"),
    "report": ("experiments", "report"),
    "stress": ("lengths", "stress"),
    "task": ("tasks", "task_named"),
}

__all__ = [
    "InputError",
    "Machine",
    "ask",
    "black_box",
    "count_on",
    "explain",
    "extract",
    "fit",
    "fit_block",
    "from_torch",
    "horizon",
    "import_net",
    "linear_baseline",
    "log_run",
    "machine_file",
    "machine_task",
    "open_run",
    "prove",
    "recipe",
    "report",
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
