"""`anylength audit`: does a streaming net drift, which numbers of its state carry the drift, and what cures it?"""

import re
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path

from rich.table import Table
from rich.text import Text

from anylength.cli.command import DONE, REFUTED, UNKNOWN, Command, Outcome, whole_number
from anylength.cli.show import console, plain_table
from anylength.cli.streams import say
from anylength.records import Audit, Drift, Treatment

TIME = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|h)?")
SECONDS = {"s": 1.0, None: 1.0, "min": 60.0, "h": 3600.0}


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("model", help="an ONNX file, or FILE.py:NAME or MODULE:NAME of a step or of a class with a method feed")
    parser.add_argument("--inputs", type=Path, default=None, metavar="CLIPS", help="clips: WAV, FLAC, OGG, npy, CSV or Parquet")
    parser.add_argument("--background", type=Path, default=None, metavar="NOISE", help="backgrounds, beside computed ones")
    parser.add_argument("--made", type=_names, default=("white", "pink"), metavar="NAMES", help="computed noises: white, pink, hum")
    parser.add_argument("--snr", type=_numbers, default=(20.0, 10.0, 5.0, 0.0), metavar="DB", help="signal-to-noise ratios")
    parser.add_argument(
        "--for", dest="seconds", type=_time, default=600.0, metavar="TIME", help="longest time since a reset, as 90s, 10min or 1h"
    )
    parser.add_argument("--speech", type=float, default=0.0, help="share of the time in which other clips are heard")
    parser.add_argument(
        "--out", type=Path, default=None, metavar="DIR", help="folder for audit.json, report.html, proofs and the cured file"
    )
    parser.add_argument(
        "--cure", default=None, help="write a cured ONNX file into --out and audit it: auto, leak=FACTOR or clip=BOUND"
    )
    parser.add_argument(
        "--profile", default=None, help="how the net is fed: the name or the TOML file of a profile (default: recognised)"
    )
    parser.add_argument("--rate", type=float, default=None, help="samples a second")
    parser.add_argument("--frame", type=whole_number, default=None, help="samples that a step reads anew")
    parser.add_argument("--context", type=whole_number, default=None, help="samples of the step before in front of them")
    parser.add_argument("--columns", type=whole_number, default=None, help="numbers of a sample: the sensors of a row")
    parser.add_argument(
        "--state", type=_pairs, default=None, metavar="IN=OUT", help="state inputs and outputs, with commas between"
    )
    parser.add_argument("--set", dest="fixed", type=_pairs, default=None, metavar="IN=NUMBER", help="inputs that keep one value")
    parser.add_argument(
        "--sequences", action="store_true", default=None, help="the file reads whole sequences and has no state inputs"
    )
    parser.add_argument("--answer", default=None, help="the output that is the answer")
    parser.add_argument("--kind", choices=("probability", "signal", "values"), default=None, help="what the answer is")
    parser.add_argument("--threshold", type=float, default=None, help="of a probability")
    parser.add_argument("--seed", type=whole_number, default=0, help="seed of every draw")


def _run(options: Namespace) -> Outcome:
    from anylength.audits.entry import audit
    from anylength.base import InputError

    if options.cure is not None and options.out is None:
        raise InputError("a folder for the cured file", "none", "pass --out")
    fixed = None if options.fixed is None else {name: _number(value) for name, value in options.fixed.items()}
    fields = ("rate", "frame", "context", "columns", "state", "answer", "kind", "threshold", "sequences")
    feeding = {name: getattr(options, name) for name in fields} | {"fixed": fixed}
    try:
        result = audit(
            options.model, options.inputs or [], background=options.background, made=options.made, snr=options.snr,
            seconds=options.seconds, speech=options.speech, seed=options.seed, profile=options.profile, cure=options.cure,
            out=options.out, progress=(lambda part: None) if options.quiet else (lambda part: say(f"audit: {part}")), **feeding,
        )  # fmt: skip
    except KeyboardInterrupt:
        if options.out is not None:
            say("anylength: stopped; the same command continues after the finished parts")
        raise
    return Outcome(result.to_json(), lambda: _show(result, options.out), _code(result))


def _code(result: Audit) -> int:
    """0 no drift and nothing refuted, 1 drift or REFUTED, 3 undecided: neither a drift nor its absence is shown."""
    from anylength.audits.drift import undecided

    if result.drift.found or any(bound.verdict == "REFUTED" and bound.net == "as shipped" for bound in result.bounds):
        return REFUTED
    return UNKNOWN if undecided(result.drift, result.setup.kind) else DONE


def _show(result: Audit, out: Path | None) -> None:
    from anylength.audits.words import sentences

    printer = console()
    for name, text in sentences(result):
        printer.print(Text.assemble((f"{name:<11}", "bold"), text))
    printer.print(_probes(result.drift))
    if result.cures is not None:
        printer.print(_treatments(result.cures.tried, result.setup.kind))
    if out is not None:
        printer.print(Text(f"{out / 'report.html'}", style="dim"))


def _probes(drift: Drift) -> Table:
    table = plain_table("ratio", "after", "found or score", "false alarms", "at 5 % alarms", "as from reset", "worst background")
    for probe in drift.probes:
        value = f"{probe.found.value:.1%}" if probe.found else f"{probe.score or 0:.3g}"
        alarms = f"{probe.false_alarms.value:.1%}" if probe.false_alarms else "-"
        equal = f"{probe.found_at_equal_alarms:.1%}" if probe.found_at_equal_alarms is not None else "-"
        table.add_row(
            f"{probe.snr:g} dB", f"{probe.seconds:g} s", value, alarms, equal, f"{probe.agreement.value:.1%}", probe.worst
        )
    return table


def _treatments(tried: list[Treatment], kind: str) -> Table:
    table = plain_table("treatment", "at the end", "on others", "clean answers changed", "largest state", "works")
    shown = (lambda value: f"{value:.1%}") if kind == "probability" else (lambda value: f"{value:.3g}")
    for item in tried:
        others = shown(item.held_out[1]) if item.held_out else "-"
        table.add_row(
            item.name,
            shown(item.found[1]),
            others,
            f"{item.clean_changes:.2%}",
            f"{item.largest:,.3g}",
            "yes" if item.works else "no",
        )
    return table


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for name in text.split(",") if name)


def _numbers(text: str) -> tuple[float, ...]:
    return tuple(_number(part) for part in text.split(","))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ArgumentTypeError(f"expected a number, got {text!r}") from None


def _pairs(text: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in text.split(",")]
    if any(not (name and value) for name, _, value in pairs):
        raise ArgumentTypeError(f"expected NAME=VALUE, with commas between, got {text!r}")
    return {name: value for name, _, value in pairs}


def _time(text: str) -> float:
    match = TIME.fullmatch(text)
    if match is None:
        raise ArgumentTypeError(f"expected a time such as 90s, 10min or 1h, got {text!r}")
    return float(match[1]) * SECONDS[match[2]]


COMMAND = Command("does a streaming net still do its work after ten minutes?", _arguments, _run)
