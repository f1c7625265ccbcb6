"""The audit of a net: all parts in order, kept in a folder."""

import time
from collections.abc import Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path

import msgspec
import numpy as np

from anylength.audits import black_boxes, bounds, cures, growth
from anylength.audits.cells import culprits
from anylength.audits.drift import Streamed, drift, judge, stream
from anylength.audits.forgetting import forgetting
from anylength.audits.parts import Kept, Parts
from anylength.audits.plan import Plan
from anylength.audits.report import report
from anylength.audits.scenes import Progress, Scenes, build
from anylength.base import InputError, write_atomic
from anylength.records import Audit, Cells, Cured, Forgetting, Rest, Setup
from anylength.streams.black_box import BlackBoxNet
from anylength.streams.models import Model
from anylength.streams.net import StreamNet
from anylength.streams.sounds import Sound
from anylength.streams.treatments import Treatment


class Inputs(msgspec.Struct, frozen=True):
    """The signals of an audit.

    Attributes:
        clips: Clips in which the net has something to answer.
        backgrounds: Recorded backgrounds.
        made: Computed ones.
    """

    clips: Sequence[Sound]
    backgrounds: Sequence[Sound]
    made: Sequence[Sound]


class _Run(msgspec.Struct, frozen=True):
    """An audit while it is made."""

    model: Model
    inputs: Inputs
    plan: Plan
    scenes: Scenes
    parts: Parts
    out: Path | None
    progress: Progress

    def kept(self, digest: str | None, clean: np.ndarray) -> Kept:
        """The parts about a net with a digest and with answers to the clean clips."""
        return self.parts.of(digest, self.model.feeding, self.plan, self.inputs, clean)


def audit(
    model: Model,
    inputs: Inputs,
    plan: Plan,
    *,
    cure: str | None = None,
    out: Path | None = None,
    progress: Progress = lambda text: None,
) -> Audit:
    """Audits a net.

    Args:
        model: The net.
        inputs: Clips and backgrounds.
        plan: Times, ratios, seed.
        cure: `auto` writes a file with the chosen cure and audits it too; `leak=0.995` or `clip=10` one with that.
        out: Folder for `audit.json`, `report.html`, certificates and the cured file. Until the audit ends, `parts` in it holds
            what is finished, and the same audit goes on from there.
        progress: Called with what is done now.

    Raises:
        InputError: The inputs do not fit the net.
    """
    began = time.monotonic()
    scenes = build(model.net, model.feeding, inputs.clips, [*inputs.backgrounds, *inputs.made], plan, progress)  # type: ignore[arg-type]
    parts = Parts(None if out is None else out / "parts")
    run = _Run(model, inputs, plan, scenes, parts, out, progress)
    result = _black_box(run, model.net) if isinstance(model.net, BlackBoxNet) else _with_state(run, model.net)
    seconds = time.monotonic() - began + parts.seconds
    result = msgspec.structs.replace(result, setup=_setup(model, inputs, plan, result, seconds))
    if cure is not None:
        result = _cured(run, result, cure)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        write_atomic(out / "audit.json", result.to_file())
        write_atomic(out / "report.html", report(result).encode())
        parts.remove()
    return result


def _black_box(run: _Run, net: BlackBoxNet) -> Audit:
    model, scenes = run.model, run.scenes
    judged, clean = black_boxes.judge(net, scenes, model.feeding)
    kept = run.kept(model.digest, clean)
    streamed = black_boxes.stream(net, scenes, model.feeding, run.plan.checkpoints(), run.progress, kept)
    return Audit(
        setup=_EMPTY, drift=drift(scenes, streamed, judged), cells=None, growth=None,
        forgetting=black_boxes.forgetting(scenes, streamed, model.feeding), rest=None, storage=[], cures=None, bounds=[],
    )  # fmt: skip


def _with_state(run: _Run, net: StreamNet) -> Audit:
    model, scenes, progress = run.model, run.scenes, run.progress
    judged, clean = judge(net, scenes, model.feeding)
    kept = run.kept(model.digest, clean)
    streamed = _streamed(run, net, kept)
    drifting = drift(scenes, streamed, judged)
    cells = kept("cells", Cells | None, lambda: culprits(net, scenes, streamed, judged, drifting, progress))
    steps = model.feeding.steps(run.plan.seconds)
    trial = cures.Trial(net, scenes, judged, clean, streamed.answers[0], steps, kept, progress)
    cured, treatment = (None, None) if cells is None else cures.cures(trial, cells)
    scales = streamed.largest.max(axis=0)
    storage = cures.tried(trial, "states kept in other number formats", cures.storage_formats(), scales)[1:]
    forgets, rest = _forgetting(run, net, streamed, kept)
    return Audit(
        setup=_EMPTY, drift=drifting, cells=cells, growth=growth.growth(net, scenes, streamed), forgetting=forgets, rest=rest,
        storage=storage, cures=cured, bounds=bounds.bounds(model, treatment, run.out, progress),
    )  # fmt: skip


def _streamed(run: _Run, net: StreamNet, kept: Kept) -> Streamed:
    plan = run.plan
    compute = partial(stream, net, run.scenes, run.model.feeding, plan.checkpoints(), plan.early(), run.progress)
    return kept("streams", Streamed, compute)


def _forgetting(run: _Run, net: StreamNet, streamed: Streamed, kept: Kept) -> tuple[Forgetting, Rest]:
    compute = partial(forgetting, net, run.scenes, streamed, run.model.feeding, run.progress)
    return kept("forgetting", tuple[Forgetting, Rest], compute)


def _cured(run: _Run, result: Audit, cure: str) -> Audit:
    """The audit with the audit of the cured file."""
    from anylength.audits.patch import patched
    from anylength.streams.onnx_net import OnnxNet

    model, scenes, out = run.model, run.scenes, run.out
    if not isinstance(model.net, OnnxNet):
        raise InputError("an ONNX file for --cure", model.name, "apply the cure in your own step")
    treatment = _treatment(model.net, result, cure)
    if treatment is None:
        return result
    run.progress(f"auditing the net with {treatment.name}")
    file, name = patched(model.net, treatment), None
    content = file.SerializeToString()
    if out is not None:
        name = f"{Path(model.name).stem}-cured.onnx"
        out.mkdir(parents=True, exist_ok=True)
        write_atomic(out / name, content)
    net = OnnxNet(file, model.feeding)
    judged, clean = judge(net, scenes, model.feeding)
    kept = run.kept(sha256(content).hexdigest(), clean)
    streamed = _streamed(run, net, kept)
    forgets, _ = _forgetting(run, net, streamed, kept)
    cured = Cured(treatment=treatment.name, file=name, drift=drift(scenes, streamed, judged), forgetting=forgets)
    return msgspec.structs.replace(result, cured=cured)


def _treatment(net: StreamNet, result: Audit, cure: str) -> Treatment | None:
    """The treatment that `cure` names. None: nothing is to be cured, or nothing works."""
    names = net.names()
    if cure == "auto":
        best = next((item for item in result.cures.tried if item.name == result.cures.chosen), None) if result.cures else None
        if best is None:
            return None
        numbers = tuple(names.index(name) for name in best.numbers) or None
        return _leak_or_clip(best.kind, best.value, best.name, numbers)
    kind, _, value = cure.partition("=")
    try:
        number = float(value)
    except ValueError:
        number = np.nan
    if kind not in ("leak", "clip") or not np.isfinite(number) or number <= 0 or (kind == "leak" and number > 1):
        raise InputError("auto, leak=FACTOR up to 1, or clip=BOUND", repr(cure), "correct --cure")
    label, numbers = cures.leaky(net, result.cells)
    return _leak_or_clip(kind, number, f"{kind} {number:g} on {label}", numbers)


def _leak_or_clip(kind: str, value: float, name: str, numbers: tuple[int, ...] | None) -> Treatment | None:
    """The treatment of a kind that a file can hold, or None."""
    if kind == "leak":
        return Treatment(name, leak=value, numbers=numbers)
    return Treatment(name, clip=value, numbers=numbers) if kind == "clip" else None


_EMPTY = Setup(
    model="", sha256=None, title=None, rate=1, frame=1, kind="", state={}, clips=[], backgrounds=[], seed=0, audio_hours=0,
    seconds=0,
)  # fmt: skip


def _setup(model: Model, inputs: Inputs, plan: Plan, result: Audit, seconds: float) -> Setup:
    backgrounds = len(inputs.backgrounds) + len(inputs.made)
    streams = (
        backgrounds
        * len(plan.snrs)
        * (1 + (len(result.cures.tried) if result.cures else 0) + len(result.storage) + bool(result.storage))
    )
    return Setup(
        model=model.name,
        sha256=model.digest,
        title=model.title,
        rate=model.feeding.rate,
        frame=model.feeding.frame,
        kind=model.feeding.kind,
        state=model.net.groups if isinstance(model.net, StreamNet) else {},
        clips=[clip.name for clip in inputs.clips],
        backgrounds=[sound.name for sound in inputs.backgrounds] + [f"made: {sound.name}" for sound in inputs.made],
        seed=plan.seed,
        audio_hours=streams * plan.seconds / 3600,
        seconds=seconds,
    )
