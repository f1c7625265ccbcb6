"""The verified checker beside the independent one, on certificates with one number changed: verdicts and times.

Times are of the processor. The arithmetic alone: what each checker takes for one proof that it has read. As processes: from the
start of a process to its end, on unchanged certificates; the independent one reads the two files, the verified one the words that
`anylength` has made of them.
"""

import copy
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from anylength.formal import Files, checker_words, read_files, verified_checker
from anylength.formal.ellipsoids import rows_of_weights
from anylength_check import dyadic
from anylength_check.certificate import PROVED
from anylength_check.cover import Cover
from anylength_check.program import canonical_sha256
from anylength_check.rounded import Rounded
from anylength_check.strict import Refused
from anylength_check.weights import filled
from benchmarks.board import BOARD
from benchmarks.results_file import RESULTS

SEED = 9000
FIXTURES = RESULTS.parent.parent / "tests" / "fixtures"
SCALES = (2.0, 1.5, 1.01, 1.0001, 1 / 1.0001, 1 / 1.01, 0.5, -1.0)
PROCESSES = 5
"""How often each process is started for a certificate."""


def mutations(boxes: int, ellipsoids: int) -> dict[str, Any]:
    """Both checkers on changed certificates of each kind, and the times of both as processes."""
    folders = committed_folders()
    read = {folder: read_folder(folder) for folder in folders}
    kinds = {
        "boxes": ([files for files in read.values() if not by_ellipsoids(files)], boxes),
        "ellipsoids": ([files for files in read.values() if by_ellipsoids(files)], ellipsoids),
    }
    program = verified_checker()
    compared = {kind: compare(program, originals, count) for kind, (originals, count) in kinds.items()}
    return {"seed": SEED, "certificates": len(folders), "kinds": compared, "processes": processes(program, read)}


def committed_folders() -> list[Path]:
    """The folders of the repository with a certificate that the verified checker reads: of a net without stacks."""
    found = sorted(path for root in (BOARD, RESULTS, FIXTURES) for path in root.rglob("certificate.json"))
    return [path.parent for path in found if "memory" not in json.loads(path.read_bytes())["program"]]


def read_folder(folder: Path) -> Files:
    return read_files((folder / "certificate.json").read_bytes(), (folder / "model.safetensors").read_bytes())


def by_ellipsoids(files: Files) -> bool:
    return "blocks" in files.top["proofs"][0]


def compare(program: Path, originals: Sequence[Files], count: int) -> dict[str, Any]:
    """Verdicts of both checkers on `count` changed proofs of these certificates, and what the arithmetic alone takes each."""
    draws, rows, differing = random.Random(SEED), [], []
    for number in range(count):
        files = draws.choice(originals)
        proof = mutated(files, draws)
        theirs, independent = timed_independent(files, proof)
        ours, verified = timed_verified(program, checker_words(files, proof))
        rows.append((theirs, verified, independent))
        if ours != theirs:
            differing.append({"number": number, "verified": ours, "independent": theirs})
        if number % 500 == 499:
            print(number + 1, len(differing), flush=True)
    verdicts = {name: [row[1:] for row in rows if row[0] is valid] for name, valid in (("valid", True), ("rejected", False))}
    return {"count": count, "differing": differing} | {name: times(pairs) for name, pairs in verdicts.items()}


def times(pairs: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """Medians in milliseconds of the verified and the independent checker, and of the ratio by certificate."""
    if not pairs:
        return {"count": 0}
    verified, independent = zip(*pairs, strict=True)
    ratio = statistics.median(theirs / max(ours, 1e-6) for ours, theirs in pairs)
    return {
        "count": len(pairs), "verified_ms": milliseconds(verified), "independent_ms": milliseconds(independent),
        "times_as_fast": round(ratio, 2),
    }  # fmt: skip


def milliseconds(seconds: Iterable[float]) -> float:
    return round(statistics.median(seconds) * 1000, 3)


def timed_independent(files: Files, proof: dict[str, Any]) -> tuple[bool, float]:
    """Whether the independent checker accepts a proof, and seconds. It begins without values of tanh, as a process does."""
    dyadic.tanh_bounds.cache_clear()
    columns = {name: filled(rows) for name, rows in files.tensors.items()}
    kind = Rounded if "rounding" in files.top else Cover
    started = time.process_time()
    try:
        kind(files.top, files.program, files.tensors, columns, proof).checked()
    except Refused:
        return False, time.process_time() - started
    return True, time.process_time() - started


def timed_verified(program: Path, words: str) -> tuple[bool, float]:
    """Whether the verified checker passes a proof, and seconds of its arithmetic."""
    done = subprocess.run([program, "--seconds"], input=words, capture_output=True, text=True, check=True)
    verdict, seconds = done.stdout.splitlines()
    return verdict == "passes", float(seconds)


def processes(program: Path, read: dict[Path, Files]) -> dict[str, Any]:
    """Medians of both checkers as processes, over all unchanged certificates but for number formats: they cover none."""
    rows: list[tuple[float, float, float]] = []
    with tempfile.TemporaryDirectory() as temporary:
        for folder, files in read.items():
            bare = without_formats(files.top)
            certificate = Path(temporary) / "certificate.json"
            certificate.write_text(json.dumps(bare))
            started = time.process_time()
            words = [checker_words(files, proof) for proof in bare["proofs"]]
            made = time.process_time() - started
            command = [sys.executable, "-m", "anylength_check", certificate, folder / "model.safetensors"]
            for _ in range(PROCESSES):
                verified = sum(process_seconds([program], text) for text in words)
                rows.append((verified, process_seconds(command, ""), made))
            print(folder.name, *map(milliseconds, zip(*rows[-PROCESSES:], strict=True)), flush=True)
    return times([row[:2] for row in rows]) | {"words_ms": milliseconds(row[2] for row in rows)}


def without_formats(top: dict[str, Any]) -> dict[str, Any]:
    """The certificate whose proofs cover no number format, which the verified checker does not look at."""
    bare = {name: value for name, value in top.items() if name != "digest"}
    bare["proofs"] = [proof | {"formats": []} for proof in top["proofs"]]
    sentences = [[PROVED.format(p["epsilon"], p["eta"], top["format"], ", ".join(p["formats"]) or "none") for p in proofs]
                 for proofs in (top["proofs"], bare["proofs"])]  # fmt: skip
    bare["claim"] = top["claim"].removesuffix("".join(sentences[0])) + "".join(sentences[1])
    return bare | {"digest": canonical_sha256(bare)}


def process_seconds(command: Sequence[str | Path], given: str) -> float:
    """Processor seconds of a process, with its start."""
    with tempfile.TemporaryFile("w+") as source:
        source.write(given)
        source.seek(0)
        process = subprocess.Popen(command, stdin=source, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"{command[0]} failed")
    return usage.ru_utime + usage.ru_stime


def mutated(files: Files, draws: random.Random) -> dict[str, Any]:
    """A proof with one number changed: of a region, a next node, a machine state, epsilon or eta; where it has no nodes, one of its
    counts, epsilon or eta. It covers no format."""
    proof = copy.deepcopy(draws.choice(files.top["proofs"])) | {"formats": []}
    if "nodes" not in proof:
        return _counted_otherwise(proof, draws)
    node, kind = draws.choice(proof["nodes"]), draws.choice(["region", "region", "region", "next", "state", "epsilon", "eta"])
    scale = draws.choice(SCALES)
    if kind == "region":
        row = draws.choice(list(rows_of(node)))
        place = draws.randrange(len(row))
        row[place] = scaled(row[place], scale)
    elif kind == "next":
        node["next"][draws.randrange(len(node["next"]))] = draws.randrange(len(proof["nodes"]))
    elif kind == "state":
        node["state"] = draws.randrange(len(files.top["machine"]["delta"]))
    else:
        proof[kind] = scaled(proof[kind], abs(scale))
    return proof


def _counted_otherwise(proof: dict[str, Any], draws: random.Random) -> dict[str, Any]:
    """A proof about rounded states with one number changed."""
    name = draws.choice(["states", "steps", "epsilon", "eta"])
    changed = scaled(proof[name], abs(draws.choice(SCALES))) if name in ("epsilon", "eta") else proof[name] + draws.choice([-1, 1])
    return proof | {name: changed}


def rows_of(node: dict[str, Any]) -> Iterable[list[Any]]:
    """The rows of numbers that a node's region has: of a box the ends, of an ellipsoid those of its fields."""
    region = node.get("region", {"box": node})
    if "box" in region:
        return [region["box"]["low"], region["box"]["high"]]
    ellipsoid = region["ellipsoid"]
    return [ellipsoid["center"], *ellipsoid["shape"], *(row for rows in rows_of_weights(node) for row in rows)]


def scaled(number: str | int, factor: float) -> str | int:
    """A number of a certificate times a factor: one that a certificate may have."""
    if isinstance(number, int):
        return max(1, round(number * abs(factor))) if number > 0 else round(number * factor)
    value = float.fromhex(number) * factor
    return value.hex() if abs(value) >= 2.0**-300 else (0.0).hex()
