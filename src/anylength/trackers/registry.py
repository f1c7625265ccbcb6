"""The trackers by name. Their libraries are optional, and imported only when a user names one of them."""

import importlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from anylength.errors import InputError, quoted, unknown_name
from anylength.trackers.tensorboard import TensorBoard
from anylength.trackers.tracker import AbstractTracker
from anylength.trackers.trackio import Trackio
from anylength.trackers.wandb import WeightsAndBiases


@dataclass(frozen=True)
class TrackerKind:
    """A kind of tracker.

    Attributes:
        module: The library's module.
        make: (module, quiet=…) → an adapter.
    """

    module: str
    make: Callable[..., AbstractTracker]


TRACKERS: Mapping[str, TrackerKind] = {
    "tensorboard": TrackerKind("tensorboardX", TensorBoard),
    "wandb": TrackerKind("wandb", WeightsAndBiases),
    "trackio": TrackerKind("trackio", Trackio),
}


def open_trackers(names: Iterable[str], *, quiet: bool = False) -> dict[str, AbstractTracker]:
    """The trackers of these names, each once, their libraries imported and nothing begun.

    Raises:
        InputError: No such tracker, or its library is not installed or cannot be imported.
    """
    found: dict[str, AbstractTracker] = {}
    for name in dict.fromkeys(names):
        if name not in TRACKERS:
            raise unknown_name("tracker", name, TRACKERS)
        kind = TRACKERS[name]
        try:
            library = importlib.import_module(kind.module)
        except ModuleNotFoundError as error:
            remedy = f"pip install 'anylength[{name}]'"
            raise InputError(f"the library {kind.module} to log to {name}", f"no module {error.name}", remedy) from None
        except Exception as error:
            got = f"{type(error).__name__}: {quoted(' '.join(str(error).split()), 200)}"
            raise InputError(
                f"a library {kind.module} that can be imported", got, "mend the installation, or leave out --log"
            ) from error
        found[name] = kind.make(library, quiet=quiet)
    return found
