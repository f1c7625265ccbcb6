"""The table of proved nets with coarse weights."""

from typing import Any

from docs.figures.tables.results import read, source, table


def bits() -> str:
    """The share of proved nets that are still proved with coarse weights, by rounding and after tuning."""
    rows = read("bits")["rows"]
    nets = list(dict.fromkeys((row["task"], row["units"], row["parameters"]) for row in rows))
    by_net = {(row["task"], row["units"], row["to"], row["scales"]): row for row in rows}
    lines = []
    for target, scales in dict.fromkeys((row["to"], row["scales"]) for row in rows):
        shares = (proved_shares(by_net[task, units, target, scales]) for task, units, _ in nets)
        lines.append((f"{target}{', one exponent a tensor' if scales == 'tensor' else ''}", *shares))
    head = ("weights in", *(f"{task}, {units} units ({size:,})" for task, units, size in nets))
    return "\n\n".join([table(head, lines), words_on_table(rows), words_on_records()])


def words_on_table(rows: list[dict[str, Any]]) -> str:
    """What the table shows, and its net with the fewest bits."""
    few = min((row for row in rows if row["task"] == "count" and is_proved(row)), key=lambda row: row["bits"])
    return (
        "The nets are proved in float32; their numbers of weights and biases are in brackets. The table counts those that are "
        "still proved after their weights are rounded, and after → those of the first few nets that are proved after tuning. 95 % "
        "intervals are in the file: for 10 of 10 it is 69–100 %, for 4 of 4 it is 40–100 %. The proved counter with the fewest "
        f"bits in this table has {few['bits']:,} bits ({few['units']} units in {few['to']}, one exponent a {few['scales']}). "
        f"{source('bits', 'bits')}"
    )


def words_on_records() -> str:
    """The proved counter with the fewest bits of all, and the int8 counter."""
    least, int8 = read("fewest-bits/made"), read("int8/made")
    size = f"{least['units']} units, {least['parameters']} weights and biases in {least['to']}, one exponent a {least['scales']}"
    return (
        f"A separate search found the proved counter with the fewest bits so far: **{least['bits']:,}** ({size}; noise budget "
        f"{least['verdict']['noise_budget']:.4f}). Its certificate is in "
        f"[results/fewest-bits](results/fewest-bits/certificate.json), written by `{least['made_by']}`. {state_grid(least)} The "
        f"int8 counter of {int8['bits']:,} bits is in [results/int8](results/int8/certificate.json). {state_grid(int8)}"
    )


def state_grid(made: dict[str, Any]) -> str:
    """How coarse a net's states may be, in a sentence."""
    step = round(1 / made["spacing"])
    return f"Its states may be rounded to multiples of 1/{step}, which gives {made['values']} values for each unit."


def is_proved(row: dict[str, Any]) -> bool:
    """Whether any net of a row is proved."""
    return bool(row["rounded"]["right"] or (row["tuned"] and row["tuned"]["right"]))


def proved_shares(row: dict[str, Any]) -> str:
    """The share proved by rounding, and after → the share proved after tuning."""
    shares = [row["rounded"], *([row["tuned"]] if row["tuned"] else [])]
    return " → ".join(f"{share['right']} of {share['tried']}" for share in shares)
