"""Nets with stacks: how many fresh seeds are proved, how long that takes, and replays; writes `docs/results/stacks.json`.

    python -m studies.stacks [--only ROW ...] [--seeds 20]

`certified`: seeds from 700,000 on, none of which chose a setting; `robust` and `memory`, which see words alone: from 800,000 on.
`constructed`: the named machines and 100 random ones. Each proof counts only if the independent checker accepts it. Proved
nets then answer random words in float32.
"""

import argparse
import dataclasses
import json
import platform
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

import anylength_check
from anylength.memory.closing import Open, find_stack_proofs
from anylength.memory.construct import construct
from anylength.memory.running import run_with_stacks
from anylength.nets import Net, describe, to_bytes
from anylength.nets.answers import answers
from anylength.rules import IGNORE_INDEX, StackMachine, Task, graph, stack_machine, targets, task_named, walk
from anylength.training.fitting import fit
from anylength.training.recipes import recipe_named
from anylength.training.stack_invariant import certified_stacks
from anylength.verification.certify.stack_certificate import stack_certificate_bytes
from anylength.verification.verdicts import Subject, judge_verdict, verify

RESULTS = Path(__file__).parents[1] / "docs" / "results" / "stacks.json"
PAGE = Path(__file__).parents[1] / "docs" / "results" / "stacks.md"
FIRST_SEED, FIRST_SEED_OF_WORDS, RANDOM_MACHINES = 700_000, 800_000, 100
ROWS = {
    "anbn": ("anbn", 10), "anbncn": ("anbncn", 10), "dyck-1": ("dyck-1", 10), "dyck-2": ("dyck-2", 10), "dyck-3": ("dyck-3", 10),
    "json-brackets": ("json-brackets", 10), "reverse base 2": ("reverse", 2), "reverse base 10": ("reverse", 10),
    "duplicate base 2": ("duplicate", 2), "count-natural base 2": ("count-natural", 2), "bb2": ("turing:bb2", 10),
    "bb3": ("turing:bb3", 10), "bb4": ("turing:bb4", 10), "bb5": ("turing:bb5", 10),
}  # fmt: skip
LARGE = {"count-natural base 10": ("count-natural", 10), "utm46": ("turing:utm46", 10)}
GATED = {f"{cell} {row}": (cell, row) for cell in ("stack-gru", "stack-lstm") for row in ("anbn", "dyck-2")}
FREE_GATES, UNBOUND = "stack-gru anbn, gates free", -1e9
CONSTRUCTED = {**ROWS, **LARGE, "duplicate base 10": ("duplicate", 10)}
LARGE_SEEDS = 10
SMALLEST, SMALLEST_SEEDS = ("anbn", "dyck-2", "count-natural base 2"), 5
FROM_WORDS = {f"{recipe} {row}": (recipe, row) for recipe in ("robust", "memory") for row in ("anbn", "reverse base 10")}


def judged(net: Net, task: Task, machine: StackMachine) -> dict[str, Any]:
    """Whether a net is proved, VALID, in which formats, and the seconds of both."""
    started = time.perf_counter()
    found = find_stack_proofs(net, machine)
    proving = time.perf_counter() - started
    if isinstance(found, Open):
        return {"valid": False, "reason": found.reason, "prove_seconds": proving}
    with TemporaryDirectory() as folder:
        files = Path(folder) / "certificate.json", Path(folder) / "model.safetensors"
        files[0].write_bytes(stack_certificate_bytes(net, machine, found))
        files[1].write_bytes(to_bytes(net, describe(net, task)))
        started = time.perf_counter()
        result = anylength_check.check(*files)
    edges = len(graph(machine, fine=found[0].fine).edges)
    return {
        "valid": result.valid, "reason": result.reason, "formats": list(found[0].formats), "noise_budget": found[-1].epsilon,
        "edges": edges, "inclusions": edges * len(found), "prove_seconds": proving,
        "check_seconds": time.perf_counter() - started,
    }  # fmt: skip


def replayed(net: Net, task: Task, seed: int) -> dict[str, int]:
    """Steps in float32 on the task's own words of up to 400 symbols, and how many graded answers are wrong."""
    rng, steps, wrong = np.random.default_rng(seed), 0, 0
    for length in (5, 20, 100, 400):
        words = task.random_words(rng, length, 16)
        right = task.scored(words)
        wrong += int(((answers(net, words) != right) & (right != IGNORE_INDEX)).sum())
        steps += words.size
    return {"steps": steps, "wrong": wrong}


def certified(row: str, seeds: int, cell: str = "stack-rnn", **changes: float) -> dict[str, Any]:
    """A row of fresh seeds, with changes of the recipe."""
    task = task_named(*{**ROWS, **LARGE}[row])
    assert task.memory is not None
    seeds, runs = min(seeds, LARGE_SEEDS) if row in LARGE else seeds, []
    for seed in range(FIRST_SEED, FIRST_SEED + seeds):
        started = time.perf_counter()
        net: Any = fit(task, cell=cell, recipe=dataclasses.replace(certified_stacks(task.memory), **changes), seed=seed).net
        run = {"seed": seed, "train_seconds": time.perf_counter() - started, **judged(net, task, task.memory)}
        runs.append(run | (replayed(net, task, seed) if run["valid"] else {}))
    after_first = runs[1:] or runs  # the first one compiles
    return {
        "row": row, "edges": runs[0].get("edges"), "seeds": seeds, "valid": sum(run["valid"] for run in runs),
        "train_seconds": float(np.median([run["train_seconds"] for run in after_first])),
        "prove_seconds": float(np.median([run["prove_seconds"] for run in runs])),
        "check_seconds": float(np.median([run.get("check_seconds", 0.0) for run in runs])),
        "replayed_steps": sum(run.get("steps", 0) for run in runs), "wrong": sum(run.get("wrong", 0) for run in runs),
        "noise_budget": float(np.median([run.get("noise_budget", 0.0) for run in runs])),
        "refused": [[run["seed"], run["reason"]] for run in runs if not run["valid"]],
    }  # fmt: skip


def smallest(row: str) -> dict[str, Any]:
    """The fewest units with which some of a few seeds is proved, from 2 on, and how many of them."""
    task = task_named(*ROWS[row])
    assert task.memory is not None
    recipe, units, valid = certified_stacks(task.memory), 1, 0
    while not valid:
        units += 1
        seeds = range(FIRST_SEED, FIRST_SEED + SMALLEST_SEEDS)
        nets: list[Any] = [fit(task, cell="stack-rnn", hidden=units, recipe=recipe, seed=seed).net for seed in seeds]
        valid = sum(judged(net, task, task.memory)["valid"] for net in nets)
    return {"row": row, "units": units, "valid": valid, "seeds": SMALLEST_SEEDS}


def from_words(recipe: str, row: str, seeds: int) -> dict[str, Any]:
    """Fresh seeds of a recipe that sees words alone: their verdicts, each judged again from its files.

    A PROVED counts if the independent checker accepts it and a REFUTED if its word is answered wrongly once more (`judge_verdict`).
    """
    task, runs = task_named(*ROWS[row]), []
    assert task.memory is not None
    for seed in range(FIRST_SEED_OF_WORDS, FIRST_SEED_OF_WORDS + seeds):
        started = time.perf_counter()
        result = fit(task, cell="stack-rnn", recipe=recipe_named(recipe, task, "stack-rnn"), seed=seed)
        net: Any = result.net
        trained = time.perf_counter()
        found = verify(net, task)
        proved = time.perf_counter()
        weights = to_bytes(net, describe(net, task))
        judged = judge_verdict(found.verdict, found.certificate, Subject(net, "stack-rnn", weights, task))
        assert judged is not None
        assert judged.verdict == found.verdict.verdict
        runs.append(
            {"seed": seed, "verdict": judged.verdict, "reason": judged.reason, "counterexample": judged.counterexample,
             "states": result.inferred and result.inferred.states, "letters": result.inferred and result.inferred.letters,
             "train_seconds": trained - started, "prove_seconds": proved - trained}
            | (replayed(net, task, seed) if judged.verdict == "PROVED" else {})
        )  # fmt: skip
    return {
        "recipe": recipe, "row": row, "states": task.memory.states, "seeds": seeds, "runs": runs, **{
            verdict: sum(run["verdict"] == verdict for run in runs) for verdict in ("PROVED", "REFUTED", "UNKNOWN")
        }, "soft": sum("gates are soft" in (run["reason"] or "") for run in runs),
        "steps": sum(run.get("steps", 0) for run in runs), "wrong": sum(run.get("wrong", 0) for run in runs),
    }  # fmt: skip


def constructed(name: str, make: Callable[[], tuple[Task | None, StackMachine, int, int]]) -> dict[str, Any]:
    """A machine's constructed net."""
    task, machine, base, classes = make()
    started = time.perf_counter()
    net = construct(machine, base=base, tapes=1, classes=classes)
    seconds = time.perf_counter() - started
    return {"row": name, "units": net.hidden, "make_seconds": seconds, **judged(net, task or task_named("count", base), machine)}


def random_machine(seed: int) -> StackMachine:
    """A machine of 2 to 5 states, 2 or 3 symbols, 1 or 2 stacks of 1 to 3 letters; all rules are drawn uniformly."""
    rng = np.random.default_rng(seed)
    states, symbols, stacks = int(rng.integers(2, 6)), int(rng.integers(2, 4)), int(rng.integers(1, 3))
    letters = int(rng.integers(2, 5 if stacks == 1 else 4))
    rules: dict[Any, Any] = {}

    def step(state: int, symbol: int, tops: tuple[int, ...]) -> Any:
        key = state, symbol, tops
        if key not in rules:
            actions = rng.integers(0, letters + 1, stacks).tolist()
            rules[key] = int(rng.integers(states)), actions, int(rng.integers(2))
        return rules[key]

    return stack_machine(step, 0, symbols=symbols, letters=letters, stacks=stacks)


def named_machine(row: str) -> tuple[Task | None, StackMachine, int, int]:
    """The machine of a row."""
    task = task_named(*CONSTRUCTED[row])
    assert task.memory is not None
    return task, task.memory, task.letters, task.classes


DEPTH, DEEP_NETS = 100_000, 20


def deep(seeds: int) -> dict[str, Any]:
    """Nets for dyck-2 on brackets that open, close again and err near the end, and on random walks as long.

    Those for the first net open `DEPTH` times, those for the others a tenth as often.
    """
    task = task_named("dyck-2")
    assert task.memory is not None
    rng, wrong, soft, steps, deepest = np.random.default_rng(FIRST_SEED), 0, 0, 0, 0
    for seed in range(FIRST_SEED, FIRST_SEED + seeds):
        net: Any = fit(task, cell="stack-rnn", recipe=certified_stacks(task.memory), seed=seed).net
        assert judged(net, task, task.memory)["valid"]
        opened = rng.integers(0, 2, (DEPTH if seed == FIRST_SEED else DEPTH // 10, 2))
        words = np.concatenate([2 * opened, 2 * opened[::-1] + 1, rng.integers(0, 4, (20, 2))])
        words[-rng.integers(20, 200), 1] ^= 2  # the second word closes a wrong bracket far down
        words = np.concatenate([words, walk(task.memory, rng, len(words), 1)], axis=1).astype(np.int64)
        ran = run_with_stacks(net, words)
        wrong += int((ran.outputs != targets(task.memory, words.astype(np.uint8))).sum())
        soft, steps, deepest = soft + int(ran.soft.sum()), steps + words.size, max(deepest, ran.deepest)
    return {"row": "dyck-2", "nets": seeds, "steps": steps, "wrong": wrong, "soft_gates": soft, "deepest": deepest}


def table(results: dict[str, Any]) -> str:
    """The table of trained nets, in Markdown."""
    lines = ["| task | edges | proved and VALID | train, s | proof, s | check, s | noise budget |", "|---|---|---|---|---|---|---|"]
    rows = results["certified"].values()
    for row in rows:
        times = " | ".join(f"{row[name]:.2g}" for name in ("train_seconds", "prove_seconds", "check_seconds"))
        lines.append(f"| {row['row']} | {row['edges']} | {row['valid']} of {row['seeds']} | {times} | {row['noise_budget']:.3f} |")
    steps, wrong = (sum(row[name] for row in rows) for name in ("replayed_steps", "wrong"))
    return "\n".join([*lines, "", f"In float32, {steps:,} steps of random words: {wrong} wrong answers."])


def gated_table(results: dict[str, Any]) -> str:
    """The table of trained nets with a GRU or an LSTM, in Markdown."""
    lines = ["| cell | task | proved and VALID | train, s | proof, s | check, s | noise budget |", "|---|---|---|---|---|---|---|"]
    for row in results["gated"].values():
        times = " | ".join(f"{row[name]:.2g}" for name in ("train_seconds", "prove_seconds", "check_seconds"))
        lines.append(f"| `{row['cell']}` | {row['row']} | {row['valid']} of {row['seeds']} | {times} | {row['noise_budget']:.3f} |")
    return "\n".join(lines)


def free_gates_sentence(results: dict[str, Any]) -> str:
    """The nets whose gates may hold, in words."""
    row = results["free_gates"]
    return (
        "`certified` keeps gates that retain nearly closed, for retained noise adds up. Without this, "
        f"{row['valid']} of {row['seeds']} `{row['cell']}` for {row['row']} are proved."
    )


def words_table(results: dict[str, Any]) -> str:
    """The table of nets that saw words alone, in Markdown."""
    lines = [
        "| recipe | task | states (of the task) | seeds | PROVED, VALID | REFUTED, replayed | UNKNOWN | of these soft |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in results["words"].values():
        verdicts = " | ".join(str(row[name]) for name in ("seeds", "PROVED", "REFUTED", "UNKNOWN", "soft"))
        inferred = ", ".join(str(states) for states in sorted({run["states"] or 0 for run in row["runs"]}))
        machine = f"{inferred} ({row['states']})" if row["recipe"] == "robust" else ""
        lines.append(f"| `{row['recipe']}` | {row['row']} | {machine} | {verdicts} |")
    steps, wrong = (sum(row[name] for row in results["words"].values()) for name in ("steps", "wrong"))
    return "\n".join([*lines, "", f"In float32, {steps:,} steps of random words: {wrong} wrong answers."])


def construction_sentence(results: dict[str, Any]) -> str:
    """The constructed nets, in words."""
    rows, drawn = results["constructed"].values(), results["random"]
    valid = sum(row["valid"] for row in rows)
    least, most = min(row["units"] for row in rows), max(row["units"] for row in rows)
    refused = f"; the smallest that was not proved has {drawn['smallest_refused']}" if drawn["smallest_refused"] else ""
    return (
        f"Of {len(rows)} machines of the tasks {valid} are VALID in float32, with {least} to {most} units; of "
        f"{drawn['machines']} random machines\n{drawn['valid']}, with up to {drawn['largest_proved']} units{refused}."
    )


def deep_sentence(results: dict[str, Any]) -> str:
    """The run on deep words, in words."""
    found = results["deep"]
    return (
        f"{found['nets']} of the nets for {found['row']} also ran on brackets nested up to {found['deepest']:,} deep and on\n"
        f"random walks as long, in float32: {found['steps']:,} steps, {found['wrong']} wrong answers, "
        f"{found['soft_gates']} gates that were not exactly 0 or 1."
    )


def smallest_table(results: dict[str, Any]) -> str:
    """The fewest units of a trained and of a constructed net with a proof, in Markdown."""
    found, made = results["smallest"], results["constructed"]
    lines = [f"| task | fewest units, trained ({SMALLEST_SEEDS} seeds a size) | constructed |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| {row} | {found[row]['units']} | {made[row]['units']} |" for row in SMALLEST)])


def write_page(results: dict[str, Any]) -> None:
    """Puts the tables into `docs/results/stacks.md`, between their marks."""
    text = PAGE.read_text()
    contents = {"certified": table(results), "deep": deep_sentence(results), "constructed": construction_sentence(results)}
    contents |= {"words": words_table(results), "smallest": smallest_table(results)}
    contents["gated"] = f"{gated_table(results)}\n\n{free_gates_sentence(results)}"
    for mark, content in contents.items():
        start, end = f"<!-- {mark} -->", f"<!-- end of {mark} -->"
        text = f"{text[: text.index(start)]}{start}\n\n{content}\n\n{text[text.index(end) :]}"
    PAGE.write_text(text)


def main() -> None:
    """Runs the rows and writes the results; rows that are left out stay as they are."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    every = [*ROWS, *LARGE, "deep", "constructed", "random", "smallest", *GATED, FREE_GATES, *FROM_WORDS]
    parser.add_argument("--only", nargs="*", default=every)
    parser.add_argument("--seeds", type=int, default=20)
    options = parser.parse_args()
    known: dict[str, Any] = json.loads(RESULTS.read_text()) if RESULTS.exists() else {"certified": {}}
    for row in options.only:
        if row == "constructed":
            known["constructed"] = {name: constructed(name, lambda name=name: named_machine(name)) for name in CONSTRUCTED}
        elif row == "deep":
            known["deep"] = deep(DEEP_NETS)
        elif row == "smallest":
            known["smallest"] = {name: smallest(name) for name in SMALLEST}
        elif row in FROM_WORDS:
            known.setdefault("words", {})[row] = from_words(*FROM_WORDS[row], options.seeds)
        elif row == "random":
            found = [
                constructed(str(seed), lambda seed=seed: (None, (machine := random_machine(seed)), machine.symbols, 2))
                for seed in range(FIRST_SEED, FIRST_SEED + RANDOM_MACHINES)
            ]
            known["random"] = {
                "machines": len(found), "valid": sum(each["valid"] for each in found),
                "largest_proved": max(each["units"] for each in found if each["valid"]),
                "smallest_refused": min((each["units"] for each in found if not each["valid"]), default=None),
                "seconds": max(each["make_seconds"] + each["prove_seconds"] + each.get("check_seconds", 0.0) for each in found),
            }  # fmt: skip
        elif row in GATED:
            cell, of = GATED[row]
            known.setdefault("gated", {})[row] = {"cell": cell, **certified(of, options.seeds, cell)}
        elif row == FREE_GATES:
            known["free_gates"] = {"cell": "stack-gru", **certified("anbn", options.seeds, "stack-gru", shut=UNBOUND)}
        else:
            known["certified"][row] = certified(row, options.seeds)
        known["machine"] = f"{platform.machine()}, {platform.system()}"
        RESULTS.write_text(json.dumps(known, indent=1) + "\n")
        if {"random", "constructed", "deep", "words", "smallest", "gated", "free_gates"} <= known.keys():
            write_page(known)
        print(row, json.dumps(next((found[row] for found in known.values() if row in found), known.get(row)))[-300:], flush=True)


if __name__ == "__main__":
    main()
