"""A sweep's TOML file → its plan. Every name, size and combination is checked here, before anything is trained.

```toml
seeds = 256            # of every setting
first_seed = 0         # the first of them
explain = false        # look for the reason why each net fails
block = 64             # nets trained and stored together (left out: from the memory there is)

[grid]                 # every combination; several grids: [[grid]]
task = ["count"]       # a list, or one value; left out: as in `anylength train`
base = [10]
cell = ["rnn", "gru"]
hidden = [16]
recipe = ["blog"]
data = ["post"]
digits = [5, 10]       # the longest numbers trained on: data set post becomes post-5 and post-10
epochs = [6]

[stress]
limit = 2000           # the longest number tried (left out: the usual one)

[verdict]
steps = 1000           # of the attack; the search for a proof ends by itself
```
"""

import itertools
import math
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anylength.errors import InputError, quoted, unknown_name
from anylength.experiments import TrainOptions
from anylength.lengths.stress import check_limit
from anylength.nets import architecture_named
from anylength.records import RunConfig, SweepPlan
from anylength.sweeps.blocks import block_size

TOP = {"seeds": int, "first_seed": int, "block": int, "explain": bool, "grid": (dict, list), "stress": dict, "verdict": dict}
AXES = {"task": str, "base": int, "cell": str, "hidden": int, "recipe": str, "data": str, "digits": int, "epochs": int}
INSIDE = {"stress": {"limit": int}, "verdict": {"steps": int}}

MOST_SETTINGS, MOST_STEPS, MOST_BLOCK = 10_000, 1_000_000, 4096


def read(path: Path, *, workers: int = 1) -> SweepPlan:
    """The plan that a TOML file describes; `workers` share the memory of this machine.

    Raises:
        InputError: No such file, no TOML, an unknown key (the nearest one is named), a value of another type or out of range, an
            empty grid, or a combination that cannot be trained.
    """
    if not path.is_file():
        raise InputError("a sweep's TOML file", f"nothing at {str(path)!r}", "see examples/ for some")
    try:
        raw = tomllib.loads(path.read_text())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError("TOML", f"{path.name}: {error}", "see examples/ for some") from None
    return plan_of(raw, folder=path.parent, workers=workers)


def plan_of(raw: Mapping[str, Any], *, folder: Path = Path(), workers: int = 1) -> SweepPlan:
    """The plan of a parsed file; machine files are looked for beside it. Raises what `read` does."""
    _check(raw, TOP, "key")
    for name, keys in INSIDE.items():
        _check(raw.get(name, {}), keys, f"key of [{name}]")
    first = _whole(raw, "first_seed", 0, 0, None)
    seeds = _whole(raw, "seeds", 1, 0, None)
    settings = _settings(raw.get("grid"), first, folder)
    if seeds == 0 or not settings:
        what = "no seeds" if settings else "an axis without values, or no [grid] at all"
        raise InputError("a grid of at least one net", what, 'write for example seeds = 16 and [grid] task = "count"')
    stress = _whole(raw["stress"], "limit", 0, 0, None) if "stress" in raw else None
    for config in settings if stress else []:
        check_limit(stress, in_context=architecture_named(config.cell).cell is None)
    block = _whole(raw, "block", 0, 1, MOST_BLOCK) if "block" in raw else block_size(settings, workers=workers)
    return SweepPlan(
        settings=settings,
        seeds=seeds,
        first_seed=first,
        block=min(block, seeds),
        stress=stress,
        verdict=_whole(raw["verdict"], "steps", 1000, 1, MOST_STEPS) if "verdict" in raw else None,
        explain=raw.get("explain", False),
    )


def _check(raw: Mapping[str, Any], known: Mapping[str, Any], kind: str) -> None:
    """Checks that all keys are known, and their values of the right type."""
    for name, value in raw.items():
        if name not in known:
            raise unknown_name(kind, name, known)
        if not isinstance(value, known[name]) or (isinstance(value, bool) and known[name] is not bool):
            raise InputError(f"{_named(known[name])} for {name}", quoted(repr(value)), "see docs/sweeps.md")


def _named(kind: Any) -> str:
    words = {int: "a whole number", str: "a text", bool: "true or false", dict: "a table"}
    return words.get(kind, "a table or a list of tables")


def _whole(raw: Mapping[str, Any], name: str, default: int, least: int, most: int | None) -> int:
    """A whole number of the file, in its range."""
    value = raw.get(name, default)
    if value < least or (most is not None and value > most):
        expected = f"{name} of {least} or more" if most is None else f"{name} from {least} to {most:,}"
        raise InputError(expected, f"{value:,}", f"write for example {name} = {max(default, least)}")
    return value


def _settings(grids: Any, first: int, folder: Path) -> list[RunConfig]:
    """The configurations of all combinations of all grids, in the order of the file, the last axis fastest."""
    settings: list[RunConfig] = []
    for grid in [grids] if isinstance(grids, dict) else grids or []:
        if not isinstance(grid, dict):
            raise InputError("tables under [[grid]]", quoted(repr(grid)), "see docs/sweeps.md")
        axes = _axes(grid)
        size = math.prod(map(len, axes.values()))
        if size + len(settings) > MOST_SETTINGS:
            raise InputError(f"at most {MOST_SETTINGS:,} settings", f"{size:,}", "leave values out, or use more seeds")
        for values in itertools.product(*axes.values()):
            config = _setting(dict(zip(axes, values, strict=True)), first, folder)
            if config in settings:
                raise InputError("settings that differ", f"{_words(axes, values)} twice", "leave one of them out")
            settings.append(config)
    return settings


def _axes(grid: dict[str, Any]) -> dict[str, list[Any]]:
    """The values of each axis of a grid."""
    axes = {name: value if isinstance(value, list) else [value] for name, value in grid.items()}
    for name, values in axes.items():
        for value in values:
            _check({name: value}, AXES, "axis of the grid")
        if name not in AXES:
            raise unknown_name("axis of the grid", name, AXES)
    return axes


def _setting(chosen: dict[str, Any], first: int, folder: Path) -> RunConfig:
    """The whole configuration of one combination."""
    digits = chosen.pop("digits", None)
    if "task" in chosen and chosen["task"].lower().endswith((".toml", ".json")):
        chosen["task"] = str(folder / chosen["task"])
    try:
        given = dict[str, Any](chosen, seed=first)
        config = TrainOptions(**given).config()
        if digits is None:
            return config
        if config.data != "post":
            raise InputError('data = "post" beside digits', config.data, "only the post's numbers are drawn at any length")
        return TrainOptions(**dict[str, Any](given, data=f"post-{digits}")).config()
    except InputError as error:
        words = ", ".join(f"{name} {value}" for name, value in chosen.items())
        raise InputError(error.expected, f"{error.got} (in the grid: {words})", error.remedy) from None


def _words(axes: dict[str, list[Any]], values: tuple[Any, ...]) -> str:
    return ", ".join(f"{name} {value}" for name, value in zip(axes, values, strict=True)) or "the default"
