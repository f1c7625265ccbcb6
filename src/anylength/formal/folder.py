"""The files of a folder that holds a theorem about one net, with all that it rests on."""

from typing import Any

from anylength.formal.given import given_file
from anylength.formal.library import PROJECT, library_files
from anylength.formal.reading import Files
from anylength.formal.statements import Statement
from anylength.formal.theorem import BOXES, ELLIPSOIDS, format_file, theorem_file

MAKEFILE = """# `make` checks the theorem. It needs Coq 8.20 with the libraries Interval and Flocq. On Debian and Ubuntu:
# {install}
all: CoqMakefile
\t$(MAKE) -f CoqMakefile {targets}
CoqMakefile: _CoqProject
\tcoq_makefile -f _CoqProject -o $@
.PHONY: all
"""

INSTALL = "sudo apt-get install coq libcoq-interval libcoq-flocq"
"""The line that installs the proof assistant, on Debian and Ubuntu."""


def formal_files(files: Files, proof: dict[str, Any], statement: Statement | None) -> dict[str, str]:
    """The text of each file of the folder by its name.

    Args:
        files: The certificate and the weights.
        proof: One of the certificate's proofs.
        statement: What to prove of the task's numbers; None: only that the net writes what the machine says.

    Raises:
        InputError: The theorems do not know an operation of the step, or the kind of the proof.
    """
    library = {f"library/{name}": text for name, text in library_files().items()}
    net = {f"net/{name}": text for name, text in net_files(files, proof, statement).items()}
    targets = " ".join(name.replace(".v", ".vo") for name in net)
    project = "\n".join(["-Q library Anylength", "-Q net Run", *library, *net]) + "\n"
    return library | net | {PROJECT: project, "Makefile": MAKEFILE.replace("{install}", INSTALL).replace("{targets}", targets)}


def net_files(files: Files, proof: dict[str, Any], statement: Statement | None) -> dict[str, str]:
    """The files that are about the one net. Arguments and errors are those of `formal_files`."""
    encoding = files.top["encoding"]
    symbols = " * ".join([str(encoding["base"])] * encoding["tapes"])
    regions = ELLIPSOIDS if "blocks" in proof else BOXES
    texts = {"Given.v": given_file(files, proof), "Proved.v": theorem_file(f"({symbols})", regions, statement)}
    covered = sorted({*proof["formats"], "float32"}, reverse=True) if proof["formats"] else []  # whatever covers one covers float32
    return texts | {f"{form.capitalize()}.v": format_file(form, f"({symbols})", regions, statement) for form in covered}
