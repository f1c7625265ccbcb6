"""`anylength explain`: why the net keeps or loses what it must remember."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from rich.table import Table
from rich.text import Text

from anylength.cli.command import DONE, UNKNOWN, Command, Outcome, json_of
from anylength.cli.show import console, facts_table, plain_table, wrong
from anylength.errors import InputError
from anylength.records import BasinBoundaryResult, Explanation, Finding, FixedPointResult, Mistake, SlowPointResult

FIXED_POINTS = (
    "Fixed points: states that do not change while an input repeats. Nearby states move towards a stable one and away from an "
    "unstable one; each step multiplies the distance by about the eigenvalue."
)


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("runs", metavar="RUN", type=Path, nargs="+", help="the folder of a finished run; several with --compare")
    parser.add_argument("--compare", action="store_true", help="show several runs side by side")


def _run(options: Namespace) -> Outcome:
    from anylength.experiments import Run

    if options.compare != (len(options.runs) > 1):
        expected = "two runs or more" if options.compare else "one run"
        raise InputError(f"{expected} to explain", str(len(options.runs)), "for several: anylength explain --compare RUN RUN")
    runs = [Run.open(path) for path in options.runs]  # an unfinished run is refused before any work
    results = [run.explain() for run in runs]
    code = UNKNOWN if any(result.findings[0].failure_mode == "NOT APPLICABLE" for result in results) else DONE
    if options.compare:
        names = [str(path) for path in options.runs]
        keys = {"runs": [{"run": name, **json.loads(result.to_json())} for name, result in zip(names, results, strict=True)]}
        return Outcome(json_of(keys), lambda: show_comparison(names, results), code)
    return Outcome(results[0].to_json(), lambda: show_explanation(options.runs[0], results[0]), code)


def show_explanation(path: Path, result: Explanation) -> None:
    """Prints the findings with their examples, then the evidence."""
    out = console()
    for finding in result.findings:
        style = "bold green" if finding.failure_mode == "keeps" else "bold yellow"
        out.print(Text(f"{finding.failure_mode}: ", style=style).append_text(Text(finding.text, style="default")))
        if finding.numbers is not None:
            out.print(f"  example: {wrong(_mistake(finding))}")
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
    out.print(_facts(path, result))


def _mistake(finding: Finding) -> Mistake:
    """The example of a finding."""
    return Mistake(numbers=finding.numbers or [], answer=finding.answer or "", expected=finding.expected or "")


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


def _facts(path: Path, result: Explanation) -> Table:
    """The horizons, the failure mode of the counterexample, and the path of the record."""
    table = facts_table()
    table.add_row("horizon, predicted", _horizon(result, result.predicted_horizon, None))
    table.add_row("horizon, measured", _horizon(result, result.measured_horizon, result.limit))
    if result.counterexample:
        from anylength.diagnosis import DESCRIPTIONS

        described = {mode: f"{mode}: the net {description}" for mode, description in DESCRIPTIONS.items()}
        table.add_row("counterexample of prove", described.get(result.counterexample, result.counterexample))
    table.add_row("file", f"{path}/explain.json")
    table.add_row("seconds", f"{result.seconds:.2f}")
    return table


def _horizon(result: Explanation, steps: int | None, limit: int | None) -> str:
    """A horizon in words, predicted (no limit) or measured."""
    unit, subject = _repeated(result)
    if steps is not None:
        return f"{subject} right up to {steps:,} {unit}" + ("" if limit is None else f", wrong at {steps + 1:,}")
    return (
        f"{subject} right for every length (predicted, not proved)"
        if limit is None
        else f"{subject} right up to {limit:,} {unit}, all that were tried"
    )


def _repeated(result: Explanation) -> tuple[str, str]:
    """The unit that a horizon counts, and the inputs that it is about."""
    symbols = {held_input.symbol for held_input in result.held_inputs if held_input.remembers}
    if result.task != "count" or len(symbols) != 1:
        return "repetitions", "inputs that only repeat one symbol are answered"
    from anylength.diagnosis.wording import digit_plural

    plural = digit_plural(symbols.pop())
    return plural, f"numbers of {plural} alone are answered"


def show_comparison(names: list[str], results: list[Explanation]) -> None:
    """Prints explanations side by side, one column for each run."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("", style="bold")
    for name in names:
        table.add_column(name, overflow="fold", ratio=1)
    rows = {
        "failure modes": [", ".join(finding.failure_mode for finding in result.findings) for result in results],
        "first finding": [result.findings[0].text for result in results],
        "fixed points": [_counted(result.fixed_points) for result in results],
        "horizon, predicted": [_short_horizon(result, result.predicted_horizon, "no limit") for result in results],
        "horizon, measured": [
            _short_horizon(result, result.measured_horizon, f"no failure up to {result.limit:,}") for result in results
        ],
        "counterexample": [result.counterexample or "-" for result in results],
    }
    for name, cells in rows.items():
        table.add_row(name, *cells)
    console().print(table)


def _counted(points: Sequence[FixedPointResult]) -> str:
    """The numbers of stable and unstable fixed points."""
    stable = sum(point.stable for point in points)
    return f"{stable} stable, {len(points) - stable} unstable"


def _short_horizon(result: Explanation, steps: int | None, without: str) -> str:
    """A horizon as a number, or the text for no horizon."""
    if not result.held_inputs:
        return "-"
    return without if steps is None else f"{steps:,}"


COMMAND = Command("why the net keeps or loses what it must remember", _arguments, _run)
