"""`anylength stress`: random and worst-case lengths."""

from argparse import ArgumentParser, Namespace

from rich.table import Table
from rich.text import Text

from anylength.cli.command import Command, Outcome, run_argument, whole_number
from anylength.cli.show import console, plain_table, wrong
from anylength.records import FamilyResult, LengthPoint, RunWords, Share, Stress


def _arguments(parser: ArgumentParser) -> None:
    run_argument(parser)
    parser.add_argument(
        "--limit",
        type=whole_number,
        default=None,
        help="the longest input to try, in digits or symbols (default: 2000, or 200 where the context grows)",
    )
    parser.add_argument("--seed", type=whole_number, default=0, help="draws the random inputs")


def _run(options: Namespace) -> Outcome:
    from anylength.experiments.results import stress
    from anylength.experiments.run_words import run_words
    from anylength.runs import Run

    run = Run(options.run)
    result = stress(run, limit=options.limit, seed=options.seed)
    return Outcome(result.to_json(), lambda: _show(result, run_words(run)))


def _show(result: Stress, words: RunWords) -> None:
    out = console()
    out.print(Text.assemble(("horizon  ", "bold"), _horizon(words)))
    if words.figures is not None:
        out.print(Text(words.figures, style="dim"))
    out.print(_families(result.families, reads_words=words.reads_words))
    out.print(_curve(result.curve, reads_words=words.reads_words))
    out.print(Text(words.hard_numbers or "", style="dim"))


def _horizon(words: RunWords) -> str:
    if words.stress_horizon is None:
        return "none: no repeated symbol makes this task remember anything"
    return f"{words.alone}: {words.stress_horizon}"


def _families(families: list[FamilyResult], *, reads_words: bool) -> Table:
    whole, single = ("words", "outputs") if reads_words else ("numbers", "digits")
    table = plain_table("inputs", f"{whole} right", f"{single} right", "shortest mistake found")
    for family in families:
        right = f"{family.numbers.right:,} of {family.numbers.tried:,}"
        mistake = wrong(family.shortest_mistake) if family.shortest_mistake else "none"
        table.add_row(family.description, right, f"{family.digits.value:.2%}", mistake)
    return table


def _curve(points: list[LengthPoint], *, reads_words: bool) -> Table:
    length, kind = ("symbols", "words") if reads_words else ("digits", "numbers")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in (length, f"random {kind} right", "95 % interval", f"hard {kind} right"):
        table.add_column(name, justify="right")
    for point in points:
        interval = f"{point.random.low:.1%} to {point.random.high:.1%}"
        table.add_row(f"{point.length:,}", f"{point.random.value:.1%}", interval, _hard(point.worst))
    return table


def _hard(share: Share | None) -> str:
    return "none tried" if share is None else f"{share.right} of {share.tried}"


COMMAND = Command("random and worst-case length tests, and the horizon", _arguments, _run)
