"""The table of exported C on emulated microcontrollers."""

from docs.figures.tables.results import read, source, table

COLUMNS = {
    "RAM": ("Cortex-M4F", "ram"),
    "flash": ("Cortex-M4F", "flash"),
    "instructions": ("Cortex-M4F", "instructions"),
    "flash, `-O2`": ("Cortex-M4F, -O2", "flash"),
    "instructions, `-O2`": ("Cortex-M4F, -O2", "instructions"),
    "instructions, M0+": ("Cortex-M0+", "instructions"),
}
"""Head → build, figure."""


def microcontroller() -> str:
    """The memory and the work of each net's code, a row for each net, and the answers of all."""
    results = read("microcontroller")
    nets, versions, rows = results["parts"], results["versions"], []
    for name, net in sorted(nets.items()):
        label = f"`{net['task']}`, {net['cell']} {net['hidden']}{name.removeprefix(net['task'])}"
        rows.append((label, *(f"{net['on'][build][figure]:,.0f}" for build, figure in COLUMNS.values())))
    found = {chip: [on for net in nets.values() for build, on in net["on"].items() if chip in build] for chip in ("M4F", "M0+")}
    totals = {chip: [sum(on[key] for on in measured) for key in ("alike", "words")] for chip, measured in found.items()}
    alike = " and ".join(f"{same:,} of {words:,} on the {chip}" for chip, (same, words) in totals.items())
    words = (
        f"Words answered as in Python: {alike}. ziglang {versions['ziglang']}, unicorn {versions['unicorn']}. "
        f"{source('microcontroller', 'studies.microcontroller.measure')}"
    )
    return f"{table(('net, units', *COLUMNS), rows)}\n\n{words}"
