"""Records of verdicts, one for each, and of the commands that change weights to get one."""

from typing import Any, ClassVar, TypeAlias

import msgspec

from anylength.base import Record
from anylength.records.lengths import Mistake
from anylength.records.verdict_page import verdict_page

PROVED, REFUTED, UNKNOWN, NOT_APPLICABLE = "PROVED", "REFUTED", "UNKNOWN", "NOT APPLICABLE"
PROVED_UP_TO, PROVED_WITHIN = "PROVED UP TO", "PROVED WITHIN"
PROVED_ROUNDED, REFUTED_ROUNDED, PROVED_OF_ITS_STEP = "PROVED ROUNDED", "REFUTED ROUNDED", "PROVED OF ITS STEP"


RESTS_ON = (
    "the checker, the task's machine, a runtime within the number model, code without side effects (docs/understand/trust.md)"
)
"""What one has to trust where a verdict is a proof."""


class PumpedFamily(Record, frozen=True):
    """An infinite family of wrong inputs, proved: before · digitᵏ · after is answered wrongly for every k ≥ least.

    All parts are written as people write numbers, the most significant digit first, one entry per tape. Words of named symbols are
    written from their first symbol to their last.

    Attributes:
        before: The digits before the repetition.
        digit: The repeated digit.
        after: The digits after it.
        least: The smallest number of repetitions.
        separator: Where the inputs are words of named symbols, what stands between two symbols; None for numbers.
    """

    before: list[str]
    digit: list[str]
    after: list[str]
    least: int
    separator: str | None = None


class Verdict(Record, frozen=True, tag_field="verdict"):
    """What is known about a net: one of the records below, told apart by `verdict`. What callers rely on stands in each of them.

    Attributes:
        verdict: The name of the verdict: a property in Python, a key in JSON.
        reason: Why, in one sentence.
        counterexample: The shortest wrong input found, one number per tape; None where the net is not refuted.
        noise_budget: The largest error of every state coordinate at every step for which a certificate was found; None without a
            proof of all inputs.
        seconds: Time spent.
        tensors: The SHA-256 of the net's tensors, as in a certificate; None for a net that is in no run.
        format: The format number.
    """

    reason: str
    counterexample: list[str] | None = None
    noise_budget: float | None = None
    seconds: float = 0.0
    tensors: str | None = None
    format: int = 1

    JSON_TYPE: ClassVar[Any]

    @property
    def verdict(self) -> str:
        """The name of the verdict."""
        return str(self.__struct_config__.tag)

    @property
    def name(self) -> str:
        """The name with the length, language or rounding that the verdict is about."""
        within, horizon, bits = (getattr(self, field, None) for field in ("within", "horizon", "fraction_bits"))
        words = [self.verdict]
        if within is not None:
            words.append(within if self.verdict == PROVED_WITHIN else f"WITHIN {within}")
        if horizon is not None:
            words.append(f"{'UP TO ' * (self.verdict != PROVED_UP_TO)}{horizon:,} STEP{'S' * (horizon != 1)}")
        return " ".join(words) + ("" if bits is None else f" to multiples of 1/{2**bits:,}")

    def __str__(self) -> str:
        """The name and the counterexample."""
        return ": ".join([self.name, *([" and ".join(self.counterexample)] if self.counterexample else [])])

    def _repr_html_(self) -> str:
        """The verdict for a notebook: at most eight rows, and the wrong word as a picture."""
        rows = [("why", self.reason), *self._evidence(), ("seconds", f"{self.seconds:.1f}")]
        return verdict_page(self.name, rows, mistake_of(self))

    def _evidence(self) -> list[tuple[str, str]]:
        return []


class _Proof(Verdict, frozen=True, kw_only=True):
    """A verdict with a certificate.

    Attributes:
        formats: The number formats that the certificate covers, where it is about all inputs.
        margin: The least difference between the right logit and the others, where the certificate is about all inputs.
        regions: Number of regions in the proof that covers these formats.
        holds_for_original: For an imported net with an embedding: whether the proof also holds for the net in the file that was
            imported. None: the run's net is that net.
    """

    regions: int | None = None
    formats: tuple[str, ...] = ()
    margin: float | None = None
    holds_for_original: bool | None = None

    def _evidence(self) -> list[tuple[str, str]]:
        budget = [] if self.noise_budget is None else [("noise budget", f"{self.noise_budget:.4g}")]
        return [*budget, *([("storage formats", ", ".join(self.formats))] if self.formats else []), ("rests on", RESTS_ON)]


class Proved(_Proof, frozen=True, kw_only=True, tag=PROVED):
    """Right on every input of every length."""


class ProvedUpTo(_Proof, frozen=True, kw_only=True, tag=PROVED_UP_TO):
    """Right on every input of some steps.

    Attributes:
        horizon: These are at most so many.
        open: How many steps of ellipsoids did not close; None where there are none.
    """

    horizon: int
    open: int | None = None


class ProvedWithin(_Proof, frozen=True, kw_only=True, tag=PROVED_WITHIN):
    """Right on every word of a language, of every length.

    Attributes:
        within: The language, as it was given.
    """

    within: str = ""


class ProvedOfItsStep(_Proof, frozen=True, kw_only=True, tag=PROVED_OF_ITS_STEP):
    """The step of a module is right; the module loops over its steps in Python, and of the loop nothing is proved.

    Attributes:
        compared: Module and loop of the step answered alike on words of at most so many symbols.
        horizon: The step is right on inputs of so many steps; None: of every length.
    """

    compared: int
    horizon: int | None = None


class ProvedRounded(_Proof, frozen=True, kw_only=True, tag=PROVED_ROUNDED):
    """Right on every input of every length, with each number of a state rounded after every step.

    Attributes:
        fraction_bits: To a multiple of 2^-`fraction_bits`.
    """

    fraction_bits: int


class Refuted(Verdict, frozen=True, kw_only=True, tag=REFUTED):
    """Wrong on the counterexample.

    Attributes:
        mistake: The counterexample with the net's answer and the right one.
        shortest_proved: Whether every shorter input was tried and answered right.
        pumped_family: A proved infinite family of wrong inputs, where one was found.
        within: When asked about a language: the language, as it was given.
    """

    mistake: Mistake | None = None
    shortest_proved: bool = False
    pumped_family: PumpedFamily | None = None
    within: str | None = None

    def _evidence(self) -> list[tuple[str, str]]:
        wrong = self.mistake
        if wrong is None:
            return []
        return [("input", " and ".join(wrong.numbers)), ("net's answer", wrong.answer), ("right answer", wrong.expected)]


class RefutedRounded(Verdict, frozen=True, kw_only=True, tag=REFUTED_ROUNDED):
    """Wrong on the counterexample, with rounded states.

    Attributes:
        fraction_bits: See `ProvedRounded`.
    """

    fraction_bits: int


class Unknown(Verdict, frozen=True, kw_only=True, tag=UNKNOWN):
    """Neither proved nor refuted.

    Attributes:
        within: When asked about a language: the language, as it was given.
        fraction_bits: When asked about rounded states: see `ProvedRounded`.
    """

    within: str | None = None
    fraction_bits: int | None = None


class NotApplicable(Verdict, frozen=True, kw_only=True, tag=NOT_APPLICABLE):
    """No proof is possible for this kind of net.

    Attributes:
        within: See `Unknown`.
        fraction_bits: See `Unknown`.
    """

    within: str | None = None
    fraction_bits: int | None = None


AnyVerdict: TypeAlias = (
    Proved | ProvedUpTo | ProvedWithin | ProvedOfItsStep | ProvedRounded | Refuted | RefutedRounded | Unknown | NotApplicable
)
"""A verdict as JSON has it: the key `verdict` says which record."""

Verdict.JSON_TYPE = AnyVerdict


def mistake_of(verdict: Verdict | None) -> Mistake | None:
    """The counterexample with both answers; None where the net is not refuted."""
    return verdict.mistake if isinstance(verdict, Refuted) else None


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


class Hardening(Record, frozen=True):
    """The result of `harden`.

    Attributes:
        run: The new run's folder.
        verdict: The verdict on the new net.
        updates: Certified-training updates from the given weights.
        moved: ‖new − old‖ / ‖old‖, the Euclidean norms taken over all tensors.
        largest_change: The largest absolute change of a single weight.
        answers_changed: Share of random stress inputs answered differently than before, 0…1.
        answers_corrected: How many stress inputs are right now and were wrong before.
        answers_broken: How many stress inputs are wrong now and were right before.
        noise_budget: PROVED: see `Verdict`.
        seconds: Time spent.
        advice: What happened and what to try next, where no proof was found; else None.
        format: The format number.
    """

    run: str
    verdict: str
    updates: int
    moved: float
    largest_change: float
    answers_changed: float
    answers_corrected: int
    answers_broken: int
    noise_budget: float | None
    seconds: float
    advice: str | None = None
    format: int = 1


class Quantisation(Record, frozen=True):
    """The result of `quantise`.

    Attributes:
        run: The new run's folder.
        path: The file of the quantised tensors.
        verdict: The verdict on the quantised net.
        weight_format: The number format of the weights.
        exponent_sharing: The weights that share an exponent: `row` or `tensor`; None where each weight has its own.
        parameters: Number of weights and biases.
        exponents: Number of shared exponents.
        total_bits: Bits of all weights and exponents.
        file_bytes: Size of the file in bytes, header included.
        updates: Certified-training updates from the given weights; 0 if the weights were only rounded.
        moved: ‖new − old‖ / ‖old‖, the Euclidean norms taken over all tensors.
        largest_change: The largest absolute change of a single weight.
        answers_changed: Share of stress inputs answered differently than before, 0…1.
        noise_budget: PROVED: see `Verdict`.
        formats: PROVED: the number formats of states and logits that the certificate covers.
        state_note: Whether states may be as coarse as the weights, in one sentence; None without a proof.
        state_spacing: PROVED: the proof also covers states rounded to multiples of this power of two.
        state_values: PROVED: number of such multiples in the range of one state coordinate.
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
    moved: float
    largest_change: float
    answers_changed: float
    noise_budget: float | None
    formats: tuple[str, ...]
    state_note: str | None
    state_spacing: float | None
    state_values: int | None
    seconds: float
    format: int = 1
