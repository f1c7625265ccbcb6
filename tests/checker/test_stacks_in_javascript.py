"""Certificates of trained nets with stacks, and mutations of each kind of field, are judged alike in Python and JavaScript."""

import contextlib
import copy
import hashlib
import json
import random
from pathlib import Path

import pytest
from handmade import canonical
from javascript import NODE, said_by
from test_mutations import RETYPED, parent, paths

from anylength_check import check
from anylength_check.certificate import NEAR, PROVED, STACKS_CLAIM, START
from anylength_check.program import canonical_sha256, read_program
from anylength_check.weights import read_shapes

ROOT = Path(__file__).parents[2]
FOLDERS = {"one stack": ROOT / "docs" / "results" / "dyck-2", "two stacks": ROOT / "tests" / "fixtures" / "stacks"}

pytestmark = pytest.mark.skipif(NODE is None, reason="the checker in JavaScript needs node: apt install nodejs")


@pytest.fixture(scope="module")
def alike(tmp_path_factory, in_javascript):
    """What both checkers say of a certificate and weights."""
    folder = tmp_path_factory.mktemp("stacks")

    def run(certificate, weights):
        (folder / "c.json").write_bytes(canonical(certificate))
        (folder / "w.safetensors").write_bytes(weights)
        ours = said_by(check(folder / "c.json", folder / "w.safetensors"))
        assert in_javascript.result(canonical(certificate), weights) == ours
        return ours

    return run


@pytest.fixture(scope="module", params=list(FOLDERS))
def proved(request):
    """The certificate of a trained net, and its weights."""
    folder = FOLDERS[request.param]
    return json.loads((folder / "certificate.json").read_text()), (folder / "model.safetensors").read_bytes()


def sealed(certificate, but=""):
    """Fresh claim and noise budget, where the fields allow them, and fresh digest; one of them is left as it is."""
    fresh = {}
    with contextlib.suppress(Exception):
        program, machine = read_program(certificate["program"]), certificate["machine"]
        claim = STACKS_CLAIM.format(
            program=canonical_sha256(certificate["program"]), tensors=certificate["tensors"], machine=canonical_sha256(machine),
            states=len(machine["delta"]), classes=program.classes, words="of any length", start=START, near=NEAR,
            **certificate["encoding"], **program.stacks()._asdict(),
        )  # fmt: skip
        for one in certificate["proofs"]:
            claim += PROVED.format(one["epsilon"], one["eta"], ", ".join(one["formats"]) or "none")
        budget = max((one["epsilon"] for one in certificate["proofs"]), key=float.fromhex)
        fresh = {"claim": claim, "noise_budget": budget}
    certificate |= {name: value for name, value in fresh.items() if name != but}
    digest = canonical_sha256({name: value for name, value in certificate.items() if name != "digest"})
    return certificate if but == "digest" else certificate | {"digest": digest}


def test_a_machine_without_an_output_claims_nothing(proved, alike):
    certificate, weights = copy.deepcopy(proved[0]), proved[1]
    outputs = certificate["machine"]["output"]
    outputs[:] = [[-1] * len(row) for row in outputs]
    assert alike(sealed(certificate), weights)["reason"] == "no step has an answer, so there is nothing to check"


def test_the_answers_are_counted_where_the_machine_has_few(proved, alike):
    certificate, weights = copy.deepcopy(proved[0]), proved[1]
    kept = certificate["machine"]["start"]
    for state, row in enumerate(certificate["machine"]["output"]):
        row[:] = row if state == kept else [-1] * len(row)
    result = alike(sealed(certificate), weights)
    assert result["valid"] and "with an answer, the smallest" in "".join(result["lines"])


def changes(certificate, chance):
    """Each kind of field, at up to two places: dropped, repeated, of another type, moved."""
    kinds = {}
    for path in paths(certificate):
        kinds.setdefault(tuple("#" if isinstance(key, int) else key for key in path), []).append(path)
    for places in kinds.values():
        for path in chance.sample(places, min(2, len(places))):
            for kind in ("drop", "repeat", "retype", "move"):
                mutated = copy.deepcopy(certificate)
                holder, key = parent(mutated, path), path[-1]
                if kind == "drop":
                    del holder[key]
                elif kind == "repeat" and isinstance(holder, list):
                    holder.insert(key, copy.deepcopy(holder[key]))
                elif kind == "retype":
                    holder[key] = chance.choice([value for value in RETYPED if canonical(value) != canonical(holder[key])])
                elif kind == "move" and type(holder[key]) is int:
                    holder[key] += chance.choice([-1, 1])
                elif kind == "move" and isinstance(holder[key], str) and holder[key].lstrip("-").startswith("0x"):
                    holder[key] = (float.fromhex(holder[key]) + chance.choice([-1, 1]) * 2.0 ** chance.choice([-30, -3, 1])).hex()
                else:
                    continue
                yield path, sealed(mutated, path[0])


def test_a_trained_net_with_stacks_is_valid_with_the_same_lines(alike, proved):
    said = alike(*proved)
    assert said["valid"] and "however deep the stacks become" in said["claim"]


def test_mutations_of_each_kind_of_field_are_judged_alike(alike, proved):
    certificate, weights = proved
    refused, count, kept = set(), 0, 0
    for path, mutated in changes(certificate, random.Random(58)):
        count += 1
        said = alike(mutated, weights)
        refused.add(said["reason"])
        kept += said["valid"]
        if said["valid"]:  # other boxes; or another claim, as of a machine that differs in a column that is not met
            assert path[0] == "proofs" or said["claim"] != certificate["claim"], path
    print(count, len(refused), kept)
    assert count >= 200 and len(refused) >= 60
    assert kept < count // 4


def test_a_bit_of_a_weight_is_judged_alike(alike, proved):
    """With the SHA-256 of the changed tensors, so that the net itself is checked."""
    certificate, weights = proved
    start, chance, reasons = 8 + int.from_bytes(weights[:8], "little"), random.Random(5), []
    for _ in range(12):
        changed = bytearray(weights)
        changed[chance.randrange(start, len(weights)) // 4 * 4 + 3] ^= 1 << chance.choice([0, 6, 7])
        shapes, raw = read_shapes(bytes(changed))
        digest = hashlib.sha256()
        for name in sorted(shapes):
            digest.update(f"{name}\0F32\0{','.join(map(str, shapes[name]))}\0".encode() + raw[name])
        other = copy.deepcopy(certificate) | {"tensors": digest.hexdigest()}
        reasons.append(alike(sealed(other), bytes(changed))["reason"])
    assert any(reasons)


def test_each_guard_of_stacks_gives_its_own_reason(alike):
    """One bad field of the net with one stack, claim and digest fresh."""
    certificate, weights = (FOLDERS["one stack"] / name for name in ("certificate.json", "model.safetensors"))
    original, weights = json.loads(certificate.read_text()), weights.read_bytes()
    machine, proof = original["machine"], original["proofs"][0]
    symbols, states = original["encoding"]["base"], len(machine["delta"])
    columns = symbols * machine["letters"] ** 2
    low, high = ([float.fromhex(x) for x in proof["letters"][0][0][end]] for end in ("low", "high"))
    two_stacks = {
        "start": 0, "letters": machine["letters"], "actions": [[[0, 0]] * columns] * states,
        "delta": [[0] * columns] * states, "output": [[0] * columns] * states,
    }  # fmt: skip
    apart = "the machine, the program and the proofs are not all with stacks, or all without"
    cases = [
        ("a claim about stacks is about all words", {("words",): {"steps": 3}}),
        ("a claim about stacks is about all words", {("rounding",): {"fraction_bits": 3}}),
        ("the machine has more than 65536 columns", {("machine", "letters"): 65536}),
        (apart, {("proofs", 0, "letters"): None}),
        (apart, {("program", "memory"): None}),
        ("the machine's stacks are not the net's", {("machine",): two_stacks, ("next",): [-1] * columns}),
        ("a letter has a low bound above its high bound", {("proofs", 0, "letters", 0, 0, "low", 0): (9.0).hex()}),
        ("the gates' biases are not two for each stack", {("program", "memory", "bias"): "readout.weight"}),
        ("the gates' weights do not fit the answer", {("program", "memory", "weight"): "cell.weight_hh"}),
        ("the stacks do not fit the symbol and the state", {("program", "memory", "width"): 60_000}),
        ("which a word may lead to", {("proofs", 0, "nodes", 0, "next", 0): -1}),
        ("pushes what is not in the box of letter 1", {("proofs", 0, "letters", 0, 0, "high", 0): ((low[0] + high[0]) / 2).hex()}),
        ("a gate is not decided by eta", {("machine", "actions", 0, 0, 0): 0}),
        ("a gate is not decided by eta", {("proofs", 0, "eta"): (6.0).hex()}),
        ("the machine's output does not lead by eta", {("machine", "output", 0, 0): 1 - machine["output"][0][0]}),
        ("of another machine state than the machine's next", {("machine", "delta", 0, 0): -1}),
        ("an output is no class of the read-out", {("machine", "output", 0, 0): 2}),
    ]
    for reason, fields in cases:
        mutated = copy.deepcopy(original)
        for path, value in fields.items():
            if path == ("next",):
                for one in mutated["proofs"]:
                    for node in one["nodes"]:
                        node["next"] = value
            elif value is None:
                del parent(mutated, path)[path[-1]]
            else:
                parent(mutated, path)[path[-1]] = value
        said = alike(sealed(mutated), weights)
        assert not said["valid"] and reason in said["reason"], (reason, said["reason"])
