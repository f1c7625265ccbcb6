"""The table of an audit's speed."""

from docs.figures.tables.results import read, source, table


def audit_speed() -> str:
    """Hours of audio a minute of an audit's streams, beside the package's own loop."""
    measured = read("audit-speed")
    rows = []
    for rate, result in measured["rates"].items():
        median, (low, high) = result["median"], result["ratio_range"]
        once = 1 / (1 / median["front_end"] + 1 / median["features"])
        rows.append((
            f"Silero VAD, {int(rate) / 1000:g} kHz", f"{median['package']:.1f}", f"{median['audit']:.0f}",
            f"{median['ratio']:.0f} ({low:.0f}–{high:.0f})", f"{once:.1f}",
        ))  # fmt: skip
    head = ("net", "the package's loop", "an audit's streams", "ratio (range)", "each second read for one stream only")
    words = (
        f"Hours of audio a minute, medians of {measured['rounds']} rounds in which both ran in turn, one thread each, "
        f"on {measured['processors']} processors under a load of {measured['others_at_work']}. The loop is that of "
        f"{measured['package']}: one frame of one stream a call. An audit runs 16 streams with 20 treatments each. "
        f"In the last column no treatments share what the front end has read. {source('audit-speed', 'audit_speed')}"
    )
    return f"{table(head, rows)}\n\n{words}"
