"""`anylength formalise`: a run's proof as a theorem for a proof assistant's kernel."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from anylength.cli.command import Command, Outcome, run_argument
from anylength.cli.show import show_facts
from anylength.records import Formalised

PROOFS = ("all", "within", "up-to", "rounded")
"""Those of `experiments.formalise`, repeated so that `--help` need not import JAX. A test compares the two."""


def _arguments(parser: ArgumentParser) -> None:
    run_argument(parser)
    parser.add_argument("--out", type=Path, default=Path("theorem"), metavar="DIR", help="the new folder")
    parser.add_argument(
        "--proof", choices=PROOFS,
        help="the proof: of all words, within a language, up to some steps, of rounded states (default: the first that there is)",
    )  # fmt: skip


def _run(options: Namespace) -> Outcome:
    from anylength.experiments.formalise import formalise

    result = formalise(options.run, options.out, proof=options.proof)
    return Outcome(result.to_json(), lambda: _show(result))


def _show(result: Formalised) -> None:
    from anylength.formal import INSTALL

    facts = {
        "theorem": result.statement,
        "for": f"all runs whose every step is off by up to {result.noise:.3g} in every number",
        "folder": result.path,
        "check it": f"make -C {result.path}",
    }
    show_facts(facts if result.installed else facts | {"install first": INSTALL})


COMMAND = Command("the proof as a theorem that the kernel of a proof assistant checks", _arguments, _run)
