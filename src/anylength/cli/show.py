"""Records as text for people. No arithmetic beyond formatting."""

import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from anylength.records import (
    Answers,
    Baseline,
    CheckedCertificate,
    Demo,
    DemoRun,
    Exported,
    Hardening,
    Imported,
    Mistake,
    PumpedFamily,
    Quantisation,
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


def facts(rows: dict[str, str]) -> None:
    """Names and values, a line each."""
    table = grid()
    for name, value in rows.items():
        table.add_row(name, value)
    console().print(table)


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
        table.add_row(family.description, good, f"{family.digits.value:.2%}", wrong(family.mistake) if family.mistake else "none")
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
    facts({"see for yourself": f"{result.report} (both nets side by side: open it in a browser, type a number and watch)"})
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
        if result.original is not None:
            holds = "holds" if result.original else "does not hold"
            table.add_row("the original", f"its embedding is folded into W_ih here; for the net in its file the proof {holds}")
        table.add_row("certificate", f"{run}/certificate.json")
        table.add_row("check it", f"anylength check {run}/certificate.json --weights {run}/model.safetensors")
    table.add_row("seconds", f"{result.seconds:.2f}")
    console().print(table)


def noise(result: Verdict) -> str:
    """The noise budget in words."""
    return f"{result.noise_budget:.4f}: every state may be off by that much in every coordinate, at every step"


def family(found: PumpedFamily) -> str:
    """A proved family of wrong inputs in words."""
    parts = [f"{a}({d})^k{b}" for a, d, b in zip(found.before, found.digit, found.after, strict=True)]
    return f"{' and '.join(parts)} is answered wrongly for every k of {found.least:,} or more (proved)"


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


def imported(result: Imported) -> None:
    """What `import` prints."""
    table = grid()
    table.add_row("net", f"{result.origin}: {result.parameters:,} parameters, {_biases(result)}")
    if result.folding:
        off = f"no pre-activation of the original is further off than {result.folding:.1e}"
        table.add_row("embedding", f"folded into the input weights: {off}")
    table.add_row("compared", _compared(result))
    table.add_row("run", result.run)
    table.add_row("its verdict", f"anylength prove {result.run}")
    console().print(table)


def _biases(result: Imported) -> str:
    return "its two biases kept apart" if result.two_biases else "one bias"


def _compared(result: Imported) -> str:
    if result.runtime is None:
        return "with nothing: what runs the original is not installed here"
    same = "the same answers" if not result.different else f"other answers on {result.different:,}, where rounding decides"
    return f"with {result.runtime} on {result.compared:,} hard inputs: {same}"


def exported(result: Exported) -> None:
    """What `export` prints."""
    table = grid()
    table.add_row("file", result.path)
    table.add_row("proof", Text(result.statement, style="green" if result.covered else "yellow"))
    console().print(table)
    console().print()
    plain(result.use)


def quantisation(result: Quantisation) -> None:
    """What `quantise` prints."""
    table = grid()
    table.add_row("verdict", Text(result.verdict, style=VERDICT_STYLES.get(result.verdict, "bold yellow")))
    if result.states is not None:
        table.add_row("states", result.states)
    if result.noise_budget is not None:
        table.add_row("noise budget", f"{result.noise_budget:.4f}")
    shared = f", {result.exponents:,} exponents (one a {result.scales})" if result.scales else ""
    table.add_row("size", f"{result.bits:,} bits: {result.parameters:,} weights in {result.to}{shared}")
    table.add_row("moved", f"{result.moved:.1%} of the weights' length; the largest change of one weight {result.largest:.3g}")
    table.add_row("updates", f"{result.updates:,}" if result.updates else "none: rounded, nothing else")
    table.add_row("answers", f"{result.changed:.1%} of stress inputs changed")
    table.add_row("file", f"{result.path} ({result.bytes:,} bytes)")
    table.add_row("run", result.run)
    if result.verdict in ("REFUTED", "UNKNOWN") and not result.updates:
        table.add_row("next", f"add --tune: weights move until the {result.to} net is provable")
    console().print(table)


def post(out: Path, page: Path) -> None:
    """What `reproduce` prints: the page, and where it lies."""
    from rich.markdown import Markdown

    console().print(Markdown(page.read_text(encoding="utf-8")))
    table = grid()
    table.add_row("page", str(page))
    table.add_row("results", str(out))
    console().print(table)
