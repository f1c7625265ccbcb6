"""Builds the clips and backgrounds of the audits from packages that anyone can install.

    apt-get download blanket asterisk-core-sounds-{en,es,fr,it,ru}-g722
    pip download --no-deps --no-binary :all: pocketsphinx==5.1.1
    python -m studies.audits.sounds PACKAGES OUT

PACKAGES holds the downloaded files. Needs `dpkg-deb`, `gresource` (libglib2.0-bin) and `ffmpeg`. OUT gets `choosing/clips`,
`choosing/noise` and `held-out/clips`, `held-out/noise`, all mono WAV at 16 kHz: other speakers and other backgrounds in each.
Speech: Asterisk's prompts (five professional speakers) and the test files of pocketsphinx (LibriVox, CMU). Noise: the recordings
of Blanket.
"""

import argparse
import subprocess
import tarfile
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import soundfile

RATE = 16_000
CLIP_SECONDS, CLIPS_A_SPEAKER = 10, 4
PAUSE_SECONDS = 0.3
LEAST_BYTES, MOST_BYTES = 16_000, 120_000
"""Prompts of 2 to 15 s; shorter ones are single words."""

SPEAKERS = {
    "choosing": ("en_US_f_Allison", "fr_CA_f_June", "it_IT_m_Carlo"),
    "held-out": ("es_MX_f_Allison", "ru_RU_f_IvrvoiceRU", "librivox", "cmu"),
}
NOISES = {
    "choosing": ("coffee-shop", "city", "rain", "boat", "wind", "summer-night"),
    "held-out": ("train", "storm", "waves", "stream", "fireplace", "birds"),
}
NO_SPEECH = ("monkey", "beep", "tone", "silence")
BLANKET = "/com/rafaelmardojai/Blanket/sounds"


def decoded(path: Path, form: str | None = None) -> np.ndarray:
    """A file's samples, mono at 16 kHz."""
    read = ["-f", form] if form else []
    command = ["ffmpeg", "-v", "error", *read, "-i", str(path), "-ac", "1", "-ar", str(RATE), "-f", "f32le", "-"]
    return np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, np.float32)


def asterisk(folder: Path, speaker: str) -> np.ndarray:
    """Prompts of a speaker, drawn in a fixed order, with pauses between."""
    files = sorted(folder.glob(f"usr/share/asterisk/sounds/{speaker}/*.g722"))
    fitting = [
        path
        for path in files
        if LEAST_BYTES < path.stat().st_size < MOST_BYTES and not any(word in path.name for word in NO_SPEECH)
    ]
    np.random.default_rng(0).shuffle(fitting)
    pause = np.zeros(round(PAUSE_SECONDS * RATE), np.float32)
    parts, length = [], 0
    for path in fitting:
        parts += [decoded(path, "g722"), pause]
        length += len(parts[-2]) + len(pause)
        if length >= CLIPS_A_SPEAKER * CLIP_SECONDS * RATE:
            break
    return np.concatenate(parts)


def sphinx(folder: Path, speaker: str) -> np.ndarray:
    """The test recordings of pocketsphinx."""
    data = next(folder.glob("pocketsphinx-*/test/data"))
    names = data.glob("librivox/*.wav") if speaker == "librivox" else data.glob("cards/*.wav")
    return np.concatenate([decoded(path) for path in sorted(names)])


def noises(folder: Path, names: Iterable[str]) -> Iterable[tuple[str, np.ndarray]]:
    """Recordings of Blanket."""
    bundle = next(folder.glob("usr/share/blanket/*.gresource"))
    for name in names:
        sound = subprocess.run(
            ["gresource", "extract", str(bundle), f"{BLANKET}/{name}.ogg"], capture_output=True, check=True
        ).stdout
        with TemporaryDirectory() as scratch:
            path = Path(scratch) / "sound.ogg"
            path.write_bytes(sound)
            yield name, decoded(path)


def write(folder: Path, name: str, samples: np.ndarray) -> None:
    """Writes a mono WAV file."""
    folder.mkdir(parents=True, exist_ok=True)
    soundfile.write(folder / f"{name}.wav", samples, RATE, subtype="FLOAT")


def main() -> None:
    """Unpacks the packages and writes the folders."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("packages", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for package in options.packages.glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", str(package), scratch], check=True)
        for package in options.packages.glob("pocketsphinx-*.tar.gz"):
            with tarfile.open(package) as archive:
                archive.extractall(folder, filter="data")
        for half, speakers in SPEAKERS.items():
            for speaker in speakers:
                samples = asterisk(folder, speaker) if "_" in speaker else sphinx(folder, speaker)
                for index in range(min(CLIPS_A_SPEAKER, len(samples) // (CLIP_SECONDS * RATE))):
                    part = samples[index * CLIP_SECONDS * RATE : (index + 1) * CLIP_SECONDS * RATE]
                    write(options.out / half / "clips", f"{speaker}-{index}", part)
            for name, samples in noises(folder, NOISES[half]):
                write(options.out / half / "noise", name, samples)


if __name__ == "__main__":
    main()
