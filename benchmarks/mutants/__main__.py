"""Mutates the trusted code and looks which test notices. Writes `docs/results/mutants.json` and `docs/research-log/mutants.md`.

    python -m benchmarks.mutants [FILE …] [--survivors]

FILE is a path below `src`, as in the results; without any, all files are mutated, which takes some four hours of one processor.
With `--survivors` only the changes that no test noticed the last time are tried again. All other results are kept.
"""

import argparse
import time

from benchmarks.mutants import page
from benchmarks.mutants.operators import Mutant, functions_of, mutants_of
from benchmarks.mutants.record import Entry, read_entries, save
from benchmarks.mutants.targets import TARGETS, Target
from benchmarks.mutants.trial import TREE, copied_tree, first_failure, load


def entries_of(file: str, mutants: list[Mutant]) -> list[Entry]:
    """The mutants of a file as entries without a result. Equal changes of one function are numbered."""
    counts: dict[tuple[str, str, str], int] = {}
    entries = []
    for mutant in mutants:
        change = mutant.function, mutant.original, mutant.mutated
        counts[change] = counts.get(change, 0) + 1
        entries.append(Entry(file, mutant.function, mutant.line, mutant.original, mutant.mutated, counts[change]))
    return entries


def run(target: Target, known: dict[tuple, Entry], survivors: bool) -> list[Entry]:
    """The results of all mutants of a target's files."""
    results = []
    with copied_tree() as tree:
        load(tree, target)
        for file in target.files:
            path = tree / "src" / file
            source = path.read_text()
            unchanged = first_failure(tree, target)
            if unchanged is not None:
                raise SystemExit(f"the tests of {file} fail without any change: {unchanged}")
            mutants = mutants_of(source)
            started = time.monotonic()
            for mutant, entry in zip(mutants, entries_of(file, mutants), strict=True):
                before = known.get(entry.key)
                if survivors and before is not None and before.killed_by is not None:
                    entry.killed_by = before.killed_by
                else:
                    path.write_text(mutant.source)
                    entry.killed_by = first_failure(tree, target)
                    if entry.killed_by is None:
                        print(
                            f"survived: {file}:{entry.line} {entry.function}: {entry.original!r} -> {entry.mutated!r}", flush=True
                        )
                results.append(entry)
            path.write_text(source)
            killed = sum(entry.killed_by is not None for entry in results)
            print(f"{file}: {killed} of {len(results)} killed in {time.monotonic() - started:.0f} s", flush=True)
    return results


def main() -> None:
    """Runs the targets that are asked for and saves the results after each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutants")
    parser.add_argument("files", nargs="*", metavar="FILE")
    parser.add_argument("--survivors", action="store_true")
    options = parser.parse_args()
    for target in TARGETS:
        if not options.files or set(options.files) & set(target.files):
            known = {entry.key: entry for entry in read_entries()}
            results = run(target, known, options.survivors)
            functions = {file: functions_of((TREE / "src" / file).read_text()) for file in target.files}
            save(results, functions)
    page.write()


if __name__ == "__main__":
    main()
