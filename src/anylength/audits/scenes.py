"""The inputs of an audit as features: backgrounds at each ratio, the clips in them, the clips alone, silence."""

from collections.abc import Callable, Sequence

import msgspec
import numpy as np

from anylength.audits.plan import CLIP_SECONDS, MOST_CLIPS, STREAM_SECONDS, Plan
from anylength.base import InputError
from anylength.streams.feeding import Feeding
from anylength.streams.frames import Signal, frames
from anylength.streams.net import Features, StreamNet
from anylength.streams.sounds import Sound, at_level, endless, mixed

LEAST_UTTERANCE, MOST_UTTERANCE = 3.0, 9.0
"""Seconds of a clip that is heard in a stream."""

Progress = Callable[[str], None]


class Mixture(msgspec.Struct, frozen=True):
    """A background at a ratio.

    Attributes:
        background: Its name.
        snr: The ratio, dB.
        stream: Features of the background, with other clips now and then where the plan says so.
        probes: Features of each clip in it, all of one length.
    """

    background: str
    snr: float
    stream: Features
    probes: list[Features]


class Scenes(msgspec.Struct, frozen=True):
    """All inputs.

    Attributes:
        scenes: Background by background, each at all ratios.
        clean: Features of each clip alone.
        clips: The clips as they were cut.
        silence: Features of one second of silence.
        talk: Features of clips now and then in the first background at 20 dB, for forgetting.
        targets: Frames of the clips alone as the net reads them, for answers that are a cleaner input.
    """

    scenes: list[Mixture]
    clean: list[Features]
    clips: list[Sound]
    silence: Features
    talk: Features
    targets: list[np.ndarray]

    def steps(self) -> int:
        """Steps of a probe."""
        return len(self.clean[0])


def build(
    net: StreamNet, feeding: Feeding, clips: Sequence[Sound], backgrounds: Sequence[Sound], plan: Plan, progress: Progress
) -> Scenes:
    """Mixes all inputs and runs the front end over them.

    Raises:
        InputError: There are too few clips or no background.
    """
    if not clips or not backgrounds:
        raise InputError("clips and a background", f"{len(clips)} and {len(backgrounds)}", "pass --inputs and --background")
    cut = _cut(clips, feeding)
    samples = feeding.steps(min(plan.seconds, STREAM_SECONDS)) * feeding.frame
    scenes = []
    for index, background in enumerate(backgrounds):
        progress(f"front end: {background.name}")
        rng = np.random.default_rng([plan.seed, index])
        long, other = (endless(background, n, rng, feeding) for n in (samples, sum(len(clip.signal) for clip in cut)))
        heard = _talk(cut, samples, plan.speech, rng, feeding) if plan.speech else None
        for snr in plan.snrs:
            stream = net.features(frames(mixed(heard, long, snr), feeding))
            scenes.append(Mixture(background.name, snr, stream, _probes(net, feeding, cut, other, snr)))
    rng = np.random.default_rng([plan.seed, len(backgrounds)])
    talk = mixed(_talk(cut, samples, plan.speech or 0.2, rng, feeding), endless(backgrounds[0], samples, rng, feeding), 20.0)
    targets = [frames(clip.signal, feeding) for clip in cut]
    clean = [net.features(target) for target in targets]
    silence = net.features(
        frames(np.zeros((feeding.steps(1.0) * feeding.frame + feeding.frame, feeding.columns), np.float32), feeding)
    )
    return Scenes(scenes, clean, cut, silence, net.features(frames(talk, feeding)), targets)


def _cut(clips: Sequence[Sound], feeding: Feeding) -> list[Sound]:
    """The clips at one level and of one length: that of the shortest, at most ten seconds. Of many clips, evenly spread ones."""
    chosen = [clips[index] for index in np.unique(np.linspace(0, len(clips) - 1, min(MOST_CLIPS, len(clips))).round().astype(int))]
    length = min(feeding.steps(CLIP_SECONDS) * feeding.frame, *(len(clip.signal) for clip in chosen))
    return [msgspec.structs.replace(at_level(clip, feeding), signal=at_level(clip, feeding).signal[:length]) for clip in chosen]


def _probes(net: StreamNet, feeding: Feeding, clips: list[Sound], background: Signal, snr: float) -> list[Features]:
    """Each clip in its own part of a background."""
    parts, begin = [], 0
    for clip in clips:
        parts.append(net.features(frames(mixed(clip.signal, background[begin : begin + len(clip.signal)], snr), feeding)))
        begin += len(clip.signal)
    return parts


def _talk(clips: list[Sound], samples: int, share: float, rng: np.random.Generator, feeding: Feeding) -> Signal:
    """Parts of clips at random times that fill a share of the time."""
    heard, begin = np.zeros((samples, feeding.columns), np.float32), 0
    while True:
        length = round(rng.uniform(LEAST_UTTERANCE, MOST_UTTERANCE) * feeding.rate)
        begin += round(rng.exponential(length * (1 / share - 1)))
        if begin >= samples:
            return heard
        part = clips[rng.integers(len(clips))].signal[:length][: samples - begin]
        heard[begin : begin + len(part)] = part
        begin += length
