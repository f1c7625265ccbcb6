"""Nets that nobody trained to be provable: how many are decided, and what it takes. Writes `docs/results/plain-nets.json`.

    python -m benchmarks.plain_nets [--only NAME ...] [--nets N] [--budget 240] [--again [--seeds SEED ...] [--kept FOLDER]]

A net is saved when its verdict is there: an interrupted run leaves what it has, and goes on from there. With `--again`, the nets
that were left open (or those of some seeds) are tried once more, with the larger budget; what was found before stays beside it.
With `--kept` unfinished searches are kept in a folder, and go on there.
"""

import argparse
import json
import re
import resource
import statistics
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from anylength.nets import Net
from anylength.records.verdicts import (
    PROVED,
    PROVED_ROUNDED,
    PROVED_WITHIN,
    REFUTED,
    REFUTED_ROUNDED,
)
from anylength.rules import Rounded, Task, along, task_named, words_of_language
from anylength.statistics import share
from anylength.training import RECIPES, AbstractRecipe, Session, fit
from anylength.verification.ellipsoids.kept import NO_MEMORY, Memory
from anylength.verification.refutation import refute
from anylength.verification.verdicts import Verification, verify, verify_rounded, verify_within
from anylength.verification.verdicts.checker import check_shared_out
from benchmarks.kept import KeptIn
from benchmarks.plain_torch_nets import TORCH_KINDS, TorchKind
from benchmarks.results_file import RESULTS, read_parts, save_part

FILE = RESULTS / "plain-nets.json"

FIRST_SEED = 60_000
"""Seeds from here on were not used in the search for a way. Some of those from 30,000 to 50,059 were, as the page says."""

MOST_EPOCHS = 100
"""Epochs in which the first 100 % has to come, before further epochs are counted."""

Decider = Callable[[Any, int, float], dict[str, Any]]
"""(a kind, a seed, seconds) → what was found of a net."""

DECIDED = (PROVED, REFUTED, PROVED_WITHIN, PROVED_ROUNDED, REFUTED_ROUNDED)
"""Verdicts that leave nothing open."""

BEFORE = ("verdict", "seconds", "horizon")
"""What is kept of an earlier try."""

LONGEST_RUN, ATTACK_SECONDS = 12, 5.0
"""Digits up to which runs of nines of refuted counters are measured, and seconds of an attack with numbers without longer ones."""


@dataclass(frozen=True)
class Kind:
    """A kind of nets.

    Attributes:
        units: Hidden units.
        cell: The cell.
        task: The task by name.
        recipe: The recipe.
        further: Epochs after the first one with 100 % in training and validation; None: the recipe's own end.
        first_seed: The first seed.
        nets: How many nets.
        fraction_bits: Fractional bits that states are rounded to after every step; None: they are not rounded.
    """

    units: int
    cell: str = "rnn"
    task: str = "count"
    recipe: str = "blog"
    further: int | None = None
    first_seed: int = FIRST_SEED
    nets: int = 60
    fraction_bits: int | None = None

    def about(self) -> dict[str, Any]:
        """What the results say of the kind."""
        about = {"units": self.units, "cell": self.cell, "task": self.task, "recipe": self.recipe, "first_seed": self.first_seed}
        about |= {} if self.further is None else {"further_epochs": self.further}
        return about | ({} if self.fraction_bits is None else {"fraction_bits": self.fraction_bits})

    def net(self, seed: int) -> Net:
        """The net of a seed."""
        task, recipe = task_named(self.task), RECIPES[self.recipe]
        if self.further is not None:
            return self._trained_on(task, recipe, seed)
        result = fit(task, cell=self.cell, hidden=self.units, recipe=recipe, seed=seed)
        assert isinstance(result.net, Net)
        return result.net

    def _trained_on(self, task: Task, recipe: AbstractRecipe, seed: int) -> Net:
        """The net after further epochs; training gives up where the first 100 % does not come in `MOST_EPOCHS`."""
        further = self.further or 0
        session = Session(task, seed, cell=self.cell, hidden=self.units, recipe=recipe, epochs=MOST_EPOCHS + further, stop=False)
        while len(session.histories[0]) < MOST_EPOCHS and not session.step()[0].perfect:
            pass
        for _ in range(further):
            session.step()
        net = session.result.net
        assert isinstance(net, Net)
        return net


KINDS = {
    "12 units": Kind(12),
    "16 units": Kind(16),
    "12 units, seeds from 30,000": Kind(12, first_seed=30_000),
    "12 units, seeds from 40,000": Kind(12, first_seed=40_000),
    "12 units, seeds from 50,000": Kind(12, first_seed=50_000),
    "12 units, seeds 0 to 99": Kind(12, first_seed=0, nets=100),
    "16 units, seeds 0 to 99": Kind(16, first_seed=0, nets=100),
    **{f"12 units, {more} epochs on": Kind(12, further=more, nets=30) for more in (5, 20, 60)},
    "24 units": Kind(24, recipe="plain", nets=20),
    "32 units": Kind(32, recipe="plain", nets=20),
    "64 units": Kind(64, recipe="plain", nets=20),
    **{
        f"{cell}, {task}, {units} units": Kind(units, cell, task, recipe="plain", nets=30)
        for cell in ("rnn", "gru", "lstm")
        for task in ("parity", "tomita-3", "tomita-5", "remainder-3")
        for units in (8, 16)
    },
    **TORCH_KINDS,
}

WITHIN = {
    f"{cell} within runs of nines{after}": Kind(12, cell, recipe="plain", nets=30, first_seed=first)
    for first, after, cells in ((FIRST_SEED, "", ("rnn", "gru", "lstm")), (61_000, ", seeds from 61,000", ("rnn", "gru")))
    for cell in cells
}
"""Refuted counters, proved within half the runs of nines within which no wrong answer is found.

How these runs are measured was changed after a look at the nets from the first seed, and at none of the others.
"""

ROUNDED = {
    f"{units} units, states rounded to multiples of 1/{2**bits}": Kind(units, fraction_bits=bits)
    for units in (12, 16)
    for bits in (1, 2, 3, 4, 5)
}
"""The post's nets with their states rounded after every step."""


def processor_seconds() -> float:
    """Processor seconds of this process, and of the commands that it has run."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def figures_of(net: Net, task: Task, verification: Verification) -> dict[str, Any]:
    """What was found of a net."""
    verdict = verification.verdict
    found: dict[str, Any] = {"verdict": verdict.verdict, "seconds": verdict.seconds}
    found |= {name: value for name in ("regions", "horizon") if (value := getattr(verdict, name, None)) is not None}
    if verdict.counterexample is not None:
        found["wrong_digits"] = max(map(len, verdict.counterexample))
    if verification.certificate is not None and verification.weights is not None:
        started = processor_seconds()
        result = check_shared_out(verification.certificate, verification.weights)
        found |= {"check_seconds": processor_seconds() - started, "certificate_bytes": len(verification.certificate)}
        proved = {"formats": "formats", "margin": "margin", "noise": "noise_budget"}
        found |= {"valid": result.valid} | {name: getattr(verdict, field, None) for name, field in proved.items()}
    return found


def decide(kind: Kind | TorchKind, seed: int, budget: float, memory: Memory = NO_MEMORY) -> dict[str, Any]:
    """The verdict on a net."""
    net, task = kind.net(seed), task_named(kind.task)
    return figures_of(net, task, verify(net, task, budget=budget, memory=memory))


def decide_within(kind: Kind, seed: int, budget: float) -> dict[str, Any]:
    """PROVED WITHIN half the longest run of nines within which an attack finds no wrong answer of a refuted counter.

    The longest run is None where a number without nines is answered wrongly.
    """
    net, task = kind.net(seed), task_named(kind.task)
    refuted = verify(net, task, budget=20.0).verdict
    found: dict[str, Any] = {"verdict": refuted.verdict, "seconds": 0.0}
    longest = -1
    if refuted.verdict == REFUTED:
        longest, found["longest_run"] = LONGEST_RUN, None
    while longest >= 0:
        run, wrong = -(-longest // 2), _wrong_within(net, task, longest)
        if wrong is None:
            language = f"9<={run}"
            verification = verify_within(net, task, words_of_language(language, task), language, budget=budget)
            wrong = verification.verdict.counterexample
            if wrong is None:
                return found | {"longest_run": longest, "run": run} | figures_of(net, task, verification)
        longest = _longest_run(wrong[0]) - 1
    return found


def _wrong_within(net: Net, task: Task, run: int) -> list[str] | None:
    """A number that a counter answers wrongly, with no run of nines longer than this, if an attack finds one."""
    machine = along(task.machine, words_of_language(f"9<={run}", task))
    found = refute(net, machine, seconds=ATTACK_SECONDS)
    return None if found is None else ["".join(map(str, reversed(found.word)))]


def _longest_run(number: str) -> int:
    """How long its longest run of nines is."""
    return max(map(len, re.findall("9*", number)))


def decide_rounded(kind: Kind, seed: int, budget: float) -> dict[str, Any]:
    """The verdict on a net with its states rounded."""
    net, task = kind.net(seed), task_named(kind.task)
    assert kind.fraction_bits is not None
    return figures_of(net, task, verify_rounded(net, task, Rounded(kind.fraction_bits), budget=budget))


def summary(nets: list[dict[str, Any]]) -> dict[str, Any]:
    """Counts of verdicts, with the interval of the share that was decided, and medians."""
    counts = Counter(net["verdict"] for net in nets)
    decided = sum(counts[name] for name in DECIDED if name != PROVED_WITHIN)
    proved = [net for net in nets if net["verdict"] in (PROVED, PROVED_WITHIN, PROVED_ROUNDED)]
    result: dict[str, Any] = {"verdicts": dict(sorted(counts.items())), "decided": json.loads(share(decided, len(nets)).to_json())}
    for name in ("seconds", "regions", "check_seconds", "certificate_bytes"):
        values = [net[name] for net in proved]
        if values:
            result[f"proved_{name}"] = {"median": statistics.median(values), "max": max(values)}
    refuted = [net for net in nets if "longest_run" in net]
    if refuted:
        result["proved_within"] = json.loads(share(counts[PROVED_WITHIN], len(refuted)).to_json())
    horizons = [net["horizon"] for net in nets if "horizon" in net]
    if horizons:
        result["horizon"] = {"median": statistics.median(horizons), "least": min(horizons)}
    return result


ALL = {
    **{name: (kind, decide) for name, kind in KINDS.items()},
    **{name: (kind, decide_within) for name, kind in WITHIN.items()},
    **{name: (kind, decide_rounded) for name, kind in ROUNDED.items()},
}
"""All parts, each with how its nets are decided."""


def measure(name: str, kind: Kind | TorchKind, decider: Decider, count: int | None, budget: float) -> None:
    """Goes on with a part of the results file."""
    before = read_parts(FILE)["parts"].get(name, {})
    nets = before.get("nets", []) if before.get("budget_seconds") == budget else []
    for seed in range(kind.first_seed + len(nets), kind.first_seed + (count or kind.nets)):
        nets.append({"seed": seed, **decider(kind, seed, budget)})
        save_part(FILE, name, kind.about() | {"budget_seconds": budget} | summary(nets) | {"nets": nets})
        print(name, nets[-1], flush=True)


def measure_again(
    name: str, kind: Kind | TorchKind, decider: Decider, budget: float, seeds: list[int] | None, folder: Path | None
) -> None:
    """Tries the open nets of a part with a larger budget, all others were decided in a part of it; or those of some seeds."""
    part = read_parts(FILE)["parts"][name]
    nets = part.pop("nets")
    about = {key: value for key, value in part.items() if key not in summary(nets)}
    for place, net in enumerate(nets):
        before = net.get("budget_seconds", part["budget_seconds"])
        is_left = net["verdict"] not in DECIDED and before < budget
        if net["seed"] not in seeds if seeds else not is_left:
            continue
        earlier = [*net.pop("earlier", []), {"budget_seconds": before, **{what: net[what] for what in BEFORE if what in net}}]
        own = decider
        if folder is not None:
            own = partial(decide, memory=KeptIn(folder, f"{name}, {net['seed']}"))
        nets[place] = {"seed": net["seed"], **own(kind, net["seed"], budget), "budget_seconds": budget, "earlier": earlier}
        save_part(FILE, name, about | summary(nets) | {"nets": nets})
        print(name, nets[place], flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", choices=list(ALL), default=list(ALL))
    parser.add_argument("--nets", type=int, help="how many nets of each kind")
    parser.add_argument("--budget", type=float, default=240.0, help="seconds for a net")
    parser.add_argument("--again", action="store_true", help="only the nets that are open, with a larger budget")
    parser.add_argument("--seeds", nargs="*", type=int, help="with --again: only the nets of these seeds")
    parser.add_argument("--kept", type=Path, help="with --again: where searches of nets for all words are kept, and go on")
    options = parser.parse_args()
    if options.kept and not all(name in KINDS for name in options.only):
        parser.error("expected with --kept rows about all words; name them with --only")
    for name in options.only:
        kind, decider = ALL[name]
        if options.again:
            measure_again(name, kind, decider, options.budget, options.seeds, options.kept)
        else:
            measure(name, kind, decider, options.nets, options.budget)


if __name__ == "__main__":
    main()
