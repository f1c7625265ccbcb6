"""The page `docs/board/index.md`, written from the entries that were checked and from `checks.json`."""

import itertools
import json
from typing import Any

from benchmarks.board import CERTIFICATE, ENTRY, QUANTISED, Entry, records
from benchmarks.fewest_bits import FOLDER

INTRODUCTION = """# The board of the smallest proved nets

How small can a net be that is right at every length? Each net here is proved: it answers every input of its task rightly, of any
length. A class is a task and a cell. The net with the fewest bits is the record of its class; of nets with equal bits, the one with
fewer parameters.

**Bits** are the bits of description, counted as [`anylength quantise`](../how-to/quantise.md) counts them: for int4, 4 for each
weight and bias and 8 for each exponent; 16 in a 16-bit format, 32 in float32. **Parameters** are weights and biases.
"""

SUBMIT = f"""## How to submit a net

1. Make a net, by any means, and prove it: `anylength train …`, `anylength prove RUN`, and perhaps
   `anylength quantise RUN --to int4`.
2. Make its entry: `python -m benchmarks.board --enter RUN --name NAME --who WHO --how "THE COMMAND, WITH ITS SEED"`. It writes
   the folder `docs/board/TASK/CELL/NAME/` and this page.
3. Send both as a pull request. A net need not beat the record, but it should show something that no other entry shows.

An entry is a folder with `{CERTIFICATE}`, `model.safetensors`, `{QUANTISED}` if its weights are on a coarse grid,
and `{ENTRY}`: who made the net (`who`), by which command (`made_by`), `bits` and `parameters`. `files` names another folder in
`docs` where the other files lie.

## How it is checked

`python -m benchmarks.board` checks every entry again. It believes nothing that `{ENTRY}` says.

- The independent checker, `anylength_check`, must say VALID of the certificate and these weights.
- The certificate's machine must be the machine of the class's task, state by state, and its step that of the class's cell. So a
  net that counts down cannot stand among those that count up.
- The score is counted from the files: the weights in `{QUANTISED}` must be those of the net, and lie on the grid that it names.
- Where Rocq and OCaml are installed, the verified checker in `formal/checker` must pass every proof,
  and `coqc` must accept the theorem of each record. `checks.json` keeps what they said, with a digest of the files.

The tests check the same with each change of the project. For the last point there are slow tests, which
continuous integration runs.
"""


SEARCHES = """The recipe `unrolled` found proved counters of 4 units and more ([results](../results/smallest/smallest.json)).
A search for integers, from a design by hand, looks for smaller ones. Its first part chooses the recurrent weights and allows any
numbers within the bits in the read-out, which gives the margin. Its second part looks for integers there. A margin above 0
without a proof means that no such integers were found in time.
"""


def page(found: list[Entry], checks: dict[str, dict[str, Any]]) -> str:
    """The page.

    Args:
        found: The entries, sorted.
        checks: What the verified checker and Coq said of them, by their folders.
    """
    boards = [_board(place, list(group), checks) for place, group in itertools.groupby(found, key=lambda entry: entry.place)]
    return "\n".join([INTRODUCTION, _records(found), *boards, _searches(), SUBMIT])


def _records(found: list[Entry]) -> str:
    rows = [
        f"| `{first.task}` | `{first.cell}` | **{first.bits:,}** | {first.parameters:,} | {first.units} | {first.weights} |"
        for first in records(found)
    ]
    return "\n".join(
        ["## The records", "", "| task | cell | bits | parameters | units | weights |", "|---|---|---|---|---|---|", *rows, ""]
    )


def _board(place: tuple[str, str], group: list[Entry], checks: dict[str, dict[str, Any]]) -> str:
    lines = [
        f"## {place[0]}, {place[1]}",
        "",
        "| net | bits | parameters | units | weights | by | verified checker |",
        "|" + "---|" * 7,
    ]
    for entry in group:
        link = f"[{entry.name}]({entry.folder}/{CERTIFICATE})"
        said = "passes" if _check(entry, checks).get("verified") else "not asked"
        size = f"{entry.bits:,} | {entry.parameters:,} | {entry.units} | {entry.weights}"
        lines.append(f"| {link} | {size} | {entry.told.who} | {said} |")
    lines += ["", *(f"- {entry.name}: `{entry.told.made_by}`" for entry in group)]
    theorem = _check(group[0], checks).get("theorem")
    if theorem:
        lines += ["", f"The record's theorem, accepted by Rocq's kernel: {theorem}."]
    return "\n".join([*lines, ""])


def _check(entry: Entry, checks: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What was said of exactly these files; nothing if they are others by now."""
    check = checks.get(entry.key, {})
    return check if check.get("digest") == entry.digest else {}


def _searches() -> str:
    """What the search for small counters tried."""
    file = FOLDER / "searches.json"
    searches = json.loads(file.read_text())["searches"] if file.exists() else {}
    rows = [
        f"| {one['units']} | int{one['bits']} | `{made_by}` | {one['margin']:.3f} | {'yes' if one['proved'] else 'no'} |"
        for made_by, one in sorted(searches.items(), key=lambda item: (item[1]["units"], item[1]["bits"]))
    ]
    head = [
        "## What was tried for smaller counters",
        "",
        SEARCHES,
        "| units | weights | command | margin | proved |",
        "|" + "---|" * 5,
    ]
    return "\n".join([*head, *rows, ""])
