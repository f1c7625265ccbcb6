"""The part of `docs/research-log/mutants.md` made from the results: a table of the files, and why each survivor changes nothing."""

from benchmarks.mutants.record import FILE, Entry, read, read_entries, reasons
from benchmarks.mutants.targets import DUE

PAGE = FILE.parents[1] / "research-log" / "mutants.md"
BEGIN, END = "<!-- results -->\n", "<!-- /results -->\n"


def cell(text: str) -> str:
    """Code in a cell of a table."""
    return "`" + " ".join(text.split()).replace("|", "\\|") + "`"


def table(entries: list[Entry]) -> list[str]:
    """Mutants and killed ones of each file."""
    lines = ["| file | mutants | killed |", "|---|---|---|"]
    for file in sorted({entry.file for entry in entries}):
        of_file = [entry for entry in entries if entry.file == file]
        killed = sum(entry.killed_by is not None for entry in of_file)
        lines.append(f"| `{file}` | {len(of_file)} | {killed} |")
    return lines


def survivors(entries: list[Entry]) -> list[str]:
    """Each survivor and why it changes nothing."""
    why = reasons()
    lines = ["| function | change | why it changes nothing |", "|---|---|---|"]
    for entry in entries:
        if entry.killed_by is None:
            place = f"`{entry.file}`, `{entry.function}`"
            lines.append(f"| {place} | {cell(entry.original)} → {cell(entry.mutated)} | {why.get(entry.key, '')} |")
    return lines


def section() -> str:
    """The text between the marks."""
    results, entries = read(), read_entries()
    total, killed = results["total"], results["killed"]
    lines = [
        "## Score",
        "",
        f"{killed} of {total} mutants are killed: {100 * results['score']:.1f} %. {len(DUE)} files are not among them. They were "
        "changed after their last run, and the next one is due (`DUE` in `benchmarks/mutants/targets.py`).",
        "",
        *table(entries),
        "",
        f"## The {total - killed} survivors",
        "",
        "Each of them changes nothing that matters, for the reason given.",
        "",
        *survivors(entries),
    ]
    return "\n".join(lines) + "\n"


def write() -> None:
    """Puts the section into the page."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    PAGE.write_text(before + BEGIN + section() + END + rest.partition(END)[2])
