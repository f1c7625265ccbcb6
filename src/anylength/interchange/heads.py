"""Heads: what a net returns for its logits, and by how much these must lead so that float32 keeps the order of the classes.

A program ends in logits. The net that it was read from may return them, their shares (softmax), the logarithms of these, or for two
classes one number: the difference of the two logits, or its logistic function.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.base import OUTPUT, Symbols

Floats = NDArray[np.floating]

SHARES_MARGIN = 2.0**-16
"""Two shares are different float32 numbers where their logits differ by this much.

The exponential errs by 2⁻²⁰ (the error model of certificates), a quotient by 2⁻²², and the logarithm of a share of up to 2,000
classes has a last bit of 2⁻²¹; 2⁻¹⁶ is sixteen times the largest of these.
"""


@dataclass(frozen=True)
class Head:
    """What a net returns for its logits.

    Attributes:
        name: Its name, for messages.
        of_logits: Logits `[..., C]` → what the net returns, `[..., S]`.
        threshold: For one number (S = 1): the second class is the answer above it. None: the largest of C numbers is the answer.
        least_margin: The lead of logits from which on float32 keeps the order of what the net returns.
    """

    name: str
    of_logits: Callable[[Floats], Floats]
    threshold: float | None = None
    least_margin: float = 0.0

    def classes(self, scores: Floats) -> Symbols:
        """What the net answers: scores `[..., S]` → classes `[...]`, the lowest class on a tie."""
        if self.threshold is None:
            return scores.argmax(axis=-1).astype(OUTPUT)
        return (scores[..., 0] > self.threshold).astype(OUTPUT)

    def margin(self, scores: Floats, classes: Symbols) -> Floats:
        """By how much the best class of scores `[..., S]` leads before other classes `[...]`."""
        if self.threshold is None:
            chosen = np.take_along_axis(scores, classes[..., None].astype(np.int64), axis=-1)[..., 0]
            return scores.max(axis=-1) - chosen
        return np.where(self.classes(scores) == classes, 0.0, np.abs(scores[..., 0] - self.threshold))


def _log_softmax(logits: Floats) -> Floats:
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def _softmax(logits: Floats) -> Floats:
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def _difference(logits: Floats) -> Floats:
    return logits[..., 1:2] - logits[..., :1]


def _logistic(logits: Floats) -> Floats:
    return np.exp(-np.logaddexp(0.0, -_difference(logits))).astype(logits.dtype)


LOGITS = Head("logits", lambda logits: logits)
SHARES = Head("a softmax", _softmax, least_margin=SHARES_MARGIN)
LOG_SHARES = Head("a log-softmax", _log_softmax, least_margin=SHARES_MARGIN)
ONE_LOGIT = Head("one logit", _difference, threshold=0.0)
ONE_SHARE = Head("one sigmoid", _logistic, threshold=0.5, least_margin=SHARES_MARGIN)

HEADS = (LOGITS, SHARES, LOG_SHARES)
"""The heads of one number for each class, the usual one first."""
