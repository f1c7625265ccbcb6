"""The record of a run in words: the sentences that report and command line share."""

from anylength.base import Record


class RunWords(Record, frozen=True):
    """What the records of a run say, in sentences. A sentence about a result that does not exist yet is None or empty.

    Attributes:
        net: What the net is: task, cell, size, and how it was made.
        title: How the net was made, for a reader who knows the blog post only; empty where nothing says so.
        short: What the net is, as far as it differs from the others of a report; None outside of reports.
        question: What the pages ask about the net: whether it has learned its task.
        verdict: The verdict in one sentence.
        evidence: The evidence behind the verdict: names and texts.
        findings: The findings of the explanation, with the verdict taken into account.
        alone: The kind of inputs that the horizon is about: "nines alone"; None for a task without a horizon.
        stress_horizon: The horizon that the stress test measured.
        measured_horizon: The horizon in the explanation, as measured.
        predicted_horizon: The horizon as the dynamics predict it.
        figures: How the horizon, the shorter breaks of other inputs and the counterexample go together; None where they do not
            differ.
        failure_mode: What the failure mode of the counterexample means.
        extraction: The note of the extraction, with the verdict taken into account.
        hard_numbers: What the curve of hard numbers shows.
        reads_words: Whether the net reads words of named symbols, and no numbers.
    """

    net: str
    question: str
    verdict: str
    evidence: list[tuple[str, str]]
    findings: list[str]
    alone: str | None
    stress_horizon: str | None
    measured_horizon: str | None
    predicted_horizon: str | None
    figures: str | None
    failure_mode: str | None
    extraction: str | None
    hard_numbers: str | None
    title: str = ""
    short: str | None = None
    reads_words: bool = False
