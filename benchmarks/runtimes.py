"""The errors of each runtime's tanh and logistic function. Writes `docs/results/runtimes.json`.

    python -m benchmarks.runtimes [--every] [--only NAME ...]

Each function of a runtime (`benchmarks.probes`) is evaluated at float32 numbers of all binades and both signs: at `MIDDLE` of
them in each binade from 2^-6 to 2^6 (at all of them with --every), at `OUTER` in each other binade. The reference is float64,
whose own errors are 2^-26 of a float32 unit or less; a comparison with MPFR asserts that on a sample. Reported are the largest
error in units of the last place of the true value (where that is a normal number), the largest absolute error, and the largest
value. A runtime that is not installed is left out. Parts named with --only replace their old figures in the file.
"""

import argparse
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from anylength.runs.environment import environment
from benchmarks import probes
from benchmarks.probes import Probes, Values

RESULTS = Path(__file__).parent.parent / "docs" / "results" / "runtimes.json"
MIDDLE, OUTER = 1 << 17, 1 << 12
"""Numbers tried in each binade where the functions bend, and in each other one: more find worse errors, at linear cost."""

BINADE, BIAS = 1 << 23, 127
"""float32: numbers in a binade, and the bias of the exponent."""

BENDING = range(BIAS - 6, BIAS + 6)
"""Biased exponents of the binades from 2^-6 to 2^6, where the functions bend."""

CHUNK = 1 << 20
"""Numbers evaluated at once."""

SAMPLE = 20_000
"""Numbers of the comparison with MPFR: more cost linear time."""

REFERENCE_ERROR = 2.0**-50
"""The relative error that the float64 reference may have."""


def sigmoid(x: np.ndarray) -> np.ndarray:
    """σ in float64, accurate for large arguments of both signs."""
    small = np.exp(-np.abs(x))
    return np.where(x < 0, small, 1.0) / (1 + small)


TRUE: dict[str, Callable[[np.ndarray], np.ndarray]] = {"tanh": np.tanh, "sigmoid": sigmoid}


def points(every: bool) -> Iterator[Values]:
    """The numbers to try, in chunks of different sizes."""
    rng = np.random.default_rng(0)
    yield np.array([0.0, -0.0], np.float32)
    for exponent in range(255):  # 0: the subnormal numbers
        count = (BINADE if every else MIDDLE) if exponent in BENDING else OUTER
        stride = BINADE // count
        for first in range(0, count, CHUNK):
            place = np.arange(first, min(first + CHUNK, count), dtype=np.uint32) * np.uint32(stride)
            place += rng.integers(0, stride, len(place), dtype=np.uint32)  # random low bits: rounding errors depend on them
            x = (place + np.uint32(exponent << 23)).view(np.float32)
            yield x
            yield -x


def rechunked(chunks: Iterator[Values]) -> Iterator[Values]:
    """The chunks joined to about `CHUNK` numbers each."""
    waiting: list[Values] = []
    for chunk in chunks:
        waiting.append(chunk)
        if sum(map(len, waiting)) >= CHUNK:
            yield np.concatenate(waiting)
            waiting = []
    if waiting:
        yield np.concatenate(waiting)


def check_reference() -> None:
    """Asserts that float64 agrees with MPFR."""
    import gmpy2

    rng = np.random.default_rng(1)
    x = np.concatenate(list(rechunked(points(False))))
    x = rng.choice(x[np.abs(x) < 90], SAMPLE).astype(np.float64)
    gmpy2.get_context().precision = 120
    right = {"tanh": gmpy2.tanh, "sigmoid": lambda value: 1 / (1 + gmpy2.exp(-value))}
    for name, function in TRUE.items():
        for value, got in zip(x.tolist(), function(x).tolist(), strict=True):
            exact = right[name](gmpy2.mpfr(value))
            assert abs(got - exact) <= REFERENCE_ERROR * abs(exact) + 2.0**-1000, (name, value)


def measure(table: Probes, every: bool) -> list[dict[str, Any]]:
    """The largest errors of every function."""
    errors = {key: LargestErrors() for key in table}
    for x in rechunked(points(every)):
        right = {name: TRUE[name](x.astype(np.float64)) for name in {name for name, _ in table}}
        for (name, where), probe in table.items():
            errors[name, where].update(x, probe(x), right[name])
    return [{"function": name, "where": where, **largest.facts()} for (name, where), largest in errors.items()]


class LargestErrors:
    """The largest errors so far."""

    def __init__(self) -> None:
        self.ulps = self.absolute = 0.0
        self.largest = -np.inf
        self.ulps_at = self.absolute_at = 0.0
        self.count = 0

    def update(self, x: Values, got: Values, right: np.ndarray) -> None:
        """Adds the values `got` of a probe at `x`; `right` are the true ones."""
        assert got.dtype == np.float32
        assert np.isfinite(got).all(), f"not finite at {x[~np.isfinite(got)][:3]}"
        error = np.abs(got.astype(np.float64) - right)
        unit = 2.0 ** (np.frexp(np.maximum(np.abs(right), 2.0**-126))[1] - 24.0)  # of the last place of the true value
        ulps = np.where(np.abs(right) >= 2.0**-126, error / unit, 0.0)
        for name, errors in (("ulps", ulps), ("absolute", error)):
            worst = int(errors.argmax())
            if errors[worst] > getattr(self, name):
                setattr(self, name, float(errors[worst]))
                setattr(self, f"{name}_at", float(x[worst]))
        self.largest = max(self.largest, float(got.max()))
        self.count += len(x)

    def facts(self) -> dict[str, Any]:
        """The figures for the file."""
        return {
            "ulps": self.ulps, "ulps_at": self.ulps_at, "absolute": self.absolute, "absolute_at": self.absolute_at,
            "absolute_in_units_below_1": self.absolute * 2**24, "largest": self.largest, "numbers": self.count,
        }  # fmt: skip


def compiler() -> str:
    """The C compiler."""
    first = subprocess.run(["cc", "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]
    return f"exported C, {re.sub(r'[(].*?[)] ', '', first)}"


def probes_of(name: str, stack: ExitStack) -> tuple[Probes, str]:
    """The probes of a runtime, and its version.

    Raises:
        ImportError: It is not installed.
        OSError: Neither is its program.
    """
    if name == "numpy":
        return probes.numpy_probes(), f"numpy {version('numpy')}"
    if name == "XLA":
        return probes.xla_probes(), f"jaxlib {version('jaxlib')}"
    if name == "PyTorch":
        return probes.torch_probes(), f"PyTorch {version('torch').removesuffix('+cpu')}"
    if name == "onnxruntime":
        return probes.onnx_probes(), f"onnxruntime {version('onnxruntime')}"
    if name == "C":
        return probes.c_probes(stack), compiler()
    if name == "node":
        done = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
        return probes.node_probes(), f"node {done.stdout.strip().removeprefix('v')}"
    table, number = probes.chromium_probes(stack)
    return table, f"Chromium {number}"


NAMES = ("numpy", "XLA", "PyTorch", "onnxruntime", "C", "node", "Chromium")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", action="store_true", help="every float32 from 2^-6 to 2^6: minutes for each runtime")
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES)
    options = parser.parse_args()
    check_reference()
    old = json.loads(RESULTS.read_text())["runtimes"] if RESULTS.is_file() else {}
    runtimes = dict(old)
    for name in options.only:
        with ExitStack() as stack:
            try:
                table, version_text = probes_of(name, stack)
            except (ImportError, PackageNotFoundError, OSError) as error:
                print(f"{name}: left out ({error})")
                continue
            around = environment()
            facts = {"version": version_text, "processor": around.processor, "features": around.features}
            runtimes[name] = facts | {"every": options.every, "functions": measure(table, options.every)}
            for row in runtimes[name]["functions"]:
                print(f"{name:12} {row['function']:8} {row['where']:45} {row['ulps']:12.3f} ulp  {row['absolute']:.3e}"
                      f"  ({row['absolute_in_units_below_1']:.3f})  largest {row['largest']!r}", flush=True)  # fmt: skip
    ordered = {name: runtimes[name] for name in NAMES if name in runtimes}
    RESULTS.write_text(json.dumps({"format": 1, "runtimes": ordered}, indent=1) + "\n")


if __name__ == "__main__":
    main()
