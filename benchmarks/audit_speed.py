"""Measures how much audio an audit runs in a minute, beside the package's plain loop. Writes `docs/results/audit-speed.json`.

    pip install '.[audit]' silero-vad
    python -m benchmarks.audit_speed

The audit's streams are a twentieth of those of ten minutes: four backgrounds at four ratios, the front end over 15 s of each, and
20 treatments of 30 s each, in batches as `anylength.audits.cures` makes them. Probes with clips are left out. The package's loop is
that of its `get_speech_timestamps`: its `OnnxWrapper` reads one frame of one stream a call. Both use onnxruntime with one thread;
they take turns.
"""

import json
import os
import statistics
import time
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

import numpy as np

from anylength.audits.cures import ROWS
from anylength.audits.plan import STREAM_SECONDS, Plan
from anylength.runs.environment import environment
from anylength.streams.driver import Batch, answers_of
from anylength.streams.feeding import Feeding
from anylength.streams.frames import frames
from anylength.streams.models import read_model
from anylength.streams.net import StreamNet
from anylength.streams.sounds import endless, made_noise, mixed
from anylength.streams.treatments import Treatment
from benchmarks.results_file import RESULTS

FILE = RESULTS / "audit-speed.json"

ROUNDS, PART = 15, 20
"""Rounds, and the part of an audit's seconds that a round runs."""

BACKGROUNDS, TREATMENTS = 4, 20
"""Backgrounds of an audit of two recordings; runs of each: one as shipped, 15 for cures, 4 for number formats. Here all leak."""

LOOP_SECONDS = 60
"""Seconds of audio that the package's loop reads in a round."""


def streams(feeding: Feeding) -> list[np.ndarray]:
    """The samples of each background at each ratio: noise."""
    plan, rng = Plan(), np.random.default_rng(0)
    samples = feeding.steps(STREAM_SECONDS / PART) * feeding.frame
    noises = [endless(made_noise("pink", seed, feeding), samples, rng, feeding) for seed in range(BACKGROUNDS)]
    return [mixed(None, noise, snr) for noise in noises for snr in plan.snrs]


def audited(net: StreamNet, feeding: Feeding, signals: Sequence[np.ndarray]) -> dict[str, float]:
    """Hours of audio a minute: of the front end, of the runs on its features, and of both."""
    treatments = [Treatment(leak=1 - index / 1000) for index in range(TREATMENTS)]
    began = time.perf_counter()
    features = [net.features(frames(signal, feeding)) for signal in signals]
    middle, steps = time.perf_counter(), feeding.steps(Plan().seconds / PART)
    size = ROWS // len(signals)
    for begin in range(0, TREATMENTS, size):
        group = [treatment for treatment in treatments[begin : begin + size] for _ in signals]
        Batch(net, features, list(range(len(signals))) * (len(group) // len(signals)), group).run(steps)
    end = time.perf_counter()
    read, run = sum(map(len, features)) * feeding.seconds / 3600, len(signals) * TREATMENTS * steps * feeding.seconds / 3600
    return {
        "front_end": read / (middle - began) * 60, "features": run / (end - middle) * 60, "audit": run / (end - began) * 60,
    }  # fmt: skip


def looped(wrapper: Any, signal: np.ndarray, rate: int, frame: int) -> tuple[float, list[float]]:
    """Hours of audio a minute of the package's loop, and its answers."""
    import torch

    audio = torch.from_numpy(signal[:, 0])
    wrapper.reset_states()
    began = time.perf_counter()
    answers = [wrapper(audio[begin : begin + frame], rate).item() for begin in range(0, len(audio), frame)]
    return len(audio) / rate / 3600 / (time.perf_counter() - began) * 60, answers


def measure(rate: int) -> dict[str, Any]:
    """Both at a sample rate, in turn."""
    from silero_vad import load_silero_vad

    model = read_model(str(files("silero_vad.data") / "silero_vad.onnx"), None, {"rate": rate})
    wrapper, net, feeding = load_silero_vad(onnx=True), model.net, model.feeding
    assert isinstance(net, StreamNet)
    signals = streams(feeding)
    long = np.concatenate(signals)[: feeding.steps(LOOP_SECONDS) * feeding.frame]
    plain, ours = [], []
    for number in range(ROUNDS + 1):
        loop, audit = looped(wrapper, long, rate, feeding.frame)[0], audited(net, feeding, signals)
        if number:  # the first round warms up
            plain.append(loop)
            ours.append(audit)
            print(f"{rate} Hz: package {loop:.2f} h a minute, audit {audit['audit']:.1f}", flush=True)
    own = answers_of(Batch(net, [net.features(frames(long, feeding))], [0]), feeding.steps(LOOP_SECONDS))[0, :, 0]
    ratios = [audit["audit"] / loop for audit, loop in zip(ours, plain, strict=True)]
    return {
        "package_hours_a_minute": plain,
        "audit_hours_a_minute": [audit["audit"] for audit in ours],
        "front_end_hours_a_minute": [audit["front_end"] for audit in ours],
        "features_hours_a_minute": [audit["features"] for audit in ours],
        "median": {
            "package": statistics.median(plain),
            **{name: statistics.median(audit[name] for audit in ours) for name in ours[0]},
            "ratio": statistics.median(ratios),
        },
        "ratio_range": [min(ratios), max(ratios)],
        "largest_difference_of_answers": float(np.abs(own - looped(wrapper, long, rate, feeding.frame)[1]).max()),
    }


def main() -> None:
    """Measures both rates and writes the results."""
    from importlib.metadata import version

    rates = {str(rate): measure(rate) for rate in (8_000, 16_000)}
    results = {
        "format": 1, "package": f"silero-vad {version('silero-vad')}", "onnxruntime": version("onnxruntime"), "rounds": ROUNDS,
        "rates": rates, "processors": os.cpu_count(), "others_at_work": round(os.getloadavg()[0], 1),
        "environment": json.loads(environment().to_json()),
    }  # fmt: skip
    FILE.write_text(json.dumps(results, indent=1) + "\n")
    for rate, result in rates.items():
        print(rate, {name: round(value, 2) for name, value in result["median"].items()}, result["ratio_range"])


if __name__ == "__main__":
    main()
