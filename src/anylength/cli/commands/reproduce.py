"""`anylength reproduce`: the post's claims over many seeds."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from anylength.cli.command import Command, Outcome, json_of
from anylength.cli.show import console, show_facts


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--quick", action="store_true", help="a small version: 4 seeds of the kinds that are quick to train")
    parser.add_argument(
        "--out", type=Path, default=None, help="the folder of sweeps and of the page (default: runs/post, runs/quick-post)"
    )


def _run(options: Namespace) -> Outcome:
    from anylength.cli.progress import count_progress
    from anylength.sweeps.reproduce import post_plans, reproduce

    out = options.out or Path("runs") / ("quick-post" if options.quick else "post")
    with count_progress(options, "nets") as progress:
        page = reproduce(out, post_plans(quick=options.quick), progress=progress)
    return Outcome(json_of({"path": str(page), "results": str(out)}), lambda: _show(out, page))


def _show(out: Path, page: Path) -> None:
    from rich.markdown import Markdown

    console().print(Markdown(page.read_text(encoding="utf-8")))
    show_facts({"page": str(page), "sweeps": str(out)})


COMMAND = Command("the post's claims over many seeds: sweeps, and a page with their shares", _arguments, _run)
