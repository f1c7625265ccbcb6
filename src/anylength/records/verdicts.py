"""Records of verdicts."""

from typing import Literal

from anylength.records.lengths import Mistake
from anylength.records.record import Record

PROVED, REFUTED, UNKNOWN, NOT_APPLICABLE = "PROVED", "REFUTED", "UNKNOWN", "NOT APPLICABLE"


class PumpedFamily(Record, frozen=True):
    """A proved family of wrong inputs: `digit` repeated k times between the parts is answered wrongly for every k ≥ least.

    The parts are written as people write numbers, most significant digit first, one entry per tape.
    """

    before: list[str]
    digit: list[str]
    after: list[str]
    least: int


class Verdict(Record, frozen=True):
    """What is known of a net on every input of every length.

    Attributes:
        verdict: PROVED, REFUTED, UNKNOWN or NOT APPLICABLE.
        reason: Why, in one sentence.
        counterexample: REFUTED: the shortest wrong input found, one number per tape.
        mistake: The same with the net's answer and the right one, as `ask` replays it.
        shortest_proved: Whether every shorter input was tried and is answered right.
        family: A proved family of wrong inputs, where there is one.
        noise_budget: PROVED: the largest state noise per step and coordinate for which a cover was found and checked.
        formats: PROVED: the number formats that the certificate covers.
        margin: PROVED: the least lead of the right logit, in the proof that covers these formats.
        nodes: PROVED: how many boxes that proof holds.
        seconds: Time spent.
        original: PROVED: whether the proof also holds for the net in the file that this one is from; None: it is that net.
    """

    verdict: Literal["PROVED", "REFUTED", "UNKNOWN", "NOT APPLICABLE"]
    reason: str
    counterexample: list[str] | None = None
    mistake: Mistake | None = None
    shortest_proved: bool = False
    family: PumpedFamily | None = None
    noise_budget: float | None = None
    formats: tuple[str, ...] = ()
    margin: float | None = None
    nodes: int | None = None
    seconds: float = 0.0
    original: bool | None = None
    format: int = 1


class CheckedCertificate(Record, frozen=True):
    """What the independent checker says of a certificate."""

    valid: bool
    claim: str | None
    reason: str | None
    lines: list[str]


class Hardening(Record, frozen=True):
    """What `harden` did.

    Attributes:
        updates: Certified-training updates from the given weights.
        moved: The distance that the weights moved, relative to their length (both in the Euclidean norm over all tensors).
        largest: The largest change of a single weight.
        changed: Share of random stress inputs that are answered differently than before.
        mended: How many of them became right, and `broken` how many became wrong.
    """

    run: str
    verdict: str
    updates: int
    moved: float
    largest: float
    changed: float
    mended: int
    broken: int
    noise_budget: float | None
    seconds: float
    format: int = 1


class Quantisation(Record, frozen=True):
    """What `quantise` did.

    Attributes:
        path: The file of the coarse tensors.
        to: The numbers that weights are now.
        scales: What shares an exponent, row or tensor; None where each number has its own.
        parameters: How many weights and biases there are.
        exponents: How many shared exponents.
        bits: What weights and exponents take in all.
        bytes: The size of the file, header included.
        updates: Certified-training updates from the given weights; 0: rounded, nothing else.
        moved: The distance that the weights moved, relative to their length (both in the Euclidean norm over all tensors).
        largest: The largest change of a single weight.
        changed: Share of stress inputs that are answered differently than before.
        formats: PROVED: the number formats that the certificate covers, for states and logits too.
        states: Whether states may be as coarse as the weights, in one sentence; None without a proof.
        spacing: PROVED: states may also be multiples of this power of two.
        values: How many such multiples a state's coordinate may be.
    """

    run: str
    path: str
    verdict: str
    to: str
    scales: str | None
    parameters: int
    exponents: int
    bits: int
    bytes: int
    updates: int
    moved: float
    largest: float
    changed: float
    noise_budget: float | None
    formats: tuple[str, ...]
    states: str | None
    spacing: float | None
    values: int | None
    seconds: float
    format: int = 1
