"""The tables of sweeps: requirements and measurements, costs, and a million nets."""

from collections.abc import Callable
from typing import Any

from docs.figures.tables.results import parts, source, table

Row = tuple[str, str, str]

MIN_SECONDS = 1e-4
"""Below this a stage was not run."""

SERVICE = ("scheduler", "wire", "writer")
CLUSTERS = ("10", "100", "1000", "10000")


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


def costs() -> str:
    """What a net costs, and how the cost grows."""
    part = parts("scale")["costs"]
    words = f"Exponents are fitted to the larger half of the values. {source('scale', 'scale')}"
    return "\n\n".join([whole_nets(part["whole"]), growth(part["axes"]), words])


def whole_nets(whole: dict[str, Any]) -> str:
    """The cost of whole nets."""
    rows = []
    for name, cost in whole.items():
        seconds = (f"{cost[key]:.3f} s" if cost[key] > MIN_SECONDS else "–" for key in ("training", "stress", "verdict", "total"))
        rows.append((f"{name} ({cost['epochs']:.1f} epochs on average)", *seconds))
    return table(("a whole net, one processor", "training", "stress test", "verdict", "total"), rows)


def growth(axes: dict[str, Any]) -> str:
    """The growth of the cost with each size."""
    rows = []
    for name, axis in axes.items():
        stress = "–" if axis["slope_stress"] is None else " · ".join(f"{1000 * seconds:.0f}" for seconds in axis["stress"])
        slope = "–" if axis["slope_stress"] is None else f"{axis['slope_stress']:.1f}"
        epoch = " · ".join(f"{1000 * seconds:.1f}" for seconds in axis["an_epoch"])
        rows.append((name, " · ".join(map(str, axis["values"])), epoch, f"{axis['slope_training']:.1f}", stress, slope))
    return table(("size that grows", "values", "an epoch of one net, ms", "exponent", "stress test, ms", "exponent"), rows)


def million() -> str:
    """What a million nets cost on clusters of different sizes, and what saturates first."""
    measured = parts("scale")
    simulated = measured["scheduler"]
    rows = []
    for name, kind in simulated["kinds"].items():
        times = (f"{kind[n]['seconds'] / 60:,.0f} min ({100 * kind[n]['workers']:.0f} % busy)" for n in CLUSTERS)
        first = f"{kind['first_to_saturate']['part']}, at {kind['first_to_saturate']['workers']:,.0f} workers"
        rows.append((name, f"{kind['seconds_a_block']:.1f} s", f"{kind['core_hours_a_million']:,.0f}", *times, first))
    head = ("a million nets", "block", "processor hours", *(f"{n} workers" for n in CLUSTERS), "saturates first")
    return f"{table(head, rows)}\n\n{million_words(simulated, measured['service'])}"


def million_words(simulated: dict[str, Any], service: dict[str, Any]) -> str:
    """What the simulation is based on, and how it compares with Dask."""
    check = simulated["check"]
    size, net, spent = service["bytes_a_block"], service["bytes_a_net"], {name: 1000 * service[name] for name in SERVICE}
    return (
        f"A block has {simulated['rows_a_block']} nets and {size / 1e6:.2f} MB ({net:,.0f} B a net, {net / 1000:.1f} GB a "
        f"million). Measured for each block: client and scheduler {spent['scheduler']:.1f} ms, writer {spent['writer']:.1f} ms. "
        f"Assumed: {spent['wire']:.1f} ms on gigabit Ethernet. The simulation was checked against Dask: {check['blocks']:,} tasks "
        f"of {check['seconds_a_block']} s on {check['workers']} workers took {check['dask']:.1f} s; the simulation says "
        f"{check['simulated']:.1f} s, and the lower bound is {check['ideal']:.1f} s. {source('scale', 'scheduler')}"
    )
