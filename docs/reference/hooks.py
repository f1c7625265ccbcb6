"""Fills the generated parts of the site from the code: the command line, packages, records, suites and conventions.

`mkdocs.yml` names this file as a hook. On a page, a comment such as `<!-- generated: commands -->` marks the place.
"""

import argparse
import importlib
import re
import sys
from pathlib import Path
from typing import Any

from anylength.cli.command import help_of
from anylength.cli.main import parser

sys.path.insert(0, str(Path(__file__).parents[2]))  # the console script `mkdocs` does not look in the current folder
from docs.figures.tables.benchmark import conventions
from docs.figures.tables.suites import TABLES

PACKAGES = (
    "base", "rules", "cells", "attention", "nets", "constructions", "training",
    "lengths", "dynamics", "verification.certify", "verification.ellipsoids", "verification.invariants",
    "verification.refutation", "verification.verdicts", "extraction", "diagnosis", "black_boxes", "interchange",
    "streams", "audits", "contraction",
    "statistics", "trackers", "formal", "ops", "programs", "runs",
)  # fmt: skip
"""Public packages and modules, in reading order."""

MARK = re.compile(r"^<!-- generated: (\w+) -->$", re.MULTILINE)


def commands() -> str:
    """Every command with its arguments and options, from the parsers."""
    (subparsers,) = (action for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    return "\n\n".join(_command(name, command) for name, command in subparsers.choices.items())


def _command(name: str, command: argparse.ArgumentParser) -> str:
    """One command as a section: summary, usage, a table of arguments and a table of options."""
    summary = command.description or ""
    arguments = [action for action in command._actions if not action.option_strings]
    options = [action for action in command._actions if action.option_strings and "--help" not in action.option_strings]
    usage = " ".join(["anylength", name, *(_positional(action) for action in arguments), "[OPTIONS]"])
    parts = [f"### {name} {{ #{name} }}", f"{summary[:1].upper()}{summary[1:]}.", f"```text\n{usage}\n```"]
    if arguments:
        parts.append(_table("argument", [(_positional(action), help_of(action)) for action in arguments]))
    parts.append(_table("option", [(_option(action), help_of(action)) for action in options]))
    return "\n\n".join(parts)


def _positional(action: argparse.Action) -> str:
    """An argument as the usage line writes it."""
    name = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    return {"+": f"{name} [{name} ...]", "*": f"[{name} ...]", "?": f"[{name}]"}.get(str(action.nargs), name)


def _option(action: argparse.Action) -> str:
    """An option with the name of its value."""
    names = ", ".join(action.option_strings)
    if action.nargs == 0:
        return names
    choices = "{" + ",".join(map(str, action.choices)) + "}" if action.choices else action.dest.upper()
    return f"{names} {action.metavar or choices}"


def _table(kind: str, rows: list[tuple[str, str]]) -> str:
    """Rows of code and text as a table."""
    escaped = [(code.replace("|", "\\|"), text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")) for code, text in rows]
    return "\n".join([f"| {kind} | |", "|---|---|", *(f"| `{code}` | {text} |" for code, text in escaped)])


def public(name: str) -> list[str]:
    """The public names of a package of `anylength`: its `__all__`, or what a module itself defines."""
    module = importlib.import_module(f"anylength.{name}")
    if hasattr(module, "__all__"):
        return list(module.__all__)
    defined = {key: value for key, value in vars(module).items() if not key.startswith("_")}
    return [key for key, value in defined.items() if getattr(value, "__module__", None) == module.__name__]


def packages() -> str:
    """A section for every public package, with all its public names."""
    return "\n\n".join(_package(name) for name in PACKAGES)


def records() -> str:
    """All records."""
    return _package("records")


def _package(name: str) -> str:
    """One package as an instruction to mkdocstrings."""
    options = ["    options:", "      heading_level: 2", "      members:", *(f"        - {member}" for member in public(name))]
    return "\n".join([f"::: anylength.{name}", *options])


PARTS = {"commands": commands, "packages": packages, "records": records, "conventions": conventions}
PARTS |= {f"suite_{name}": make for name, make in TABLES.items()}


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Replaces each mark by its generated part."""
    return MARK.sub(lambda found: PARTS[found[1]](), markdown)
