"""All sentences about a run in one record."""

import msgspec

from anylength.experiments.provenance import provenance_of
from anylength.records import Explanation, RunConfig, RunWords, Stress, Verdict
from anylength.records.explanations import PREDICTED_HORIZON
from anylength.records.failure_modes import DESCRIPTIONS
from anylength.records.verdicts import PROVED
from anylength.rules import Extraction, HeldWords, Task, held_words
from anylength.runs import Run, layering_of
from anylength.web.words import (
    Horizon,
    extraction_text,
    figures_text,
    finding_texts,
    horizon_of,
    predicted_text,
    verdict_evidence,
    verdict_text,
)

TITLES = {
    "blog": "The post's own recipe",
    "plain": "Trained on words",
    "memory": "Trained on words, with memory",
    "robust": "Learned from data, together with a proof",
    "certified": "Learned from the rule, together with its proof",
    "unrolled": "Trained on the rule through all steps of words",
    "constructed": "Written from the rule, without training",
}
"""For each recipe how it makes a net, in words."""


def run_words(run: Run) -> RunWords:
    """The sentences about a run.

    Raises:
        InputError: One of its files is damaged.
    """
    words = _words_of_run(run)
    also = [("also", verdict_text(verdict)) for verdict in (run.verdict_within, run.verdict_rounded) if verdict is not None]
    return msgspec.structs.replace(words, evidence=[*words.evidence, *also]) if also else words


def _words_of_run(run: Run) -> RunWords:
    return words_of(
        run.task,
        net=net_text(run),
        title=title_text(run),
        stress=run.stress_test,
        explanation=run.explanation,
        verdict=run.verdict,
        extraction=run.extraction,
    )


def words_of(
    task: Task,
    *,
    net: str = "",
    title: str = "",
    stress: Stress | None = None,
    explanation: Explanation | None = None,
    verdict: Verdict | None = None,
    extraction: Extraction | None = None,
) -> RunWords:
    """The sentences about results of one net; `net` and `title` say what it is."""
    words = held_words(task)
    tested, explained = horizon_of(stress, None), horizon_of(None, explanation)
    mode = None if explanation is None else explanation.counterexample
    return RunWords(
        net=net,
        title=title,
        question=question_text(task),
        verdict=verdict_text(verdict),
        evidence=verdict_evidence(verdict),
        findings=finding_texts(explanation, verdict),
        alone=words and words.alone,
        stress_horizon=words and tested and words.measured(tested.steps, tested.limit),
        measured_horizon=words and explained and words.measured(explained.steps, explained.limit),
        predicted_horizon=_predicted(words, explanation, explained),
        figures=figures_text(task, stress, explanation, verdict),
        failure_mode=next((f"{name}: the net {text}" for name, text in DESCRIPTIONS.items() if name == mode), mode),
        extraction=extraction and extraction_text(extraction, verdict),
        hard_numbers=stress and hard_numbers_text(stress, verdict, "numbers" if task.names is None else "words"),
        reads_words=task.names is not None,
    )


def cell_text(config: RunConfig) -> str:
    """The cell of a net: its name, or the layers of it."""
    layers = layering_of(config)
    return config.cell if layers.count == 1 else f"{layers.count} layers of {config.cell} ({layers.between})"


def net_text(run: Run) -> str:
    """What a net is, short: task, cell, size, and how it was made."""
    config, made = run.config, provenance_of(run)
    if made is None:
        training = run.training
        kept = None if training is None else training.kept_seed
        seed = f"seed {config.seed}" if kept is None else f"seed {kept} (the best of {config.candidates})"
        start = None if training is None else training.started_from
        from_it = "" if start in (None, "random weights") else f" from {start}"
        made = f"trained{from_it} with recipe {config.recipe} on {data_text(config)}, {seed}"
    return f"{config.task}, {cell_text(config)} with {config.hidden} units, {made}"


def data_text(config: RunConfig) -> str:
    """The data of a training, with what their name means."""
    meanings = {"post": "10,000 random inputs", "hundred": f"the numbers 0…{config.base**2} alone"}
    meaning = meanings.get(config.data)
    return f"data {config.data}" + (f" ({meaning})" if meaning else "")


def title_text(run: Run) -> str:
    """How a net was made, for a reader who knows the blog post only."""
    return TITLES.get(run.config.recipe, "")


def question_text(task: Task) -> str:
    """The question about a net of a task."""
    learned = "to count" if task.name == "count" else f"the rule of {task.name}"
    return f"Has the net learned {learned}, or only its training lengths?"


def hard_numbers_text(stress: Stress, verdict: Verdict | None, inputs: str = "numbers") -> str:
    """What the curve of hard numbers, or words, shows, and at which lengths it rests on few of them."""
    text = (
        f"Random {inputs} are a sample of all {inputs} of a length, so their share has a 95 % interval. Hard {inputs} are a list "
        "of their own for each length, all of which was tried, so their share has none."
    )
    # one wrong answer of so few moves the share by 10 % or more
    few = [point for point in stress.curve if point.worst is not None and point.worst.tried < 10]
    if few:
        most = max(point.worst.tried for point in few if point.worst is not None)
        text += f" Some lengths have {most} of them or fewer."
    return (
        f"{text} The proof covers every {inputs[:-1]} of every length."
        if verdict is not None and verdict.verdict == PROVED
        else text
    )


def _predicted(words: HeldWords | None, explanation: Explanation | None, measured: Horizon | None) -> str | None:
    if words is None or explanation is None or measured is None or PREDICTED_HORIZON in explanation.left_out:
        return None
    return predicted_text(words, explanation.predicted_horizon, measured)
