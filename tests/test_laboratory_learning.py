"""Nets of any cell that a page trains: slopes and intervals of every operation, whole trainings, and proofs that Python accepts."""

import base64
import itertools
import json
import random
from decimal import Decimal, getcontext
from pathlib import Path
from statistics import NormalDist
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from anylength.experiments.cell_templates import WITH_BOXES, cell_templates, sized_program
from anylength.experiments.site import named_machines
from anylength.machines import minimise
from anylength.nets import load
from anylength.programs import LEAVES, OPERATIONS, program_fields
from anylength.tasks import task_named
from anylength.training.limits import never_forgets
from anylength_check import check
from tests.in_node import NODE, in_node
from tests.selection import thorough

pytestmark = pytest.mark.skipif(NODE is None, reason="the pages' modules need node: apt install nodejs")

CELLS = cell_templates()
LAYERED = [(cell, count) for cell, template in CELLS.items() for count in range(1, len(template["layers"]) + 1)]
PROVED_CELLS = [(cell, count) for cell, counts in WITH_BOXES.items() for count in counts]
ROWS = 4

# One instruction for each operation: its arguments' rows and its attributes. The weights are those of `TENSORS`.
TENSORS = {"w": [3, ROWS], "v": [ROWS]}
INSTRUCTIONS: dict[str, tuple[list[int], dict[str, Any]]] = {
    "slice": ([ROWS], {"start": 1, "stop": 3}), "take": ([ROWS], {"rows": [2, 0, 0, 3, 1]}),
    "concatenate": ([ROWS, 2, ROWS], {}), "matmul": ([ROWS], {"weight": "w", "start": 1, "stop": 3}),
    "scale": ([ROWS], {"factor": "-0x1.8p+0"}), "mean": ([ROWS], {}), "mean_square": ([ROWS], {}), "center": ([ROWS], {}),
    "softmax": ([ROWS], {}), "matvec": ([2 * ROWS, ROWS], {}), "lerp": ([ROWS] * 3, {}), "tensor": ([], {"name": "v"}),
    "constant": ([], {"value": "0x1.8p+1", "rows": 2}),
    **{op: ([ROWS, ROWS], {}) for op in ("add", "subtract", "multiply", "maximum", "minimum")},
    **{op: ([ROWS], {}) for op in (
        "tanh", "sigmoid", "relu", "exp", "softplus", "silu", "gelu", "absolute", "square", "reciprocal", "rsqrt", "stored",
    )},
}  # fmt: skip
POSITIVE = ("reciprocal", "rsqrt")
UNTRAINED_BOXES = ("mean_square", "center", "normalize", "softmax", "matvec", "reciprocal", "rsqrt")
"""Operations of no cell that learns with its boxes."""

SCALES = [0.1, 1.0, 20.0]


def programs() -> list[dict[str, Any]]:
    """A list of instructions for each operation, its inputs first; `normalize` with the mean square that it needs."""
    lists = []
    for op, (rows, attributes) in INSTRUCTIONS.items():
        inputs = [{"op": "input", "of": [], "rows": count} for count in rows]
        lists.append({"name": op, "list": [*inputs, {"op": op, "of": list(range(len(rows))), **attributes}], "rows": rows})
    normed = [
        {"op": "input", "of": [], "rows": ROWS}, {"op": "mean_square", "of": [0]},
        {"op": "normalize", "of": [0, 1], "epsilon": "0x1.0p-10"},
    ]  # fmt: skip
    return [*lists, {"name": "normalize", "list": normed, "rows": [ROWS]}]


def test_every_operation_is_tried_here():
    assert {one["name"] for one in programs()} == set(OPERATIONS) - {"symbol", "state"}
    assert set(LEAVES) == {"symbol", "state", "tensor", "constant"}


SLOPES = """
const { Tape, trained } = await module("learning/tape.js");
const { randomNumbers } = await module("learning/random.js");
const columns = 3;
return given.programs.map(({ name, list, rows }) => {
  const { uniform, normal } = randomNumbers(7);
  const program = { tensors: given.tensors };
  const weights = { w: trained(12), v: trained(4) };
  for (const { value } of Object.values(weights)) value.forEach((_, at) => (value[at] = normal()));
  const inputs = rows.map((count, number) => {
    const own = trained(count * columns);
    const positive = ["reciprocal", "rsqrt"].includes(name) || (name === "lerp" && number === 0);
    own.value.forEach((_, at) => (own.value[at] = positive ? 0.2 + 0.7 * uniform() : normal()));
    return own;
  });
  const tape = new Tape(list, { program, columns, weights, given: new Map(inputs.map((own, number) => [number, own])) });
  const last = tape.values.at(-1);
  const shares = Float64Array.from(last.value, normal);
  const loss = () => {
    tape.forward();
    return last.value.reduce((sum, value, at) => sum + shares[at] * value, 0);
  };
  loss();
  if (last.slope) last.slope.forEach((_, at) => (last.slope[at] += shares[at]));
  tape.backward();
  const errors = [0];
  for (const { value, slope } of [...inputs, ...Object.values(weights)]) {
    const own = slope.slice();
    for (let at = 0; at < value.length; at += 1) {
      const kept = value[at];
      value[at] = kept + 1e-5;
      const above = loss();
      value[at] = kept - 1e-5;
      const below = loss();
      value[at] = kept;
      errors.push(Math.abs((above - below) / 2e-5 - own[at]));
    }
  }
  return { name, error: Math.max(...errors), size: last.value.length };
});
"""


def test_the_slopes_of_every_operation_are_those_of_small_differences():
    lists = programs()
    matmul = next(one for one in lists if one["name"] == "matmul")
    sized = json.loads(json.dumps(matmul).replace('"op": "matmul"', '"op": "matmul_sizes"')) | {"name": "matmul_sizes"}
    for found in in_node(SLOPES, {"programs": [*lists, sized], "tensors": TENSORS}):
        assert found["size"] > 0
        assert found["error"] < 1e-6, found


BOXED = """
const { BoxedProgram } = await module("learning/boxed-program.js");
const { Tape, trained } = await module("learning/tape.js");
const { randomNumbers } = await module("learning/random.js");
return given.programs.map(({ name, list, rows }) => {
  const { uniform, normal } = randomNumbers(11);
  const program = { tensors: given.tensors };
  const weights = { w: trained(12), v: trained(4) };
  for (const { value } of Object.values(weights)) value.forEach((_, at) => (value[at] = normal()));
  const boxed = new BoxedProgram();
  const inputs = rows.map((count) => boxed.input(count));
  const wanted = list.length - 1;
  const numbered = new Map(inputs.map((own, number) => [number, own]));
  const out = boxed.add(list, { program, wanted: [wanted], given: numbered }).get(wanted);
  const radius = boxed.radiusOf(out);
  const columns = 50;
  const places = new Map();
  inputs.forEach((own, number) => {
    const [center, spread] = [trained(own.rows * columns), trained(own.rows * columns)];
    const isShare = name === "lerp" && number === 0;
    center.value.forEach((_, at) => {
      center.value[at] = isShare ? 0.3 + 0.4 * uniform() : 2 * normal();
      spread.value[at] = (isShare ? 0.3 : 1.5) * uniform();
    });
    places.set(own.center, center).set(own.radius, spread);
  });
  const tape = new Tape(boxed.instructions, { program, columns, weights, given: places });
  tape.forward();
  const plainInputs = rows.map((count) => trained(count * columns));
  const plain = new Tape(list, { program, columns, weights, given: new Map(plainInputs.map((own, number) => [number, own])) });
  const [middle, half] = [tape.values[out.center].value, tape.values[radius].value];
  let [outside, fill] = [-Infinity, 0];
  for (let draw = 0; draw < 200; draw += 1) {
    plainInputs.forEach(({ value }, number) => {
      const [center, spread] = [places.get(inputs[number].center).value, places.get(inputs[number].radius).value];
      value.forEach((_, at) => {
        const place = draw % 2 ? 2 * uniform() - 1 : uniform() < 0.5 ? 1 : -1;
        value[at] = center[at] + place * spread[at];
      });
    });
    plain.forward();
    plain.values.at(-1).value.forEach((value, at) => {
      const away = Math.abs(value - middle[at]);
      outside = Math.max(outside, away - half[at]);
      if (half[at] > 1e-6) fill = Math.max(fill, away / half[at]);
    });
  }
  return { name, outside, fill, known: !rows.length };
});
"""


def test_boxes_hold_what_is_computed_of_numbers_in_them_and_are_no_larger_than_they_must():
    lists = [one for one in programs() if one["name"] not in UNTRAINED_BOXES]
    for found in in_node(BOXED, {"programs": lists, "tensors": TENSORS}):
        assert found["outside"] < 1e-8, found  # where silu and gelu are least is rounded
        assert found["known"] or found["fill"] > 0.7, found


def test_boxes_that_are_not_trained_are_refused():
    lists = [one for one in programs() if one["name"] in UNTRAINED_BOXES]
    body = """const { BoxedProgram } = await module("learning/boxed-program.js");
      return given.programs.map(({ list, rows }) => {
        const boxed = new BoxedProgram();
        const inputs = new Map(rows.map((count, number) => [number, boxed.input(count)]));
        try {
          boxed.add(list, { program: { tensors: given.tensors }, wanted: [list.length - 1], given: inputs });
          return null;
        } catch (error) {
          return error.message;
        }
      });"""
    for message in in_node(body, {"programs": lists, "tensors": TENSORS}):
        assert message is not None
        assert message.endswith("are not trained")


INTERVALS = """
const { INTERVAL_OPERATIONS } = await module("learning/interval-operations.js");
const { rangeOf } = await module("checker/ranges.js");
const { fromHex, UNIT } = await module("checker/dyadic.js");
const { hexOf } = await module("learning/proof-files.js");
const { hexNumber } = await module("shared/program.js");
const { filledColumns } = await module("checker/weights.js");
const { randomNumbers } = await module("learning/random.js");
const exact = (x) => fromHex(hexOf(x), "a number");
const f32 = (x) => Math.fround(x);
const found = [];
for (const { name, list, rows } of given.programs) {
  for (const scale of given.scales) {
    const { uniform, normal } = randomNumbers(13);
    const w = Float32Array.from({ length: 12 }, () => f32(normal()));
    const v = Float32Array.from({ length: 4 }, () => f32(normal()));
    const units = (x) => exact(x) >> 203n; // a float32 in units of 2^-149
    const net = new Map([["w", [0, 1, 2].map((r) => [0, 1, 2, 3].map((k) => units(w[4 * r + k])))], ["v", [[...v].map(units)]]]);
    const columns = new Map([["w", filledColumns(net.get("w"))], ["v", filledColumns(net.get("v"))]]);
    for (let draw = 0; draw < 40; draw += 1) {
      const inputs = rows.map((count, number) => {
        const ends = Array.from({ length: count }, () => {
          const isShare = name === "lerp" && number === 0;
          const positive = ["reciprocal", "rsqrt"].includes(name);
          const center = isShare ? uniform() : positive ? 0.05 + scale * uniform() : scale * normal();
          const size = draw % 4 === 0 ? 0 : 0.9 * uniform() * (isShare ? Math.min(center, 1 - center) : positive ? center : scale);
          return [center - size, center + size];
        });
        return { low: Float64Array.from(ends, (pair) => pair[0]), high: Float64Array.from(ends, (pair) => pair[1]) };
      });
      const values = [...inputs];
      const ranges = inputs.map(({ low, high }) => Array.from(low, (x, row) => [exact(x), exact(high[row])]));
      for (const item of list.slice(rows.length)) {
        const number = item.value ?? item.factor ?? item.epsilon;
        const attributes = { ...item, matrix: w.subarray(4, 12), count: 2, tensor: v };
        if (number) attributes[item.value ? "value" : item.factor ? "factor" : "epsilon"] = hexNumber(number);
        const isPicked = ["slice", "take", "concatenate", "matmul"].includes(item.op);
        const total = item.of.reduce((sum, k) => sum + values[k].low.length, 0);
        const all = [...Array(item.stop ?? total).keys()].slice(item.start ?? 0);
        const step = { op: item.op, of: item.of, tensor: item.weight ?? item.name ?? "", rows: item.rows };
        step.picked = isPicked ? (item.op === "take" ? item.rows : all) : [];
        step.number = number ? exact(hexNumber(number)) : 0n;
        values.push(INTERVAL_OPERATIONS[item.op](attributes, ...item.of.map((k) => values[k])));
        ranges.push(rangeOf(net, columns, step, item.of.map((k) => ranges[k])));
      }
      const [own, checked] = [values.at(-1), ranges.at(-1)];
      let [isWider, wide] = [own.low.length === checked.length, 0];
      checked.forEach(([low, high], row) => {
        const [a, b] = [own.low[row], own.high[row]];
        isWider &&= (a === -Infinity || a === 0 ? low >= 0n || a < 0 : exact(a) <= low) && (b === Infinity || exact(b) >= high);
        const width = Number(((high - low) * 2n ** 60n) / UNIT) / 2 ** 60;
        wide = Math.max(wide, (b - a - width) / (1 + width + Math.abs(a) + Math.abs(b)));
      });
      found.push({ name, scale, isWider, wide });
    }
  }
}
return found;
"""


def test_intervals_hold_those_of_the_checker_and_are_hardly_wider():
    """So what closes in the page closes in the checker, and hardly less than what closes there."""
    for found in in_node(INTERVALS, {"programs": programs(), "tensors": TENSORS, "scales": SCALES}):
        assert found["isWider"], found
        assert found["wide"] < 1e-7, found


def test_what_has_no_bound_is_unbounded():
    body = """const { INTERVAL_OPERATIONS } = await module("learning/interval-operations.js");
      const at = (low, high) => ({ low: Float64Array.of(low), high: Float64Array.of(high) });
      const around = ["reciprocal", "rsqrt"].map((op) => INTERVAL_OPERATIONS[op]({}, at(-1, 1)));
      const lerp = INTERVAL_OPERATIONS.lerp({}, at(-1, 2), at(0, 0), at(1, 1));
      const nothing = INTERVAL_OPERATIONS.add({}, at(-Infinity, Infinity), at(Infinity, Infinity));
      return [...around, lerp, nothing].map(({ low, high }) => low[0] === -Infinity && high[0] === Infinity);"""
    assert in_node(body) == [True] * 4


ENCLOSURES = """
const own = await module("learning/enclosures.js");
return { exp: given.map(own.nearExp), softplus: given.map(own.nearSoftplus), normal: given.map(own.nearNormal),
  errors: [own.NEAR_EXP_ERROR, own.NEAR_NORMAL_ERROR] };
"""


def test_functions_are_as_near_as_they_say():
    getcontext().prec = 60
    draw = random.Random(4)
    points = [0.0, 1e-9, -1e-9, 8.0, -8.0, *(draw.uniform(-190, 190) for _ in range(500)), *(draw.gauss(0, 3) for _ in range(1000))]
    said = in_node(ENCLOSURES, points)
    relative, absolute = said["errors"]
    for x, power, plus, share in zip(points, said["exp"], said["softplus"], said["normal"], strict=True):
        exact = Decimal(x).exp()
        assert abs(Decimal(power) - exact) < exact * Decimal(relative) / 10
        assert abs(Decimal(plus) - (1 + exact).ln()) < Decimal(relative) / 10 * (1 + abs(Decimal(plus)))
        assert abs(share - NormalDist().cdf(x)) < absolute


SIZES = [
    {"units": units, "encoded": encoded, "classes": classes} for units, encoded, classes in ((2, 2, 2), (5, 3, 4), (8, 20, 10))
]


def test_a_sized_program_is_the_one_that_python_traces():
    body = """const { sizedProgram, templateOf } = await module("learning/cell-programs.js");
      const sized = (sizes) => ([cell, count]) => sizedProgram(templateOf(given.cells, cell, count), sizes);
      return given.sizes.map((sizes) => given.layered.map(sized(sizes)));"""
    for sizes, programs in zip(SIZES, in_node(body, {"sizes": SIZES, "cells": CELLS, "layered": LAYERED}), strict=True):
        for (name, count), program in zip(LAYERED, programs, strict=True):
            own = sized_program(name, sizes["units"], sizes["encoded"], sizes["classes"], count)
            assert program == program_fields(own), (name, count)


LOSSES = """
const { templateOf } = await module("learning/cell-programs.js");
const { CellLearner } = await module("learning/cell-learner.js");
const { WordLearner } = await module("learning/word-learner.js");
const { machineOfPattern } = await module("learning/machines.js");
const machine = machineOfPattern("(ab)*");
const errorsOf = (learner, slopes, loss) => {
  const errors = [];
  for (let at = 0; at < slopes.length; at += 5) {
    const kept = learner.flat[at];
    learner.flat[at] = kept + 1e-6;
    const above = loss();
    learner.flat[at] = kept - 1e-6;
    const below = loss();
    learner.flat[at] = kept;
    errors.push(Math.abs((above - below) / 2e-6 - slopes[at]) / (1e-3 + Math.abs(slopes[at])));
  }
  return errors.sort((a, b) => a - b);
};
const template = templateOf(given.cells, given.cell, given.count);
const words = new WordLearner(machine, template, { seed: 2, units: 5, steps: 4 });
for (let k = 0; k < 5; k += 1) words.update();
const drawn = words.drawnWords();
words.lossOf(drawn);
const onWords = errorsOf(words, words.gradient.slice(), () => words.lossOf(drawn));
if (!template.settings) return { onWords, onBoxes: null };
const boxes = new CellLearner(machine, template, { seed: 2, units: 6 });
boxes.settings = { ...boxes.settings, pull: 1, rampEnd: 1e-9, raw: { ...boxes.settings.raw, pull: 1 } };
for (let k = 0; k < 20; k += 1) boxes.update();
boxes.loss();
boxes.collectSlopes();
return { onWords, onBoxes: errorsOf(boxes, boxes.gradient.slice(), () => boxes.loss()) };
"""


@pytest.mark.parametrize(("cell", "count"), thorough(LAYERED, quick=3, unpack=True))
def test_slopes_of_both_trainings_are_those_of_their_losses(cell, count):
    found = in_node(LOSSES, {"cells": CELLS, "cell": cell, "count": count})
    for errors in filter(None, (found["onWords"], found["onBoxes"])):
        assert errors[len(errors) // 2] < 1e-5
        assert errors[int(0.95 * len(errors))] < 1e-3  # at a kink both sides differ


PROOFS = """
const { templateOf } = await module("learning/cell-programs.js");
const { provedCell } = await module("learning/cell-search.js");
const { machineOfPattern } = await module("learning/machines.js");
const { namedMachine } = await module("learning/named-machines.js");
const { metadataOf, taskOf } = await module("laboratory/tasks.js");
const text = (bytes) => Buffer.from(bytes).toString("base64");
return given.wanted.map(([task, cell, layers, seed, units]) => {
  const own = taskOf(task, { machines: given.machines, tasks: { count: { name: "count", base: 10 } } });
  const metadata = metadataOf(own, { cell, layers, units });
  const { proof, updates } = provedCell(own.machine, templateOf(given.cells, cell, layers), { seed, units, metadata });
  if (!proof) return null;
  const { certificate, weights, lines } = proof.files;
  return { updates, noise: proof.noise, lines, certificate: text(certificate), weights: text(weights) };
});
"""


def answers(file: Path, symbols: np.ndarray) -> np.ndarray:
    """What Python's net of a weights file answers to words `[T, B]`."""
    net = jax.tree.map(jnp.asarray, load(file)[0])
    return np.asarray(net.outputs(jnp.asarray(symbols, jnp.int32)))


def proved(wanted: list[list[Any]]) -> list[Any]:
    return in_node(PROOFS, {"wanted": wanted, "cells": CELLS, "machines": named_machines()})


def checked(files: dict[str, Any], folder: Path) -> Any:
    """What the checker in Python says of files out of node."""
    for name in ("certificate", "weights"):
        (folder / name).write_bytes(base64.b64decode(files[name]))
    return check(folder / "certificate", folder / "weights")


@pytest.mark.slow
@pytest.mark.parametrize(("cell", "count"), PROVED_CELLS)
def test_a_net_of_each_cell_is_proved_and_both_checkers_say_so(cell, count, tmp_path):
    patterns = (".*ab", "(a|b|c)*(ab|ca)") if CELLS[cell]["linear"] else ("(b|ab*a)*", "(ab)*")
    units = CELLS[cell]["with_boxes"][count].get("units", 16)
    wanted = [[pattern, cell, count, seed, units] for pattern, seed in itertools.product(patterns, (1, 2))]
    for one, files in zip(wanted, proved(wanted), strict=True):
        assert files is not None, one
        result = checked(files, tmp_path)
        assert result.valid, (one, result.reason)
        assert list(result.lines) == files["lines"]
        assert result.lines[-1].endswith("formats checked: float32.")
        assert files["noise"] > 0


COUNTING_CELLS = [(cell, count) for cell, count in PROVED_CELLS if not CELLS[cell]["linear"]]


@pytest.mark.parametrize(("cell", "count"), thorough(COUNTING_CELLS, unpack=True))
def test_a_counting_net_is_proved_and_opens_in_python(cell, count, tmp_path):
    (files,) = proved([["count", cell, count, 1, 24]])
    assert checked(files, tmp_path).valid
    (tmp_path / "model.safetensors").write_bytes(base64.b64decode(files["weights"]))
    symbols = np.array([[9] * 300 + [0], [0] * 301, [9] + [8] * 300], np.uint16).T
    assert (answers(tmp_path / "model.safetensors", symbols) == task_named("count").targets(symbols)).all()


@pytest.mark.slow
def test_a_net_that_adds_is_proved_within_few_updates(tmp_path):
    """A batch of 200 pairs is closed within 600 updates."""
    (files,) = proved([["add", "rnn", 1, 1, 34]])
    assert checked(files, tmp_path).valid
    assert files["updates"] <= 600


FORGETTING = [
    ("(b|ab*a)*", True), ("(ab)*", True), (".*abb.*", True), ("[ab]*ab", False), ("[ab]*a[ab][ab]", False), ("a[ab]*", True),
    ("(a|b|c)*(ab|ca)", False), ("(0|1(01*0)*1)*", True), ("[ab]*", False), ("([ab][ab])*", True), ("(a|b)*(aab|bba)", False),
]  # fmt: skip
"""Patterns, and whether a state must be kept for ever."""


def test_the_page_knows_what_a_linear_recurrence_cannot_hold_as_python_does():
    body = """const { machineOfPattern } = await module("learning/machines.js");
      const { namedMachine } = await module("learning/named-machines.js");
      const { neverForgets } = await module("learning/never-forgets.js");
      const named = Object.keys(given.machines).map((name) => [name, neverForgets(namedMachine(name, given.machines))]);
      return { patterns: given.patterns.map((pattern) => neverForgets(machineOfPattern(pattern))), named };"""
    patterns = [pattern for pattern, _ in FORGETTING]
    found = in_node(body, {"patterns": patterns, "machines": named_machines()})
    assert found["patterns"] == [keeps for _, keeps in FORGETTING]
    for pattern, keeps in FORGETTING:
        assert never_forgets(minimise(task_named(f"regex:{pattern}").machine)) == keeps, pattern
    for name, keeps in found["named"]:
        machine = minimise(task_named(name).machine)
        assert machine.states == task_named(name).machine.states
        assert keeps == never_forgets(machine)


TURNED = """
const { templateOf } = await module("learning/cell-programs.js");
const { provedCell, firstCellProof, grownCellBoxes } = await module("learning/cell-search.js");
const { wrongWordOf } = await module("learning/stress.js");
const { machineOfPattern } = await module("learning/machines.js");
const { turnedNet } = await module("laboratory/turning-panel.js");
const { BoxStepper, cellClosure } = await module("learning/cell-closure.js");
const text = (bytes) => Buffer.from(bytes).toString("base64");
const { proof, net } = provedCell(machineOfPattern("(b|ab*a)*"), templateOf(given.cells, given.cell), { seed: 1 });
const found = [];
for (const name of Object.keys(net.tensors)) {
  for (const by of [0, 0.02, -1, 6, -20]) {
    const turned = turnedNet(net, { name, at: 3 % net.tensors[name].length, by });
    const own = firstCellProof(turned, [proof.boxes]) ?? firstCellProof(turned, grownCellBoxes(turned));
    const files = own && { certificate: text(own.files.certificate), weights: text(own.files.weights) };
    found.push({ by, files, word: wrongWordOf(turned) });
  }
}
const other = { ...net, machine: { ...net.machine, output: net.machine.output.map((one, pair) => (pair === 1 ? 1 - one : one)) } };
const hole = { ...proof.boxes, low: proof.boxes.low.map((bound, at) => (at === 3 ? NaN : bound)) };
const closes = (one, boxes) => cellClosure(new BoxStepper(one), boxes).closed;
return { found, other: closes(other, proof.boxes), hole: closes(net, hole), own: closes(net, proof.boxes) };
"""


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["lstm", "rnn", "gru", "slstm"])
def test_no_net_with_a_wrong_word_is_proved(cell, tmp_path):
    said = in_node(TURNED, {"cells": CELLS, "cell": cell})
    assert [said["own"], said["other"], said["hole"]] == [True, False, False]
    assert any(one["word"] for one in said["found"])
    for one in said["found"]:
        assert not (one["files"] and one["word"])
        if one["files"]:
            assert checked(one["files"], tmp_path).valid
        assert one["files"] or one["by"]


LEARNED = """
const { templateOf } = await module("learning/cell-programs.js");
const { WordLearner } = await module("learning/word-learner.js");
const { lengthCurve, repeatedRuns, wrongWordOf } = await module("learning/stress.js");
const { weightsFile } = await module("learning/proof-files.js");
const { metadataOf, taskOf } = await module("laboratory/tasks.js");
const task = taskOf("count", { machines: given.machines, tasks: { count: { name: "count", base: 10 } } });
return given.seeds.map((seed) => {
  const learner = new WordLearner(task.machine, templateOf(given.cells, given.cell), { seed, units: 12, steps: 10 });
  while (!learner.isOver) learner.update();
  const net = learner.net();
  const words = [wrongWordOf(net), ...repeatedRuns(net).map(({ word }) => word), ...lengthCurve(net).wrong].filter(Boolean);
  const file = weightsFile(net, metadataOf(task, { cell: given.cell, layers: 1, units: 12 }));
  const shares = lengthCurve(net).points.map(({ y }) => y);
  return { share: learner.share, words, shares, file: Buffer.from(file).toString("base64") };
});
"""


@pytest.mark.slow
def test_nets_that_learned_from_words_break_as_in_python(tmp_path):
    """Each wrong word that the page finds is first wrong at its end, for Python's net of the same weights, too."""
    given = {"cells": CELLS, "cell": "mingru", "seeds": [1, 2, 3], "machines": named_machines()}
    task, found = task_named("count"), in_node(LEARNED, given)
    assert sum(one["share"] > 0.99 for one in found) >= 3
    assert any(one["words"] for one in found)
    for one in found:
        assert one["shares"] == sorted(one["shares"], reverse=True)
        (tmp_path / "model.safetensors").write_bytes(base64.b64decode(one["file"]))
        for word in one["words"][:5]:
            symbols = np.array([word], np.uint16).T
            wrong = answers(tmp_path / "model.safetensors", symbols) != task.targets(symbols)
            assert wrong[-1, 0]
            assert not wrong[:-1].any()
