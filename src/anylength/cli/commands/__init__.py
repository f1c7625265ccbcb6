"""The commands. Each has its own module; `COMMANDS` maps names to modules."""

import importlib

from anylength.cli.command import Command

COMMANDS = {
    "demo": "demo",
    "train": "train",
    "ask": "ask",
    "count": "count",
    "stress": "stress",
    "prove": "prove",
    "explain": "explain",
    "extract": "extract",
    "report": "report",
    "check": "check",
    "formalise": "formalise",
    "harden": "harden",
    "import": "import_net",
    "export": "export",
    "quantise": "quantise",
    "sweep": "sweep",
    "summary": "summary",
    "take": "take",
    "benchmark": "benchmark",
    "serve": "serve",
    "site": "site",
    "audit": "audit",
    "reproduce": "reproduce",
    "tasks": "tasks",
    "cells": "cells",
    "recipes": "recipes",
}
"""Command name → module, in the order in which `--help` lists them."""


def command_named(name: str) -> Command:
    """The command of this name, which must be one of `COMMANDS`."""
    return importlib.import_module(f"anylength.cli.commands.{COMMANDS[name]}").COMMAND
