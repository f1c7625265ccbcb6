"""The table of the static site's speed."""

from typing import Any

from anylength.web.render import TITLES
from benchmarks.site import summary
from docs.figures.tables.results import parts, source, table

NAMES = {f"{page}.html": title.lower() for page, title in TITLES.items()}
"""The pages as the site calls them."""


def site() -> str:
    """What the issue asked of the site, and what was measured."""
    measured = parts("site")
    visits, training = measured["visits"], measured["the post's net, trained in the page"]
    rows = [
        ("first paint of a cold visit", "1 s", both(visits, lambda page: f"{page['median_first_paint_seconds']:.2f} s")),
        ("first answer of a cold visit", "1 s", both(visits, lambda page: f"{page['median_first_answer_seconds']:.2f} s")),
        ("files, compressed", "250 kB", both(visits, lambda page: f"{page['compressed_bytes_in_all'] / 1000:.0f} kB")),
        (
            "the post's net, trained in the page to 100 % and 100 %", "5 s",
            f"{training['median_seconds']:.1f} s (at most {training['most_seconds']:.1f} s), "
            f"{training['perfect']} of {training['nets']}",
        ),
        ("frames a second meanwhile", "50", f"{training['median_frames_a_second']:.0f}"),
        *(
            (f"{name}: from Enter to PROVED", required, words(measured[name]))
            for name, required in (
                ("patterns of 2 to 8 states", "0.3 s"), ("patterns of 9 to 26 states", "2 s at 16 states")
            )
        ),
        *(
            (f"{name}: from Enter to PROVED", required, words(part_of(measured["tasks by name"], name)))
            for name, required in (("count", "3 s"), ("s3-generators", ""), ("add", ""))
        ),
    ]  # fmt: skip
    audits = {name: part["scores"] for name, part in parts("lighthouse").items()}
    for name, required in (("performance", "95"), ("accessibility", "100"), ("best-practices", "95")):
        scores = " · ".join(f"{NAMES[page]} {score[name]:.0f}" for page, score in audits.items())
        rows.append((f"Lighthouse: {name.replace('-', ' ')}", required, scores))
    note = "Medians; headless Chromium on two processors. Every proof was checked by `anylength_check` as well."
    return (
        f"{table(('what', 'required', 'measured'), rows)}\n\n{note} {source('site', 'site')} {source('lighthouse', 'lighthouse')}"
    )


def part_of(part: dict[str, Any], pattern: str) -> dict[str, Any]:
    """The nets of one pattern of a part."""
    return summary([record for record in part["records"] if record["pattern"] == pattern])


def both(visits: dict[str, Any], value: Any) -> str:
    """A value of all pages."""
    return " · ".join(f"{NAMES[name]} {value(page)}" for name, page in visits["pages"].items())


def words(part: dict[str, Any]) -> str:
    """How many nets were proved, and how fast."""
    return (
        f"{part['median_seconds']:.2f} s (95 % within {part['seconds_95_percent']:.2f} s, at most {part['most_seconds']:.1f} s); "
        f"{part['proved']} of {part['nets']} PROVED, {part['valid']} accepted by the checker in Python"
    )
