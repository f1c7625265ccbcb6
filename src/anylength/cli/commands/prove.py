"""`anylength prove`: a verdict on every length."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from rich.text import Text

from anylength.cli.command import VERDICT_CODES, Command, Outcome, run_argument, seconds, whole_number
from anylength.cli.progress import proof_progress
from anylength.cli.show import VERDICT_STYLES, command_seconds, console, facts_table
from anylength.records import Verdict
from anylength.records.verdicts import PROVED, PROVED_ROUNDED, PROVED_UP_TO, PROVED_WITHIN, RESTS_ON

CERTIFICATES = {
    PROVED: "certificate.json", PROVED_UP_TO: "horizon-certificate.json", PROVED_WITHIN: "within-certificate.json",
    PROVED_ROUNDED: "rounded-certificate.json",
}  # fmt: skip
"""Where the certificate of a verdict lies in a run."""


def _arguments(parser: ArgumentParser) -> None:
    parser.epilog = f"A proof rests on {RESTS_ON}."
    run_argument(parser)
    parser.add_argument("--budget", type=seconds, default=60.0, metavar="SECONDS", help="time to spend")
    about = parser.add_mutually_exclusive_group()
    about.add_argument(
        "--within", metavar="LANGUAGE",
        help="prove it on the words of a regular expression, or on those with short runs: 9<=7 for at most 7 nines in a row",
    )  # fmt: skip
    about.add_argument(
        "--rounded", metavar="BITS", type=whole_number,
        help="decide the net with each number of its state rounded to a multiple of 1/2^BITS after every step",
    )  # fmt: skip


def _run(options: Namespace) -> Outcome:
    from anylength.experiments.next_steps import next_step
    from anylength.experiments.proving import prove, prove_rounded, prove_within
    from anylength.runs import Run

    run = Run(options.run)
    budget, language, progress = options.budget, options.within, proof_progress(options)
    if options.rounded is not None:
        result = prove_rounded(run, options.rounded, budget=budget)
    elif language is None:
        result = prove(run, budget=budget, progress=progress)
    else:
        result = prove_within(run, language, budget=budget, progress=progress)
    step = next_step(run, result) if language is None and options.rounded is None else None
    return Outcome(result.to_json(), lambda: _show(options.run, result, step), VERDICT_CODES[result.verdict])


def _show(run: Path, result: Verdict, step: str | None) -> None:
    from anylength.web.words import verdict_evidence

    console().print(Text(result.name, style=VERDICT_STYLES.get(result.verdict, "bold yellow")))
    table = facts_table()
    for name, text in verdict_evidence(result):
        table.add_row(name, text)
    if result.verdict in CERTIFICATES:
        holds = getattr(result, "holds_for_original", None)
        if holds is not None:
            statement = "holds" if holds else "does not hold"
            table.add_row("the original", f"its embedding is folded into W_ih here; for the net in its file the proof {statement}")
        certificate = f"{run}/{CERTIFICATES[result.verdict]}"
        table.add_row("certificate", certificate)
        table.add_row("check it", f"anylength check {certificate} --weights {run}/model.safetensors")
    if step is not None:
        table.add_row("next", step)
    table.add_row("seconds", command_seconds())
    console().print(table)


COMMAND = Command("a verdict on every length, PROVED, REFUTED or UNKNOWN, or on some words, PROVED UP TO, WITHIN", _arguments, _run)
