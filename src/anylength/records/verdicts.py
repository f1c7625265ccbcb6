"""Records of verdicts, and of the commands that change weights to get one."""

from typing import Literal

import msgspec

from anylength.records.lengths import Mistake
from anylength.records.record import Record
from anylength.records.verdict_page import verdict_page

PROVED, REFUTED, UNKNOWN, NOT_APPLICABLE = "PROVED", "REFUTED", "UNKNOWN", "NOT APPLICABLE"
PROVED_UP_TO, PROVED_WITHIN = "PROVED UP TO", "PROVED WITHIN"
PROVED_ROUNDED, REFUTED_ROUNDED = "PROVED ROUNDED", "REFUTED ROUNDED"


class PumpedFamily(Record, frozen=True):
    """An infinite family of wrong inputs, proved: before · digitᵏ · after is answered wrongly for every k ≥ least.

    All parts are written as people write numbers, the most significant digit first, one entry per tape. Words of named symbols are
    written from their first symbol to their last.

    Attributes:
        before: The digits before the repetition.
        digit: The repeated digit.
        after: The digits after it.
        least: The smallest number of repetitions.
        separator: Where the inputs are words of named symbols, what stands between two symbols. Left out where they are numbers.
    """

    before: list[str]
    digit: list[str]
    after: list[str]
    least: int
    separator: str | msgspec.UnsetType = msgspec.UNSET


VERDICT_KEYS = {"pumped_family": "family", "regions": "nodes", "holds_for_original": "original", "open_steps": "open"}
"""JSON keys of the fields of `Verdict` whose names differ."""


class Verdict(Record, frozen=True, rename=VERDICT_KEYS):
    """What is known about a net on every input of every length.

    Attributes:
        verdict: PROVED, REFUTED, UNKNOWN or NOT APPLICABLE; of some words only: PROVED UP TO a number of steps, or PROVED WITHIN a
            language; of the net with rounded states: PROVED ROUNDED or REFUTED ROUNDED.
        reason: Why, in one sentence.
        horizon: PROVED UP TO: the net is right on every input of at most so many steps. Left out for other verdicts.
        open_steps: PROVED UP TO, by ellipsoids: how many of their steps did not close. Left out else. JSON key: `open`.
        within: PROVED WITHIN, or REFUTED or UNKNOWN when asked about a language: the language, as it was given. Left out else.
        fraction_bits: When asked about rounded states: each number of a state is rounded to a multiple of 2^-`fraction_bits` after
            every step. Left out else.
        counterexample: REFUTED: the shortest wrong input found, one number per tape.
        mistake: REFUTED: the counterexample with the net's answer and the right one.
        shortest_proved: REFUTED: whether every shorter input was tried and answered right.
        pumped_family: REFUTED: a proved infinite family of wrong inputs, where one was found. JSON key: `family`.
        noise_budget: PROVED: the largest error of every state coordinate at every step for which a certificate was found.
        formats: PROVED: the number formats that the certificate covers.
        margin: PROVED: the least difference between the right logit and the others, in the proof that covers these formats.
        regions: PROVED: number of regions in that proof. JSON key: `nodes`.
        seconds: Time spent.
        holds_for_original: PROVED, for an imported net with an embedding: whether the proof also holds for the net in the file that
            was imported. None: the run's net is that net. JSON key: `original`.
        tensors: The SHA-256 of the net's tensors, as in a certificate. Left out of the JSON of older versions.
        format: The format number.
    """

    verdict: Literal[
        "PROVED", "REFUTED", "UNKNOWN", "NOT APPLICABLE", "PROVED UP TO", "PROVED WITHIN", "PROVED ROUNDED", "REFUTED ROUNDED"
    ]
    reason: str
    counterexample: list[str] | None = None
    mistake: Mistake | None = None
    shortest_proved: bool = False
    pumped_family: PumpedFamily | None = None
    noise_budget: float | None = None
    formats: tuple[str, ...] = ()
    margin: float | None = None
    regions: int | None = None
    seconds: float = 0.0
    holds_for_original: bool | None = None
    tensors: str | msgspec.UnsetType = msgspec.UNSET
    horizon: int | msgspec.UnsetType = msgspec.UNSET
    open_steps: int | msgspec.UnsetType = msgspec.UNSET
    within: str | msgspec.UnsetType = msgspec.UNSET
    fraction_bits: int | msgspec.UnsetType = msgspec.UNSET
    format: int = 1

    def _repr_html_(self) -> str:
        """The verdict for a notebook: at most eight rows, and the wrong word as a picture."""
        wrong = self.mistake
        about = {"within": self.within, "steps": self.horizon, "bits": self.fraction_bits}
        rows = [(name, str(value)) for name, value in about.items() if value is not msgspec.UNSET] + [("why", self.reason)]
        if wrong is not None:
            rows += [("input", " and ".join(wrong.numbers)), ("net's answer", wrong.answer), ("right answer", wrong.expected)]
        if self.noise_budget is not None:
            rows += [("noise budget", f"{self.noise_budget:.4g}"), ("formats covered", ", ".join(self.formats))]
        return verdict_page(self.verdict, [*rows, ("seconds", f"{self.seconds:.1f}")], wrong)


class CheckedCertificate(Record, frozen=True):
    """The result of the independent checker.

    Attributes:
        valid: Whether the certificate is accepted.
        claim: What it proves, in words; None where it is rejected.
        reason: Why it is rejected, else None.
        lines: The checker's report, line by line.
        machine: The certificate's machine as a table, and its answers to a few words, line by line; empty where it is rejected.
    """

    valid: bool
    claim: str | None
    reason: str | None
    lines: list[str]
    machine: list[str] = msgspec.field(default_factory=list)


HARDENING_KEYS = {
    "relative_change": "moved",
    "largest_change": "largest",
    "answers_changed": "changed",
    "answers_corrected": "mended",
    "answers_broken": "broken",
}
"""JSON keys of the fields of `Hardening` whose names differ."""


class Hardening(Record, frozen=True, rename=HARDENING_KEYS):
    """The result of `harden`.

    Attributes:
        run: The new run's folder.
        verdict: The verdict on the new net.
        updates: Certified-training updates from the given weights.
        relative_change: ‖new − old‖ / ‖old‖, the Euclidean norms taken over all tensors. JSON key: `moved`.
        largest_change: The largest absolute change of a single weight. JSON key: `largest`.
        answers_changed: Share of random stress inputs answered differently than before, 0…1. JSON key: `changed`.
        answers_corrected: How many stress inputs are right now and were wrong before. JSON key: `mended`.
        answers_broken: How many stress inputs are wrong now and were right before. JSON key: `broken`.
        noise_budget: PROVED: see `Verdict`.
        seconds: Time spent.
        advice: What happened and what to try next, where no proof was found; else left out.
        format: The format number.
    """

    run: str
    verdict: str
    updates: int
    relative_change: float
    largest_change: float
    answers_changed: float
    answers_corrected: int
    answers_broken: int
    noise_budget: float | None
    seconds: float
    advice: str | msgspec.UnsetType = msgspec.UNSET
    format: int = 1


QUANTISATION_KEYS = {
    "weight_format": "to",
    "exponent_sharing": "scales",
    "total_bits": "bits",
    "file_bytes": "bytes",
    "relative_change": "moved",
    "largest_change": "largest",
    "answers_changed": "changed",
    "state_note": "states",
    "state_spacing": "spacing",
    "state_values": "values",
}
"""JSON keys of the fields of `Quantisation` whose names differ."""


class Quantisation(Record, frozen=True, rename=QUANTISATION_KEYS):
    """The result of `quantise`.

    Attributes:
        run: The new run's folder.
        path: The file of the quantised tensors.
        verdict: The verdict on the quantised net.
        weight_format: The number format of the weights. JSON key: `to`.
        exponent_sharing: The weights that share an exponent: `row` or `tensor`; None where each weight has its own. JSON key:
            `scales`.
        parameters: Number of weights and biases.
        exponents: Number of shared exponents.
        total_bits: Bits of all weights and exponents. JSON key: `bits`.
        file_bytes: Size of the file in bytes, header included. JSON key: `bytes`.
        updates: Certified-training updates from the given weights; 0 if the weights were only rounded.
        relative_change: ‖new − old‖ / ‖old‖, the Euclidean norms taken over all tensors. JSON key: `moved`.
        largest_change: The largest absolute change of a single weight. JSON key: `largest`.
        answers_changed: Share of stress inputs answered differently than before, 0…1. JSON key: `changed`.
        noise_budget: PROVED: see `Verdict`.
        formats: PROVED: the number formats of states and logits that the certificate covers.
        state_note: Whether states may be as coarse as the weights, in one sentence; None without a proof. JSON key: `states`.
        state_spacing: PROVED: the proof also covers states rounded to multiples of this power of two. JSON key: `spacing`.
        state_values: PROVED: number of such multiples in the range of one state coordinate. JSON key: `values`.
        seconds: Time spent.
        format: The format number.
    """

    run: str
    path: str
    verdict: str
    weight_format: str
    exponent_sharing: str | None
    parameters: int
    exponents: int
    total_bits: int
    file_bytes: int
    updates: int
    relative_change: float
    largest_change: float
    answers_changed: float
    noise_budget: float | None
    formats: tuple[str, ...]
    state_note: str | None
    state_spacing: float | None
    state_values: int | None
    seconds: float
    format: int = 1
