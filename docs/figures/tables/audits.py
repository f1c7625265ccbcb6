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


def silero() -> str:
    """What Silero VAD finds after a reset and after a long stream, as shipped and cured."""
    rows = []
    for rate in ("8", "16"):
        audit = read(f"audits/silero-{rate}k")
        for snr in (20, 5):
            first, last, cured = (
                [probe for probe in drift["probes"] if probe["snr"] == snr][at]
                for drift, at in ((audit["drift"], 0), (audit["drift"], -1), (audit["cured"]["drift"], -1))
            )
            found = [f"{probe['found']['right'] / probe['found']['tried']:.1%}" for probe in (first, last, cured)]
            equal = " → ".join(f"{probe['found_at_equal_alarms']:.1%}" for probe in (first, last))
            delay = " → ".join(f"{1000 * probe['onset_delay']:.0f}" for probe in (first, last))
            rows.append((f"{rate} kHz, {snr} dB", *found[:2], equal, f"{delay} ms", found[2]))
    head = (
        "speech to noise", "after a reset", "after 600 s", "at 5 % false alarms", "90 % onset delay", "cured file, after 600 s",
    )  # fmt: skip
    return table(head, rows)


def silero_cures() -> tuple[str, str]:
    """What resets on a timer and the chosen cures find of all frames, in words of the page on Silero VAD."""
    tried = {rate: {item["name"]: item for item in read(f"audits/silero-{rate}k")["cures"]["tried"]} for rate in ("8", "16")}
    chosen = {rate: read(f"audits/silero-{rate}k")["cures"]["chosen"] for rate in tried}
    timer = " (8 kHz) and ".join(f"{tried[rate]['reset every 30 s']['held_out'][1]:.1%}" for rate in tried)
    cured = " and ".join(f"{tried[rate][chosen[rate]]['held_out'][1]:.1%}" for rate in tried)
    return f"finds {timer} (16 kHz)", f"the cured files find {cured}"
