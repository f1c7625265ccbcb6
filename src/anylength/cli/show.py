"""Records as text for people. No arithmetic beyond formatting."""

import sys
from collections.abc import Sequence as Several
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from anylength.exports import edges
from anylength.records import (
    Answers,
    Baseline,
    CheckedCertificate,
    Demo,
    DemoRun,
    Explanation,
    Extraction,
    Family,
    Finding,
    Hardening,
    MachineTable,
    Mistake,
    RestingPoint,
    Sequence,
    Share,
    Stress,
    Training,
    Verdict,
)
from anylength.tasks import Task

WIDTH = 60
"""Longer numbers are cut in the middle."""


class _Output(Console):
    """A console that leaves a closed pipe to `main`."""

    def on_broken_pipe(self) -> None:
        """Rich would exit with 1, which means "refuted" here."""
        raise BrokenPipeError


def console() -> Console:
    """Standard output; honours NO_COLOR and the width of the terminal."""
    return _Output(highlight=False, soft_wrap=True, markup=False)


def number(text: str) -> str:
    """A number of any length, cut in the middle where it is long."""
    if len(text) <= WIDTH:
        return text
    return f"{text[:24]}…{text[-24:]} ({len(text):,} digits)"


def nines(count: int) -> str:
    """A count of nines in words."""
    return f"{count:,} nine{'s' if count != 1 else ''}"


def percent(share: Share) -> str:
    """A share with its interval."""
    return f"{share.value:.1%} ({share.right} of {share.tried}; 95 % interval {share.low:.1%} to {share.high:.1%})"


def wrong(mistake: Mistake) -> str:
    """A mistake in one line."""
    return f"{' and '.join(map(number, mistake.numbers))} is answered {number(mistake.answer)}, not {number(mistake.expected)}"


def grid() -> Table:
    """A two-column table of facts."""
    table = Table(show_header=False, box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    return table


def training(out: Path, result: Training) -> None:
    """What `train` prints."""
    table = grid()
    table.add_row("epochs", str(result.epochs))
    table.add_row("training", f"{result.train_accuracy:.2%}")
    table.add_row("validation", f"{result.validation_accuracy:.2%}")
    table.add_row("seconds", f"{result.seconds:.2f}")
    table.add_row("parameters", str(result.parameters))
    table.add_row("run", str(out))
    console().print(table)


def answers(task: Task, result: Answers) -> None:
    """What `ask` prints: one line per question; long numbers in full, so that they can be used."""
    for question, answer, correct in zip(result.questions, result.answers, result.correct, strict=True):
        mark = Text("right", style="green") if correct else Text("wrong", style="red")
        line = Text(f"{task.name} {' '.join(question)} -> {answer}  ")
        console().print(line.append_text(mark))


def sequence(result: Sequence) -> None:
    """What `count` prints."""
    for index, entry in enumerate(result.sequence):
        if index == result.first_error:
            console().print(Text(f"{number(entry)}   <- the first wrong step", style="red"))
        else:
            console().print(number(entry))
    if result.first_error is None:
        console().print(Text(f"all {len(result.sequence) - 1} steps right", style="green"))


def horizon(value: int | None, limit: int, task: str = "count") -> str:
    """The horizon in words."""
    if task != "count":
        held = f"{limit if value is None else value:,} steps"
        return f"never broke: held for up to {held}" if value is None else f"held for {held}; it breaks after one more"
    if value is None:
        return f"never broke: every carry over up to {nines(limit)} arrived"
    return f"over {nines(value)}; it breaks at {value + 1:,}"


def stress(result: Stress) -> None:
    """What `stress` prints."""
    out = console()
    held = any(family.name == "ripple" for family in result.families)
    words = (
        horizon(result.horizon, result.limit, result.task) if held else "none: this task holds nothing under one repeated symbol"
    )
    out.print(Text.assemble(("horizon  ", "bold"), words))
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("inputs", "numbers right", "digits right", "shortest mistake found"):
        table.add_column(name, overflow="fold")
    for family in result.families:
        good = f"{family.numbers.right:,} of {family.numbers.tried:,}"
        table.add_row(family.says, good, f"{family.digits.value:.2%}", wrong(family.mistake) if family.mistake else "none")
    out.print(table)
    curve = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("digits", "random numbers right", "95 % interval", "worst case"):
        curve.add_column(name, justify="right")
    for point in result.curve:
        interval = f"{point.random.low:.1%} to {point.random.high:.1%}"
        curve.add_row(f"{point.length:,}", f"{point.random.value:.1%}", interval, f"{point.worst.right} of {point.worst.tried}")
    out.print(curve)


def demo(result: Demo) -> None:
    """What `demo` prints."""
    for run in result.runs:
        _demo_run(run)
    out = console()
    out.print(Text("The post's baseline a·x + b counts perfectly until its number format ends", style="bold underline"))
    out.print("; ".join(_baseline(baseline) for baseline in result.baselines))
    out.print(Text(f"{result.seconds:.1f} seconds in all", style="dim"))


TITLES = {
    "post": "The post's net: a vanilla RNN that was shown 9,000 numbers of up to 10 digits",
    "hundred": "The same kind of net, taught on 0…100 alone (recipe {recipe}; the post gave that up as too few examples)",
}


def _demo_run(run: DemoRun) -> None:
    result, example = run.training, run.example
    table = grid()
    table.add_row("learned", f"{_reached(result)}; {result.parameters} parameters")
    table.add_row("20 digits", percent(run.twenty))
    mark = "right" if example.correct[0] else "wrong"
    table.add_row("its own answer", f"{example.questions[0][0]} -> {example.answers[0]} ({mark})")
    table.add_row("counts on", _counted(run.counted))
    table.add_row("carries", horizon(run.horizon, run.limit))
    table.add_row("verdict", Text(run.verdict.verdict, style=VERDICT_STYLES.get(run.verdict.verdict, "bold yellow")))
    for name, value in _evidence(run):
        table.add_row(name, value)
    table.add_row("run", run.run)
    console().print(Text(TITLES[run.data].format(recipe=run.recipe), style="bold underline"))
    console().print(table)
    console().print()


def _reached(result: Training) -> str:
    perfect = result.train_accuracy == result.validation_accuracy == 1.0
    reached = "100 % on training and validation" if perfect else f"{result.validation_accuracy:.1%} on validation"
    chosen = "" if result.proved_candidates is None else f", the best of several candidates ({result.proved_candidates} provable)"
    return f"{reached} after {result.epochs} epochs, {result.seconds:.2f} s{chosen}"


def _evidence(run: DemoRun) -> list[tuple[str, str]]:
    """The rows behind a verdict."""
    verdict = run.verdict
    if verdict.noise_budget is not None:
        command = f"python -m anylength_check {run.run}/certificate.json {run.run}/model.safetensors"
        return [
            ("why", verdict.reason),
            ("noise budget", noise(verdict)),
            ("formats covered", ", ".join(verdict.formats)),
            ("the checker says", f"VALID (an independent program; yourself: {command})"),
        ]
    rows = [("trips over", wrong(verdict.mistake))] if verdict.mistake else []
    if verdict.family:
        rows.append(("and a family", family(verdict.family)))
    return [*rows, ("why", verdict.reason)]


def _counted(result: Sequence) -> str:
    line = " -> ".join(result.sequence)
    if result.first_error is None:
        return f"{line} (all right)"
    return f"{line} (first wrong: {result.sequence[result.first_error]})"


def _baseline(baseline: Baseline) -> str:
    return f"in {baseline.dtype} right up to {baseline.digits} digits"


VERDICT_STYLES = {"PROVED": "bold green", "REFUTED": "bold red"}


def verdict(run: Path, result: Verdict) -> None:
    """What `prove` prints."""
    console().print(Text(result.verdict, style=VERDICT_STYLES.get(result.verdict, "bold yellow")))
    table = grid()
    table.add_row("why", result.reason)
    if result.mistake:
        table.add_row("counterexample", wrong(result.mistake))
    if result.family:
        table.add_row("and a family", family(result.family))
    if result.noise_budget is not None:
        table.add_row("noise budget", noise(result))
        table.add_row("formats covered", ", ".join(result.formats))
        table.add_row("certificate", f"{run}/certificate.json")
        table.add_row("check it", f"anylength check {run}/certificate.json --weights {run}/model.safetensors")
    table.add_row("seconds", f"{result.seconds:.2f}")
    console().print(table)


def noise(result: Verdict) -> str:
    """The noise budget in words."""
    return f"{result.noise_budget:.4f}: every state may be off by that much in every coordinate, at every step"


def family(found: Family) -> str:
    """A proved family of wrong inputs in words."""
    parts = [f"{a}({d})^k{b}" for a, d, b in zip(found.before, found.digit, found.after, strict=True)]
    return f"{' and '.join(parts)} is answered wrongly for every k of {found.least:,} or more (proved)"


EDGES = 40
"""So many rows of a machine are shown."""

EQUAL = {True: Text("the task's machine", style="bold green"), False: Text("not the task's machine", style="bold red")}


def explanation(run: Path, result: Explanation) -> None:
    """What `explain` prints: the findings with their examples, then the evidence."""
    for finding in result.findings:
        style = "bold green" if finding.way == "keeps" else "bold yellow"
        console().print(Text(f"{finding.way}: ", style=style).append_text(Text(finding.says, style="default")))
        if finding.numbers is not None:
            console().print(f"  {wrong(_mistake(finding))}")
    if not result.holds:
        return
    console().print()
    console().print(resting(result.fixed_points))
    for place in result.slow_places:
        passing = "" if place.steps is None else f", passed in about {place.steps:,.0f} steps"
        console().print(f"reading {place.symbol}: a slow place, {place.speed:.2g} a step{passing}")
    table = grid()
    for border in result.borders:
        far = "no other basin on the way to a saddle" if border.distance is None else f"{border.distance:.2f} away"
        table.add_row(f"reading {border.symbol}, {border.state}: the wrong basin", far)
    table.add_row("horizon, predicted", _lasting(result.predicted_horizon, None))
    table.add_row("horizon, measured", _lasting(result.measured_horizon, result.limit))
    if result.counterexample:
        table.add_row("the counterexample, replayed", result.counterexample)
    table.add_row("file", f"{run}/explain.json")
    table.add_row("seconds", f"{result.seconds:.2f}")
    console().print(table)


def _mistake(finding: Finding) -> Mistake:
    """A finding's example."""
    return Mistake(numbers=finding.numbers or [], answer=finding.answer or "", expected=finding.expected or "")


def _lasting(steps: int | None, limit: int | None) -> str:
    """A horizon in words."""
    if steps is not None:
        return f"{steps:,}"
    return "for ever" if limit is None else f"none failed up to {limit:,}"


def resting(points: Several[RestingPoint]) -> Table:
    """Resting points and cycles, one a row."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("reading", "rests", "eigenvalue", "reads as", "existence"):
        table.add_column(name, overflow="fold")
    for point in points:
        kind = ("attracts" if point.stable else "repels") + (f", period {point.period}" if point.period > 1 else "")
        table.add_row(point.symbol, kind, f"{point.eigenvalue:.3f}", point.reads or "-", point.existence)
    return table


def comparison(names: list[str], results: list[Explanation]) -> None:
    """Explanations side by side, a column a run."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("", style="bold")
    for name in names:
        table.add_column(name, overflow="fold", ratio=1)
    rows = {
        "ways": [", ".join(finding.way for finding in each.findings) for each in results],
        "finding": [each.findings[0].says for each in results],
        "resting points": [_attracting(each.fixed_points) for each in results],
        "horizon, predicted": [_lasting(each.predicted_horizon, None) if each.holds else "-" for each in results],
        "horizon, measured": [_lasting(each.measured_horizon, each.limit) if each.holds else "-" for each in results],
        "counterexample": [each.counterexample or "-" for each in results],
    }
    for name, cells in rows.items():
        table.add_row(name, *cells)
    console().print(table)


def _attracting(points: Several[RestingPoint]) -> str:
    """How many attract and how many repel."""
    stable = sum(point.stable for point in points)
    return f"{stable} that attract, {len(points) - stable} that repel"


def extraction(run: Path, result: Extraction) -> None:
    """What `extract` prints: the transitions, and how sure they are."""
    if result.machine is None or result.equivalent is None:
        console().print(Text(result.status.upper(), style="bold yellow"))
    else:
        console().print(EQUAL[result.equivalent])
        console().print(transitions(result.machine))
    table = grid()
    table.add_row("status", result.status)
    table.add_row("why", result.note)
    if result.difference:
        table.add_row("they part", parting(result.difference))
    if result.machine:
        table.add_row("files", f"{run}/machine.json, .dot, .mmd, .py")
    table.add_row("seconds", f"{result.seconds:.2f}")
    console().print(table)


def parting(found: Mistake) -> str:
    """An input on which a machine and the task differ, and what the net says there."""
    return (
        wrong(found) if found.answer != found.expected else f"{' and '.join(map(number, found.numbers))}, which the net gets right"
    )


def transitions(machine: MachineTable) -> Table:
    """A machine's edges, one a row."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("state", "reads / says", "then"):
        table.add_column(name, overflow="fold")
    drawn = list(edges(machine))
    for edge in drawn[:EDGES]:
        table.add_row(machine.names[edge.source], edge.label, machine.names[edge.target])
    if len(drawn) > EDGES:
        table.add_row("…", f"and {len(drawn) - EDGES:,} rows more")
    return table


def plain(text: str) -> None:
    """Text as it is, for other programs."""
    sys.stdout.write(text)


def checked(result: CheckedCertificate) -> None:
    """What `check` prints."""
    for line in result.lines:
        console().print(line)
    console().print(Text("VALID", style="bold green") if result.valid else Text(f"REJECTED: {result.reason}", style="bold red"))


def hardening(result: Hardening) -> None:
    """What `harden` prints."""
    table = grid()
    table.add_row("verdict", Text(result.verdict, style=VERDICT_STYLES.get(result.verdict, "bold yellow")))
    table.add_row("updates", f"{result.updates:,}")
    table.add_row("moved", f"{result.moved:.1%} of the weights' length; the largest change of one weight {result.largest:.3f}")
    table.add_row("answers", f"{result.changed:.1%} of stress inputs changed: {result.mended:,} mended, {result.broken:,} broken")
    if result.noise_budget is not None:
        table.add_row("noise budget", f"{result.noise_budget:.4f}")
    table.add_row("run", result.run)
    console().print(table)


def post(out: Path, page: Path) -> None:
    """What `reproduce` prints: the page, and where it lies."""
    from rich.markdown import Markdown

    console().print(Markdown(page.read_text(encoding="utf-8")))
    table = grid()
    table.add_row("page", str(page))
    table.add_row("results", str(out))
    console().print(table)


def listing(lines: dict[str, str]) -> None:
    """What `tasks`, `cells` and `recipes` print."""
    table = grid()
    for name, summary in lines.items():
        table.add_row(name, summary)
    console().print(table)
