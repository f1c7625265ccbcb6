"""The table of the exit codes of verdicts."""

from anylength.cli.command import VERDICT_CODES
from docs.figures.tables.results import table

WITHIN = {"REFUTED": " (also within a language: a wrong word of a language is a wrong word)"}
"""What a verdict's name does not tell."""


def exit_codes() -> str:
    """The verdicts of each exit code of `prove`."""
    codes = dict.fromkeys(VERDICT_CODES.values())
    named = {code: [f"{name}{WITHIN.get(name, '')}" for name, own in VERDICT_CODES.items() if own == code] for code in codes}
    return table(("exit code of `prove`", "verdict"), ((str(code), ", ".join(names)) for code, names in named.items()))
