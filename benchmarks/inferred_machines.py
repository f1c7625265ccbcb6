"""Measures machines inferred from examples alone. Writes `docs/results/inferred-machines.json`.

    python -m benchmarks.inferred_machines [PART ...]

Parts: `words` (by task and number of examples), `data-sets` (the tool's own data sets, 9,000 examples each) and `aalpy` (AALpy's
state merging on the same examples). `aalpy-ours` measures our rows of that part alone.

Every machine is compared with the task's true one.
"""

import argparse
import time
from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np

from anylength.errors import InputError
from anylength.inference import (
    UNKNOWN,
    Inferred,
    LabelledWords,
    ask_until_known,
    completed,
    filled,
    from_targets,
    hold_out,
    infer,
    open_pairs,
)
from anylength.machines import Machine, equivalent, minimise
from anylength.tasks import IGNORE_INDEX, SUITES, Task, task_named
from anylength.training.start import draw_examples
from benchmarks.aalpy_merging import SETTINGS, TIME_LIMIT, aalpy_tables
from benchmarks.results_file import RESULTS, read_parts, save_part

FILE = RESULTS / "inferred-machines.json"

LONGEST = 20
"""Symbols of the longest random word."""

SEEDS = 20
"""Data sets for each row of the part `words`."""

TOMITA = tuple((f"tomita-{number}", examples) for number in range(1, 8) for examples in (10, 30, 100, 1000))

ROWS = (
    ("count", 101),
    *TOMITA,
    ("parity-bits", 10),
    ("remainder-3", 100),
    ("multiply-3", 100),
    *(("add", examples) for examples in (100, 200, 300, 500, 1000)),
    *((f"{group}-generators", examples) for group in ("s3", "a4") for examples in (30, 100)),
    ("s4-generators", 300),
    ("a5-generators", 1000),
    ("modular-arithmetic-left", 1000),
    ("modular-arithmetic-left", 9000),
    *(("dyck-2-2", examples) for examples in (1000, 3000, 9000)),
    ("flip-flop-language", 9000),
)
"""Task and number of examples of each row of the part `words`."""

AALPY_ROWS = (
    ("count", 101),
    ("tomita-3", 100),
    ("tomita-5", 1000),
    ("multiply-3", 9000),
    *(("add", examples) for examples in (100, 300, 1000, 9000)),
    ("s4-generators", 300),
    ("a5-generators", 1000),
    ("modular-arithmetic-left", 9000),
    ("dyck-2-2", 1000),
    ("dyck-2-2", 3000),
)
"""The same for the part `aalpy`."""

AALPY_ENDS = (("tomita-3", 9000), ("divisible-3-base-10", 9000), ("subregular-lt", 9000), ("dyck-2-2", 9000))
"""The same, for words that are graded at their ends alone."""

AALPY_SEEDS = 5

DIGIT_TASKS = (
    "count", "decrement", "add", "subtract", "compare", "parity", "collatz",
    *(f"{kind}-{number}" for kind in ("multiply", "divide", "remainder") for number in (3, 7)),
)  # fmt: skip


def random_words(task: Task, count: int, seed: int) -> LabelledWords:
    """Random words of 1 to 20 symbols with all their outputs."""
    rng = np.random.default_rng([seed, count])
    symbols = rng.integers(0, task.symbols, (count, LONGEST))
    targets = task.targets(symbols.T.astype(np.uint16)).T.astype(np.int64)
    targets[np.arange(LONGEST) >= rng.integers(1, LONGEST + 1, count)[:, None]] = UNKNOWN
    return LabelledWords(symbols, targets)


def data_set(task: Task, name: str, seed: int) -> LabelledWords:
    """The training examples of one of the tool's data sets."""
    examples = draw_examples(task, name, seed)[0]
    return from_targets(examples.symbols, examples.targets, IGNORE_INDEX)


def examples_of(task: Task, count: int, seed: int) -> LabelledWords:
    """The first numbers of a digit task's own data (0…100 for `count`); random words of a suite's task."""
    if task.name == "count":
        return data_set(task, "hundred", seed)
    return data_set(task, "post", seed)[:count] if task.name in DIGIT_TASKS else random_words(task, count, seed)


def judged(delta: np.ndarray, output: np.ndarray, machine: Machine) -> str:
    """An inferred machine beside the true one: "equal", "open" (all that it says is right, but pairs are open) or "wrong"."""
    partner, queue, is_open = {0: machine.start}, [0], False
    for state in queue:
        for symbol in range(machine.symbols):
            target, right = machine.step(partner[state], symbol)
            if output[state, symbol] not in (UNKNOWN, right):
                return "wrong"
            following = int(delta[state, symbol])
            is_open |= UNKNOWN in (following, output[state, symbol])
            if following != UNKNOWN and following not in partner:
                partner[following] = target
                queue.append(following)
            if following != UNKNOWN and partner[following] != target:
                return "wrong"
    return "open" if is_open else "equal"


def measured(work: Callable[[], Inferred]) -> tuple[Inferred, float]:
    """A result and the seconds that it took."""
    start = time.perf_counter()
    return work(), time.perf_counter() - start


def row(task: Task, examples: list[LabelledWords]) -> dict[str, object]:
    """One row: a task and several sets of examples."""
    machine, asked, rounds, seconds = minimise(task.machine), [], [], []
    tally = dict.fromkeys(COUNTS, 0)
    for seed, words in enumerate(examples):
        inferred, spent = measured(lambda words=words: infer(words, task.symbols))
        seconds.append(spent)
        active = ask_until_known(words, machine.run, task.symbols, np.random.default_rng(seed))
        asked.append(len(active.answered))
        rounds.append(active.rounds)
        for count in counts_of(task, words, inferred, seed):
            tally[count] += 1
        tally[ASKED] += active.inferred.complete and equivalent(completed(active.inferred), machine)
    return {
        **tally,
        "sets of examples": len(examples),
        "words asked, median": int(np.median(asked)),
        "words asked, most": max(asked),
        "rounds, most": max(rounds),
        "seconds, median": round(float(np.median(seconds)), 4),
        "seconds, most": round(max(seconds), 4),
    }


EQUAL, OPEN, OPEN_WRONG, WRONG = "equal", "open, the rest right", "open, the rest wrong", "complete and wrong"
ASKED, FILLED = "equal after asking", "open, and equal after filling"
ALARM, CAUGHT = "equal, yet refused by the hold-out", "complete, wrong and refused by the hold-out"
GUESSED = "without required evidence: equal"
GUESS_WRONG = "without required evidence: complete and wrong"
GUESS_CAUGHT = "without required evidence: complete, wrong and refused by the hold-out"
COUNTS = (EQUAL, OPEN, OPEN_WRONG, WRONG, CAUGHT, ALARM, ASKED, FILLED, GUESSED, GUESS_WRONG, GUESS_CAUGHT)


def counts_of(task: Task, words: LabelledWords, inferred: Inferred, seed: int) -> Iterator[str]:
    """What one set of examples counts for. "Right" is a machine without a wrong entry; it may have open pairs."""
    machine = minimise(task.machine)
    verdict = judged(inferred.delta, inferred.output, machine)
    yield {"equal": EQUAL, "open": OPEN}.get(verdict, WRONG if inferred.complete else OPEN_WRONG)
    if inferred.complete and hold_out(words, task.symbols, np.random.default_rng(seed)).wrong:
        yield ALARM if verdict == "equal" else CAUGHT
    if not inferred.complete and equivalent(filled(inferred)[0], machine):
        yield FILLED
    guess = infer(words, task.symbols, evidence=0)
    if judged(guess.delta, guess.output, machine) == "equal":
        yield GUESSED
    elif guess.complete:
        yield GUESS_WRONG
        if hold_out(words, task.symbols, np.random.default_rng(seed), evidence=0).wrong:
            yield GUESS_CAUGHT


def words_part() -> Iterator[tuple[str, dict[str, object]]]:
    """The part `words`."""
    for name, count in ROWS:
        task = task_named(name)
        yield f"{name}, {count:,} examples", row(task, [examples_of(task, count, seed) for seed in range(SEEDS)])


def data_sets_part() -> Iterator[tuple[str, dict[str, object]]]:
    """The part `data-sets`."""
    for name in (*DIGIT_TASKS, *(task.name for suite in SUITES.values() for task in suite.tasks)):
        task = task_named(name)
        machine = minimise(task.machine)
        for data in [name for name in ("hundred", "post", "ends") if name in task.data]:
            words = data_set(task, data, 0)
            try:
                inferred, seconds = measured(lambda words=words, task=task: infer(words, task.symbols))
                held = hold_out(words, task.symbols, np.random.default_rng(0))
            except InputError as error:
                yield f"{name}, {data}", {"refused": str(error)}
                continue
            verdict = judged(inferred.delta, inferred.output, machine)
            entry = {"verdict": verdict, "open pairs": len(open_pairs(inferred)), "states": inferred.states}
            counts = {"true states": machine.states, "examples": len(words), "held out": held.words, "of these wrong": held.wrong}
            yield f"{name}, {data}", {**entry, **counts, "seconds": round(seconds, 3)}


def aalpy_part(settings: tuple[str, ...] = ("ours", *SETTINGS)) -> Iterator[tuple[str, dict[str, object]]]:
    """The part `aalpy`."""
    for (name, count), ends in [*((row, False) for row in AALPY_ROWS), *((row, True) for row in AALPY_ENDS)]:
        task = task_named(name)
        examples = [data_set(task, "ends", seed)[:count] if ends else examples_of(task, count, seed) for seed in range(AALPY_SEEDS)]
        for setting in settings:
            yield f"{name}, {count:,} examples{', ends' * ends}, {setting}", _compared(setting, examples, task)


def _compared(setting: str, examples: list[LabelledWords], task: Task) -> dict[str, object]:
    machine, verdicts, seconds = minimise(task.machine), Counter(), []
    for words in examples:
        start = time.perf_counter()
        found = _tables(setting, words, task)
        seconds.append(time.perf_counter() - start)
        if found is None:
            return {f"more than {TIME_LIMIT} seconds": 1}
        verdicts[judged(*found, machine)] += 1
    return {**verdicts, "seconds, median": round(float(np.median(seconds)), 4)}


def _tables(setting: str, words: LabelledWords, task: Task) -> tuple[np.ndarray, np.ndarray] | None:
    """Without required evidence, as AALpy: both say their best guess."""
    if setting != "ours":
        return aalpy_tables(setting, words, task.symbols)
    inferred = infer(words, task.symbols, evidence=0)
    return inferred.delta, inferred.output


def ours_part() -> Iterator[tuple[str, dict[str, object]]]:
    """The part `aalpy` with our rows measured again and AALpy's kept, which take ten minutes."""
    kept, ours = read_parts(FILE)["parts"]["aalpy"], dict(aalpy_part(("ours",)))
    yield from {label: ours.get(label, entry) for label, entry in kept.items()}.items()


PARTS = {"words": words_part, "data-sets": data_sets_part, "aalpy": aalpy_part}

OURS = "aalpy-ours"
"""Names the part `aalpy` where only our rows are measured."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"the parts to measure, all by default: {', '.join(PARTS)}; {OURS}"
    )
    for name in parser.parse_args().parts or PARTS:
        part = {}
        for label, entry in (PARTS | {OURS: ours_part})[name]():
            part[label] = entry
            print(label, entry, flush=True)
        save_part(FILE, name.removesuffix("-ours"), part)


if __name__ == "__main__":
    main()
