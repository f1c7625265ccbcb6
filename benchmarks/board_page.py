"""The page `docs/board/index.md`, written from the entries that were checked and from `checks.json`."""

from typing import Any

from benchmarks.board import CERTIFICATE, ENTRY, QUANTISED, Entry, records

INTRODUCTION = """# How small can a proved net be?

Each net here is right at every length, with a certificate. The net of a task and a cell with the fewest bits is the record (bold);
of nets with equal bits, the one with fewer parameters.

**Bits** are counted as [`anylength quantise`](../how-to/quantise.md) counts them: for int4, 4 for each weight and bias and 8 for
each exponent; 16 in a 16-bit format, 32 in float32. **Parameters** are weights and biases. Each net's `entry.json` has the command
that made the net.
"""

SUBMIT = f"""## How to submit a net

1. Make a net by any means, and prove the net (`anylength prove RUN`, or `anylength quantise RUN --to int4`).
2. `python -m benchmarks.board --enter RUN --name NAME --who WHO --how "THE COMMAND, WITH ITS SEED"` writes the folder
   `docs/board/TASK/CELL/NAME/` and this page.
3. Send both as a pull request. A net need not beat the record, but should show something that no other entry shows.

## How an entry is checked

`python -m benchmarks.board` believes nothing that `{ENTRY}` says:

- `anylength_check` must say VALID of the certificate and these weights.
- The certificate's machine must be that of the task, state by state, and its step that of the cell.
- The score is counted from the files: the weights in `{QUANTISED}` must be those of the net, and lie on the grid that it names.
- The verified checker in `formal/checker` must pass every proof, and Rocq's kernel must accept the theorem of each record.
  `checks.json` keeps what they said, with a digest of the files.
"""

HEAD = ("task", "cell", "net", "bits", "parameters", "units", "weights", "verified checker")


def page(found: list[Entry], checks: dict[str, dict[str, Any]]) -> str:
    """The page.

    Args:
        found: The entries, sorted.
        checks: What the verified checker and Coq said of them, by their folders.
    """
    first = records(found)
    rows = [_row(entry, entry in first, checks) for entry in found]
    head = [f"| {' | '.join(HEAD)} |", "|" + "---|" * len(HEAD)]
    return "\n".join([INTRODUCTION, *head, *rows, "", SUBMIT])


def _row(entry: Entry, is_record: bool, checks: dict[str, dict[str, Any]]) -> str:
    bits = f"**{entry.bits:,}**" if is_record else f"{entry.bits:,}"
    said = "passes" if _check(entry, checks).get("verified") else "not asked"
    link = f"[{entry.name}]({entry.folder}/{CERTIFICATE})"
    sizes = (bits, f"{entry.parameters:,}", str(entry.units), entry.weights)
    return f"| {' | '.join((*entry.place, link, *sizes, said))} |"


def _check(entry: Entry, checks: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What was said of exactly these files; nothing if they are others by now."""
    check = checks.get(entry.key, {})
    return check if check.get("digest") == entry.digest else {}
