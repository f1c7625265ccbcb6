"""The trackers by name. Their libraries are optional; each is imported only when a user names its tracker."""

import importlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import ModuleType

from anylength.base import InputError, described, unknown_name
from anylength.trackers.tensorboard import TensorBoard
from anylength.trackers.tracker import AbstractTracker
from anylength.trackers.trackio import Trackio
from anylength.trackers.wandb import WeightsAndBiases


@dataclass(frozen=True)
class TrackerKind:
    """A kind of tracker.

    Attributes:
        module: The name of the library's module.
        make: (imported module, quiet=…) → the adapter.
    """

    module: str
    make: Callable[..., AbstractTracker]


TRACKERS: Mapping[str, TrackerKind] = {
    "tensorboard": TrackerKind("tensorboardX", TensorBoard),
    "wandb": TrackerKind("wandb", WeightsAndBiases),
    "trackio": TrackerKind("trackio", Trackio),
}
"""The trackers by name."""


def open_trackers(names: Iterable[str], *, quiet: bool = False) -> dict[str, AbstractTracker]:
    """Imports the libraries of the named trackers and makes one adapter for each. Starts no run.

    Raises:
        InputError: No tracker has this name, or its library is not installed or cannot be imported.
    """
    trackers: dict[str, AbstractTracker] = {}
    for name in dict.fromkeys(names):
        if name not in TRACKERS:
            raise unknown_name("tracker", name, TRACKERS)
        trackers[name] = TRACKERS[name].make(_imported(name, TRACKERS[name].module), quiet=quiet)
    return trackers


def _imported(name: str, module: str) -> ModuleType:
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        remedy = f"pip install '.[{name}]'"
        raise InputError(f"the library {module} to log to {name}", f"no module {error.name}", remedy) from None
    except Exception as error:
        raise InputError(
            f"a library {module} that can be imported", described(error), "repair the installation, or leave out --log"
        ) from error
