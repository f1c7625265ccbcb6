"""The report of an audit: one self-contained page that says whether the net drifts, from when, how much, why, and what to do."""

from collections.abc import Sequence

import msgspec

from anylength.audits import words
from anylength.audits.pictures import pictures
from anylength.records import Audit, Treatment
from anylength.web import render_still


class Table(msgspec.Struct, frozen=True):
    """A table of the page."""

    title: str
    caption: str
    headings: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()


def report(result: Audit) -> str:
    """The page as HTML text."""
    tables = [_treatments(result), _bounds(result), _population(result)]
    return render_still(
        "audit", headline=words.headline(result), short=words.in_short(result), pictures=pictures(result), tables=tables
    )


def _treatments(result: Audit) -> Table:
    tried = [*(result.cures.tried if result.cures else []), *result.storage]
    if not tried:
        return Table("Treatments", words.cure(result))
    headings = ["treatment", "at the end", "on others", "false alarms", "clean answers changed", "largest state", "works", "needs"]
    return Table("Treatments", _populations(result, tried[0]), headings, [_treatment(item, result) for item in tried])


def _populations(result: Audit, first: Treatment) -> str:
    """What the columns of the treatments are measured on."""
    kind, record = result.setup.kind, result.cures
    if kind == "values":
        reset = "Figures are the share of the answer that differs from that after a reset: the smaller, the better"
    else:
        others = "" if first.held_out is None else f" (on others {words.shown(first.held_out[0], kind)})"
        alarms = "" if first.false_alarms is None else f", with {first.false_alarms[0]:.1%} false alarms"
        reset = f"After a reset the net as shipped gives {words.shown(first.found[0], kind)}{others}{alarms}"
    chosen = "" if record is None else f"Chosen on {', '.join(record.chosen_on)}. "
    judged = f"The others, for judging: {', '.join(record.judged_on)}. " if record is not None and record.judged_on else ""
    works = (
        "A treatment works if the answers at the end are as good and clean answers stay; fewer bits for the state work if the net"
    )
    return f"{chosen}{judged}{reset}. {works} as shipped gives the same answers with them."


def _treatment(item: Treatment, result: Audit) -> list[str]:
    kind = result.setup.kind
    is_chosen = result.cures is not None and item.name == result.cures.chosen
    return [
        item.name + (" (chosen)" if is_chosen else ""),
        words.shown(item.found[1], kind),
        "–" if item.held_out is None else words.shown(item.held_out[1], kind),
        "–" if item.false_alarms is None else f"{item.false_alarms[1]:.1%}",
        f"{item.clean_changes:.2%}",
        f"{item.largest:,.4g}",
        "yes" if item.works else "no",
        item.needs,
    ]


def _bounds(result: Audit) -> Table:
    title = "For every input, of every length"
    if not result.bounds:
        return Table(title, "Nothing was proved or refuted about this net: all figures above are measurements.")
    rows = [[bound.verdict, bound.claim, bound.net, bound.reason, bound.certificate or "–"] for bound in result.bounds]
    caption = "PROVED holds for inputs that nobody tried; REFUTED was replayed; all other figures of this page are measurements."
    return Table(title, caption, ["verdict", "statement", "net", "why", "certificate"], rows)


def _population(result: Audit) -> Table:
    setup, drift = result.setup, result.drift
    rows = [
        ["net", setup.model],
        ["SHA-256", setup.sha256 or "–"],
        ["feeding", f"{setup.rate:g} samples a second, {setup.frame:,} a step; the answer is of kind {setup.kind}"],
        ["state", ", ".join(f"{name}: {size:,} numbers" for name, size in setup.state.items()) or "not reachable"],
        ["clips", f"{len(setup.clips)}: {', '.join(setup.clips)}"],
        ["backgrounds", f"{len(setup.backgrounds)}: {', '.join(setup.backgrounds)}"],
        ["frames to be found", drift.labels],
        ["longest time since a reset", words.duration(drift.seconds)],
        ["seed", f"{setup.seed}"],
        ["streams", f"{setup.audio_hours:.3g} hours, in {words.duration(setup.seconds)}"],
    ]  # fmt: skip
    return Table("What was audited, and on what", "Intervals are 95% over clips, for all ratios together.", ["what", "which"], rows)
