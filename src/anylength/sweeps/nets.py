"""The nets of a sweep for the page of its summary. Loads no JAX."""

import os
from collections import Counter
from pathlib import Path

from anylength.records import Mistake, SweepNet, SweepPlan, SweepRow
from anylength.rules import HeldWords, Names, Task, held_words, task_named
from anylength.sweeps import folder
from anylength.sweeps.exported import exported_runs, report_of
from anylength.web.words import Horizon, mistakes_text
from anylength.web.words.shortening import Separator, shortened_question


def nets_of(path: Path, plan: SweepPlan) -> list[SweepNet]:
    """The nets of a sweep by row number: all, or the first ones of each setting.

    Raises:
        InputError: A line is not a row.
    """
    # a net takes about half a kilobyte of the page
    quota, seen, exported = max(1, 2_000 // len(plan.settings)), Counter[int](), exported_runs(path)
    tasks = [task_named(config.task, config.base, config.machine) for config in plan.settings]
    nets = []
    for row in folder.read_rows(path):
        seen[row.setting] += 1
        if seen[row.setting] <= quota:
            nets.append(_net(path, row, tasks[row.setting], exported.get(row.row)))
    return sorted(nets, key=lambda net: net.row)


def read_words(plan: SweepPlan) -> bool:
    """Whether the nets of all settings read words of named symbols."""
    return all(task_named(config.task, config.base, config.machine).names is not None for config in plan.settings)


def _net(path: Path, row: SweepRow, task: Task, run: str | None) -> SweepNet:
    report = None if run is None else report_of(path, run)
    folder_of_run = None if run is None else os.path.normpath(path / run)
    separator = task.notation.separator if isinstance(task.notation, Names) else None
    facts = facts_of(row, held_words(task), separator)
    return SweepNet(row=row.row, setting=row.setting, seed=row.seed, facts=facts, run=folder_of_run, report=report)


def facts_of(row: SweepRow, words: HeldWords | None, separator: Separator = None) -> list[tuple[str, str]]:
    """What is known about a net. `separator` stands between the symbols of its words; it is None where it reads numbers."""
    if row.diverged:
        return [("training", f"diverged after {_counted(row.epochs, 'epoch')}")]
    inputs = "numbers" if separator is None else "words"
    facts = [("training", f"{_counted(row.epochs, 'epoch')}; {_accuracies(row, inputs)}")]
    if row.limit is not None:
        if words is not None:
            facts.append((words.alone, words.measured(row.horizon, row.limit)))
        facts.append(("shortest mistake of the stress test", _question(row.shortest_mistake, separator)))
        facts += _agreement(row, words, row.limit, separator)
    if row.verdict is not None:
        facts.append(("verdict, as the sweep recorded", row.verdict))
    if row.counterexample is not None:
        facts.append(("counterexample of the verdict", _question(row.counterexample, separator)))
    if row.noise_budget is not None:
        facts.append(("noise budget", f"{row.noise_budget:.4f}"))
    if row.failure_modes:
        facts.append(("failure modes", ", ".join(row.failure_modes)))
    return facts


def _agreement(row: SweepRow, words: HeldWords | None, limit: int, separator: Separator) -> list[tuple[str, str]]:
    """How the horizon and a shorter mistake go together, where they differ."""
    numbers = row.counterexample or row.shortest_mistake
    if words is None or numbers is None:
        return []
    mistake = Mistake(numbers=numbers, answer="", expected="", separator=separator)
    text = mistakes_text(words, row.base, Horizon(row.horizon, limit), mistake=mistake)
    return [] if text is None else [("how these agree", text)]


def _accuracies(row: SweepRow, inputs: str) -> str:
    shares = (("training", row.train_accuracy), ("validation", row.validation_accuracy))
    return ", ".join(f"{share:.2%} of {name} {inputs} right" for name, share in shares if share is not None)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _question(numbers: list[str] | None, separator: Separator) -> str:
    """The numbers of a question, or its word."""
    return "none found" if numbers is None else " and ".join(shortened_question(number, separator) for number in numbers)
