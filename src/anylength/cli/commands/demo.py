"""`anylength demo`: the post's net and where it fails; a net trained on 0…100, and its proof."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from rich.text import Text

from anylength.base import InputError
from anylength.cli.command import Command, Outcome, resumable, whole_number
from anylength.cli.show import VERDICT_STYLES, console, facts_table, percent, show_facts
from anylength.records import Demo, DemoRun, RunWords, Sequence, Training


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, default=None, help="folder of the two runs (default: the next free runs/demo)")
    parser.add_argument("--seed", type=whole_number, default=15, help="which of the post's nets: some break, some never do")
    parser.add_argument("--resume", action="store_true", help="continue an interrupted demo in the folder of --out")


def _run(options: Namespace) -> Outcome:
    from anylength.base import free_name
    from anylength.cli.progress import epoch_progress
    from anylength.experiments.demo import demo

    if options.resume and options.out is None:
        raise InputError("--out with --resume", "none", "name the folder of the interrupted demo")
    out = options.out or free_name(Path("runs/demo"))
    with epoch_progress(options) as progress, resumable(out):
        result = demo(out, seed=options.seed, resume=options.resume, progress=progress)
    return Outcome(result.to_json(), lambda: _show(result))


def _show(result: Demo) -> None:
    for run in result.runs:
        _show_net(run)
    console().print(
        Text("The post's baseline a·x + b counts without a mistake until its number format ends", style="bold underline")
    )
    baselines = (f"in {baseline.dtype} it is right up to {baseline.longest_right} digits" for baseline in result.baselines)
    console().print("; ".join(baselines))
    show_facts({"report": f"{result.report} (both nets side by side; open it in a browser and type a number)"})
    console().print(Text(f"{result.seconds:.1f} seconds in all", style="dim"))
    console().print(
        "A net that you ship, for hours of sound or sensors: pip install '.[audit]', then anylength audit NET.onnx --inputs CLIPS/"
    )


TITLES = {
    "post": "The post's net: a vanilla RNN, trained on 9,000 numbers of up to 10 digits",
    "hundred": "The same kind of net, trained on 0…100 only (recipe {recipe}; the post gave that up as too few examples)",
}
"""A heading for each data set of the demo."""


def _show_net(run: DemoRun) -> None:
    from anylength.experiments.run_words import run_words
    from anylength.runs import Run

    words = run_words(Run(run.run))
    table = facts_table()
    table.add_row("learned", f"{_learned(run.training)}; {run.training.parameters} parameters")
    table.add_row("20 random digits", percent(run.accuracy_20_digits))
    mark = "right" if run.example.correct[0] else "wrong"
    table.add_row("one answer", f"{run.example.questions[0][0]} -> {run.example.answers[0]} ({mark})")
    table.add_row("counts on", _counting(run.counting))
    table.add_row(words.alone, words.stress_horizon)
    table.add_row("verdict", Text(run.verdict.name, style=VERDICT_STYLES.get(run.verdict.verdict, "bold yellow")))
    for name, value in _evidence(run, words):
        table.add_row(name, value)
    table.add_row("run", run.run)
    console().print(Text(TITLES[run.data].format(recipe=run.recipe), style="bold underline"))
    console().print(table)
    console().print()


def _learned(result: Training) -> str:
    perfect = result.train_accuracy == result.validation_accuracy == 1.0
    reached = "100 % on training and validation" if perfect else f"{result.validation_accuracy:.1%} on validation"
    chosen = "" if result.proved_candidates is None else f", the best of several candidates ({result.proved_candidates} provable)"
    return f"{reached} after {result.epochs} epochs, {result.seconds:.2f} s{chosen}"


def _evidence(run: DemoRun, words: RunWords) -> list[tuple[str, str]]:
    """The rows behind a verdict."""
    rows = list(words.evidence)
    if words.figures is not None:
        rows.append(("how these agree", words.figures))
    if run.verdict.noise_budget is not None:
        command = f"python -m anylength_check {run.run}/certificate.json {run.run}/model.safetensors"
        rows.append(("checker", f"VALID (an independent program; to repeat: {command})"))
    return rows


def _counting(result: Sequence) -> str:
    line = " -> ".join(result.sequence)
    if result.first_error is None:
        return f"{line} (all right)"
    return f"{line} (first wrong: {result.sequence[result.first_error]})"


COMMAND = Command("the post's net and where it fails; a net trained on 0…100 and its proof", _arguments, _run)
