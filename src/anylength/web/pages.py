"""The report page: one run, or several side by side."""

from collections.abc import Sequence

import msgspec

from anylength.records import RunView
from anylength.web.render import render


def report_page(runs: Sequence[RunView]) -> str:
    """The report of runs as one self-contained HTML text."""
    named = [_named(run, name) for run, name in zip(runs, short_names(runs), strict=True)]
    data = f"[{','.join(run.to_json() for run in named)}]"
    return render("report", data, title=_title(named), question=_question(named), runs=named)


def short_names(runs: Sequence[RunView]) -> list[str]:
    """What each net is, as far as it differs from the others: "The post's own recipe"."""
    kept: list[tuple[str, ...]] = []
    names = [""] * len(runs)
    for texts in zip(*(_attributes(run) for run in runs), strict=True):
        if len(set(texts)) > 1 and len(set(names)) < len(runs):
            kept.append(texts)
            names = [", ".join(parts) for parts in zip(*kept, strict=True)]
    return [name or run.name for name, run in zip(names, runs, strict=True)]


def _attributes(run: RunView) -> tuple[str, ...]:
    """What a net is, the most important first."""
    config = run.config
    made = run.origin or run.words.title or f"recipe {config.recipe}"
    sizes = f"data {config.data}", f"base {config.base}", f"{config.hidden} units", f"seed {config.seed}"
    return config.task, config.cell, made, *sizes, run.name


def _named(run: RunView, name: str) -> RunView:
    return msgspec.structs.replace(run, words=msgspec.structs.replace(run.words, short=name))


def _title(runs: Sequence[RunView]) -> str:
    if len(runs) > 1:
        return f"anylength: {' | '.join(f'{run.words.short}{_verdict(run)}' for run in runs)}"
    run = runs[0]
    return f"anylength: {run.words.net}{_verdict(run)}"


def _verdict(run: RunView) -> str:
    return f" ({run.verdict.name})" if run.verdict else ""


def _question(runs: Sequence[RunView]) -> str:
    """The heading of the page."""
    if len(runs) == 1:
        return runs[0].words.question
    question = runs[0].words.question.replace("Has the net", "Have these nets").replace("its training", "their training")
    is_same = all(run.words.question == runs[0].words.question for run in runs)
    return question if is_same else "Have these nets learned their tasks, or only their training lengths?"
