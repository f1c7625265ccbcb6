"""Certificates of nets with stacks: VALID as made, each changed one refused for its own reason or true, and true of real words."""

import copy
import random
import re
from types import SimpleNamespace

import numpy as np
import pytest
import stacked
from handmade import adder, certify, make_proof, safetensors
from stacked import box, holds, number, one_proof, sealed

from anylength_check.dyadic import UNIT
from anylength_check.program import read_program
from anylength_check.stacks import Stacks, column, met_tops, wider_hull
from anylength_check.strict import Refused

ORIGINAL, TENSORS = stacked.read()
SINGLE = one_proof(ORIGINAL)
START, INSIDE, DEAD = 0, 1, 2
"""The nodes: before the first step, after steps that leave a chance, and after a bracket that closes none."""

GATES = ("cell.weight_action", "cell.bias_action")


@pytest.fixture
def said(judge):
    """The checker's result on a certificate and tensors; of one in `ONE_IN`, also what the checker in JavaScript says."""
    return lambda certificate, tensors=TENSORS: judge(certificate, safetensors(tensors))


def test_the_committed_certificate_is_valid_and_its_claim_is_written_out(said):
    result = said(ORIGINAL)
    assert result.valid
    assert result.claim == ORIGINAL["claim"] == stacked.claim_of(ORIGINAL)
    assert sealed(copy.deepcopy(ORIGINAL)) == ORIGINAL
    assert holds(ORIGINAL, TENSORS)


# Mutations: whatever is accepted is true.


def _bound(chance, ends):
    """Moves a bound of a box."""
    end, row = chance.choice(["low", "high"]), chance.randrange(16)
    low, high = (number(ends[each][row]) for each in ("low", "high"))
    by = chance.choice([0.5, 0.9, -0.5, 1.5]) * (high - low) + chance.choice([0, 0, 1e-3])
    ends[end][row] = (number(ends[end][row]) + (by if end == "low" else -by)).hex()


def _letters(chance, certificate, proof):
    """Removes, repeats or swaps letters, or says another number of them."""
    row, kind = proof["letters"][0], chance.randrange(5)
    if kind == 0:
        row.pop(chance.randrange(4))
    elif kind == 1:
        row.append(row[0])
    elif kind == 2:
        first, second = chance.sample(range(4), 2)
        row[first], row[second] = row[second], row[first]
    elif kind == 3:
        certificate["machine"]["letters"] += chance.choice([-1, 1])
    else:
        proof["letters"] = chance.choice([[], [row, row], {}, None])


def _entry(table, values):
    """Sets an entry of the machine's table."""

    def edit(chance, certificate, proof):
        row = chance.choice(certificate["machine"][table])
        row[chance.randrange(20)] = chance.choice(values)

    return edit


def _next(chance, certificate, proof):
    chance.choice(proof["nodes"])["next"][chance.randrange(20)] = chance.choice([-1, 0, 1, 2, 3])


def _tensors(names, factors):
    """Changes a number of the weights."""

    def edit(chance, certificate, proof, tensors):
        rows = tensors[chance.choice(names)]
        row = chance.choice(rows) if isinstance(rows[0], list) else rows
        at = chance.randrange(len(row))
        row[at] = float(np.float32(row[at] * chance.choice(factors) + chance.choice([0, 0.25, -1])))

    return edit


def _memory(chance, certificate, proof):
    memory = certificate["program"]["memory"]
    name = chance.choice(list(memory))
    others = {"width": [0, 1, 15, 17, 32, True, None], "weight": ["readout.weight", "cell.weight_hh", ""],
              "bias": ["cell.bias", "readout.bias", ""]}  # fmt: skip
    memory[name] = chance.choice(others[name])


def _number(chance, certificate, proof):
    name = chance.choice(["epsilon", "eta"])
    proof[name] = (number(proof[name]) * chance.choice([-1, 0, 0.5, 2, 100, 1e6])).hex()


def _formats(chance, certificate, proof):
    proof["formats"] = chance.choice([[], ["bfloat16"], ["float16", "float32"], ["float32", "float16"], ["float64"], None])


def _numbers(chance, certificate, proof):
    place = chance.choice([certificate["machine"], proof, chance.choice(proof["nodes"])])
    place["state" if "state" in place else "start"] = chance.choice([-1, 0, 1, 2, 3])


def _retyped(chance, certificate, proof):
    """Drops a field, or puts something else there."""
    place = chance.choice([certificate, certificate["machine"], certificate["program"], certificate["program"]["memory"], proof,
                           proof["letters"][0][0], proof["nodes"][0], certificate["encoding"]])  # fmt: skip
    name = chance.choice([name for name in place if name not in ("digest", "claim", "noise_budget")])
    value = chance.choice([None, True, -1, 10**8, "", [], {}, [[]], "NaN"])
    if chance.random() < 0.3:
        del place[name]
    else:
        place[name] = value


KINDS = {
    "box of a node": lambda chance, c, proof: _bound(chance, chance.choice(proof["nodes"])["region"]["box"]),
    "box of a letter": lambda chance, c, proof: _bound(chance, chance.choice(proof["letters"][0])),
    "letters": _letters, "next": _next, "numbers": _numbers, "memory": _memory, "epsilon or eta": _number, "formats": _formats,
    "actions": _entry("actions", [[0], [1], [2], [3], [4], [5], [6], [-1], [], [0, 0]]), "output": _entry("output", [-1, 0, 1, 2]),
    "delta": _entry("delta", [0, 1, 2, -1]), "a field": _retyped,
    "gates": _tensors(GATES, [0, 0.25, -1, 1.5]),
    "weights": _tensors([name for name in TENSORS if name not in GATES], [0, -1, 4]),
}  # fmt: skip
COUNT = 1_008


@pytest.mark.parametrize("every", [12, pytest.param(1, marks=pytest.mark.slow)])
def test_of_a_thousand_changed_certificates_none_is_accepted_that_is_not_true(said, every):
    refused, accepted = dict.fromkeys(KINDS, 0), 0
    for seed in range(0, COUNT, every):
        name = list(KINDS)[seed // every % len(KINDS)]
        chance, certificate, tensors = random.Random(seed), copy.deepcopy(SINGLE), copy.deepcopy(TENSORS)
        more = (tensors,) if name in ("gates", "weights") else ()
        KINDS[name](chance, certificate, certificate["proofs"][0], *more)
        certificate = sealed(certificate, tensors if more else None)
        if (certificate, tensors) == (SINGLE, TENSORS):
            continue
        result = said(certificate, tensors)
        assert "could not finish" not in (result.reason or ""), (seed, name, result.reason)
        if result.valid:
            assert certificate["program"] == SINGLE["program"], (seed, name)
            assert holds(certificate, tensors), (seed, name)
            assert set(certificate["proofs"][0]["formats"]) <= {"float32"}, (seed, name)
        refused[name] += not result.valid
        accepted += result.valid
    assert min(refused.values()) > 0, refused
    assert accepted > 0


@pytest.mark.parametrize("at", [0, 100, 400, -2])
def test_another_sentence_is_refused(said, at):
    certificate = copy.deepcopy(SINGLE)
    text = certificate["claim"]
    certificate["claim"] = text[:at] + ("x" if text[at] != "x" else "y") + text[at:][1:]
    body = {name: value for name, value in certificate.items() if name not in ("digest", "claim")}
    certificate["digest"] = stacked.hashlib.sha256(stacked.canonical(body | {"claim": certificate["claim"]})).hexdigest()
    assert said(certificate).reason == "the claim is not the sentence that the other fields make"


# Refusals, each for its own reason.

DROP = object()
BIG = (50.0).hex()


def put(certificate, path, value):
    """Sets what is at a path such as `machine/letters`, or drops it; the only proof is at `proof`."""
    *above, last = [int(key) if key.isdecimal() else key for key in path.replace("proof/", "proofs/0/").split("/")]
    for key in above:
        certificate = certificate[key]
    if value is DROP:
        del certificate[last]
    else:
        certificate[last] = value(certificate[last]) if callable(value) else value


def upper_half(ends):
    """The upper half of each interval of a box."""
    return {"low": [((number(a) + number(b)) / 2).hex() for a, b in zip(ends["low"], ends["high"])], "high": ends["high"]}


NOT_ALL = "the machine, the program and the proofs are not all with stacks, or all without"
REFUSALS = {
    "a box is shrunk": ("proof/nodes/1/region/box", upper_half, r"node \d under symbol \d+ leaves the box of node 1"),
    "a letter is shrunk": ("proof/letters/0/2", upper_half, r"node 1 under symbol \d+ pushes what is not in the box of letter 3"),
    "a letter is crossed": ("proof/letters/0/2/low", [BIG] * 16, "a letter has a low bound above its high bound"),
    "a letter is too short": ("proof/letters/0/2/low/0", DROP, "a list of low bounds is not a list of 16 items"),
    "a letter is removed": ("proof/letters/0/3", DROP, "the letters of a stack is not a list of 4 items"),
    "the letters of a stack are removed": ("proof/letters/0", DROP, "letters is not a list of 1 items"),
    "an edge is pointed elsewhere": ("proof/nodes/1/next/0", DEAD, "node 1 under symbol 0 goes to node 2, which is of another"),
    "a met edge is dropped": ("proof/nodes/1/next/6", -1, "node 1 has no next node in column 6, which a word may lead to"),
    "a pop is another action": ("machine/actions/0/5", [0], "node 1 under symbol 5: a gate is not decided by eta"),
    "a pop that is not": ("machine/actions/1/0", [1], "node 2 under symbol 0: a gate is not decided by eta"),
    "another letter": ("machine/actions/0/0", [3], "node 0 under symbol 0 pushes what is not in the box of letter 2"),
    "another output": ("machine/output/0/5", 0, "node 1 under symbol 5: the machine's output does not lead by eta"),
    "a larger eta": ("proof/eta", (6.0).hex(), "a gate is not decided by eta"),
    "a larger epsilon": ("proof/epsilon", (0.25).hex(), "leaves the box of node 1"),
    "more formats": ("proof/formats", ["bfloat16", "float32"], "bfloat16 is not covered"),
    "no rows of actions": ("machine/actions", [], "actions is not a list of 2 items"),
    "an empty row of actions": ("machine/actions/0", [], "a row of actions is not a list of 1 to 65536 items"),
    "a short row of actions": ("machine/actions/1/19", DROP, "a row of actions is not a list of 20 items"),
    "no stack": ("machine/actions/0/0", [], "the actions of a step is not a list of 1 to 8 items"),
    "nine stacks": ("machine/actions/0/0", [0] * 9, "the actions of a step is not a list of 1 to 8 items"),
    "a stack more at one step": ("machine/actions/0/1", [0, 0], "the actions of a step is not a list of 1 items"),
    "a push of what is no letter": ("machine/actions/1/19", [6], "the actions of a step is not an integer from 0 to 5"),
    "no letters": ("machine/letters", 0, "the number of letters is not an integer from 1 to 65536"),
    "more letters": ("machine/letters", 6, "a row of actions is not a list of 24 items"),
    "too many columns": ("machine/letters", 16_385, "the machine has more than 65536 columns"),
    "a state that is not there": ("machine/delta/0/0", 2, "a row of delta is not an integer from -1 to 1"),
    "some words only": ("words", {"steps": 4}, "a claim about stacks is about all words"),
    "rounded states": ("rounding", {"fraction_bits": 4}, "a claim about stacks is about all words"),
    "a program without memory": ("program/memory", DROP, NOT_ALL),
    "a proof without letters": ("proof/letters", DROP, NOT_ALL),
    "a further field": ("program/memory/depth", 1, "the memory is not an object of exactly these fields: weight, bias, width"),
    "biases that are a matrix": ("program/memory/bias", "cell.weight_hh", "the gates' biases are not two for each stack"),
    "other weights of gates": ("program/memory/weight", "cell.weight_hh", "the gates' weights do not fit the answer"),
    "no weights of gates": ("program/memory/weight", "none", "a name is that of no tensor of the program"),
    "a width of 0": ("program/memory/width", 0, "the width of a stack is not an integer from 1 to 65536"),
    "as wide as the symbol": ("program/memory/width", 20, "the stacks do not fit the symbol and the state"),
    "another width": ("program/memory/width", 15, "the encoding does not fit 5 inputs"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_each_refusal_names_its_reason(said, name):
    path, value, reason = REFUSALS[name]
    certificate = copy.deepcopy(SINGLE)
    put(certificate, path, value)
    result = said(sealed(certificate))
    assert re.search(reason, result.reason or "VALID"), result.reason


def test_a_machine_with_more_stacks_than_the_net_is_refused(said):
    certificate = copy.deepcopy(SINGLE)
    machine, (proof,) = certificate["machine"], certificate["proofs"]
    machine |= {
        "letters": 1,
        "actions": [[[0, 0]] * 4] * 2,
        **{name: [row[:4] for row in machine[name]] for name in ("delta", "output")},
    }
    for node in proof["nodes"]:
        node["next"] = node["next"][:4]
    proof["letters"] = [[]]
    assert said(sealed(certificate)).reason == "the machine's stacks are not the net's"


def test_a_proof_about_stacks_for_a_program_without_memory_is_refused(said):
    """A plain net's certificate whose machine and proof get stacks; and a net with stacks whose machine and proof lose theirs."""
    net = adder(3, 1, gain=24.0)
    plain = certify(net, [make_proof(net, 0.001)])
    machine = plain["machine"]
    plain["machine"] = machine | {"letters": 1, "actions": [[[0]] * 3] * 2}
    plain["proofs"][0]["letters"] = [[]]
    assert NOT_ALL in str(said(sealed(plain), net.tensors()).reason)
    certificate = copy.deepcopy(SINGLE)
    certificate["machine"] = {name: certificate["machine"][name] for name in ("start", "delta", "output")}
    certificate["machine"] |= {name: [row[:4] for row in certificate["machine"][name]] for name in ("delta", "output")}
    certificate["proofs"][0] = {name: value for name, value in certificate["proofs"][0].items() if name != "letters"}
    certificate["proofs"][0]["nodes"] = [node | {"next": node["next"][:4]} for node in certificate["proofs"][0]["nodes"]]
    assert said(sealed(certificate)).reason == NOT_ALL
    with pytest.raises(Refused, match="the program has no stacks"):
        read_program({name: value for name, value in SINGLE["program"].items() if name != "memory"}).stacks()


def test_a_popped_letter_shows_what_was_below_it():
    """With an edge lost that only a letter below leads to, it is missed: letter 2 lies on 1 alone."""
    machine = {"letters": 3, "actions": [[[2], [1], [3], [1], [0], [1]]]}
    nodes = [{"state": 0, "next": [0, 0, 0, 0, 0, 0]}]
    assert met_tops(machine, {"nodes": nodes, "start": 0}, 2) == [{(0,), (1,), (2,)}]
    machine["actions"][0][2:4] = [[0], [1]]
    nodes[0]["next"][4:] = [-1, -1]
    assert met_tops(machine, {"nodes": nodes, "start": 0}, 2) == [{(0,), (1,)}]


def test_two_stacks_are_followed_side_by_side():
    """Symbol 0 pushes on the second stack, symbol 1 pops it; the start leads to the other node, and the first stack stays empty."""
    machine = {"letters": 2, "actions": [[[0, 2], [0, 1]] * 4]}
    nodes = [{"state": 0, "next": [0, 0, -1, -1, 0, 0, -1, -1]}, {"state": 0, "next": [0, 0, *[-1] * 6]}]
    assert met_tops(machine, {"nodes": nodes, "start": 1}, 2) == [{(0, 0), (0, 1)}, {(0, 0)}]
    assert [column({"letters": 3}, 2, 1, tops) for tops in ((0, 0), (1, 0), (0, 1), (2, 2))] == [1, 3, 7, 17]


def test_where_the_machine_has_no_output_every_answer_will_do(said):
    certificate = copy.deepcopy(SINGLE)
    certificate["machine"]["output"][0] = [-1] * 20
    assert said(sealed(certificate)).valid
    certificate["machine"]["output"][1][0] = 1
    assert "node 2 under symbol 0: the machine's output does not lead by eta" in str(said(sealed(certificate)).reason)


def acted(actions, state, beyond=0, eta=1 << 300):
    """The rows of gates that `Stacks.act` asks about, for two stacks with a letter in [1, 2] x [3, 4], and in [5, 6] x [7, 8]."""
    asked = []
    cover = SimpleNamespace(
        machine={"actions": [[actions]]}, proof={"nodes": [{"state": 0}]}, net={}, eta=eta,
        letters=[[None, [(1, 2), (3, 4)]], [None, [(5, 6), (7, 8)]]],
        program=SimpleNamespace(stacks=lambda: SimpleNamespace(width=2), gates=lambda net: [[1], [2], [3], [4]]),
        regions=SimpleNamespace(least=lambda rows, features: asked.extend(rows) or UNIT // 2 + eta + beyond),
    )  # fmt: skip
    Stacks.act(cover, (0, 0, 0), "here", [(0, 9), *[(x, x) for x in state]], None)  # type: ignore[arg-type]
    return asked


def test_each_stack_has_its_own_gates_and_vectors():
    assert acted([2, 2], [1, 3, 5, 7]) == acted([2, 2], [2, 4, 6, 8]) == [[1], [3]]
    assert acted([0, 2], [0, 0, 5, 7]) == [[-1], [-2], [3]]
    assert acted([2, 1], [1, 3, 0, 0]) == [[1], [-3], [4]]
    assert acted([1, 0], [0, 0, 0, 0]) == [[-1], [2], [-3], [-4]]
    for state in ([0, 3, 5, 7], [3, 3, 5, 7], [1, 5, 5, 7], [1, 3, 4, 7], [1, 3, 5, 9], [5, 7, 1, 3]):
        with pytest.raises(Refused, match="here pushes what is not in the box of letter 1"):
            acted([2, 2], state)


def test_each_pop_shows_just_what_was_below():
    """Letters 1 and 2 are pushed, and four pops follow, two of them of an empty stack: a node for each step."""
    machine = {"letters": 3, "actions": [[[2]] * 3, [[3]] * 3, [[1]] * 3]}
    nodes = [{"state": min(number, 2), "next": [min(number + 1, 6)] * 3} for number in range(7)]
    assert met_tops(machine, {"nodes": nodes, "start": 0}, 1) == [{(0,)}, {(1,)}, {(2,)}, {(1,)}, {(0,)}, {(0,)}, {(0,)}]


def test_what_lies_below_a_letter_may_be_found_after_it_was_popped(monkeypatch):
    """Letter 3 is popped upon letter 1, and later lies upon letter 2, too: the pop is followed again."""
    pushes = {(0, 0): 2, (1, 1): 4, (3, 1): 3, (4, 2): 4}  # (node, top) -> action; all other steps pop
    machine = {"letters": 4, "actions": [[[pushes.get((state, top), 1)] for top in range(4)] for state in range(6)]}
    nodes = [{"state": state, "next": [after] * 4} for state, after in enumerate([1, 2, 3, 4, 2, 5])]
    nodes[3]["next"] = [5, 4, 5, 5]
    met = [{(0,)}, {(1,)}, {(3,)}, {(1,), (2,)}, {(2,)}, {(1,), (0,)}]
    assert met_tops(machine, {"nodes": nodes, "start": 0}, 1) == met
    monkeypatch.setattr("anylength_check.stacks.TOPS_LIMIT", 19)
    assert met_tops(machine, {"nodes": nodes, "start": 0}, 1) == met
    monkeypatch.setattr("anylength_check.stacks.TOPS_LIMIT", 18)
    with pytest.raises(Refused, match="there are more than 18 steps to letters on top"):
        met_tops(machine, {"nodes": nodes, "start": 0}, 1)


def test_a_long_way_to_the_last_node_is_followed_once():
    """Node n leads to node n - 1; each of 50,000 rounds over all nodes would find one of them."""
    nodes = [{"state": 0, "next": [max(number - 1, 0)]} for number in range(50_000)]
    assert met_tops({"letters": 1, "actions": [[[0]]]}, {"nodes": nodes, "start": 49_999}, 1) == [{(0,)}] * 50_000


# Gates that are soft by one bit.


def test_a_gate_is_decided_from_half_and_eta_on():
    """One unit of 2^-352 less is too soft."""
    assert acted([0, 0], [0] * 4) == [[-1], [-2], [-3], [-4]]
    with pytest.raises(Refused, match="here: a gate is not decided by eta"):
        acted([0, 0], [0] * 4, beyond=-1)


@pytest.mark.parametrize("gate", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_a_bias_of_a_gate_that_is_one_bit_too_soft_is_refused(said, gate):
    """The least and the largest bias for which the net is proved are found to the last bit: beyond it the gate is refused."""
    for away in (-64.0, 64.0):
        good, bad = np.float32(TENSORS["cell.bias_action"][gate]), np.float32(away)
        while np.nextafter(good, bad, dtype=np.float32) != bad:
            middle = np.float32((float(good) + float(bad)) / 2)
            if middle in (good, bad):
                break
            good, bad = (middle, bad) if said(*with_bias(gate, middle)).valid else (good, middle)
        assert said(*with_bias(gate, good)).valid
        assert "a gate is not decided by eta" in str(said(*with_bias(gate, bad)).reason)
        assert abs(float(good) - float(bad)) <= 2.0**-18


def with_bias(gate, value):
    """The certificate without formats, sealed for the net with this bias of a gate; and its tensors."""
    tensors = TENSORS | {"cell.bias_action": list(TENSORS["cell.bias_action"])}
    tensors["cell.bias_action"][gate] = float(value)
    certificate = copy.deepcopy(SINGLE)
    certificate["proofs"][0]["formats"] = []
    return sealed(certificate, tensors), tensors


# Replay: what the certificate says of real states and stacks.


def brackets(chance, kind, length):
    """Random symbols, or pushes and then the pops that match them, or a random walk of matched brackets."""
    if kind == "random":
        return [chance.randrange(4) for _ in range(length)]
    word, still = [], []
    for place in range(length):
        deeper = place < length // 2 if kind == "deep" else chance.random() < 0.5
        if deeper or not still:
            still.append(chance.randrange(2))
            word.append(2 * still[-1])
        else:
            word.append(2 * still.pop() + 1)
    return word


@pytest.mark.parametrize("proof", ORIGINAL["proofs"], ids=["first proof", "second proof"])
@pytest.mark.parametrize("kind", ["random", "walk", "deep"])
def test_real_states_and_stacks_lie_in_the_boxes(proof, kind):
    """In float32, with numpy: the cut in its node's box, what is pushed in its letter's, the gates and the answer by eta."""
    net = {name: np.array(rows, np.float32) for name, rows in TENSORS.items()}
    cuts, letters = [box(node["region"]["box"]) for node in proof["nodes"]], [None, *map(box, proof["letters"][0])]
    machine, eta, chance, visited, deepest = ORIGINAL["machine"], number(proof["eta"]), random.Random(kind), set(), 0
    within = lambda x, ends: ((ends[0] <= x) & (x <= ends[1])).all()
    for length in (1, 2, 30, 200, 2_000, 2_000):
        hidden, vectors, tops, node = np.zeros(16, np.float32), [np.zeros(16, np.float32)], [0], proof["start"]
        for symbol in brackets(chance, kind, length):
            cut, state, at = net["cell.weight_hh"] @ hidden, proof["nodes"][node]["state"], symbol + 4 * tops[-1]
            assert within(cut, cuts[node])
            assert tops[-1] == 0 or within(vectors[-1], letters[tops[-1]])
            hidden = np.tanh(net["cell.weight_ih"][:, symbol] + net["cell.bias"] + net["cell.weight_top"] @ vectors[-1] + cut)
            push, pop = net["cell.weight_action"] @ hidden + net["cell.bias_action"]
            (action,), logits = machine["actions"][state][at], net["readout.weight"] @ hidden + net["readout.bias"]
            assert (push > 0.5 + eta) if action > 1 else (push < -0.5 - eta and (pop > 0.5 + eta) == (action == 1))
            assert abs(push) > 0.5 + eta
            assert action > 1 or abs(pop) > 0.5 + eta
            right = machine["output"][state][at]
            assert logits[right] - logits[1 - right] > eta
            if action > 1:
                vectors.append(np.tanh(net["cell.weight_push"] @ hidden + net["cell.bias_push"]))
                tops.append(action - 1)
            elif action == 1 and len(tops) > 1:
                vectors.pop()
                tops.pop()
            node = proof["nodes"][node]["next"][at]
            visited.add(node)
            deepest = max(deepest, len(tops) - 1)
    assert deepest >= {"random": 1, "walk": 50, "deep": 1_000}[kind]
    assert visited == ({INSIDE, DEAD} if kind == "random" else {INSIDE})


def test_the_hull_of_the_boxes_of_all_letters_is_what_number_formats_are_computed_from():
    assert wider_hull([(-1, 4), (-3, 2), (0, 5)]) == (-3, 5)
    assert wider_hull([(0, 5), (-3, 2), (-1, 4)]) == (-3, 5)
