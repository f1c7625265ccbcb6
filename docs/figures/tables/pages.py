"""The table of a report's speed."""

from collections.abc import Callable
from typing import Any

from docs.figures.tables.results import read, source, table


def pages() -> str:
    """The requirements on a report and what was measured."""
    page = read("page")

    def per_run(part: str, words: Callable[[dict[str, Any]], str]) -> str:
        return " · ".join(f"{name} {words(measured)}" for name, measured in page[part].items())

    rows = [
        ("first paint of a report from disk", "1 s", per_run("reports", lambda measured: times(measured["first_paint"]))),
        ("10,000 digits, from the click to the painted answer", "0.5 s", per_run("ten_thousand_digits", times)),
        ("200 digits animated at the highest speed", "smooth", per_run("two_hundred_digits", frames)),
        ("size of a report", "6 MB", " · ".join(f"{name} {size / 1e6:.2f} MB" for name, size in page["report_bytes"].items())),
    ]
    measured = f"Measured with headless Chromium on two processors. {source('page', 'page')}"
    return f"{table(('what', 'required', 'measured'), rows)}\n\n{measured}"


def times(measured: dict[str, Any]) -> str:
    """Median and maximum."""
    return f"{measured['median_s']:.2f} s (at most {measured['most_s']:.2f} s in {measured['runs']})"


def frames(measured: dict[str, Any]) -> str:
    """How regularly frames follow each other."""
    late = 100 * measured["later_than_34_ms"]
    return f"{measured['median_ms']:.1f} ms between frames, {late:.1f} % of {measured['frames']} frames later than 34 ms"
