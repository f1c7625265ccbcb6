"""`anylength reproduce`: the post's claims over many seeds."""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path

from anylength.cli.command import Command, Outcome, json_of
from anylength.cli.show import console, show_facts


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--quick", action="store_true", help="a small version: 4 seeds of the parts that are quick to train")
    parser.add_argument("--out", type=Path, default=None, help="the results file (default: runs/post.json, runs/quick-post.json)")
    parser.add_argument("--page", type=Path, default=None, help="the page with shares of nets (default: beside the results)")


def _run(options: Namespace) -> Outcome:
    from anylength.cli.progress import count_progress
    from anylength.experiments.reproduce import reproduce, reproduce_quickly

    out, page = _files(options)
    with count_progress(options, "nets") as progress:
        measure = reproduce_quickly if options.quick else reproduce
        result = measure(out, page, progress=progress)
    return Outcome(json_of({"path": str(page), "results": str(out), **json.loads(result.to_json())}), lambda: _show(out, page))


def _files(options: Namespace) -> tuple[Path, Path]:
    """The results file and the page."""
    out = options.out or Path("runs") / ("quick-post.json" if options.quick else "post.json")
    return out, options.page or out.with_suffix(".md")


def _show(out: Path, page: Path) -> None:
    from rich.markdown import Markdown

    console().print(Markdown(page.read_text(encoding="utf-8")))
    show_facts({"page": str(page), "results": str(out)})


COMMAND = Command("the post's claims over many seeds, into a results file", _arguments, _run)
