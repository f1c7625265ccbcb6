"""Signals from files and formulas: reading, resampling, levels, noises, endless backgrounds, mixing at a ratio."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np

from anylength.base import InputError, one_line, unknown_name
from anylength.streams.feeding import Feeding
from anylength.streams.frames import Signal, check_signal

LEVEL = 0.05
"""Root mean square of clips: −26 dBFS, the active speech level of ITU-T P.56 tests."""

ACTIVE_BLOCK, ACTIVE_RANGE = 0.032, 10**-2.5
"""A block (s) counts towards a clip's level if its power is within 25 dB of the loudest block's."""

PIECE, FADE = 4.0, 0.25
"""An endless background is joined from pieces of this many seconds, cross-faded over these."""

LEAST_CLIP = 1.0
"""Seconds that a clip or a background must have."""

SOUND_FILES, ROW_FILES = (".wav", ".flac", ".ogg", ".mp3", ".aiff"), (".npy", ".csv", ".parquet")


class Sound(msgspec.Struct, frozen=True):
    """A signal with a name.

    Attributes:
        name: For people: a file's name without its ending, or a noise's name.
        signal: The samples.
        active: Seconds in which something is to be found, as pairs of begin and end. None: nobody has said.
    """

    name: str
    signal: Signal
    active: list[tuple[float, float]] | None = None


def read_folder(path: Path, feeding: Feeding) -> list[Sound]:
    """The signals of a file, or of a folder's files, in the order of their names.

    A text file of the same name with lines `begin end [label]` in seconds, as Audacity writes labels, says where a clip is active.

    Raises:
        InputError: There are none, or one of them is unusable.
    """
    endings = SOUND_FILES + ROW_FILES
    found = sorted(file for file in path.rglob("*") if file.suffix.lower() in endings) if path.is_dir() else [path]
    if not found or not path.exists():
        raise InputError(f"files that end in {', '.join(endings)}", f"none at {path}", "check the path")
    return [Sound(file.stem, check_signal(_read(file, feeding), file.name, feeding, LEAST_CLIP), _labels(file)) for file in found]


def _read(path: Path, feeding: Feeding) -> np.ndarray:
    try:
        if path.suffix.lower() in SOUND_FILES:
            return _read_sound(path, feeding)
        if path.suffix.lower() == ".npy":
            return np.load(path, allow_pickle=False)
        import pandas

        frame = pandas.read_csv(path) if path.suffix.lower() == ".csv" else pandas.read_parquet(path)
        return frame.to_numpy(np.float32)
    except InputError:
        raise
    except Exception as error:
        raise InputError("a signal", f"{path}: {one_line(str(error))}", "leave the file out or convert it") from None


def _read_sound(path: Path, feeding: Feeding) -> np.ndarray:
    try:
        import soundfile
    except ImportError:
        raise InputError("the extra `audit`", "no soundfile", "pip install '.[audit]'") from None
    samples, rate = soundfile.read(str(path), dtype="float32", always_2d=True)
    return resampled(samples.mean(axis=1), rate, feeding.rate)


def resampled(samples: np.ndarray, rate: float, wanted: float) -> np.ndarray:
    """Samples at another rate, through a polyphase low-pass filter. The rates are whole numbers of samples a second."""
    from math import gcd

    from scipy.signal import resample_poly

    if rate == wanted:
        return samples
    common = gcd(int(rate), int(wanted))
    return resample_poly(samples, int(wanted) // common, int(rate) // common).astype(np.float32)


def _labels(path: Path) -> list[tuple[float, float]] | None:
    labels = path.with_suffix(".txt")
    if not labels.exists():
        return None
    try:
        rows = [line.split()[:2] for line in labels.read_text(encoding="utf-8").splitlines() if line.strip()]
        return [(float(begin), float(end)) for begin, end in rows]
    except ValueError:
        raise InputError("lines of begin and end in seconds", f"others in {labels.name}", "export the labels again") from None


def level(signal: Signal, feeding: Feeding) -> float:
    """The root mean square of a signal's active blocks."""
    block = max(1, round(ACTIVE_BLOCK * feeding.rate))
    count = max(1, len(signal) // block)
    power = (signal[: count * block].astype(np.float64) ** 2).reshape(count, -1).mean(axis=1)
    return float(np.sqrt(power[power >= power.max() * ACTIVE_RANGE].mean()))


def at_level(sound: Sound, feeding: Feeding) -> Sound:
    """A clip without offset, at the usual level."""
    centred = sound.signal - sound.signal.mean(axis=0)
    return msgspec.structs.replace(sound, signal=(centred * (LEVEL / level(centred, feeding))).astype(np.float32))


def mixed(clip: Signal | None, background: Signal, snr: float) -> Signal:
    """A clip in a background, both at levels for a signal-to-noise ratio in dB. No clip: the background alone."""
    noise = background * (LEVEL * 10 ** (-snr / 20))
    return np.clip(noise if clip is None else clip + noise[: len(clip)], -1, 1).astype(np.float32)


def endless(background: Sound, samples: int, rng: np.random.Generator, feeding: Feeding) -> Signal:
    """A background of any length and of root mean square 1: pieces drawn at random, cross-faded at equal power."""
    source, fade = background.signal, round(FADE * feeding.rate)
    piece = min(round(PIECE * feeding.rate), len(source) - 1)
    fade = min(fade, piece // 4)
    if fade < 1:
        return _unit(np.resize(source, (samples, source.shape[1])))
    rise = np.sin(np.linspace(0, np.pi / 2, fade))[:, None]
    joined, begin = np.zeros((samples + piece, source.shape[1])), 0
    while begin < samples:
        offset = rng.integers(0, len(source) - piece)
        part = source[offset : offset + piece].astype(np.float64)
        part[:fade] *= rise
        part[-fade:] *= rise[::-1]
        joined[begin : begin + piece] += part
        begin += piece - fade
    return _unit(joined[:samples])


def _unit(signal: np.ndarray) -> Signal:
    return (signal / np.sqrt((signal**2).mean())).astype(np.float32)


def _white(samples: int, rng: np.random.Generator, feeding: Feeding) -> np.ndarray:
    return rng.normal(size=(samples, feeding.columns))


def _pink(samples: int, rng: np.random.Generator, feeding: Feeding) -> np.ndarray:
    """Noise whose power falls as 1/f, above a thousandth of the rate."""
    bins = np.fft.rfft(rng.normal(size=(samples, feeding.columns)), axis=0)
    frequency = np.fft.rfftfreq(samples)[:, None]
    bins = np.where(frequency > 1e-3, bins / np.sqrt(np.maximum(frequency, 1e-3)), 0)
    return np.fft.irfft(bins, samples, axis=0)


def _hum(samples: int, rng: np.random.Generator, feeding: Feeding) -> np.ndarray:
    """50 Hz with ten harmonics, and a little white noise."""
    time = np.arange(samples) / feeding.rate
    tones = sum(np.sin(2 * np.pi * 50 * harmonic * time + harmonic) / harmonic for harmonic in range(1, 12))
    return np.asarray(tones)[:, None] + 0.02 * rng.normal(size=(samples, feeding.columns))


MADE: dict[str, Callable[[int, np.random.Generator, Feeding], np.ndarray]] = {"white": _white, "pink": _pink, "hum": _hum}
"""Made noises by name: (samples, random numbers, feeding) → signal."""

MADE_SECONDS = 60.0
"""Seconds of a made noise before pieces of it are repeated."""


def made_noise(name: str, seed: int, feeding: Feeding) -> Sound:
    """A noise that is computed.

    Raises:
        InputError: No noise has this name.
    """
    if name not in MADE:
        raise unknown_name("noise", name, MADE)
    return Sound(name, MADE[name](round(MADE_SECONDS * feeding.rate), np.random.default_rng(seed), feeding).astype(np.float32))
