"""The table of the theorems that Coq's kernel has accepted."""

from typing import Any

from docs.figures.tables.results import parts, source, table

HEADINGS = ("net", "numbers in a state", "boxes or states", "exact net, errors up to ε", "float32", "memory")
CHECKERS = ("proofs", "how many", "verified", "independent", "verified is … times as fast")
VERDICTS = ("valid", "rejected")
KINDS = ("kind of proof", "proofs", "same verdict", "verified, longest", "independent, longest", "changed", "same verdict")


def theorems() -> str:
    """What the kernel took for each net, and how the verified checker compares."""
    measured = parts("theorems")
    rows = [_row(row) for part in ("committed", "cells", "sizes", "kinds") if part in measured for row in measured[part]["rows"]]
    note = (
        "Processor seconds of Coq on one file, with loading the library (some three seconds). The machine was busy. "
        "The library itself is compiled once, in a minute."
    )
    lines = [table(HEADINGS, rows), note]
    if "mutations" in measured:
        lines.append(_mutations(measured["mutations"]))
    if "certificates" in measured:
        lines.append(_certificates(measured["certificates"]["rows"]))
    return "\n\n".join([*lines, source("theorems", "theorems")])


def _row(row: dict[str, Any]) -> tuple[str, ...]:
    files = row["files"]
    float32 = files.get("Float32.v")
    memory = max(file["megabytes"] for file in files.values())
    return (
        row["name"], str(row["units"]), str(row["nodes"]), _seconds(files["Proved.v"]),
        _seconds(float32) if float32 else "–", f"{memory:,} MB",
    )  # fmt: skip


def _seconds(file: dict[str, Any]) -> str:
    return f"{file['seconds']:.1f} s"


def _mutations(part: dict[str, Any]) -> str:
    """How the two checkers agree on changed certificates, and how fast both are."""
    kinds, processes = part["kinds"], part["processes"]
    rows = [_times(f"{kind}, {verdict}", measured[verdict]) for kind, measured in kinds.items() for verdict in VERDICTS]
    same = " and ".join(_agreement(kind, measured) for kind, measured in kinds.items())
    return "\n\n".join([
        f"The verified checker and `anylength_check` on proofs with one number changed: the same verdict on {same}. Medians of the "
        "processor's time for the arithmetic of one proof alone, and, for unchanged certificates, of a whole process each:",
        table(CHECKERS, [*rows, _times("whole process, valid", processes)]),
        f"The {part['certificates']} certificates are those in the repository, without their number formats. The verified checker "
        f"reads words that `anylength` makes of a certificate and its weights, in {processes['words_ms']:.1f} ms (median), after "
        "its start.",
    ])  # fmt: skip


def _certificates(proofs: list[dict[str, Any]]) -> str:
    """How the two checkers agree on all certificates, by kind of proof."""
    kinds = {kind: [row for row in proofs if row["kind"] == kind] for kind in sorted({row["kind"] for row in proofs})}
    faster = sum(row["verified_ms"] < row["independent_ms"] for row in proofs)
    refused = [row["rejected"] for row in proofs if row["rejected"]["count"]]
    faster_to_refuse = sum(row["verified_ms"] < row["independent_ms"] for row in refused)
    return "\n\n".join([
        "Both checkers on every certificate of the repository, and on those of other kinds that are made for this. The verified "
        f"one takes less time for {faster} of the {len(proofs)} proofs. Then one number of a proof is changed, several times:",
        table(KINDS, [_kind(kind, rows) for kind, rows in kinds.items()]),
        f"Of those that are rejected, the median takes the verified checker less time for {faster_to_refuse} of "
        f"{len(refused)} proofs.",
    ])  # fmt: skip


def _kind(kind: str, rows: list[dict[str, Any]]) -> tuple[str, ...]:
    same = sum(row["verified"] == row["independent"] == row["whole_file"] for row in rows)
    longest = max(rows, key=lambda row: row["independent_ms"])
    changed = sum(row["count"] for row in rows)
    differing = sum(len(row["differing"]) for row in rows)
    times = (f"{longest[checker]:,.1f} ms" for checker in ("verified_ms", "independent_ms"))
    return (kind.replace("-", " "), str(len(rows)), str(same), *times, str(changed), str(changed - differing))


def _agreement(kind: str, measured: dict[str, Any]) -> str:
    return f"{measured['count'] - len(measured['differing']):,} of {measured['count']:,} proofs by {kind}"


def _times(name: str, row: dict[str, Any]) -> tuple[str, ...]:
    if not row["count"]:
        return (name, "0", "–", "–", "–")
    milliseconds = (f"{row[checker]:,.1f} ms" for checker in ("verified_ms", "independent_ms"))
    return (name, f"{row['count']:,}", *milliseconds, f"{row['times_as_fast']:.1f}")
