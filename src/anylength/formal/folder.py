"""The files of a folder that holds a theorem about one net, with all that it rests on."""

from typing import Any

from anylength.formal.given import given_file
from anylength.formal.library import ORDER, library_files
from anylength.formal.reading import Files
from anylength.formal.statements import Statement
from anylength.formal.theorem import theorem_file

MAKEFILE = """# `make` checks the theorem. It needs Coq 8.20 with the libraries Interval and Flocq:
# {install}
COQC ?= coqc
OPTIONS := -q -Q library Anylength -Q net Run

all: net/Theorem.vo
library/.done:
\tfor file in {library}; do $(COQC) $(OPTIONS) library/$$file.v || exit 1; done
\ttouch $@
net/Given.vo: net/Given.v library/.done
\t$(COQC) $(OPTIONS) $<
net/Theorem.vo: net/Theorem.v net/Given.vo
\t$(COQC) $(OPTIONS) $<
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
    encoding = files.top["encoding"]
    own = {
        "net/Given.v": given_file(files, proof),
        "net/Theorem.v": theorem_file(encoding["base"] ** encoding["tapes"], encoding["base"], statement),
        "Makefile": MAKEFILE.replace("{install}", INSTALL).replace("{library}", " ".join(ORDER)),
    }
    return own | {f"library/{name}": text for name, text in library_files().items()}
