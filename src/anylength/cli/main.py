"""The command line: parse, call, print. Standard output carries results only; messages and progress go to standard error.

Exit codes: 0 done, proved, valid · 1 refuted · 2 bad usage or bad input, told in one line · 3 unknown or not applicable ·
4 certificate rejected · 130 interrupted. Nothing here imports JAX before a command
that computes is run.
"""

import argparse
import os
import sys
import traceback
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NoReturn

from anylength.cli.command import Command
from anylength.cli.commands import COMMANDS, command_named
from anylength.errors import InputError, unknown_name

USAGE, INTERRUPTED = 2, 130
CRASHED = 70
"""A bug of ours. 70 is EX_SOFTWARE of sysexits.h, and no code that means a verdict."""


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line: expected, got, remedy."""

    def error(self, message: str) -> NoReturn:
        self.exit(USAGE, f"{self.prog}: {message}: see {self.prog} --help\n")


def parser(names: Iterable[str] = tuple(COMMANDS)) -> argparse.ArgumentParser:
    """The command line, with the arguments of some commands or all."""
    root = _Parser(prog="anylength", description="Has a recurrent net learned an algorithm, or only its training lengths?")
    root.add_argument("--version", action="store_true", help="print the version and stop")
    below = root.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    for name in names:
        command = command_named(name)
        sub = below.add_parser(
            name, help=command.summary, description=command.summary, formatter_class=argparse.ArgumentDefaultsHelpFormatter
        )
        command.arguments(sub)
        sub.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
        sub.add_argument("--quiet", action="store_true", help="no progress and no messages")
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    configure_libraries()
    warnings.showwarning = _warned
    try:
        _known_command(given)
        options = parser(given[:1] if given[:1] and given[0] in COMMANDS else COMMANDS).parse_args(given)
        if options.version or not options.command:
            return _version_or_help(options.version)
        return _run(command_named(options.command), options)
    except InputError as error:
        print(f"anylength: {error}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        print("anylength: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception:
        traceback.print_exc()
        return CRASHED


def _run(command: Command, options: argparse.Namespace) -> int:
    outcome = command.run(options)
    if options.json:
        print(outcome.json)
    else:
        outcome.show()
    sys.stdout.flush()
    return outcome.code


def _warned(message: Warning | str, *_: object, **__: object) -> None:
    """A warning as one line."""
    print(f"anylength: warning: {message}", file=sys.stderr)


def _known_command(given: list[str]) -> None:
    if given and not given[0].startswith("-") and given[0] not in COMMANDS:
        raise unknown_name("command", given[0], COMMANDS)


def _version_or_help(version: bool) -> int:
    if not version:
        parser().print_help()
        return 0
    from importlib.metadata import version as installed

    print(f"anylength {installed('anylength')}")
    return 0


def configure_libraries() -> None:
    """Runs JAX on the processor, where small nets run fastest, and keeps compiled programs in the user's cache folder."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "anylength" / "xla"
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the matrices are small: threads wait for each other
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(cache))
    os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
    os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES", "-1")
