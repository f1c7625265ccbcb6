"""The tables of the documentation, made from the results files.

    python -m docs.figures.tables        (or: make figures)

Run it from the root of the repository. Each
table replaces the text between two marks `<!-- name -->` and `<!-- /name -->` of a page.
"""

import re
from collections.abc import Callable
from os.path import relpath

from docs.figures.tables.audits import audit_speed, silero
from docs.figures.tables.benchmark import results as benchmark_results
from docs.figures.tables.commands import exit_codes
from docs.figures.tables.forgetting import breaks, changed_weights, failure_modes, forgetful, pushes
from docs.figures.tables.interchange import foreign_nets, imports, runtimes, vnnlib
from docs.figures.tables.invariants import learned, ways
from docs.figures.tables.microcontroller import microcontroller
from docs.figures.tables.nets import attention, speed
from docs.figures.tables.pages import pages
from docs.figures.tables.plain import plain_nets, rounded_nets, within_nets
from docs.figures.tables.proofs import zoo
from docs.figures.tables.quantise import bits
from docs.figures.tables.results import ROOT
from docs.figures.tables.site import site
from docs.figures.tables.sweeps import million, simulation, sweeps
from docs.figures.tables.theorems import theorems

TABLES: dict[str, dict[str, Callable[[], str]]] = {
    "docs/reference/commands.md": {"exit-codes": exit_codes},
    "docs/results/speed.md": {"speed": speed, "million": million},
    "docs/how-to/export.md": {"microcontroller": microcontroller},
    "docs/understand/why-nets-forget.md": {"pushes": pushes},
    "docs/research-log/dynamics.md": {"breaks": breaks, "ways": failure_modes, "weights": changed_weights},
    "docs/research-log/pages.md": {"page": pages, "site": site},
    "docs/reference/theorem.md": {"theorems": theorems},
    "docs/research-log/speed.md": {"sweeps": sweeps, "simulation": simulation, "audit-speed": audit_speed},
    "docs/reference/runtimes.md": {"runtimes": runtimes},
    "docs/research-log/verifiers.md": {"vnnlib": vnnlib},
    "docs/research-log/pytorch-nets.md": {"imports": imports, "foreign-nets": foreign_nets},
    "docs/results/learned-invariants.md": {"learned": learned, "ways": ways},
    "docs/results/plain-nets.md": {"plain": plain_nets},
    "docs/results/partial-proofs.md": {"rounded": rounded_nets, "within": within_nets},
    "docs/results/benchmark.md": {"benchmark": benchmark_results},
    "docs/research-log/bits.md": {"bits": bits},
    "docs/results/forgetting.md": {"forgetful": forgetful},
    "docs/results/audits/silero.md": {"silero": silero},
    "docs/results/zoo.md": {"proved": zoo, "attention": attention},
}
"""Page → mark → the table."""


def on_page(page: str, name: str) -> str:
    """A table as its page has it: links to results and figures begin at the page's folder, not at `docs`."""
    docs, folder = ROOT / "docs", (ROOT / page).parent
    return re.sub(r"(?<=\]\()(?:results|figures)/[^)#]+", lambda found: relpath(docs / found[0], folder), TABLES[page][name]())
