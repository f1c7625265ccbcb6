"""The command line: parses arguments, runs a command, prints its result.

Standard output carries results only. Messages and progress go to standard error.

Exit codes: 0 done, proved, valid · 1 refuted · 2 bad usage or bad input, with a message of one line · 3 unknown, not
applicable or not learned · 4 certificate rejected · 70 a bug · 130 interrupted. JAX is imported only by a command that computes.
"""

import argparse
import os
import sys
import traceback
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from anylength.base import InputError, one_line, unknown_name
from anylength.cli.command import Command, help_of
from anylength.cli.commands import COMMANDS, command_named
from anylength.cli.streams import say, standard_output, write, write_json

USAGE, CRASHED, INTERRUPTED = 2, 70, 130
"""Exit codes: bad usage (as argparse), a bug (EX_SOFTWARE of sysexits.h, which is no verdict's code), Ctrl-C (128 + SIGINT)."""


class _Formatter(argparse.HelpFormatter):
    """Help that tells each default once."""

    def _get_help_string(self, action: argparse.Action) -> str:
        return help_of(action)


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line: expected, got, remedy."""

    def print_help(self, file: Any = None) -> None:
        """Prints the help. Python's parser ignores that it cannot be written."""
        del file
        write(self.format_help())

    def error(self, message: str) -> NoReturn:
        say(f"{self.prog}: {one_line(message)}: see {self.prog} --help")
        self.exit(USAGE)


def parser(names: Iterable[str] = tuple(COMMANDS)) -> argparse.ArgumentParser:
    """The parser of the command line, with the arguments of the named commands."""
    root = _Parser(prog="anylength", description="Has a recurrent net learned an algorithm, or only its training lengths?")
    root.add_argument("--version", action="store_true", help="print the version and stop")
    subparsers = root.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    for name in names:
        command = command_named(name)
        sub = subparsers.add_parser(name, help=command.summary, description=command.summary, formatter_class=_Formatter)
        command.arguments(sub)
        sub.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
        sub.add_argument("--quiet", action="store_true", help="no progress and no messages")
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if "_ARGCOMPLETE" in os.environ:
        _complete()
    configure_libraries()
    warnings.showwarning = _print_warning
    try:
        _check_words(words)
        options = parser(words[:1] if words and words[0] in COMMANDS else COMMANDS).parse_args(words)
        if options.version or not options.command:
            return _version_or_help(options.version)
        return _run(command_named(options.command), options)
    except InputError as error:
        say(f"anylength: {error}")
        return USAGE
    except KeyboardInterrupt:
        say("anylength: interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        return 0
    except Exception:
        say(traceback.format_exc())
        return CRASHED


def _complete() -> None:
    """Answers the shell, which sets `_ARGCOMPLETE` while it completes a line. Needs the extra `completion`."""
    import argcomplete

    argcomplete.autocomplete(parser())


def _run(command: Command, options: argparse.Namespace) -> int:
    outcome = command.run(options)
    if options.json:
        write_json(outcome.json)
    else:
        with standard_output():
            outcome.show()
    return outcome.code


def _print_warning(message: Warning | str, *_: object, **__: object) -> None:
    """Prints a warning as one line."""
    say(f"anylength: warning: {one_line(str(message))}")


def _check_words(words: list[str]) -> None:
    """Checks that the words are text, and that the first names a command."""
    broken = next((word for word in words if _has_lone_surrogates(word)), None)
    if broken is not None:
        raise InputError("arguments in UTF-8", repr(broken), "rename the file")
    if words and not words[0].startswith("-") and words[0] not in COMMANDS:
        raise unknown_name("command", words[0], COMMANDS)


def _has_lone_surrogates(word: str) -> bool:
    """Whether a word had bytes that are not UTF-8. No record can hold them."""
    return any("\ud800" <= char <= "\udfff" for char in word)


def _version_or_help(version: bool) -> int:
    from importlib.metadata import version as installed

    write(f"anylength {installed('anylength')}\n" if version else parser().format_help())
    return 0


def configure_libraries() -> None:
    """Runs JAX on the processor, where small nets run fastest, and keeps compiled programs in the user's cache folder.

    XLA logs nothing: on a busy machine it warns of a slow compilation. What fails is raised as an exception all the same.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "anylength" / "xla"
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the matrices are small: threads wait for each other
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # 3: fatal errors alone
    os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(cache))
    os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
    os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES", "-1")
