"""The tables of sweeps: requirements and measurements, and a million nets."""

from collections.abc import Callable
from typing import Any

from docs.figures.tables.results import parts, source, table

Row = tuple[str, str, str]

CLUSTERS = ("10", "100", "1000")
"""Numbers of workers."""


def sweeps() -> str:
    """The requirements on sweeps and what was measured."""
    measured = parts("sweeps")
    rows = [row for name, rows_of in SWEEPS.items() if name in measured for row in rows_of(measured[name])]
    return f"{table(('what', 'required', 'measured'), rows)}\n\n{source('sweeps', 'sweeps', 'sweep_faults')}"


def speed_rows(part: dict[str, Any]) -> list[Row]:
    """A thousand nets, compared with PyTorch."""
    median = part["median"]
    ratios = [result["ratio"] for result in part["rounds"]]
    peer = f"PyTorch {median['peer_a_net']:.2f} s a net ({part['peers']} nets each round, {part['peer_threads']} thread)"
    return [
        (f"{part['nets']:,} count nets (16 units, up to 6 epochs, stress test)", "4 minutes", f"{median['ours']:.0f} s"),
        (
            "the speed compared with one PyTorch process",
            "8 ×",
            f"{median['ratio']:.1f} × ({min(ratios):.1f}–{max(ratios):.1f}); {peer}",
        ),
    ]


def proof_rows(part: dict[str, Any]) -> list[Row]:
    """Nets and their proofs."""
    proved = f"{part['seconds']:.0f} s; {part['proved']} PROVED"
    return [(f"{part['nets']} `certified` nets trained and proved", "3 minutes", proved)]


def dask_rows(part: dict[str, Any]) -> list[Row]:
    """Two workers compared with one."""
    ratios = [result["ratio"] for result in part["rounds"]]
    start_up = f"start-up of {part['start_up_seconds']:.1f} s not counted"
    words = f"{part['ratio']:.2f} × (rounds {min(ratios):.2f}–{max(ratios):.2f}); {start_up}"
    blocks = f"{part['blocks']} blocks of {part['seconds_a_block']:.1f} s"
    return [(f"the speed of two workers compared with one, {blocks}", "1.6 ×", words)]


def fault_rows(part: dict[str, Any]) -> list[Row]:
    """Killed processes."""
    killed = f"{part['killed']['driver']} of the driver, {part['killed']['worker']} of workers"
    same = f"{part['identical']} of {part['sweeps']} sweeps have the same rows and weights"
    return [(f"SIGKILLs ({killed}) in sweeps of {part['blocks']} blocks", "the same table", same)]


def memory_rows(part: dict[str, Any]) -> list[Row]:
    """The driver's memory."""
    written = " · ".join(f"{int(rows):,} rows: {grown['writing_mib']:.1f} MiB" for rows, grown in part["rows"].items())
    summarised = " · ".join(f"{grown['summary_mib']:.1f} MiB" for grown in part["rows"].values())
    return [("growth of the driver's memory: while writing rows; while summarising them", "flat", f"{written}; {summarised}")]


def bits_rows(part: dict[str, Any]) -> list[Row]:
    """The same rows for every way to run a sweep."""
    same = f"{sum(part['identical'])} of {len(part['ways'])} ways give the same bytes"
    return [("one process; 1, 2, 3 workers; blocks of 8, 24, 40", "the same rows", same)]


SWEEPS: dict[str, Callable[[dict[str, Any]], list[Row]]] = {
    "speed": speed_rows,
    "proofs": proof_rows,
    "dask": dask_rows,
    "faults": fault_rows,
    "memory": memory_rows,
    "bits": bits_rows,
}


def million() -> str:
    """What a net costs, and a million nets on clusters of different sizes."""
    measured = parts("scale")
    whole, simulated = measured["costs"]["whole"], measured["scheduler"]
    rows = []
    for name, kind in simulated["kinds"].items():
        times = (f"{kind[n]['seconds'] / 60:,.0f} min" for n in CLUSTERS)
        first = f"{kind['first_to_saturate']['part']}, at {kind['first_to_saturate']['workers']:,.0f} workers"
        rows.append((name, f"{whole[name]['total']:.2f} s", f"{kind['core_hours_a_million']:,.0f}", *times, first))
    head = ("nets", "one net", "a million: processor hours", *(f"{n} workers" for n in CLUSTERS), "saturates first")
    return f"{table(head, rows)}\n\nTimes on workers are simulated. {source('scale', 'scale', 'scheduler')}"


def simulation() -> str:
    """How well the simulation of a cluster fits a real one."""
    check = parts("scale")["scheduler"]["check"]
    return (
        f"Compared with Dask: {check['blocks']:,} tasks of {check['seconds_a_block']} s on {check['workers']} workers took "
        f"{check['dask']:.1f} s; the simulation says {check['simulated']:.1f} s. {source('scale', 'scale', 'scheduler')}"
    )
