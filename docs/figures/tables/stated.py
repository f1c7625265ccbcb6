"""Figures that the prose of a page states, outside of the tables: each with the results file that it comes from.

A page must have these very words: a test compares them. So a figure that stands on two pages comes from one file.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator

from anylength.audits import words
from anylength.records import Audit
from docs.figures.tables.audits import silero_cures
from docs.figures.tables.benchmark import perfect_scores
from docs.figures.tables.plain import proved_by_some_rounding
from docs.figures.tables.results import parts, read


def of_the_post() -> tuple[int, int, int]:
    """The nets of 12 units by the post's recipe: how many were tried, are REFUTED, and are PROVED."""
    own = [part for name, part in parts("plain-nets").items() if name.startswith("12 units")]
    plain = [part for part in own if "fraction_bits" not in part and "further_epochs" not in part]
    verdicts = [net["verdict"] for part in plain for net in part["nets"]]
    return len(verdicts), verdicts.count("REFUTED"), verdicts.count("PROVED")


def of_silero() -> Iterator[str]:
    """What the README shows of the audit of Silero VAD at 8 kHz."""
    audit = Audit.from_json(json.dumps(read("audits/silero-8k")).encode(), "silero-8k.json")
    yield next(part for part in re.split("[;:.] ", words.drift(audit)) if part.startswith("10 dB"))
    yield words.cells(audit).split(",")[0]
    yield words.cure(audit).split(", on backgrounds")[0]


def stated() -> Iterator[tuple[str, str]]:
    """Pages, and words with figures that they state."""
    tried, refuted, proved = of_the_post()
    yield "docs/results/plain-nets.md", f"Of {tried} nets of 12 units, trained by the post's recipe from {tried} seeds"
    yield "docs/results/plain-nets.md", f"each one is decided: {refuted} are wrong, and {proved} are right on every number"
    yield "docs/results/index.md", f"Of {tried} nets of 12 units {refuted} are wrong, and {proved} are right on every number"
    _, cured, wrong_nets = proved_by_some_rounding()
    yield "docs/results/index.md", f"Rounding the state makes {cured} of {wrong_nets} right"
    yield "docs/results/partial-proofs.md", f"makes {cured} of {wrong_nets} wrong counters provably right"
    perfect, refuted_all_the_same = perfect_scores()
    of_published_tests = f"{refuted_all_the_same} of {perfect} nets with perfect scores on subsamples of two published tests"
    yield "docs/results/index.md", of_published_tests
    yield "docs/understand/paper.md", of_published_tests
    yield "docs/understand/paper.md", f"Of {tried} nets of 12 units {refuted} are refuted and {proved} proved"
    yield "docs/understand/paper.md", f"{cured} of {wrong_nets} wrong nets are proved with the best of three spacings"
    yield from (("README.md", shown) for shown in of_silero())
    yield from (("docs/results/audits/silero.md", shown) for shown in silero_cures())
    for rate in ("8", "16"):
        cells = read(f"audits/silero-{rate}k")["cells"]
        yield "docs/results/audits/silero.md", f"{len(cells['culprits'])} of {cells['size']} at {rate} kHz"
    post = read("post")["parts"][0]["nets"]
    horizons = [net["horizon"] for net in post if net["horizon"] is not None]
    yield "docs/index.md", f"The figure shows {len(post)} nets that learned to count"
    yield "docs/index.md", f"some after {min(horizons)} nines, others after {max(horizons)}"
    yield "docs/results/post.md", f"after {min(horizons)} to {max(horizons)} nines"
    wrong = sum(net["shortest_mistake"] is not None for net in post)
    yield "README.md", f"{len(post)} nets learned to add one"
    others = f"with {wrong - len(horizons)} that lose no carry, {wrong} are wrong on some number"
    yield "README.md", f"{len(horizons)} of them lose the carry; {others}"
    yield "docs/results/index.md", f"Of {len(post)} nets by the post's recipe, {wrong} are wrong on some number of the stress test"
    robust = parts("proofs")["robust-hundred"]["proved"]
    yield "docs/results/index.md", f"{robust['right']} of {robust['tried']} nets that saw only 0…100"
    for page in ("paper", "faq"):
        yield f"docs/understand/{page}.md", f"{robust['right']} of {robust['tried']} nets that saw the numbers 0…100 are proved"
    predicted = read("breaks")["summary"]["prediction"]["within_factor"]
    for page in ("paper", "why-nets-forget"):
        yield f"docs/understand/{page}.md", f"within a factor of 1.5 for {predicted['right']} of {predicted['tried']} nets"
    yield "docs/results/index.md", f"within a factor 1.5 for {predicted['right']} of {predicted['tried']} nets"
    yield (
        "docs/results/index.md",
        f"How few bits can a proved counter have?](../research-log/bits.md) | {read('fewest-bits/made')['bits']}. |",
    )
    counts = Counter[str]()
    for name, part in parts("plain-nets").items():
        counts.update(part["verdicts"] if name.startswith("PyTorch") else {})
    decided = f"{counts['PROVED']} are PROVED, {counts['REFUTED']} REFUTED and {counts['PROVED UP TO']} PROVED UP TO some steps"
    yield (
        "docs/research-log/pytorch-nets.md",
        f"of the {counts.total()} below, three seconds prove {read('imports')['summary']['verdicts']['PROVED']}",
    )
    yield "docs/research-log/pytorch-nets.md", decided
    rows = [row for part in parts("growth").values() for row in part["rows"] if row["valid"]]
    largest = max(rows, key=lambda row: row["units"])
    units = largest["units"]
    yield "docs/results/learned-invariants.md", f"{units:,} units and was constructed for a machine of {largest['states']:,} states"
    yield (
        "docs/results/learned-invariants.md",
        f"{largest['all_proofs_seconds']:.0f} s of processor time to prove, {largest['check_seconds']:.0f} s to check",
    )
    yield "docs/how-to/prove.md", f"The largest proved net has {units:,} units"
