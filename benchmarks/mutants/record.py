"""The results: `docs/results/mutants.json`, one entry for each mutant, and why those that survived change nothing."""

import json
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
FILE = HERE.parents[1] / "docs" / "results" / "mutants.json"
REASONS = HERE / "equivalent.toml"


@dataclass
class Entry:
    """One mutant and what became of it.

    Attributes:
        file: Path below `src`.
        function: Its qualified name.
        line: Where, at the time of the run.
        original: The text that was replaced.
        mutated: What took its place.
        number: 1 for the first equal change of the function, 2 for the second, and so on.
        killed_by: The test that noticed, `timeout` or `crash`; None for a survivor.
    """

    file: str
    function: str
    line: int
    original: str
    mutated: str
    number: int
    killed_by: str | None = None

    @property
    def key(self) -> tuple[str, str, str, str, int]:
        """What names the mutant, however the lines move."""
        return self.file, self.function, self.original, self.mutated, self.number


def read() -> dict[str, Any]:
    """The content of the results file; without entries if there is none yet."""
    return json.loads(FILE.read_text()) if FILE.exists() else {"format": 1, "functions": {}, "mutants": []}


def read_entries() -> list[Entry]:
    """All entries of the results file."""
    return [Entry(**entry) for entry in read()["mutants"]]


def save(entries: list[Entry], functions: dict[str, list[str]]) -> None:
    """Replaces the entries of the files that were run, and counts again."""
    results = read()
    kept = [entry for entry in read_entries() if entry.file not in functions]
    merged = sorted(kept + entries, key=lambda entry: (entry.file, entry.line))
    killed = sum(entry.killed_by is not None for entry in merged)
    results["functions"] |= functions
    results |= {"total": len(merged), "killed": killed, "score": killed / len(merged), "mutants": [asdict(e) for e in merged]}
    FILE.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")


def reasons() -> dict[tuple[str, str, str, str, int], str]:
    """Why a survivor changes nothing, by the key of its entry."""
    table = tomllib.loads(REASONS.read_text())["equivalent"]
    return {
        (row["file"], row["function"], row["original"], row["mutated"], number): row["why"]
        for row in table
        for number in row.get("numbers", [1])
    }
