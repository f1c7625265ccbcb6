"""Runs a folder of VNN-LIB queries through auto_LiRPA and, where it can read the network, through Marabou.

    python studies/vnnlib/verifier.py FOLDER [--seconds 10] > results.json

It shares nothing with anylength, and runs in an environment of its own: `pip install vnnlib onnx onnxruntime onnx2pytorch torch
torchvision maraboupy`, and auto_LiRPA 0.7 (https://github.com/Verified-Intelligence/auto_LiRPA). Each query is read by the parser
of the VNN-LIB organisation and brought by it into the form of the competition: a box of inputs, and linear inequalities of outputs.
The result is `unsat` if each inequality is refuted on the box, by interval bounds, by CROWN, or by branch and bound over the inputs
with both; `sat` if a point of the box satisfies one, in float64 and in onnxruntime; else `unknown`.
"""

# pyright: reportMissingImports=false, reportMissingModuleSource=false, reportAttributeAccessIssue=false

import argparse
import csv
import json
import sys
import time
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnx
import onnxruntime
import torch
import vnnlib
from auto_LiRPA import BoundedModule, BoundedTensor, PerturbationLpNorm
from auto_LiRPA import __version__ as auto_lirpa_version
from onnx import TensorProto, numpy_helper
from onnx2pytorch import ConvertModel
from vnnlib import compat

WAYS = ("IBP", "CROWN")
"""Bounds of auto_LiRPA, the cheap one first."""

BATCH = 64
"""Boxes that branch and bound splits at once."""

DRAWN, CLIMBS = 64, 15
"""Points of a box that are drawn in the search for a satisfying one, and steps of the search downhill from them."""


class Problem(NamedTuple):
    """A query: `low` ≤ X ≤ `high` [N] and, for some row i of `rows` [K, outputs], rows[i] · Y ≤ `bounds`[i]."""

    low: torch.Tensor
    high: torch.Tensor
    rows: torch.Tensor
    bounds: torch.Tensor


class Network:
    """The network of a folder, in onnxruntime (float32), in PyTorch (float64, the same weights), and as auto_LiRPA bounds it."""

    def __init__(self, path: Path) -> None:
        self.session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        model = onnx.load(path)
        for tensor in model.graph.initializer:
            if tensor.data_type == TensorProto.FLOAT:
                tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float64), tensor.name))
        for value in (*model.graph.input, *model.graph.output):
            value.type.tensor_type.elem_type = TensorProto.DOUBLE
        self.inputs, self.outputs = self.session.get_inputs()[0].shape[1], self.session.get_outputs()[0].shape[1]
        self.torch = ConvertModel(model, experimental=True).eval()
        self.bounded = BoundedModule(self.torch, torch.zeros(1, self.inputs))

    def in_float32(self, x: np.ndarray) -> np.ndarray:
        """The outputs [B, outputs] in onnxruntime, one input [N] after the other."""
        points = x.astype(np.float32)[:, None]
        return np.concatenate([np.asarray(self.session.run(None, {"X": point})[0]) for point in points])

    def least(self, problem: Problem, low: torch.Tensor, high: torch.Tensor, way: str) -> torch.Tensor:
        """A lower bound [B] on the least of rows · Y − bounds over boxes [B, N]."""
        box = BoundedTensor((low + high) / 2, PerturbationLpNorm(x_L=low, x_U=high))
        rows = problem.rows[None].expand(len(low), -1, -1)
        bound = self.bounded.compute_bounds(x=(box,), C=rows, method=way, bound_upper=False)[0]
        return (bound - problem.bounds).min(dim=1).values.detach()


def problem_of(path: Path, network: Network) -> Problem:
    """The query in a file, as the public parser reads it."""
    query = vnnlib.parse_query_file(str(path))
    ((cases,), (declared,)) = [compat.transform(query)], query.networks
    assert [list(declared.inputs[0].shape), list(declared.outputs[0].shape)] == [[1, network.inputs], [1, network.outputs]]
    assert str(declared.inputs[0].dtype).endswith("Real") and len(cases) == 1, "expected real numbers and one box"
    ends = np.array(cases[0].input_box)
    rows = np.concatenate([np.array(part.coeff_matrix) for part in cases[0].output_constraints])
    bounds = np.concatenate([np.array(part.rhs) for part in cases[0].output_constraints])
    assert len(rows) == len(cases[0].output_constraints), "expected a disjunction of single inequalities"
    return Problem(*map(torch.tensor, (ends[:, 0], ends[:, 1], rows, bounds)))


def satisfying_point(network: Network, problem: Problem, generator: torch.Generator) -> bool:
    """Whether a search by gradients finds a point of the box that satisfies the query, in float64 and in onnxruntime."""
    width = problem.high - problem.low
    points = problem.low + width * torch.rand(DRAWN, len(width), generator=generator)
    points[0] = (problem.low + problem.high) / 2
    for step in range(CLIMBS):
        points = points.detach().requires_grad_()
        values = (network.torch(points) @ problem.rows.T - problem.bounds).min(dim=1).values
        (slope,) = torch.autograd.grad(values.sum(), points)
        with torch.no_grad():
            points = (points - slope.sign() * width * 0.5 ** (1 + step / 3)).clamp(problem.low, problem.high)
    rounded = points.detach().to(torch.float32).to(torch.float64).clamp(problem.low, problem.high)
    exact = (network.torch(rounded) @ problem.rows.T - problem.bounds).min(dim=1)
    best = int(exact.values.argmin())
    row = int(exact.indices[best])
    found = network.in_float32(rounded[[best]].numpy())[0].astype(np.float64) @ problem.rows[row].numpy()
    return bool(exact.values[best] < 0 and found < float(problem.bounds[row]))


def decided(network: Network, problem: Problem, seconds: int) -> tuple[str, str | None]:
    """The result of a query, and what it was found by."""
    until = time.monotonic() + seconds
    for way in WAYS:
        if (network.least(problem, problem.low[None], problem.high[None], way) > 0).all():
            return "unsat", way
    if satisfying_point(network, problem, torch.Generator().manual_seed(0)):
        return "sat", "search"
    return ("unsat", "branch and bound") if _vanishes(network, problem, until) else ("unknown", None)


def _vanishes(network: Network, problem: Problem, until: float) -> bool:
    """Whether the boxes that remain after bounding vanish in time. Each is halved where the output changes most across it."""
    waiting = [(problem.low, problem.high)]
    while waiting and time.monotonic() < until:
        batch, waiting = waiting[-BATCH:], waiting[:-BATCH]
        low, high = torch.stack([box[0] for box in batch]), torch.stack([box[1] for box in batch])
        least = torch.stack([network.least(problem, low, high, way) for way in WAYS]).max(dim=0).values
        for index in torch.nonzero(least <= 0)[:, 0].tolist():
            waiting += _halves(network, problem, low[index], high[index])
    return not waiting


def _halves(network: Network, problem: Problem, low: torch.Tensor, high: torch.Tensor) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Two halves of a box."""
    middle = ((low + high) / 2).requires_grad_()
    value = (network.torch(middle[None]) @ problem.rows.T - problem.bounds).min()
    change = torch.autograd.grad(value, middle)[0].abs() * (high - low)
    place = int(torch.argmax(change + 1e-9 * (high - low)))
    left, right = high.clone(), low.clone()
    left[place] = right[place] = middle.detach()[place]
    return [(low, left), (right, high)]


def marabou_result(path: Path, network_in_float32: Network, problem: Problem, seconds: int) -> str | None:
    """What Marabou says of the query; None where it cannot read the network.

    It computes in floating point without outward rounding. So `sat` is believed only if its point satisfies the query in
    onnxruntime; else the result is `not confirmed`.
    """
    from maraboupy import Marabou, MarabouCore, MarabouUtils

    try:
        network = Marabou.read_onnx(str(path))
    except (NotImplementedError, RuntimeError, AssertionError, KeyError, ValueError, TypeError, IndexError):
        return None
    inputs, outputs = network.inputVars[0].reshape(-1), network.outputVars[0].reshape(-1)
    for variable, low, high in zip(inputs, problem.low.tolist(), problem.high.tolist(), strict=True):
        network.setLowerBound(int(variable), low)
        network.setUpperBound(int(variable), high)
    disjuncts = []
    for row, bound in zip(problem.rows.tolist(), problem.bounds.tolist(), strict=True):
        equation = MarabouUtils.Equation(MarabouCore.Equation.LE)
        for variable, factor in zip(outputs, row, strict=True):
            if factor:
                equation.addAddend(factor, int(variable))
        equation.setScalar(bound)
        disjuncts.append([equation])
    network.addDisjunctionConstraint(disjuncts) if len(disjuncts) > 1 else network.addEquation(disjuncts[0][0])
    options = Marabou.createOptions(verbosity=0, timeoutInSeconds=seconds, numWorkers=1)
    result, point, _ = network.solve(verbose=False, options=options)
    if result != "sat":
        return result if result == "unsat" else "unknown"
    x = np.array([[point[int(variable)] for variable in inputs]])
    y = network_in_float32.in_float32(x)[0].astype(np.float64)
    return "sat" if (problem.rows.numpy() @ y - problem.bounds.numpy()).min() <= 0 else "not confirmed"


def results(folder: Path, seconds: int) -> list[dict[str, Any]]:
    """A result for each query of a folder."""
    network, found = Network(folder / "onnx" / "step.onnx"), []
    with (folder / "expected.csv").open() as file:
        for line in csv.DictReader(file):
            problem = problem_of(folder / line["vnnlib"], network)
            before = time.monotonic()
            result, by = decided(network, problem, seconds)
            took = time.monotonic() - before
            is_exact = line["vnnlib"].endswith("-exact.vnnlib")
            marabou = None if is_exact else marabou_result(folder / line["onnx"], network, problem, seconds)
            record = {"query": line["vnnlib"], "expected": line["expected"], "result": result, "by": by, "seconds": round(took, 3)}
            found.append(record | {"marabou": marabou})
            sys.stderr.write(f"{folder.name} {found[-1]}\n")
    return found


def main(folder: Path, seconds: int) -> dict[str, Any]:
    """All results and the versions of what was used."""
    warnings.filterwarnings("ignore")
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    packages = ("vnnlib", "torch", "onnx", "onnxruntime", "onnx2pytorch", "maraboupy")
    versions = {name: version(name) for name in packages} | {"auto_LiRPA": auto_lirpa_version}
    return {"versions": versions, "seconds": seconds, "queries": results(folder, seconds)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Runs a folder of VNN-LIB queries through other verifiers.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=int, default=10)
    arguments = parser.parse_args()
    json.dump(main(arguments.folder, arguments.seconds), sys.stdout)
