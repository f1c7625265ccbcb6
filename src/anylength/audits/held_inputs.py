"""The search for an input that, held for ever, makes a cell grow from any state: periodic signals whose frames are all alike."""

import numpy as np

from anylength.audits.certificates import GROW_BEYOND, gates
from anylength.streams.feeding import Feeding
from anylength.streams.frames import frames
from anylength.streams.layers import Layer
from anylength.streams.net import StreamNet

DRAWN, CLIMBS, TRIED = 2_048, 40, 128
"""Random signals, rounds of climbing, and changes that a round tries. 1,024 signals made 44 of Silero's 128 cells grow."""

LEVELS, STEPS = (0.1, 0.3, 1.0, 3.0), (0.01, 0.05, 0.2)
"""Peak levels of random signals before they are clipped at 1, and sizes of random changes."""

SIXTEEN_BIT = 32_768
"""Signals are rounded to 16 bits, so that a sound file holds them exactly."""


def search(net: StreamNet, feeding: Feeding, layer: Layer, seed: int) -> tuple[np.ndarray, np.ndarray, int] | None:
    """One period of a signal [frame], the features that it holds, and the unit that grows. None: none was found."""
    rng = np.random.default_rng(seed)
    signals = _periodic(DRAWN, feeding.frame, rng)
    margins = _margins(net, feeding, layer, signals)
    best = int(margins.max(axis=1).argmax())
    signal, margin = signals[best], margins[best].max()
    for _ in range(CLIMBS):
        noise = rng.normal(size=(TRIED, feeding.frame)) * rng.choice(STEPS, (TRIED, 1)) * rng.integers(0, 2, (TRIED, 1))
        other = np.where(rng.random((TRIED, 1)) < 0.5, 0, STEPS[-1]) * _periodic(TRIED, feeding.frame, rng)
        tried = np.clip(signal + noise + other, -1, 1)
        margins = _margins(net, feeding, layer, tried)
        if margins.max() > margin:
            best = int(margins.max(axis=1).argmax())
            signal, margin = tried[best], margins[best].max()
    signal = np.clip(np.round(signal * SIXTEEN_BIT), 1 - SIXTEEN_BIT, SIXTEEN_BIT - 1) / SIXTEEN_BIT
    features = held_features(net, feeding, signal[None])[0]
    push, kept = gates(layer, features[None])
    growth = push[0] - (1 - kept[0]) * GROW_BEYOND
    unit = int(np.argmax(growth))
    return (signal, features, unit) if growth[unit] > 0 else None


def held_features(net: StreamNet, feeding: Feeding, signals: np.ndarray) -> np.ndarray:
    """The features of signals that repeat one frame for ever [B, F]."""
    return net.features(held_frames(feeding, signals))


def held_frames(feeding: Feeding, signals: np.ndarray) -> np.ndarray:
    """What a step reads of signals that repeat one frame for ever [B, W]."""
    history = feeding.context if feeding.spectrum is None else feeding.spectrum.size
    periods = 2 + history // feeding.frame
    rows = [frames(np.tile(signal, periods)[:, None].astype(np.float32), feeding)[-1] for signal in signals]
    return np.stack(rows)


def _margins(net: StreamNet, feeding: Feeding, layer: Layer, signals: np.ndarray) -> np.ndarray:
    """How surely each unit grows under each signal: the smallest of the three pre-activations beyond what saturates them."""
    features = held_features(net, feeding, np.clip(signals, -1, 1)).astype(np.float64)
    middle = features @ layer.weight_ih.T.astype(np.float64) + layer.bias
    spread = np.abs(layer.weight_hh.astype(np.float64)).sum(axis=1)
    i, _, f, _ = np.split(middle - spread, 4, axis=1)
    size = np.abs(np.split(middle, 4, axis=1)[3]) - np.split(spread, 4)[3]
    return np.minimum(np.minimum(i - 17.4, f - 17.4), size - 9.1)


def _periodic(count: int, period: int, rng: np.random.Generator) -> np.ndarray:
    """Random band-limited signals of one period at several levels."""
    bins = np.fft.rfft(rng.normal(size=(count, period)))
    number = np.arange(bins.shape[1])
    low = rng.integers(1, max(2, len(number) * 4 // 5), (count, 1))
    bins *= (number >= low) & (number <= low + rng.integers(1, len(number), (count, 1)))
    signals = np.fft.irfft(bins, period)
    return signals / (np.abs(signals).max(axis=1, keepdims=True) + 1e-9) * rng.choice(LEVELS, (count, 1))
