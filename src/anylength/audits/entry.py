"""An audit from paths, functions and arrays: what `anylength.audit` and the command line call."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from anylength.records import Audit

MADE = ("white", "pink")
"""Noises that are always backgrounds beside those that are given: a cure is chosen and judged on several."""


def audit(
    model: Any,
    inputs: "str | Path | Iterable[np.ndarray]",
    *,
    background: "str | Path | Iterable[np.ndarray] | None" = None,
    made: Sequence[str] = MADE,
    snr: Sequence[float] = (20.0, 10.0, 5.0, 0.0),
    seconds: float = 600.0,
    speech: float = 0.0,
    seed: int = 0,
    profile: str | None = None,
    start: Any = None,
    cure: str | None = None,
    out: str | Path | None = None,
    progress: Callable[[str], None] | None = None,
    **feeding: Any,
) -> "Audit":
    """Asks whether the answers of a streaming net depend on the time since its reset, why, and what cures it.

    Args:
        model: The path of an ONNX file, `FILE.py:NAME`, `MODULE:NAME`, a step `step(states, frames) -> (states, answers)` over
            batches (numpy or PyTorch), or a class whose objects have a method `feed(frame)`.
        inputs: A folder or file of clips in which there is something to answer, or arrays [T] or [T, C] at the net's rate.
        background: A folder or file of backgrounds, or arrays.
        made: Noises that are computed: `white`, `pink`, `hum`.
        snr: Signal-to-noise ratios, dB.
        seconds: Longest time since the reset.
        speech: Share of the time in which other clips are heard.
        seed: Seed of every draw.
        profile: Name or file of a profile. None: recognised by the file's inputs and outputs.
        start: State of a step after a reset: a tree of arrays without the axis of streams.
        cure: `auto`, `leak=FACTOR` or `clip=BOUND`: writes an ONNX file with it into `out`, and audits the file too.
        out: Folder for `audit.json`, `report.html`, certificates and the cured file.
        progress: Called with what is done now.
        **feeding: Fields of `anylength.streams.Feeding`, such as `rate`, `frame`, `context`, `fixed`, `state`, `answer`, `kind`.

    Returns:
        The record, with `drift`, `cells`, `growth`, `forgetting`, `rest`, `storage`, `cures` and `bounds`.

    Raises:
        InputError: The net or the signals cannot be read, or do not fit each other.
    """
    from anylength.base import InputError

    try:
        from anylength.audits.plan import Plan
        from anylength.audits.run import Inputs
        from anylength.audits.run import audit as run
        from anylength.streams.models import read_model
        from anylength.streams.sounds import made_noise
    except ModuleNotFoundError as error:
        raise InputError("the extra `audit`", f"no {error.name}", "pip install '.[audit]'") from None
    if out is not None:
        try:
            Path(out).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError("a folder for the results", f"{out}: {error.strerror}", "pass another --out") from None
    loaded = read_model(model, profile, feeding, start)
    plan = Plan(snrs=tuple(map(float, snr)), seconds=seconds, seed=seed, speech=speech)
    noises = [made_noise(name, seed, loaded.feeding) for name in made]
    given = Inputs(_sounds(inputs, loaded.feeding, "clip"), _sounds(background or [], loaded.feeding, "background"), noises)
    return run(loaded, given, plan, cure=cure, out=None if out is None else Path(out), progress=progress or (lambda text: None))


def _sounds(source: "str | Path | Iterable[np.ndarray] | Mapping[str, np.ndarray]", feeding: Any, kind: str) -> list[Any]:
    """Sounds from a path, from arrays, or from arrays by name."""
    from anylength.streams.frames import check_signal
    from anylength.streams.sounds import LEAST_CLIP, Sound, read_folder

    if isinstance(source, str | Path):
        return read_folder(Path(source), feeding)
    pairs = (
        source.items() if isinstance(source, Mapping) else [(f"{kind} {index}", signal) for index, signal in enumerate(source, 1)]
    )
    named = [(str(name), signal) for name, signal in pairs]
    return [Sound(name, check_signal(signal, name, feeding, LEAST_CLIP)) for name, signal in named]
