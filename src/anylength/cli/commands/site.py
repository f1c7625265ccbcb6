"""`anylength site`: a folder of static pages that learn, prove and break nets in the browser."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from anylength.cli.command import Command, Outcome, json_of
from anylength.cli.show import show_facts


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, default=Path("site"), metavar="DIR", help="the new folder")
    parser.add_argument(
        "--pyodide", type=Path, default=None, metavar="FOLDER",
        help="the unpacked npm package pyodide: the site then also runs anylength_check itself, by Python in the page",
    )  # fmt: skip
    parser.add_argument("--docs", default=None, metavar="ADDRESS", help="where the documentation is: all pages link to it")


def _run(options: Namespace) -> Outcome:
    from anylength.cli.progress import epoch_progress
    from anylength.experiments.site import write_site

    with epoch_progress(options) as progress:
        path = write_site(options.out, pyodide=options.pyodide, docs=options.docs, progress=progress)
    facts = {"site": str(path), "open it": f"anylength serve {options.out}"}
    return Outcome(json_of({"path": str(path)}), lambda: show_facts(facts))


COMMAND = Command("static pages that learn, prove and break nets in the browser, for any web server", _arguments, _run)
