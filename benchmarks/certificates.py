"""The verified checker beside the independent one, on every certificate of the repository, and on others with one number changed.

The other kinds of certificates are made here: about short words, a language, rounded states, and of a step with gelu.
Times are of the processor, for the arithmetic alone.
"""

import itertools
import tempfile
from collections.abc import Callable, Container, Iterator
from pathlib import Path
from typing import Any

from anylength.base import write_atomic
from anylength.experiments.proving import prove, prove_rounded, prove_within
from anylength.experiments.save import save_net
from anylength.formal import Files, checker_words, read_files, verified_checker
from anylength.nets import AbstractNet, load
from anylength.rules import Task, UpTo, task_named
from anylength.runs import layout
from anylength.verification.certify import certificate_bytes
from anylength.verification.verdicts import find_horizon_proof
from anylength_check import check
from benchmarks.checkers import FIXTURES, committed_folders, compare, milliseconds, timed_independent, timed_verified
from benchmarks.results_file import RESULTS
from tests.by_hand import counting_net_with_gelu, drifting_net, fading_switch

COUNT = task_named("count")
LONG = 0.3
"""Seconds of the independent checker from which on only a few changed proofs are tried."""

SECONDS = 200.0
"""For a proof about a language."""

REPEATS = 3
"""How often a proof is checked. The median counts."""


def certificates(changed: int, of_long: int, only: str) -> Iterator[dict[str, Any]]:
    """Both checkers on all certificates whose name contains a text, and on so many changed proofs of each, of those that take long
    fewer. One row a proof."""
    program = verified_checker()
    with tempfile.TemporaryDirectory() as folder:
        wanted = [name for name in MADE if only in name]
        for name, certificate, weights in itertools.chain(committed(), made(Path(folder), wanted)):
            if only not in name:
                continue
            accepted = check(certificate, weights)
            files = read_files(certificate.read_bytes(), weights.read_bytes())
            for number, proof in enumerate(files.top["proofs"]):
                row = compared(program, files, proof) | {"whole_file": accepted.valid}
                alone = files._replace(top=files.top | {"proofs": [proof]})
                few = row["independent_ms"] > LONG * 1000
                yield {"name": name, "proof": number} | row | compare(program, [alone], of_long if few else changed)


def committed() -> Iterator[tuple[str, Path, Path]]:
    """The name, certificate and weights of each certificate that lies in the repository and that the verified checker reads."""
    root = RESULTS.parent.parent
    for folder in committed_folders():
        yield str(folder.relative_to(root)), folder / "certificate.json", folder / "model.safetensors"


GELU, ROUNDED, PLAIN_ROUNDED = "a net with gelu", "rounded to 1/8", "rounded to 1/4, trained plainly"
LANGUAGE, SHORT = "a language", "short words"
MADE = (GELU, ROUNDED, LANGUAGE, SHORT, PLAIN_ROUNDED)
"""Those that are made here."""


def made(folder: Path, only: Container[str]) -> Iterator[tuple[str, Path, Path]]:
    """The same for certificates of the other kinds, which are written into a folder: for those with these names."""
    plain = load(FIXTURES / "ellipsoids" / "model.safetensors")[0]
    nets: dict[str, tuple[AbstractNet, Task, Callable[[Any], object], str]] = {
        GELU: (counting_net_with_gelu(), COUNT, prove, layout.CERTIFICATE),
        LANGUAGE: (*fading_switch(), lambda run: prove_within(run, "k<=3", budget=SECONDS), layout.WITHIN_CERTIFICATE),
        ROUNDED: (drifting_net(12), COUNT, lambda run: prove_rounded(run, 3), layout.ROUNDED_CERTIFICATE),
        PLAIN_ROUNDED: (plain, COUNT, lambda run: prove_rounded(run, 2), layout.ROUNDED_CERTIFICATE),
        SHORT: (drifting_net(3), COUNT, _prove_short_words, layout.HORIZON_CERTIFICATE),
    }
    for name, (net, task, search, file) in nets.items():
        if name not in only:
            continue
        run = save_net(net, task, folder / name)
        search(run)
        if not (run.path / file).exists():
            raise SystemExit(f"{name}: no proof")
        yield name, run.path / file, run.path / layout.MODEL


def _prove_short_words(run: Any) -> None:
    found = find_horizon_proof(run.net, COUNT.machine)
    if found is None:
        raise SystemExit("short words: no proof")
    content = certificate_bytes(run.net, COUNT.machine, [found.proof], UpTo(found.steps))
    write_atomic(run.path / layout.HORIZON_CERTIFICATE, content)


def compared(program: Path, files: Files, proof: dict[str, Any]) -> dict[str, Any]:
    """Both verdicts on a proof without its number formats, and the medians of the arithmetic's times."""
    words, bare = checker_words(files, proof), proof | {"formats": []}
    verified = [timed_verified(program, words) for _ in range(REPEATS)]
    independent = [timed_independent(files, bare) for _ in range(REPEATS)]
    return {
        "kind": words.split(" ", 1)[0], "formats": proof["formats"],
        "verified": all(passed for passed, _ in verified), "independent": all(passed for passed, _ in independent),
        "verified_ms": milliseconds(seconds for _, seconds in verified),
        "independent_ms": milliseconds(seconds for _, seconds in independent),
    }  # fmt: skip
