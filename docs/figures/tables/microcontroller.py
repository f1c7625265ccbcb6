"""The table of exported C on emulated microcontrollers."""

from docs.figures.tables.results import read, source, table


def microcontroller() -> str:
    """The memory and the work of each net's code, a row for each net, and the answers of all."""
    results = read("microcontroller")
    nets, versions = results["parts"], results["versions"]
    processors = ("Cortex-M4F", "Cortex-M0+")
    head = ("net, units", "flash", "RAM", "instructions, M4F", "instructions, M0+")
    rows = []
    for name, net in sorted(nets.items()):
        numbers = [net["on"]["Cortex-M4F"][key] for key in ("flash", "ram")] + [net["on"][on]["instructions"] for on in processors]
        label = f"`{net['task']}`, {net['cell']} {net['hidden']}{name.removeprefix(net['task'])}"
        rows.append((label, *(f"{number:,.0f}" for number in numbers)))
    totals = {on: [sum(net["on"][on][key] for net in nets.values()) for key in ("alike", "words")] for on in processors}
    alike = " and ".join(f"{same:,} of {asked:,} on the {on}" for on, (same, asked) in totals.items())
    words = (
        f"Words answered as in Python: {alike}. ziglang {versions['ziglang']}, `-Os`; unicorn {versions['unicorn']}. "
        f"{source('microcontroller', 'studies.microcontroller.measure')}"
    )
    return f"{table(head, rows)}\n\n{words}"
