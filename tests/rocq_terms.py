"""Python's machines as terms of Rocq, and files that let Rocq compare them with its own."""

import shutil
import subprocess
from pathlib import Path

from anylength.rules import Machine
from tests.patience import PATIENCE

FORMAL = Path(__file__).parents[1] / "formal"
"""The theorems."""

MISSING = "Rocq is missing: apt install coq" if shutil.which("coqc") is None or shutil.which("coqdep") is None else ""
"""Why nothing can be compiled here, or an empty text."""

AXIOMS = {"sig_not_dec", "sig_forall_dec", "functional_extensionality_dep", "classic"}
"""What the theorems about nets rest on: the standard library's real numbers."""


def axioms_of(printed: str) -> set[str]:
    """The last parts of the names of the axioms that `Print Assumptions` prints."""
    lines = printed.partition("Axioms:\n")[2].splitlines()
    return {line.split(" :")[0].strip().split(".")[-1] for line in lines if line and not line.startswith(" ")}


def rows(table: tuple[tuple[int, ...], ...], indent: str = "    ") -> str:
    """A table, one row in a line."""
    return "[\n" + ";\n".join(f"{indent}[{'; '.join(map(str, row))}]" for row in table) + "]"


def machine_term(machine: Machine) -> str:
    """A machine as a term."""
    return f"{{|\n  start := {machine.start};\n  delta := {rows(machine.delta)};\n  output := {rows(machine.output)} |}}"


def compiled(file: Path, folder: Path) -> str:
    """What Rocq prints while it compiles a file of a copy of `formal/`. An error fails the test with Rocq's words."""
    done = subprocess.run(
        ["coqc", "-q", "-Q", str(folder), "Anylength", str(file)], cwd=folder, capture_output=True, text=True, timeout=4 * PATIENCE
    )
    assert done.returncode == 0, f"{file.name}: {done.stdout}{done.stderr}"
    return done.stdout


def in_order(files: list[Path], folder: Path) -> list[Path]:
    """The files so that each one comes after those that it needs."""
    names = [str(file.relative_to(folder)) for file in files]
    sorted_names = subprocess.run(
        ["coqdep", "-sort", "-Q", ".", "Anylength", *names],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    ).stdout
    return [folder / name for name in sorted_names.split()]
