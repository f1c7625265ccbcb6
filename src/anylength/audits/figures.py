"""Figures of probes: what share is found, false alarms, threshold-free figures, delays, agreement, each with its interval."""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from jaxtyping import Bool, Float

from anylength.records import Estimate, Probe
from anylength.statistics import share
from anylength.streams.feeding import Feeding
from anylength.streams.sounds import ACTIVE_RANGE

EQUAL_ALARMS = 0.05
"""The share of false alarms at which nets are compared without a threshold."""

ROC_ALARMS = np.concatenate([[0.0, 0.001, 0.002, 0.005], np.linspace(0.01, 0.1, 10), np.linspace(0.15, 0.95, 17)])
"""The shares of false alarms for which points of the receiver operating characteristic are kept: closer where nets are used."""

GAP_SECONDS = 0.13
"""Frames this near to a frame that is to be found count neither as found nor as false alarms: words end softly."""

AGREEMENT = {"probability": 0.0, "signal": 0.1, "values": 0.05}
"""Largest relative difference of two answers that agree. Of probabilities, decisions are compared."""

WARM_UP = 2.0
"""Seconds of a probe whose answers of kind `signal` and `values` are not compared: any net needs some time after a reset."""


class Marks(msgspec.Struct, frozen=True):
    """Which frames of the clips are to be found.

    Attributes:
        found: To be found [clips, T].
        gaps: Neither to be found nor near to such a frame [clips, T].
        source: In words.
    """

    found: Bool[np.ndarray, "K T"]
    gaps: Bool[np.ndarray, "K T"]
    source: str


def marks(clean: Float[np.ndarray, "K T"], active: Sequence[list[tuple[float, float]] | None], feeding: Feeding) -> Marks:
    """Marks by people's labels where every clip has them, else by the net's own answers to the clean clips after a reset."""
    if all(labels is not None for labels in active):
        times = (np.arange(clean.shape[1]) + 0.5) * feeding.seconds
        rows = [np.any([(begin <= times) & (times < end) for begin, end in labels or [(0.0, 0.0)]], axis=0) for labels in active]
        found, source = np.stack(rows), "labels beside the clips"
    else:
        found, source = clean >= feeding.threshold, "the net's own answers to the clean clips after a reset"
    return Marks(found, ~_widened(found, max(1, feeding.steps(GAP_SECONDS))), source)


def energy_marks(clips: Sequence[Float[np.ndarray, "S C"]], steps: int, feeding: Feeding) -> Marks:
    """Marks by the energy of the clean clips: frames within 25 dB of a clip's loudest. They know nothing of the net's answers."""
    samples = steps * feeding.frame
    power = np.stack([(clip[:samples].astype(np.float64) ** 2).reshape(steps, -1).mean(axis=1) for clip in clips])
    found = power >= power.max(axis=1, keepdims=True) * ACTIVE_RANGE
    return Marks(found, ~_widened(found, max(1, feeding.steps(GAP_SECONDS))), "the energy of the clean clips")


def _widened(rows: Bool[np.ndarray, "K T"], by: int) -> Bool[np.ndarray, "K T"]:
    from scipy.ndimage import binary_dilation

    return binary_dilation(rows, np.ones((1, 2 * by + 1), bool))


def found_by_clip(
    answers: Float[np.ndarray, "... K T"], marked: Marks, threshold: float | np.ndarray
) -> Float[np.ndarray, "... K"]:
    """The share of frames found in each clip; NaN in a clip without any."""
    hits = ((answers >= threshold) & marked.found).sum(axis=-1)
    counts = marked.found.sum(axis=-1)
    return np.where(counts > 0, hits / np.maximum(counts, 1), np.nan)


def alarms_by_clip(
    answers: Float[np.ndarray, "... K T"], marked: Marks, threshold: float | np.ndarray
) -> Float[np.ndarray, "... K"]:
    """The share of false alarms in each clip; NaN in a clip without a gap."""
    return found_by_clip(answers, Marks(marked.gaps, marked.found, marked.source), threshold)


def at_equal_alarms(answers: Float[np.ndarray, "... K T"], marked: Marks) -> float:
    """The share found at the threshold that 5 % of the gaps reach."""
    found, gaps = answers[..., marked.found].ravel(), answers[..., marked.gaps].ravel()
    if not found.size or not gaps.size:
        return float("nan")
    return float((found > np.quantile(gaps, 1 - EQUAL_ALARMS)).mean())


def area(answers: Float[np.ndarray, "... K T"], marked: Marks) -> float:
    """The area under the receiver operating characteristic: the chance that a frame to be found is answered above a gap."""
    from scipy.stats import rankdata

    found, gaps = answers[..., marked.found].ravel(), answers[..., marked.gaps].ravel()
    if not found.size or not gaps.size:
        return float("nan")
    ranks = rankdata(np.concatenate([found, gaps]))[: found.size].sum()
    return float((ranks - found.size * (found.size + 1) / 2) / (found.size * gaps.size))


def roc(answers: Float[np.ndarray, "... K T"], marked: Marks) -> list[tuple[float, float]]:
    """Points of the receiver operating characteristic: the share of gaps, and of frames to be found, above a threshold.

    The thresholds are quantiles of the answers in the gaps. Without frames of either kind there are no points.
    """
    found, gaps = answers[..., marked.found].ravel(), answers[..., marked.gaps].ravel()
    if not found.size or not gaps.size:
        return []
    thresholds = np.quantile(gaps, 1 - ROC_ALARMS)
    points = {(float((gaps > threshold).mean()), float((found > threshold).mean())) for threshold in thresholds}
    return [*sorted(points), (1.0, 1.0)]


def onset_delays(answers: Float[np.ndarray, "... K T"], marked: Marks, feeding: Feeding) -> Float[np.ndarray, " U"]:
    """Seconds from the begin of each sound to the first frame found, at most its length."""
    delays = []
    for clip, row in enumerate(marked.found):
        edges = np.flatnonzero(np.diff(np.concatenate([[0], row.astype(int), [0]])))
        for begin, end in edges.reshape(-1, 2):
            hits = answers[..., clip, begin:end].reshape(-1, end - begin) >= feeding.threshold
            delays.append(np.where(hits.any(axis=1), hits.argmax(axis=1), end - begin) * feeding.seconds)
    return np.concatenate(delays) if delays else np.zeros(0)


def distances(
    answers: Float[np.ndarray, "... K T C"], others: Float[np.ndarray, "... K T C"], feeding: Feeding
) -> Float[np.ndarray, "... K"]:
    """Of each clip, the share of the answer that differs: root mean square of the difference over that of the answer."""
    late = slice(min(feeding.steps(WARM_UP), answers.shape[-2] // 2), None)
    first, second = answers[..., late, :].astype(np.float64), others[..., late, :].astype(np.float64)
    power = np.maximum((second**2).sum(axis=(-2, -1)), np.finfo(np.float64).tiny)
    return np.sqrt(((first - second) ** 2).sum(axis=(-2, -1)) / power)


def distortion_ratio(
    answers: Float[np.ndarray, "... K T C"], targets: Float[np.ndarray, "K T C"], delay: int
) -> Float[np.ndarray, "... K"]:
    """Scale-invariant signal-to-distortion ratio of each clip in dB (Le Roux et al. 2019)."""
    answers = answers[..., delay:, :].astype(np.float64)
    targets = targets[..., : answers.shape[-2], :].astype(np.float64)
    energy = np.maximum((targets**2).sum(axis=(-2, -1)), np.finfo(np.float64).tiny)
    scale = (answers * targets).sum(axis=(-2, -1)) / energy
    projected = scale[..., None, None] * targets
    rest = np.maximum(((answers - projected) ** 2).sum(axis=(-2, -1)), np.finfo(np.float64).tiny)
    return 10 * np.log10(np.maximum((projected**2).sum(axis=(-2, -1)), np.finfo(np.float64).tiny) / rest)


def agreeing(answers: np.ndarray, others: np.ndarray, feeding: Feeding) -> Bool[np.ndarray, "... T"]:
    """Frames on which two answers agree: the same decision, or nearly the same numbers."""
    if feeding.kind == "probability":
        return (answers[..., 0] >= feeding.threshold) == (others[..., 0] >= feeding.threshold)
    first, second = answers.astype(np.float64), others.astype(np.float64)
    size = np.sqrt((second**2).sum(axis=-1)).mean() + np.finfo(np.float64).tiny
    return np.sqrt(((first - second) ** 2).sum(axis=-1)) <= AGREEMENT[feeding.kind] * size


def known_mean(values: Float[np.ndarray, "..."], axis: int | None = None) -> Any:
    """The mean of those values that are known, 0 where none is: a clip in which nothing is to be found has no share."""
    known = np.isfinite(values)
    return np.where(known, values, 0).sum(axis=axis) / np.maximum(known.sum(axis=axis), 1)


def estimate(values: Float[np.ndarray, " K"], tests: int = 1) -> Estimate:
    """The mean over clips with Student's interval, at 95 % for `tests` of them together (Bonferroni)."""
    from scipy.special import stdtrit

    known = values[np.isfinite(values)]
    if not known.size:
        return Estimate(mean=0.0, low=None, high=None, clips=0)
    mean = float(known.mean())
    if known.size == 1:
        return Estimate(mean=mean, low=None, high=None, clips=1)
    half = float(stdtrit(known.size - 1, 1 - 0.025 / tests) * known.std(ddof=1) / np.sqrt(known.size))
    return Estimate(mean=mean, low=mean - half, high=mean + half, clips=int(known.size))


class Probed(msgspec.Struct, frozen=True):
    """Answers to the clips at one ratio and one time.

    Attributes:
        snr: The ratio, dB.
        seconds: Time since the reset.
        backgrounds: Their names.
        answers: [backgrounds, clips, T, C].
    """

    snr: float
    seconds: float
    backgrounds: list[str]
    answers: np.ndarray


def outcomes(probed: Probed, reset: Probed, marked: Marks, targets: np.ndarray, feeding: Feeding) -> Float[np.ndarray, "G K"]:
    """What is compared, for each background and clip: the share found, the ratio (dB), or the share of the answer that differs."""
    if feeding.kind == "probability":
        return found_by_clip(probed.answers[..., 0], marked, feeding.threshold)
    if feeding.kind == "signal":
        return distortion_ratio(probed.answers, targets, feeding.delay)
    return distances(probed.answers, reset.answers, feeding)


def probe(probed: Probed, reset: Probed, marked: Marks, targets: np.ndarray, feeding: Feeding) -> Probe:
    """The record of one ratio and one time."""
    values = known_mean(outcomes(probed, reset, marked, targets, feeding), axis=1)
    worst = int(np.argmax(values) if feeding.kind == "values" else np.argmin(values))
    agreed = agreeing(probed.answers, reset.answers, feeding)
    common = {
        "snr": probed.snr, "seconds": probed.seconds, "agreement": share(int(agreed.sum()), agreed.size),
        "worst": probed.backgrounds[worst], "worst_value": float(values[worst]),
    }  # fmt: skip
    if feeding.kind != "probability":
        nothing = dict.fromkeys(("found", "false_alarms", "found_at_equal_alarms", "auc", "onset_delay"))
        return Probe(**common, **nothing, score=float(values.mean()))
    answers = probed.answers[..., 0]
    hits, alarms = answers[..., marked.found] >= feeding.threshold, answers[..., marked.gaps] >= feeding.threshold
    delays = onset_delays(answers, marked, feeding)
    return Probe(
        **common,
        found=share(int(hits.sum()), hits.size) if hits.size else None,
        false_alarms=share(int(alarms.sum()), alarms.size) if alarms.size else None,
        found_at_equal_alarms=_known(at_equal_alarms(answers, marked)),
        auc=_known(area(answers, marked)),
        onset_delay=float(np.quantile(delays, 0.9)) if delays.size else None,
        score=None,
        roc=roc(answers, marked),
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value
