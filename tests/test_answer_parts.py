"""Machines whose answers are followed letter by letter: small nets side by side, proved as one net."""

import base64
from pathlib import Path
from typing import Any

import pytest

from anylength.experiments.site import named_machines
from anylength_check import check
from tests.in_node import NODE, in_node

pytestmark = pytest.mark.skipif(NODE is None, reason="the pages' modules need node: apt install nodejs")

PARTS = """
const { namedMachine } = await module("learning/named-machines.js");
const { answersOfStates, partsOfAnswers } = await module("learning/answer-parts.js");
const machine = namedMachine(given.name, given.machines);
const parts = partsOfAnswers(machine);
return parts && { answers: answersOfStates(machine), parts: parts.map(({ machine: { labels, delta }, blocks }) => {
  return { labels, delta: [...delta], blocks: [...blocks] };
}) };
"""

PROOF = """
const { namedMachine } = await module("learning/named-machines.js");
const { partsOfAnswers } = await module("learning/answer-parts.js");
const { partsOfWhole, provedSideBySide } = await module("learning/side-by-side.js");
const { spoiledNet, wrongWord } = await module("learning/breaking.js");
const { closureOf } = await module("learning/closure.js");
const { firstProof } = await module("learning/proof-search.js");
const machine = namedMachine(given.name, given.machines);
const looks = [];
const parts = partsOfAnswers(machine);
const proved = provedSideBySide(machine, parts, 1, { onFrame: (_, parts) => looks.push(parts.map(({ closure }) => closure.open)) });
const spoiled = spoiledNet(proved.net, 0.5, 7);
const hulls = partsOfWhole(machine, parts, proved.boxes, closureOf(proved.net, proved.boxes));
const text = (bytes) => Buffer.from(bytes).toString("base64");
return {
  certificate: text(proved.files.certificate), weights: text(proved.files.weights), lines: proved.files.lines,
  noise: proved.noise, looks,
  isWrong: wrongWord(spoiled, 0, 1) !== null, isProved: firstProof(spoiled, [proved.boxes, proved.learned]) !== null,
  shapes: hulls.map(({ boxes, images }) => [boxes.low.length, images.low.length]),
  marks: hulls.flatMap(({ outside }) => [...outside]),
};
"""


def parts_of(name: str) -> Any:
    return in_node(PARTS, {"name": name, "machines": named_machines()})


@pytest.mark.parametrize(("name", "letters", "states"), [("s3-generators", 3, 6), ("s5-generators", 5, 120)])
def test_parts_run_side_by_side_and_together_give_the_answer(name, letters, states):
    found, machine = parts_of(name), named_machines()[name]
    delta: Any = machine["delta"]
    width = len(delta[0])
    assert len(found["parts"]) == letters
    assert len(set(found["answers"])) == len(found["answers"]) == states
    for state, row in enumerate(delta):
        for symbol, following in enumerate(row):
            for part in found["parts"]:
                assert part["delta"][part["blocks"][state] * width + symbol] == part["blocks"][following]
    for state, answer in enumerate(found["answers"]):
        assert "".join(part["labels"][part["blocks"][state]] for part in found["parts"]) == answer


@pytest.mark.parametrize("name", ["count", "add"])
def test_a_machine_whose_answers_are_no_such_words_has_no_parts(name):
    assert parts_of(name) is None


def test_small_nets_side_by_side_are_proved_as_one_net(tmp_path: Path):
    found = in_node(PROOF, {"name": "s3-generators", "machines": named_machines()})
    assert found["looks"][0] != [0, 0, 0]
    assert found["looks"][-1] == [0, 0, 0]
    for name in ("certificate", "weights"):
        (tmp_path / name).write_bytes(base64.b64decode(found[name]))
    result = check(tmp_path / "certificate", tmp_path / "weights")
    assert result.valid, result.reason
    assert list(result.lines) == found["lines"]
    assert found["noise"] > 0
    assert found["shapes"] == [[3 * 16, 6 * 16]] * 3
    assert not any(found["marks"])
    assert found["isWrong"]
    assert not found["isProved"]
