"""Nets that learn with their proofs in a page: patterns, slopes, enclosures, and files that the checker in Python accepts."""

import base64
import itertools
import random
from decimal import Decimal, getcontext
from pathlib import Path

import pytest

from anylength.base import InputError
from anylength.experiments.site import named_machines
from anylength.rules.regex import machine_of_regex
from anylength_check import check
from benchmarks.drawn_patterns import drawn_pattern
from tests.in_node import NODE, in_node
from tests.selection import thorough

pytestmark = pytest.mark.skipif(NODE is None, reason="the pages' modules need node: apt install nodejs")

PATTERNS = [
    "(ab)*", ".*abb.*", "a{2,3}b?", "[a-c]+", "a|b|", "(a|b)*a(a|b){3}", "[^ab]c", "(?:ab|c)*d", "a{3,}b", r"\.\*a", r"\d{2}",
    "((a|b)(a|b))*", "(0|1(01*0)*1)*", "x(y|z)?x", "[a\\-c]-", "a+b+c+", "(a*b*)*c",
]  # fmt: skip
REFUSED = [
    "(",
    ")",
    "a**",
    "*a",
    "a{3,2}",
    "^a",
    "a$",
    "[b-a]",
    "a\\",
    "[]",
    "",
    "(?=a)b",
    "a)",
    ".",
    "a.",
    "(a|b)*a(a|b){20}",
    "()",
    "a{0}",
    "]a",
    "a}",
]

MACHINES = """
const { machineOfPattern } = await module("learning/machines.js");
return given.map((pattern) => {
  try {
    const { symbols, delta, output } = machineOfPattern(pattern);
    return { symbols, delta: [...delta], output: [...output] };
  } catch (error) {
    return { refused: error.name === "BadInput" ? error.message : String(error.stack) };
  }
});
"""


def assert_same_answers(own: dict, pattern: str) -> None:
    """Both machines answer alike on every word."""
    other = machine_of_regex(pattern)
    assert own["symbols"] == list(other.symbols)
    width = len(own["symbols"])
    met, waiting = {(0, other.machine.start)}, [(0, other.machine.start)]
    for a, b in waiting:
        for symbol in range(width):
            assert own["output"][a * width + symbol] == other.machine.output[b][symbol], (pattern, a, b, symbol)
            after = own["delta"][a * width + symbol], other.machine.delta[b][symbol]
            if after not in met:
                met.add(after)
                waiting.append(after)


def test_patterns_mean_what_they_mean_in_python():
    for pattern, own in zip(PATTERNS, in_node(MACHINES, PATTERNS), strict=True):
        assert "refused" not in own, own
        assert_same_answers(own, pattern)


def test_random_patterns_mean_what_they_mean_in_python():
    draw = random.Random(5)
    patterns = [drawn_pattern(draw) for _ in range(400)]
    both = [(pattern, own) for pattern, own in zip(patterns, in_node(MACHINES, patterns), strict=True) if "refused" not in own]
    assert len(both) > 0.7 * len(patterns)
    for pattern, own in both:
        assert_same_answers(own, pattern)


def test_what_is_no_pattern_is_refused_in_one_line_by_both():
    for pattern, own in zip(REFUSED, in_node(MACHINES, REFUSED), strict=True):
        assert own.get("refused", "").startswith("expected "), (pattern, own)
        assert "\n" not in own["refused"]
        if pattern != "(a|b)*a(a|b){20}":
            with pytest.raises(InputError):
                machine_of_regex(pattern)


TABLES = """
const { machineOfTable } = await module("learning/transition-table.js");
return given.map((text) => {
  try {
    const { symbols, delta, output } = machineOfTable(text);
    return { symbols, delta: [...delta], output: [...output] };
  } catch (error) {
    return error.message;
  }
});
"""


REFUSED_TABLES = {
    "table: 0 a 1, 0 a 0; accept 0": "expected one transition for a state and a letter, got two for 0 and a",
    "table: 0 a 1; accept": "expected a table that ends with ; accept and states",
    "table: 0 a 1 ; accept 1 ; x": "expected a table that ends with ; accept and states",
    "table: 0 a; accept 0": "expected transitions of three words",
    "table: 0 a 0, 1 a 1; accept 1": "expected a machine that accepts some word",
    "table: 0 a 1, 0 b 0, 1 a 0; accept 1": "expected a transition for each state and letter, got none for 1 and b",
}


def test_a_table_is_the_machine_that_it_says():
    (parity,) = in_node(TABLES, ["table: even a odd, even b even, odd a even, odd b odd; accept even"])
    assert_same_answers(parity, "(b|ab*a)*")


def test_what_is_no_table_is_refused():
    for message, start in zip(in_node(TABLES, list(REFUSED_TABLES)), REFUSED_TABLES.values(), strict=True):
        assert message.startswith(start)


SLOPES = """
const { machineOfPattern } = await module("learning/machines.js");
const { Learner } = await module("learning/learner.js");
const learner = new Learner(given.machine ?? machineOfPattern(given.pattern), { seed: 3, pull: 1, rampEnd: 1e-9, updates: 1000 });
for (let k = 0; k < 20; k += 1) learner.update();
const arrays = ["gradient", "slopeMiddle", "slopeSpread", "slopeCenter", "slopeHalf"];
const loss = () => {
  learner.unpack();
  learner.forward(0.01);
  for (const name of arrays) learner[name].fill(0);
  learner.answers();
  const mean = Math.sqrt(learner.losses.reduce((sum, value) => sum + value * value, 0) / learner.pairs);
  return mean + learner.inclusions();
};
loss();
learner.backward();
const slopes = learner.gradient.slice();
const errors = [];
for (let at = 0; at < slopes.length; at += 7) {
  const kept = learner.flat[at];
  learner.flat[at] = kept + 1e-6;
  const above = loss();
  learner.flat[at] = kept - 1e-6;
  const below = loss();
  learner.flat[at] = kept;
  errors.push(Math.abs((above - below) / 2e-6 - slopes[at]) / (1e-3 + Math.abs(slopes[at])));
}
return errors.sort((a, b) => a - b);
"""


@pytest.mark.parametrize("given", thorough([{"pattern": "(ab)*"}, {"machine": "s3-generators"}, {"machine": "add"}]), ids=str)
def test_slopes_are_those_of_the_loss(given):
    machine = named_machines().get(given.get("machine", ""))
    errors = in_node(SLOPES, given | ({"machine": flat(machine)} if machine else {}))
    assert errors[len(errors) // 2] < 1e-6
    assert errors[int(0.97 * len(errors))] < 1e-3  # at a kink both sides differ


def flat(machine: dict) -> dict:
    """A machine of the site's data as the learner takes it."""
    return machine | {
        "delta": list(itertools.chain(*machine["delta"])), "output": list(itertools.chain(*machine["output"])),
        "names": ["" for _ in machine["delta"]], "accepting": None,
    }  # fmt: skip


def test_tanh_is_as_near_as_it_says():
    getcontext().prec = 60
    draw = random.Random(1)
    points = [
        0.0,
        1e-300,
        1e-9,
        0.25,
        0.250001,
        19.999,
        20.0,
        20.1,
        *(draw.uniform(0, 21) for _ in range(3000)),
        *(10 ** draw.uniform(-12, 1) for _ in range(2000)),
    ]
    points += [-x for x in points]
    said = in_node("""const { nearTanh, NEAR_TANH_ERROR } = await module("learning/enclosures.js");
        return { values: given.map(nearTanh), error: NEAR_TANH_ERROR };""", points)  # fmt: skip
    for x, value in zip(points, said["values"], strict=True):
        power = (-2 * abs(Decimal(x))).exp()
        exact = (1 - power) / (1 + power) * (1 if x >= 0 else -1)
        assert abs(Decimal(value) - exact) < Decimal(said["error"]) / 10


def test_numbers_are_spelt_as_python_spells_them():
    draw = random.Random(2)
    numbers = [0.0, 1.0, -1.0, 0.1, 2.0**-300, 2.0**300, *(draw.gauss(0, 1) * 10 ** draw.uniform(-80, 80) for _ in range(500))]
    assert in_node('return given.map((await module("learning/proof-files.js")).hexOf);', numbers) == [x.hex() for x in numbers]


PROOFS = """
const { machineOfPattern } = await module("learning/machines.js");
const { provedNet } = await module("learning/proof-search.js");
const text = (bytes) => Buffer.from(bytes).toString("base64");
return given.map(([pattern, seed]) => {
  const proved = provedNet(machineOfPattern(pattern), seed);
  return proved && { noise: proved.noise, tries: proved.effort.tries, lines: proved.files.lines,
    certificate: text(proved.files.certificate), weights: text(proved.files.weights) };
});
"""


def checked(files: dict, folder: Path):
    """What the checker in Python says of files out of node."""
    for name in ("certificate", "weights"):
        (folder / name).write_bytes(base64.b64decode(files[name]))
    return check(folder / "certificate", folder / "weights")


def test_a_learned_net_is_proved_and_both_checkers_say_so(tmp_path):
    wanted = [
        [pattern, seed] for pattern in ("(ab)*", ".*abb.*", "(b|ab*a)*", "[ab]*a[ab][ab]", "[a-e]*ad[a-e]*") for seed in (1, 2)
    ]
    for (pattern, seed), files in zip(wanted, in_node(PROOFS, wanted), strict=True):
        assert files is not None, (pattern, seed)
        result = checked(files, tmp_path)
        assert result.valid, (pattern, seed, result.reason)
        assert list(result.lines) == files["lines"]
        assert files["noise"] > 0


SPOILED = """
const { namedMachine } = await module("learning/named-machines.js");
const { machineOfPattern } = await module("learning/machines.js");
const { provedNet } = await module("learning/proof-search.js");
const { closureOf } = await module("learning/closure.js");
const { certificateFile, weightsFile } = await module("learning/proof-files.js");
const { spoiledNet, grownBoxes, wrongWord } = await module("learning/breaking.js");
const text = (bytes) => Buffer.from(bytes).toString("base64");
const written = (net, boxes, proof) => {
  return { certificate: text(certificateFile(net, boxes, proof)), weights: text(weightsFile(net, {})) };
};
const out = [];
for (const name of given.names) {
  const proved = provedNet(namedMachine(name, given.machines) ?? machineOfPattern(name), 1);
  for (const amount of given.amounts) {
    for (const noise of [0, proved.noise / 2, 2 * proved.noise]) {
      const net = spoiledNet(proved.net, amount, 5);
      const grown = grownBoxes(net, noise);
      for (const boxes of [proved.boxes, proved.learned, ...(grown ? [grown] : [])]) {
        const { closed, margin } = closureOf(net, boxes, noise);
        const files = closed ? written(net, boxes, { noise, margin, formats: [] }) : null;
        out.push({ closed, wrong: wrongWord(net, noise, 1) !== null, files });
      }
    }
  }
}
return out;
"""


@pytest.mark.slow
@pytest.mark.parametrize("names", [["(b|ab*a)*"], ["(ab)*", ".*abb.*"], ["count"]], ids=str)
def test_what_closes_in_the_page_is_proved_by_the_checker_and_has_no_wrong_word(names, tmp_path):
    """No net that answers some word wrongly has boxes that close, and the checker finds closed what the page finds closed."""
    given = {"machines": named_machines(), "names": names, "amounts": [0, 0.002, 0.01, 0.03, 0.1, 0.3]}
    found = in_node(SPOILED, given)
    closed = [one for one in found if one["closed"]]
    assert closed and len(closed) < len(found)
    assert any(one["wrong"] for one in found)
    for one in closed:
        assert not one["wrong"]
        result = checked(one["files"], tmp_path)
        assert result.valid, result.reason


def test_what_is_called_proved_covers_float32():
    """What runs in a page and in Python is float32, so a proof of exact arithmetic alone is none there."""
    said = in_node("""const { firstProof, provedNet } = await module("learning/proof-search.js");
        const { machineOfPattern } = await module("learning/machines.js");
        const { closureOf, tightened } = await module("learning/closure.js");
        const { net, boxes, files } = provedNet(machineOfPattern("(b|ab*a)*"), 1);
        const tight = tightened(net, boxes, closureOf(net, boxes).images, 1e-6);
        const none = firstProof(net, [tight]);
        return { lines: files.lines, closed: closureOf(net, tight).closed, isProved: none !== null };""")  # fmt: skip
    assert said["lines"][-1].endswith("formats checked: float32.")
    assert said["closed"]
    assert not said["isProved"]


OTHER_MACHINE = """
const { machineOfPattern } = await module("learning/machines.js");
const { provedNet } = await module("learning/proof-search.js");
const { closureOf, noiseBudget } = await module("learning/closure.js");
const proved = provedNet(machineOfPattern(given), 1);
const { machine } = proved.net;
const answers = [];
for (let pair = 0; pair < machine.delta.length; pair += 1) {
  const output = machine.output.slice();
  output[pair] = 1 - output[pair];
  const delta = machine.delta.slice();
  delta[pair] = (delta[pair] + 1) % machine.names.length;
  for (const other of [{ ...machine, output }, { ...machine, delta }]) {
    answers.push(closureOf({ ...proved.net, machine: other }, proved.boxes).closed);
  }
}
const hole = { low: proved.boxes.low.map((bound, at) => (at === 3 ? NaN : bound)), high: proved.boxes.high };
return { answers, hole: closureOf(proved.net, hole).closed, budget: noiseBudget(proved.net, hole) };
"""


def test_another_machine_and_a_box_that_is_no_box_do_not_close():
    said = in_node(OTHER_MACHINE, ".*abb.*")
    assert not any(said["answers"])
    assert said["hole"] is False
    assert said["budget"] == 0
