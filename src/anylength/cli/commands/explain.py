"""`anylength explain`: why the net keeps or loses what it must remember."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from rich.table import Table
from rich.text import Text

from anylength.base import InputError
from anylength.cli.command import DONE, UNKNOWN, Command, Outcome, json_of, seconds
from anylength.cli.progress import part_progress
from anylength.cli.show import command_seconds, console, facts_table, plain_table
from anylength.records import BasinBoundaryResult, Explanation, FixedPointResult, RunWords, SlowPointResult
from anylength.records.explanations import UNFINISHED
from anylength.records.verdicts import NOT_APPLICABLE

FIXED_POINTS = (
    "Fixed points: states that do not change while an input repeats. Nearby states move towards a stable one and away from an "
    "unstable one; each step multiplies the distance by about the eigenvalue."
)


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("runs", metavar="RUN", type=Path, nargs="+", help="the folder of a finished run; several with --compare")
    parser.add_argument("--budget", type=seconds, default=60.0, metavar="SECONDS", help="time to spend on each run")
    parser.add_argument("--compare", action="store_true", help="show several runs side by side")


def _run(options: Namespace) -> Outcome:
    from anylength.experiments.results import explain
    from anylength.experiments.run_words import run_words
    from anylength.runs import Run

    if options.compare != (len(options.runs) > 1):
        expected = "two runs or more" if options.compare else "one run"
        raise InputError(f"{expected} to explain", str(len(options.runs)), "for several: anylength explain --compare RUN RUN")
    runs = [Run.open(path) for path in options.runs]  # an unfinished run is refused before any work
    results = [explain(run, budget=options.budget, progress=part_progress(options)) for run in runs]
    words = [run_words(run) for run in runs]
    code = UNKNOWN if any(result.findings[0].failure_mode in (NOT_APPLICABLE, UNFINISHED) for result in results) else DONE
    if options.compare:
        names = [str(path) for path in options.runs]
        keys = {"runs": [{"run": name, **json.loads(result.to_json())} for name, result in zip(names, results, strict=True)]}
        return Outcome(json_of(keys), lambda: show_comparison(names, results, words), code)
    return Outcome(results[0].to_json(), lambda: show_explanation(options.runs[0], results[0], words[0]), code)


def show_explanation(path: Path, result: Explanation, words: RunWords) -> None:
    """Prints the findings with their examples, then the evidence."""
    out = console()
    for finding, text in zip(result.findings, words.findings, strict=True):
        style = "bold green" if finding.failure_mode == "keeps" else "bold yellow"
        out.print(Text(f"{finding.failure_mode}: ", style=style).append_text(Text(text, style="default")))
    if result.left_out:
        out.print(f"Left out, because the time ended: {', '.join(result.left_out)}.")
    if not result.held_inputs:
        return
    out.print()
    if result.fixed_points:
        out.print(FIXED_POINTS)
        out.print(_fixed_points(result))
    for point in result.slow_points:
        out.print(_slow_point(point))
    for boundary in result.basin_boundaries:
        out.print(_basin_boundary(result, boundary))
    out.print()
    out.print(_facts(path, result, words))


def _fixed_points(result: Explanation) -> Table:
    """A table of fixed points and cycles."""
    table = plain_table("repeated", "fixed point", "eigenvalue", "stands for", "existence")
    for point in result.fixed_points:
        kind = ("stable" if point.stable else "unstable") + (f", cycle of {point.period}" if point.period > 1 else "")
        state = "nothing" if point.reads_as is None else _state(result, point.reads_as)
        table.add_row(point.symbol, kind, f"{point.eigenvalue:.3f}", state, point.existence)
    return table


def _state(result: Explanation, name: str) -> str:
    """A state of the machine in words: the state "none" of a task with a carry is called "no carry"."""
    names = {held_input.state for held_input in result.held_inputs}
    carry = next((other for other in ("carry", "borrow") if other in names), None)
    return f"no {carry}" if name == "none" and carry else name


def _slow_point(point: SlowPointResult) -> str:
    """A slow point in a sentence."""
    text = f"Slow point while {point.symbol} repeats: no fixed point, but one step moves the state by only {point.speed:.2g}."
    if point.steps is None:
        return text
    return f"{text} The net needs about {point.steps:,.0f} steps to pass it; its answers can turn wrong on the way."


def _basin_boundary(result: Explanation, boundary: BasinBoundaryResult) -> str:
    """A distance to a basin boundary in a sentence."""
    state = _state(result, boundary.state)
    if boundary.distance is None:
        return f"While {boundary.symbol} repeats, no boundary was found around the states that end in the fixed point of “{state}”."
    return (
        f"While {boundary.symbol} repeats, a push of {boundary.distance:.2f} from the fixed point of “{state}” towards the nearest "
        "unstable one makes the net end elsewhere."
    )


def _facts(path: Path, result: Explanation, words: RunWords) -> Table:
    """The horizons, the failure mode of the counterexample, and the path of the record."""
    table = facts_table()
    if words.predicted_horizon is not None and words.measured_horizon is not None:
        table.add_row(f"{words.alone}, predicted", words.predicted_horizon)
        table.add_row(f"{words.alone}, measured", words.measured_horizon)
    if words.figures is not None:
        table.add_row("how these agree", words.figures)
    if words.failure_mode is not None:
        table.add_row("counterexample of prove", words.failure_mode)
    table.add_row("file", f"{path}/explain.json")
    table.add_row("seconds", command_seconds())
    return table


def show_comparison(names: list[str], results: list[Explanation], words: list[RunWords]) -> None:
    """Prints explanations side by side, one column for each run."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("", style="bold")
    for name in names:
        table.add_column(name, overflow="fold", ratio=1)
    rows = {
        "failure modes": [", ".join(finding.failure_mode for finding in result.findings) for result in results],
        "first finding": [texts.findings[0] for texts in words],
        "fixed points": [_counted(result.fixed_points) for result in results],
        "horizon of": [texts.alone or "-" for texts in words],
        "horizon, predicted": [texts.predicted_horizon or "-" for texts in words],
        "horizon, measured": [texts.measured_horizon or "-" for texts in words],
        "how these agree": [texts.figures or "-" for texts in words],
        "counterexample": [result.counterexample or "-" for result in results],
    }
    for name, cells in rows.items():
        table.add_row(name, *cells)
    console().print(table)


def _counted(points: Sequence[FixedPointResult]) -> str:
    """The numbers of stable and unstable fixed points."""
    stable = sum(point.stable for point in points)
    return f"{stable} stable, {len(points) - stable} unstable"


COMMAND = Command("why the net keeps or loses what it must remember", _arguments, _run)
