"""The files of a folder that holds a theorem about one net, with all that it rests on."""

from typing import Any

from anylength.formal.given import given_file
from anylength.formal.library import PROJECT, library_files
from anylength.formal.reading import Files
from anylength.formal.some_words import some_words
from anylength.formal.statements import Statement
from anylength.formal.theorem import (
    BOXES,
    ELLIPSOIDS,
    LARGE,
    LARGE_ROUNDED,
    LARGE_STACKS,
    ROUNDED,
    STACKS,
    format_file,
    theorem_file,
)
from anylength_check.rounding import FORMATS, weight_slack
from anylength_check.weights import filled
from anylength_check.work import work_of

MAKEFILE = """# `make` checks the theorem. It needs Coq 8.20 with the libraries Interval and Flocq. On Debian and Ubuntu:
# {install}
all: CoqMakefile
\t$(MAKE) -f CoqMakefile {targets}
CoqMakefile: _CoqProject
\tcoq_makefile -f _CoqProject -o $@
.PHONY: all
"""

LARGEST_WORK = 5_000_000
"""Multiplications of a check that the kernel computes over Z: some ten minutes."""

INSTALL = "sudo apt-get install coq libcoq-interval libcoq-flocq"
"""The line that installs the proof assistant, on Debian and Ubuntu."""


def formal_files(files: Files, proof: dict[str, Any], statement: Statement | None) -> dict[str, str]:
    """The text of each file of the folder by its name.

    Args:
        files: The certificate and the weights.
        proof: One of the certificate's proofs.
        statement: What to prove of the task's numbers; None: only that the net writes what the machine says. Of a proof about
            some words nothing else is proved.

    Raises:
        InputError: The theorems do not know an operation of the step.
    """
    library = {f"library/{name}": text for name, text in library_files().items()}
    net = {f"net/{name}": text for name, text in net_files(files, proof, statement).items()}
    targets = " ".join(name.replace(".v", ".vo") for name in net)
    project = "\n".join(["-Q library Anylength", "-Q net Run", *library, *net]) + "\n"
    return library | net | {PROJECT: project, "Makefile": MAKEFILE.replace("{install}", INSTALL).replace("{targets}", targets)}


def kind_of(files: Files, proof: dict[str, Any]) -> dict[str, str]:
    """Which of the checks the kernel computes for a proof."""
    if "blocks" in proof:
        return ELLIPSOIDS
    plain = (STACKS, LARGE_STACKS) if "letters" in proof else (BOXES, LARGE)
    boxes, large = (ROUNDED, LARGE_ROUNDED) if "rounding" in files.top else plain
    symbols = len(files.top["machine"]["delta"][0])
    columns = {name: filled(rows) for name, rows in files.tensors.items()}
    return boxes if work_of(files.program, files.tensors, columns, proof | {"formats": []}, symbols) <= LARGEST_WORK else large


def net_files(files: Files, proof: dict[str, Any], statement: Statement | None) -> dict[str, str]:
    """The files that are about the one net. Arguments and errors are those of `formal_files`."""
    encoding = files.top["encoding"]
    symbols = "(" + " * ".join([str(encoding["base"])] * encoding["tapes"]) + ")"
    regions, words = kind_of(files, proof), some_words(files, proof, symbols)
    texts = {"Given.v": given_file(files, proof, words), "Proved.v": theorem_file(symbols, regions, statement, words)}
    formats = {f"{form.capitalize()}.v": format_file(form, symbols, regions, statement, words) for form in _covered(files, proof)}
    return texts | formats


def _covered(files: Files, proof: dict[str, Any]) -> list[str]:
    """The formats of a proof, and float32, which each of them covers; without those that do not hold the start state exactly.

    Of a net with stacks the theorems say nothing about formats.
    """
    if not proof["formats"] or "letters" in proof:
        return []
    start = files.program.start(files.tensors)
    formats = sorted({*proof["formats"], "float32"}, reverse=True)
    return [form for form in formats if not any(weight_slack(w, FORMATS[form]) for w in start)]
