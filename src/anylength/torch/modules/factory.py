"""`module:factory`: a user's own function that makes a net of PyTorch. It is imported from the current folder.

    def two_layers(inputs: int, outputs: int) -> torch.nn.Module

`inputs` is the number of symbols and `outputs` the number of output classes of a task. The module maps token numbers `[B, T]`, each
0…inputs−1, or one-hot words `[B, T, inputs]`, to logits `[B, T, outputs]`. A factory may also return a step and its start state,
`(step, initial_state)`, in the form that `anylength.prove` takes.
"""

import contextlib
import hashlib
import importlib
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import torch

from anylength.base import InputError, quoted, unknown_name
from anylength.interchange.pytorch.source_places import place_of_error
from anylength.torch.modules.unrolled import unrolled

NAME = re.compile(r"(?P<module>[^\W\d]\w*(\.[^\W\d]\w*)*):(?P<function>[^\W\d]\w*)")
"""A name of a factory."""

SIGNATURE = "(inputs: int, outputs: int) -> torch.nn.Module"
"""The signature of a factory, for messages."""


@dataclass(frozen=True)
class Factory:
    """A user's own function that makes a net.

    Attributes:
        name: `module:factory`.
        function: (number of symbols, number of output classes) → the net.
        digest: The SHA-256 of the module's source file: rows of two versions of a file are not mixed.
    """

    name: str
    function: Callable[[int, int], Any]
    digest: str

    def make(self, symbols: int, classes: int) -> torch.nn.Module:
        """A new net: a module on words, or a step that is unrolled over words. Random draws come from PyTorch's generator.

        Raises:
            InputError: The factory raises, or returns something else than a module with parameters or a step with its start state.
        """
        with foreign_code(f"a factory {self.name}{SIGNATURE}", f"correct {self.name.partition(':')[2]} and run the command again"):
            made = self.function(symbols, classes)
        if isinstance(made, tuple) and len(made) == 2 and callable(made[0]):
            net = unrolled(*made, symbols=symbols)
        elif isinstance(made, torch.nn.Module):
            net = made
        else:
            remedy = "let the factory return the net: return MyNet(inputs, outputs)"
            raise InputError(f"a torch.nn.Module, or (step, initial_state), from {self.name}", type(made).__name__, remedy)
        if not any(parameter.requires_grad for parameter in net.parameters()):
            raise InputError(f"a module with parameters to train from {self.name}", "none", "make its layers in __init__")
        return net


def is_factory(kind: str) -> bool:
    """Whether the name of a kind of net is one of a factory: it has a colon."""
    return ":" in kind


def load_factory(name: str, folder: Path | None = None) -> Factory:
    """The factory of this name.

    Args:
        name: `module:factory`.
        folder: Where the module is looked for first; None: the current folder. It stays in `sys.path`, for imports at run time.

    Raises:
        InputError: The name is malformed, there is no such module or function, or the module cannot be imported.
    """
    match = NAME.fullmatch(name)
    if match is None:
        remedy = "name a Python module without .py, a colon and a function: my_nets:two_layers"
        raise InputError("module:factory", quoted(name), remedy)
    module = _imported(match["module"], (folder or Path.cwd()).resolve())
    function = getattr(module, match["function"], None)
    if function is None:
        known = [key for key, value in vars(module).items() if callable(value) and not key.startswith("_")]
        raise unknown_name(f"function of {match['module']}", match["function"], known, f"write def {match['function']}{SIGNATURE}")
    if not callable(function):
        raise InputError(f"a function {name}{SIGNATURE}", type(function).__name__, "name a function that makes a new net")
    return Factory(name, function, _digest(module))


def _imported(name: str, folder: Path) -> ModuleType:
    """The module of this name.

    Raises:
        InputError: There is none, or it cannot be imported.
    """
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        with foreign_code(f"a Python module {name} that can be imported", "correct it, or install what it imports"):
            return importlib.import_module(name)
    except InputError as error:
        missing = error.__cause__
        if isinstance(missing, ModuleNotFoundError) and f"{name}.".startswith(f"{missing.name}."):
            near = sorted(path.stem for path in folder.glob("*.py"))
            remedy = f"run the command in the folder of {name.partition('.')[0]}.py"
            raise unknown_name("Python module in the current folder", name, near, remedy) from None
        raise


@contextlib.contextmanager
def foreign_code(expected: str, remedy: str) -> Iterator[None]:
    """Runs a user's code: what it prints goes to standard error, and what it raises becomes one line.

    Raises:
        InputError: The code raises an exception or ends the process.
    """
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield
    except InputError:
        raise
    except (Exception, SystemExit) as error:  # a user's code may raise anything
        text = error.msg if isinstance(error, SyntaxError) else str(error)
        lines, place = text.strip().splitlines() or [""], _place(error)
        got = f"{type(error).__name__}: {lines[0]}"[:200] + (f" at {place}" if place else "")
        raise InputError(expected, got, remedy) from error


def _place(error: BaseException) -> str:
    """The place of an exception in the user's source."""
    if isinstance(error, SyntaxError):
        return f"{Path(error.filename or '').name}:{error.lineno}" if error.filename else ""
    return place_of_error(error.__traceback__)


def _digest(module: ModuleType) -> str:
    """The SHA-256 of a module's source file; of nothing where it has none."""
    path = inspect.getsourcefile(module)
    return hashlib.sha256(Path(path).read_bytes() if path else b"").hexdigest()
