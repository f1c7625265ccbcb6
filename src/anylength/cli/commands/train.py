"""`anylength train`: one net into a run folder."""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from anylength.cli.command import DONE, UNKNOWN, VERDICT_CODES, Command, Outcome, json_of, resumable, seconds, whole_number
from anylength.records.verdicts import PROVED


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "task", metavar="TASK", help="what to learn: see anylength tasks; 'regex:(ab)*'; or a machine file, my-machine.toml"
    )
    parser.add_argument("--alphabet", default=None, help="the symbols of a regular expression (default: the characters in it)")
    parser.add_argument("--base", type=whole_number, default=10, help="base of the digits, 2 to 36 (a machine file has its own)")
    parser.add_argument("--cell", default=None, help="see anylength cells (default: the one that learns most of the task)")
    parser.add_argument("--layers", type=whole_number, default=1, help="layers of the cell, 1 to 4")
    parser.add_argument(
        "--between", default=None, metavar="WHAT", help="what lies between layers: plain, residual, norm or residual-norm"
    )
    parser.add_argument("--hidden", type=whole_number, default=None, help="hidden units (default: the recipe's)")
    parser.add_argument(
        "--recipe", default=None, help="see anylength recipes (default: certified, plain or memory, by task and cell)"
    )
    parser.add_argument("--data", default=None, help="post, post-K, post-numbers, hundred, nines (default: the task's first)")
    parser.add_argument("--seed", type=whole_number, default=0, help="draws the data, the first weights and the order")
    parser.add_argument("--epochs", type=whole_number, default=None, help="epoch limit (default: the recipe's)")
    parser.add_argument("--candidates", type=whole_number, default=1, help="train this many seeds and keep the best verified net")
    parser.add_argument(
        "--until",
        choices=("proved",),
        default=None,
        help="train net after net until one is PROVED; at last construct or harden one",
    )
    parser.add_argument("--budget", type=seconds, default=300.0, metavar="SECONDS", help="time for --until")
    parser.add_argument(
        "--ask", action="store_const", dest="unseen", const="ask", default="refuse",
        help="robust: let the task answer a few words beside the examples",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, default=None, metavar="RUN", help="run folder (default: runs/… by configuration)")
    parser.add_argument("--resume", action="store_true", help="continue an interrupted run")
    parser.add_argument(
        "--log", action="append", default=[], metavar="TRACKER", help="tensorboard, wandb or trackio; may be repeated"
    )


OPTIONS = (
    "task", "base", "cell", "layers", "between", "hidden", "recipe", "data", "seed", "epochs", "candidates", "alphabet", "unseen",
)  # fmt: skip
"""The arguments that are fields of `TrainOptions`."""

LARGE = 500
"""Units from which the size is said before training, as the first epoch may take minutes."""


def _run(options: Namespace) -> Outcome:
    from anylength.cli.progress import epoch_progress
    from anylength.cli.show import show_facts, show_training
    from anylength.cli.streams import say
    from anylength.experiments.next_steps import not_learned
    from anylength.experiments.options import TrainOptions
    from anylength.experiments.tracking import logged
    from anylength.experiments.train import train
    from anylength.runs import Run

    train_options = TrainOptions(**{name: getattr(options, name) for name in OPTIONS})
    out = options.out or train_options.default_folder()
    limit = train_options.known_limit()
    if limit is not None and not options.quiet:
        say(limit)
    if options.until is not None and not (options.resume and out.exists()):
        train_options = _searched(options, train_options)

    def started(config: Any) -> None:
        if config.hidden >= LARGE and not options.quiet:
            say(f"{config.recipe}: {config.hidden:,} units, at most {config.epochs:,} epochs")

    with (
        epoch_progress(options) as progress,
        resumable(out),
        logged(options.log, out, progress, quiet=options.quiet) as logging_progress,
    ):
        result = train(train_options, out, resume=options.resume, started=started, progress=logging_progress)
    keys = {"run": str(out), **json.loads(result.to_json())}
    if options.until is None:
        sentence = not_learned(Run(out).config, result)
        if sentence is not None and not options.quiet:
            say(sentence)
        return Outcome(json_of(keys), lambda: show_training(out, result), DONE if sentence is None else UNKNOWN)
    from anylength.experiments.proving import prove

    verdict, recipe = prove(out).verdict, Run(out).config.recipe
    found = {"recipe": recipe, "seed": train_options.seed, "verdict": verdict}
    if verdict != PROVED:
        found |= _hardened(options, out)

    def show() -> None:
        show_training(out, result)
        show_facts({name: str(value) for name, value in found.items()})

    return Outcome(json_of(keys | found), show, VERDICT_CODES[str(found["verdict"])])


def _hardened(options: Namespace, out: Path) -> dict[str, str]:
    """The run that hardening makes of a net that no training proved, and its verdict."""
    from anylength.cli.progress import epoch_progress
    from anylength.experiments.harden import harden

    hardened = out.with_name(f"{out.name}-hardened")
    with epoch_progress(options) as progress, resumable(hardened):
        result = harden(out, hardened, recipe="unrolled", resume=options.resume, progress=progress)
    return {"hardened": str(hardened), "verdict": result.verdict}


def _searched(options: Namespace, train_options: Any) -> Any:
    """The options with the first seed whose net is proved; says what the others were."""
    from anylength.cli.streams import say
    from anylength.experiments.options import TrainOptions
    from anylength.experiments.until import search_for_proof
    from anylength.training import Constructed

    def tried(each: TrainOptions, verdict: str) -> None:
        if not options.quiet:
            config = each.config()
            say(f"{config.recipe}, {config.hidden} units, {config.epochs} epochs, seed {config.seed}: {verdict}")

    search = search_for_proof(train_options, budget=options.budget, tried=tried)
    if not search.proved:
        say(f"no proof after {search.tried} nets: the first is kept, and hardened")
    elif search.options.recipe == Constructed.name and train_options.recipe != Constructed.name:
        say("this net was constructed from the machine of the task: it has learned nothing")
    return search.options


COMMAND = Command("train one net into a run folder", _arguments, _run)
