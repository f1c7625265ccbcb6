"""Runs a patched Silero VAD inside the package that ships it, and writes `docs/results/audits/in-package.json`.

    pip install silero-vad
    anylength audit silero_vad.onnx --inputs CLIPS --background NOISE --cure leak=0.995 --out OUT
    python -m studies.audits.in_package OUT/silero_vad-cured.onnx

The package's own wrapper loads the file and hears three minutes of computed vowels in noise at each rate. Its answers are compared
with those of the file as shipped in a plain loop, where the state is multiplied by the factors outside of the file.
"""

import argparse
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime

from anylength.streams.onnx_graph import signature
from studies.audits.gallery import RESULTS, model_path

SECONDS, PIECE = 180, 0.5
"""Length of the signal, and of its pieces, each a vowel or a pause."""

FRAMES = {8_000: (256, 32), 16_000: (512, 64)}
"""Rate → samples of a frame, and of the context before it."""


def main() -> None:
    """Runs the file and writes the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("patched", type=Path)
    file = str(parser.parse_args().patched)
    original = model_path("silero_vad/data/silero_vad.onnx")
    shipped = session(original)
    result = {
        "package": f"silero-vad {version('silero-vad')}",
        "leak": float(factors(file).min()),
        "interface": interface(original),
        "same_interface": interface(file) == interface(original),
        "rows": [row(file, shipped, rate) for rate in FRAMES],
    }
    (RESULTS / "in-package.json").write_text(json.dumps(result) + "\n")


def row(file: str, shipped: onnxruntime.InferenceSession, rate: int) -> dict[str, Any]:
    """What the wrapper answers at a rate, beside plain loops."""
    inside, leaky, plain = in_package(file, rate), loop(shipped, rate, factors(file)), loop(shipped, rate, np.float32(1))
    return {
        "rate": rate,
        "frames": len(inside),
        "finite": bool(np.isfinite(inside).all()),
        "found": float((inside >= 0.5).mean()),
        "largest_difference_from_loop": float(np.abs(inside - leaky).max()),
        "largest_difference_from_shipped": float(np.abs(inside - plain).max()),
    }


def in_package(file: str, rate: int) -> np.ndarray:
    """The answers of the package's own wrapper."""
    import torch
    from silero_vad.utils_vad import OnnxWrapper

    model = OnnxWrapper(file, force_onnx_cpu=True)
    return np.array([model(torch.from_numpy(frame), rate).item() for frame in heard(rate)])


def loop(shipped: onnxruntime.InferenceSession, rate: int, factor: np.ndarray | np.float32) -> np.ndarray:
    """The answers of a file in a loop that multiplies the state by a factor behind each call."""
    state, context = np.zeros((2, 1, 128), np.float32), np.zeros(FRAMES[rate][1], np.float32)
    answers = []
    for frame in heard(rate):
        joined = np.concatenate([context, frame])
        answer, new = map(np.asarray, shipped.run(None, {"input": joined[None], "state": state, "sr": np.array(rate, np.int64)}))
        state, context = new * factor, frame[-len(context) :]
        answers.append(answer.item())
    return np.array(answers)


def heard(rate: int) -> np.ndarray:
    """Frames of vowels and pauses in white noise: harmonics of a pitch, loud near two formants, four syllables a second."""
    rng, samples, width = np.random.default_rng(0), SECONDS * rate, FRAMES[rate][0]
    drawn = [rng.uniform(low, high, int(SECONDS / PIECE)) for low, high in ((90, 220), (300, 900), (900, 2_500), (-1, 1))]
    pitch, first, second, voiced = (np.repeat(values, int(PIECE * rate)) for values in drawn)
    phase = 2 * np.pi * np.cumsum(pitch) / rate
    tones = [(k, np.exp(-(((k * pitch - formant) / 120) ** 2))) for k in range(1, 28) for formant in (first, second)]
    vowel = sum(np.sin(k * phase) / k * loudness for k, loudness in tones)
    syllable = np.sin(4 * np.pi * np.arange(samples) / rate) ** 2
    signal = np.clip((voiced > 0) * syllable * vowel + 0.01 * rng.normal(size=samples), -1, 1).astype(np.float32)
    return signal[: samples // width * width].reshape(-1, width)


def factors(file: str) -> np.ndarray:
    """What a patched file multiplies its state by."""
    held = {value.name: value for value in onnx.load(file).graph.initializer}
    return onnx.numpy_helper.to_array(held["stateN_leak"])


def interface(file: str) -> list[list[Any]]:
    """Name, type and shape of each input and output, as the file declares them."""
    graph = onnx.load(file).graph
    values = [*graph.input, *graph.output]
    return [[value.name, value.type.tensor_type.elem_type, signature(values)[value.name]] for value in values]


def session(file: str) -> onnxruntime.InferenceSession:
    """A file in onnxruntime, with one thread."""
    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])


if __name__ == "__main__":
    main()
