"""The table of the pages' speed."""

from collections.abc import Callable
from typing import Any

from docs.figures.tables.results import read, source, table


def pages() -> str:
    """The requirements on the pages and what was measured."""
    page, watched = read("page"), read("watching")
    slowed = max(watched["rows"], key=lambda row: row["ratio"])
    slowest = min(watched["rows"], key=lambda row: row["frames_per_second"])

    def per_run(part: str, words: Callable[[dict[str, Any]], str]) -> str:
        return " · ".join(f"{name} {words(measured)}" for name, measured in page[part].items())

    rows = [
        ("first paint of the playground", "1 s", times(page["playground"]["first_paint"])),
        ("first paint of a report from disk", "1 s", per_run("reports", lambda measured: times(measured["first_paint"]))),
        ("10,000 digits, from the click to the painted answer", "0.5 s", per_run("ten_thousand_digits", times)),
        ("200 digits animated at the highest speed", "smooth", per_run("two_hundred_digits", frames)),
        ("size of a report", "6 MB", " · ".join(f"{name} {size / 1e6:.2f} MB" for name, size in page["report_bytes"].items())),
        ("time of a watched training, relative to unwatched", "1.2 ×", f"at most {slowed['ratio']:.2f} × ({slowed['net']})"),
        ("updates of the page a second", "5", f"at least {slowest['frames_per_second']:.0f} ({slowest['net']})"),
    ]
    return f"{table(('what', 'required', 'measured'), rows)}\n\n{words_on_watching(watched)}"


def words_on_watching(watched: dict[str, Any]) -> str:
    """The ratios of all nets, in sentences."""
    nets = ", ".join(f"{row['net']} {row['ratio']:.2f} ×" for row in watched["rows"])
    return (
        f"The time of a watched training relative to an unwatched one, medians of {watched['rounds']} rounds in turn: {nets}. "
        f"Measured with headless Chromium on two processors. {source('page', 'page')} {source('watching', 'watching')}"
    )


def times(measured: dict[str, Any]) -> str:
    """Median and maximum."""
    return f"{measured['median_s']:.2f} s (at most {measured['most_s']:.2f} s in {measured['runs']})"


def frames(measured: dict[str, Any]) -> str:
    """How regularly frames follow each other."""
    late = 100 * measured["later_than_34_ms"]
    return f"{measured['median_ms']:.1f} ms between frames, {late:.1f} % of {measured['frames']} frames later than 34 ms"
