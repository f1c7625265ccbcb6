"""Reads the TOML file of a sweep into a plan. All names, sizes and combinations are checked here, before training starts.

```toml
seeds = 256            # number of seeds for each setting
first_seed = 0         # the smallest seed
explain = false        # whether to look for the reason why each net fails
block = 64             # nets that are trained and stored together; default: as many as fit into memory, at most 64

[grid]                 # every combination of the values; several grids: [[grid]]
task = ["count"]       # a list or one value; defaults as in `anylength train`
base = [10]
cell = ["rnn", "gru"]
layers = [1, 2]        # with 2 or more, between = "residual" and so on
hidden = [16]
recipe = ["blog"]
data = ["post"]
digits = [5, 10]       # most digits of the training numbers: data set post becomes post-5 and post-10
epochs = [6]

[stress]
limit = 2000           # digits of the longest number; 0 or left out: as in `anylength stress`

[verdict]
steps = 1000           # steps of the attack at most; the search for a proof ends by itself
```
"""

import itertools
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anylength.base import InputError, brief, parse_toml, read_text, unknown_name
from anylength.experiments.options import MACHINE_FILES, TrainOptions
from anylength.lengths.stress import check_limit
from anylength.nets import architecture_named
from anylength.records import RunConfig, SweepPlan
from anylength.sweeps.blocks import block_size

TOP_LEVEL_KEYS = {
    "seeds": int, "first_seed": int, "block": int, "explain": bool, "grid": (dict, list), "stress": dict, "verdict": dict,
}  # fmt: skip
"""Keys outside of tables, with the types of their values."""

AXES = {
    "task": str, "base": int, "cell": str, "layers": int, "between": str, "hidden": int, "recipe": str, "data": str, "digits": int,
    "epochs": int,
}  # fmt: skip
"""Keys of a grid, with the types of their values."""

TABLE_KEYS = {"stress": {"limit": int}, "verdict": {"steps": int}}
"""Keys of the other tables, with the types of their values."""

MOST_SETTINGS = 10_000
"""Settings of a sweep at most: every setting is checked before training starts, and its programs are compiled."""

MAX_SEEDS, MAX_FIRST_SEED = 10_000_000, 10**17
"""Most seeds of each setting, and the largest first seed: later seeds stay below those that training accepts."""

MAX_ROWS = 100_000_000
"""Most nets of a sweep: a byte of memory is kept for each."""

SEE_DOCS = "see docs/how-to/sweeps.md"
"""A remedy in error messages."""


def read(path: Path, *, workers: int = 1) -> SweepPlan:
    """The plan that a TOML file describes.

    Args:
        path: The TOML file.
        workers: Number of processes that share this machine's memory.

    Raises:
        InputError: The file is missing or not TOML; a key is unknown; a value has a wrong type or is out of range; a grid is empty;
            or a combination cannot be trained.
    """
    # `examples/` has files of less than 1 KiB
    text = read_text(path, limit=1 << 20, kind="a sweep's TOML file")
    return plan_of(parse_toml(text, path.name), folder=path.parent, workers=workers)


def plan_of(raw: Mapping[str, Any], *, folder: Path = Path(), workers: int = 1) -> SweepPlan:
    """The plan of a parsed TOML file. Paths of machine files are relative to `folder`. Raises what `read` does."""
    _check_keys(raw)
    first_seed, seeds = _integer(raw, "first_seed", 0, 0, MAX_FIRST_SEED), _integer(raw, "seeds", 1, 0, MAX_SEEDS)
    settings = _settings(raw.get("grid"), first_seed, folder)
    if seeds == 0 or not settings:
        got = "no seeds" if settings else "an axis without values, or no [grid] at all"
        raise InputError("a grid of at least one net", got, 'write for example seeds = 16 and [grid] task = "count"')
    if seeds * len(settings) > MAX_ROWS:
        raise InputError(f"at most {MAX_ROWS:,} nets", f"{seeds * len(settings):,}", "take fewer seeds or settings")
    stress = _integer(raw["stress"], "limit", 0, 0, None) if "stress" in raw else None
    for config in settings if stress else []:
        check_limit(stress, in_context=architecture_named(config.cell).cell is None)
    # a worker that is killed loses a whole block, and the block must fit into its memory
    block = _integer(raw, "block", 0, 1, 4096) if "block" in raw else block_size(settings, workers=workers)
    verdict = _integer(raw["verdict"], "steps", 1000, 1, 1_000_000) if "verdict" in raw else None
    return SweepPlan(
        settings=settings, seeds=seeds, first_seed=first_seed, block=min(block, seeds), stress=stress, verdict=verdict,
        explain=raw.get("explain", False),
    )  # fmt: skip


def _check_keys(raw: Mapping[str, Any]) -> None:
    """Checks the keys of the file and of its tables. Grids are checked by `_axes`."""
    _check(raw, TOP_LEVEL_KEYS, "key")
    for name, keys in TABLE_KEYS.items():
        _check(raw.get(name, {}), keys, f"key of [{name}]")


def _check(raw: Mapping[str, Any], known: Mapping[str, Any], kind: str) -> None:
    """Checks that all keys are known and all values have the right type."""
    for name, value in raw.items():
        if name not in known:
            raise unknown_name(kind, name, known)
        if not isinstance(value, known[name]) or (isinstance(value, bool) and known[name] is not bool):
            raise InputError(f"{_type_text(known[name])} for {name}", brief(value), SEE_DOCS)


def _type_text(kind: Any) -> str:
    texts = {int: "a whole number", str: "a text", bool: "true or false", dict: "a table"}
    return texts.get(kind, "a table or a list of tables")


def _integer(raw: Mapping[str, Any], name: str, default: int, least: int, most: int | None) -> int:
    """An integer of the file, checked against its range."""
    value = raw.get(name, default)
    if value < least or (most is not None and value > most):
        expected = f"{name} of {least} or more" if most is None else f"{name} from {least} to {most:,}"
        raise InputError(expected, f"{value:,}", f"write for example {name} = {max(default, least)}")
    return value


def _settings(grids: Any, first_seed: int, folder: Path) -> list[RunConfig]:
    """The configurations of all combinations of all grids, in the order of the file. The last axis varies fastest."""
    settings: list[RunConfig] = []
    for grid in [grids] if isinstance(grids, dict) else grids or []:
        if not isinstance(grid, dict):
            raise InputError("tables under [[grid]]", brief(grid), SEE_DOCS)
        axes = _axes(grid)
        size = math.prod(map(len, axes.values()))
        if size + len(settings) > MOST_SETTINGS:
            raise InputError(f"at most {MOST_SETTINGS:,} settings", f"{size:,}", "leave values out, or use more seeds")
        for values in itertools.product(*axes.values()):
            combination = dict(zip(axes, values, strict=True))
            config = _setting(combination, first_seed, folder)
            if config in settings:
                got = f"{_combination_text(combination) or 'the default'} twice"
                raise InputError("settings that differ", got, "leave one of them out")
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


def _setting(combination: Mapping[str, Any], first_seed: int, folder: Path) -> RunConfig:
    """The complete configuration of one combination."""
    options: dict[str, Any] = {name: value for name, value in combination.items() if name != "digits"}
    if "task" in options and options["task"].lower().endswith(MACHINE_FILES):
        options["task"] = str(folder / options["task"])
    try:
        config = TrainOptions(**options, seed=first_seed).config()
        if "digits" not in combination:
            return config
        if config.data != "post":
            raise InputError('data = "post" beside digits', config.data, "only the post's numbers are drawn at any length")
        options_with_digits: dict[str, Any] = options | {"data": f"post-{combination['digits']}"}
        return TrainOptions(**options_with_digits, seed=first_seed).config()
    except InputError as error:
        raise InputError(error.expected, f"{error.got} (in the grid: {_combination_text(options)})", error.remedy) from None


def _combination_text(combination: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in combination.items())
