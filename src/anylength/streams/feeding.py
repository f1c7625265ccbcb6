"""How a streaming net is fed: rate, frame, context, spectrum, and what its answer means. Profiles keep this for known nets."""

import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np

from anylength.base import InputError, unknown_name

AnswerKind = Literal["probability", "signal", "values"]
"""What an answer is: probabilities compared with a threshold; the net's input made cleaner; any other numbers."""


class Spectrum(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A short-time Fourier transform that the net expects as its input.

    Attributes:
        size: Samples of a window. A step reads `frame` new ones.
        window: Name of the window, as `scipy.signal.get_window` knows it.
        root: Whether the square root of the window is taken.
        part: What the net reads: `magnitude` [bins], `complex` [bins, 2] with real and imaginary part, or `log-power` [bins].
    """

    size: int
    window: str = "boxcar"
    root: bool = False
    part: Literal["magnitude", "complex", "log-power"] = "magnitude"


class Feeding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a net is fed and what it answers.

    Attributes:
        rate: Samples (or rows) a second.
        frame: Samples (or rows) that each step reads anew.
        context: Samples of the step before that stand in front of them.
        spectrum: The transform of the samples that the net reads in place of them.
        scale: Factor on samples, for nets that want 16-bit integers' range.
        fixed: Inputs that keep one value, such as a sample rate.
        state: State input → state output. Empty: matched by name and shape.
        answer: Name of the output that is the answer. None: the only one that is no state.
        kind: What the answer is.
        threshold: Of probabilities: a frame is found from here on.
        delay: Frames by which a `signal` answer is late.
        columns: Numbers of a sample: 1 for sound, the sensors of a row.
        sequences: Whether the file reads whole sequences and keeps the states of its recurrent operators to itself.
    """

    rate: float
    frame: int
    context: int = 0
    spectrum: Spectrum | None = None
    scale: float = 1.0
    fixed: dict[str, float] = {}
    state: dict[str, str] = {}
    answer: str | None = None
    kind: AnswerKind = "probability"
    threshold: float = 0.5
    delay: int = 0
    columns: int = 1
    sequences: bool = False

    def __post_init__(self) -> None:
        if not (np.isfinite(self.rate) and self.rate > 0 and self.frame >= 1 and self.context >= 0):
            got = f"rate {self.rate}, frame {self.frame}, context {self.context}"
            raise InputError("a positive rate, a frame of at least 1 sample and no negative context", got, "correct the option")

    @property
    def seconds(self) -> float:
        """Seconds of a frame."""
        return self.frame / self.rate

    @property
    def width(self) -> int:
        """Numbers that a step reads."""
        if self.spectrum is None:
            return (self.context + self.frame) * self.columns
        return (self.spectrum.size // 2 + 1) * (2 if self.spectrum.part == "complex" else 1)

    def steps(self, seconds: float) -> int:
        """Whole steps nearest to a time."""
        return round(seconds / self.seconds)


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A known net: how a file is recognised, and how its net is fed.

    Attributes:
        title: The net's name, for people.
        inputs: Input name → shape; `-1` stands for a free axis.
        outputs: Output name → shape.
        feeding: How it is fed.
        variants: Other ways to feed the same file, by name, such as another sample rate.
    """

    title: str
    inputs: dict[str, list[int]]
    outputs: dict[str, list[int]]
    feeding: Feeding
    variants: dict[str, Feeding] = {}

    def feeding_at(self, rate: float | None) -> Feeding:
        """The feeding at a sample rate, or the usual one.

        Raises:
            InputError: The net has no such rate.
        """
        known = [self.feeding, *self.variants.values()]
        for feeding in known:
            if rate is None or feeding.rate == rate:
                return feeding
        rates = " or ".join(f"{feeding.rate:g}" for feeding in known)
        raise InputError(f"a rate that {self.title} knows: {rates}", f"{rate:g}", "pass one of them with --rate")


Signature = dict[str, list[int]]
"""Name → shape, where −1 stands for a free axis."""


def profiles() -> dict[str, Profile]:
    """The profiles that come with the package, by name."""
    folder = files("anylength.streams") / "profiles"
    found = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda entry: entry.name)
    return {entry.name.removesuffix(".toml"): _profile(entry.read_text(encoding="utf-8"), entry.name) for entry in found}


def profile_of(inputs: Signature, outputs: Signature) -> tuple[str, Profile] | None:
    """The name and the profile of the net whose inputs and outputs have these names and shapes, if one is known."""
    for name, profile in profiles().items():
        if _same(profile.inputs, inputs) and _same(profile.outputs, outputs):
            return name, profile
    return None


def read_profile(name: str) -> Profile:
    """The profile of a name, or of a TOML file.

    Raises:
        InputError: There is none, or the file is no profile.
    """
    if name.endswith(".toml"):
        try:
            return _profile(Path(name).read_text(encoding="utf-8"), name)
        except (OSError, UnicodeDecodeError) as error:
            raise InputError("a profile in TOML", f"{name}: {error}", "check the path") from None
    known = profiles()
    if name not in known:
        raise unknown_name("profile", name, known)
    return known[name]


def with_options(feeding: Feeding, options: dict[str, Any]) -> Feeding:
    """The feeding with those options changed that are not None."""
    given = {key: value for key, value in options.items() if value is not None}
    return msgspec.structs.replace(feeding, **given)


def _profile(text: str, source: str) -> Profile:
    try:
        return msgspec.convert(tomllib.loads(text), Profile)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise InputError("a profile in TOML", f"{source}: {error}", "see the profiles of the package") from None


def _same(known: Signature, given: Signature) -> bool:
    return known.keys() == given.keys() and all(_fits(known[name], given[name]) for name in known)


def _fits(known: list[int], given: list[int]) -> bool:
    pairs: Iterator[tuple[int, int]] = zip(known, given, strict=False)
    return len(known) == len(given) and all(a == b or -1 in (a, b) for a, b in pairs)
