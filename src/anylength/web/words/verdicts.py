"""Verdicts in words, and what a verdict says about the result of another command."""

from anylength.records import (
    Explanation,
    Finding,
    Mistake,
    Proved,
    ProvedOfItsStep,
    ProvedRounded,
    ProvedUpTo,
    ProvedWithin,
    Refuted,
    RefutedRounded,
    Unknown,
    Verdict,
)
from anylength.records.verdicts import RESTS_ON
from anylength.rules import TESTED, Extraction
from anylength.web.words.mistakes import family_text, mistake_text

KEEPS = "keeps"
"""The way of a finding that no wrong answer was found."""

WITHOUT = "Of the net without rounding this says nothing."
"""The end of a sentence about rounded states."""


def verdict_text(verdict: Verdict | None) -> str:
    """A verdict in one sentence."""
    match verdict:
        case None:
            return "This run has no verdict yet: anylength prove searches for one."
        case Proved():
            return "This net is right on every input of every length."
        case Refuted(mistake=mistake, within=language):
            wrong = verdict.reason if mistake is None else mistake_text(mistake)
            return f"This net is wrong{f' within {language}' if language else ''}: {wrong}."
        case ProvedUpTo():
            return f"This net is right on every input of up to {_steps(verdict)}. Of longer ones nothing is proved."
        case ProvedOfItsStep(compared=compared, horizon=horizon):
            inputs = "every input of every length" if horizon is None else f"every input of up to {horizon:,} steps"
            loop = f"Its loop over the steps, in Python, was compared on words of up to {compared:,} symbols"
            return f"The step of this module is right on {inputs}. {loop}: of longer ones nothing is proved."
        case ProvedWithin(within=language):
            of_all = verdict.noise_budget is not None  # it has one only where the proof is about all inputs
            others = "The proof is about all other inputs, too." if of_all else "Of other inputs this proof says nothing."
            return f"This net is right on every input within {language}, of any length. {others}"
        case ProvedRounded():
            return f"With states rounded to {_multiples(verdict)} this net is right on every input of every length. {WITHOUT}"
        case RefutedRounded():
            return f"With states rounded to {_multiples(verdict)} this net is wrong: {verdict.reason}. {WITHOUT}"
        case Unknown():
            return f"Neither proved nor refuted: {verdict.reason}."
    return f"No proof is possible for this kind of net: {verdict.reason}."


def _multiples(verdict: ProvedRounded | RefutedRounded) -> str:
    return f"multiples of 1/{2**verdict.fraction_bits:,}"


def _steps(verdict: ProvedUpTo) -> str:
    return f"{verdict.horizon:,} step{'s' * (verdict.horizon != 1)}"


def verdict_evidence(verdict: Verdict | None) -> list[tuple[str, str]]:
    """The evidence behind a verdict: names and texts."""
    if verdict is None:
        return []
    rows = [("why", verdict.reason)]
    if isinstance(verdict, Refuted) and verdict.mistake is not None:
        rows.append(("counterexample", mistake_text(verdict.mistake)))
    if isinstance(verdict, Refuted) and verdict.pumped_family is not None:
        rows.append(("also wrong", family_text(verdict.pumped_family)))
    if isinstance(verdict, Proved | ProvedWithin) and verdict.noise_budget is not None:
        rows.append(("noise budget", noise_text(verdict.noise_budget)))
        rows.append(("storage formats", ", ".join(verdict.formats)))
    return rows + ([("rests on", RESTS_ON)] if verdict.verdict.startswith("PROVED") else [])


def noise_text(budget: float) -> str:
    """A noise budget."""
    return f"{noise_number(budget)}: at every step, every coordinate of the state may be off by that much"


def noise_number(budget: float) -> str:
    """A noise budget in figures: with four decimals, or as a power of ten where these would not tell it."""
    return f"{budget:.4f}" if budget >= 1e-3 or budget == 0 else f"{budget:.1e}"


def finding_text(finding: Finding, verdict: Verdict | None) -> str:
    """A finding with its example. That no wrong answer was found is followed by what the verdict says about it."""
    text = finding.text
    if finding.failure_mode == KEEPS:
        return f"{text} {_proof_text(verdict)}"
    if finding.numbers is None or finding.answer is None or finding.expected is None:
        return text
    example = Mistake(numbers=finding.numbers, answer=finding.answer, expected=finding.expected, separator=finding.separator)
    return f"{text} Example: {mistake_text(example)}."


def finding_texts(explanation: Explanation | None, verdict: Verdict | None) -> list[str]:
    """The findings of an explanation, with the verdict taken into account."""
    return [] if explanation is None else [finding_text(finding, verdict) for finding in explanation.findings]


def _proof_text(verdict: Verdict | None) -> str:
    """What the verdict says about a net on which no wrong answer was found near its held inputs."""
    if verdict is None:
        return "That is no proof: anylength prove searches for one."
    if isinstance(verdict, Proved):
        return "The proof covers all other inputs too."
    if isinstance(verdict, Refuted):
        mistake = "" if verdict.mistake is None else f": {mistake_text(verdict.mistake)}"
        return f"The search of anylength prove found a wrong answer elsewhere{mistake}."
    return "That is no proof, and anylength prove found none."


def extraction_text(extraction: Extraction, verdict: Verdict | None) -> str:
    """The note of an extraction, and what a verdict that came later says about it."""
    if extraction.status != TESTED or verdict is None:
        return extraction.note
    if isinstance(verdict, Proved):
        return f"{extraction.note}. The proof came later: anylength extract now gives a theorem"
    if isinstance(verdict, Refuted) and extraction.equivalent:
        return f"{extraction.note}. The counterexample shows that the net differs from this machine"
    return extraction.note
