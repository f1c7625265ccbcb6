"""The verified checker: the checks of formal/checker/Extracted.v as a program, which Coq and OCaml make on this machine."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from anylength.base import InputError, exclusive, new_folder, write_atomic
from anylength.formal.folder import INSTALL
from anylength.formal.library import PROJECT, library_files, library_folder
from anylength.formal.reading import Files
from anylength.formal.words import checker_words

TOOLS = ("make", "coqc", "coq_makefile", "ocamlfind", "ocamlopt")
INSTALL_ALL = f"{INSTALL} ocaml-nox ocaml-findlib libzarith-ocaml-dev"
"""The line that installs all that makes the checker, on Debian and Ubuntu."""

SOURCES = ("Extracted.v", "whole.ml", "uint63.ml", "float64.ml", "main.ml")
PROGRAM = "verified"
BUILD = (
    ("coq_makefile", "-f", PROJECT, "-o", "CoqMakefile"),
    ("make", "-f", "CoqMakefile", "regions/Kernel.vo", "regions/ProcessorKernel.vo", "regions/SomeKernel.vo",
     "regions/SomeProcessorKernel.vo", "ellipsoids/FloatKernel.vo", "rounded/RoundedKernel.vo",
     "rounded/RoundedProcessorKernel.vo", "machines/Tables.vo"),
    ("coqc", "-q", "-w", "none", "-Q", ".", "Anylength", "Extracted.v"),
    ("ocamlfind", "ocamlopt", "-w", "-a", "-inline", "200", "-package", "zarith", "-linkpkg", "whole.ml", "uint63.ml", "float64.ml",
     "verified.mli", "verified.ml", "main.ml", "-o", PROGRAM),
)  # fmt: skip
PASSES = {"passes\n": True, "does not pass\n": False}


def verified_checker() -> Path:
    """The program. It is made at the first call, which takes half a minute, and again when the theorems change.

    Processes that need it at the same time wait for the one that makes it.

    Raises:
        InputError: A tool is missing, or one of them fails.
    """
    texts = library_files() | {name: (library_folder() / "checker" / name).read_text(encoding="utf-8") for name in SOURCES}
    texts[PROJECT] = (library_folder() / PROJECT).read_text(encoding="utf-8")
    digest = hashlib.sha256("\0".join(f"{name}\0{texts[name]}" for name in sorted(texts)).encode()).hexdigest()
    kept = _cache() / f"verified-{digest[:16]}"
    with exclusive(_cache()):
        if not (kept / PROGRAM).is_file():
            shutil.rmtree(kept, ignore_errors=True)
            _make(texts, kept)
    return kept / PROGRAM


def passes(files: Files, proof: dict[str, Any]) -> bool:
    """Whether one proof passes the verified check.

    Raises:
        InputError: The check does not know the proof's kind or an operation, or the program cannot be made.
    """
    return words_pass(checker_words(files, proof))


def words_pass(words: str) -> bool:
    """Whether a proof passes, given the words that the program reads.

    Raises:
        InputError: The program cannot be made.
    """
    done = subprocess.run([verified_checker()], input=words, capture_output=True, text=True, check=False)
    return done.returncode == 0 and PASSES.get(done.stdout, False)


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "anylength"


def _make(texts: dict[str, str], target: Path) -> None:
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        raise InputError("the tools that make the verified checker", f"no {missing[0]}", INSTALL_ALL)
    with tempfile.TemporaryDirectory() as folder:
        for name, text in texts.items():
            (Path(folder) / name).parent.mkdir(exist_ok=True, parents=True)
            (Path(folder) / name).write_text(text, encoding="utf-8")
        for command in BUILD:
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                said = " ".join((done.stdout + done.stderr).split())[-200:]
                raise InputError("a checker that Coq and OCaml can make", f"{command[0]} says {said}", INSTALL_ALL)
        program = (Path(folder) / PROGRAM).read_bytes()
    with new_folder(target) as temporary:
        write_atomic(temporary / PROGRAM, program)
        (temporary / PROGRAM).chmod(0o755)
