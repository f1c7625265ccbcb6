"""From a signal to the frames that a net reads: blocks with context, or short-time spectra."""

import numpy as np
from jaxtyping import Float

from anylength.base import InputError
from anylength.streams.feeding import Feeding, Spectrum

LOG_FLOOR = 1e-12
"""Least power of a bin before its logarithm is taken (NSNet2's features, Braun and Tashev 2020)."""

Signal = Float[np.ndarray, "T C"]
"""Samples over time: one column for sound, one for each sensor."""


def frames(signal: Signal, feeding: Feeding, before: Signal | None = None) -> Float[np.ndarray, "T W"]:
    """The whole frames of a signal, each a row.

    Args:
        signal: The samples.
        feeding: Frame, context or spectrum.
        before: Samples that came before; zeros where there are none.
    """
    history = feeding.context if feeding.spectrum is None else feeding.spectrum.size - feeding.frame
    steps = len(signal) // feeding.frame
    head = np.zeros((history, signal.shape[1]), np.float32)
    if before is not None and history:
        head[max(0, history - len(before)) :] = before[-history:]
    padded = np.concatenate([head, signal[: steps * feeding.frame]]).astype(np.float32) * np.float32(feeding.scale)
    if steps == 0:
        return np.zeros((0, feeding.width), np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(padded, history + feeding.frame, axis=0)[:: feeding.frame]  # [T, C, W]
    if feeding.spectrum is not None:
        return _spectrum(windows[:, 0], feeding.spectrum)
    return np.array(np.moveaxis(windows, 1, 2), order="C").reshape(steps, -1)


def _spectrum(windows: Float[np.ndarray, "T W"], spectrum: Spectrum) -> Float[np.ndarray, "T F"]:
    from scipy.signal import get_window

    shape = get_window(spectrum.window, spectrum.size)
    bins = np.fft.rfft(windows * (np.sqrt(shape) if spectrum.root else shape), axis=1)
    if spectrum.part == "complex":
        return np.stack([bins.real, bins.imag], axis=-1).reshape(len(bins), -1).astype(np.float32)
    if spectrum.part == "log-power":
        return np.log10(np.maximum(np.abs(bins) ** 2, LOG_FLOOR)).astype(np.float32)
    return np.abs(bins).astype(np.float32)


def check_signal(signal: np.ndarray, name: str, feeding: Feeding, least_seconds: float) -> Signal:
    """A signal with one row a sample, checked.

    Raises:
        InputError: It has other columns, is too short, silent, or holds numbers that are not finite.
    """
    rows = np.asarray(signal, np.float32)
    rows = rows[:, None] if rows.ndim == 1 else rows
    if rows.ndim != 2 or rows.shape[1] != feeding.columns:
        raise InputError(
            f"signals of {feeding.columns} column(s)", f"{name} of shape {rows.shape}", "leave the file out or correct it"
        )
    if not np.isfinite(rows).all():
        raise InputError("finite numbers", f"NaN or infinity in {name}", "leave the file out or mend it")
    if len(rows) < least_seconds * feeding.rate:
        raise InputError(
            f"at least {least_seconds:g} s", f"{len(rows) / feeding.rate:.2f} s in {name}", "leave the file out or join clips"
        )
    if not rows.any():
        raise InputError("sound", f"silence in {name}", "leave the file out")
    return rows
