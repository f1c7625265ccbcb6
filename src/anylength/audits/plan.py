"""What an audit runs: times, ratios, draws."""

import msgspec

from anylength.base import InputError

CLIP_SECONDS = 10.0
"""Longest part of a clip that is a probe."""

MOST_CLIPS = 14
"""Clips that are probes; more narrow the intervals slowly and cost their share of the time."""

STREAM_SECONDS = 300.0
"""Seconds of a background before its features are repeated."""

EARLY_SECONDS = 3.0
"""A state after this time is the early one: the net has heard the background, and nothing has drifted yet."""

LEAST_SECONDS = 5.0
"""Shortest audit."""


class Plan(msgspec.Struct, frozen=True):
    """The settings of an audit.

    Attributes:
        snrs: Signal-to-noise ratios, dB.
        seconds: Longest time since the reset.
        seed: Seed of every draw.
        speech: Share of the time in which other clips are heard in the streams.
    """

    snrs: tuple[float, ...] = (20.0, 10.0, 5.0, 0.0)
    seconds: float = 600.0
    seed: int = 0
    speech: float = 0.0

    def __post_init__(self) -> None:
        if self.seconds < LEAST_SECONDS or not self.snrs or not 0 <= self.speech < 1:
            got = f"{self.seconds:g} s, ratios {list(self.snrs)}, speech {self.speech:g}"
            raise InputError(
                f"at least {LEAST_SECONDS:g} s, a ratio, and a share of speech below 1", got, "correct --for, --snr or --speech"
            )

    def early(self) -> float:
        """The time of the early state."""
        return min(EARLY_SECONDS, self.seconds / 2)

    def checkpoints(self) -> list[float]:
        """Times at which the clips are probed: the reset, a tenth, three tenths, and all of the time."""
        return [0.0, self.seconds / 10, self.seconds * 3 / 10, self.seconds]
