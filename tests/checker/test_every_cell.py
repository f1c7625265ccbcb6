"""Each kind of cell: what its hand-made net proves, what a change of it makes of the proof, and what exact arithmetic says."""

import copy
import itertools
import math
import random
from fractions import Fraction

import gmpy2
import pytest
from handmade import (
    CELLS,
    KEEPS_S,
    MEMORY,
    Net,
    box_of,
    boxed,
    certify,
    f32,
    make_proof,
    program_of,
    recurrent_term,
    remembering,
    seal,
    step,
    update,
    wrong_words,
)

from tests.selection import thorough

FORMATS = ("bfloat16", "float16", "float32")


@pytest.fixture(scope="module", params=CELLS)
def proved(request):
    """A net with an idle unit and its certificate."""
    net = remembering(request.param, idle=1)
    return net, certify(net, [make_proof(net, 0.01), make_proof(net, 0.001, ["float32"])])


def test_a_hand_made_net_of_each_cell_is_valid(judge, proved):
    net, certificate = proved
    result = judge(certificate, net)
    assert result.valid, result.reason
    assert wrong_words(net, 5) == 0
    rows = net.hidden * MEMORY.get(net.cell, 1)
    assert all(f"of {rows} intervals each" in line for line in result.lines[3:])


def test_the_helpers_equations_are_pytorchs():
    torch = pytest.importorskip("torch")
    for cell, kind in (("gru", torch.nn.GRUCell), ("lstm", torch.nn.LSTMCell), ("rnn", torch.nn.RNNCell)):
        net, chance = random_net(cell, 3, random.Random(3)), random.Random(4)
        theirs = kind(2, 3).double()
        with torch.no_grad():
            theirs.weight_ih.copy_(torch.tensor(net.w_ih))
            theirs.weight_hh.copy_(torch.tensor(net.w_hh))
            theirs.bias_ih.copy_(torch.tensor(net.bias))
            theirs.bias_hh.copy_(torch.tensor(net.bias_hh or [0.0] * len(net.bias)))
            if cell == "gru":
                theirs.bias_ih[6:] += theirs.bias_hh[6:]
                theirs.bias_hh[6:].copy_(torch.tensor(net.bias_hn))
            for symbol in (0, 1):
                state = [chance.uniform(-1, 1) for _ in range(6 if cell == "lstm" else 3)]
                tensor = torch.tensor([state], dtype=torch.float64)
                x = torch.eye(2, dtype=torch.float64)[[symbol]]
                after = torch.cat(theirs(x, (tensor[:, :3], tensor[:, 3:])), 1) if cell == "lstm" else theirs(x, tensor)
                ours = update(net, recurrent_term(net, [(v, v) for v in state]), symbol)
                assert all(abs(a - b) < 1e-12 for (a, _), b in zip(ours, after[0].tolist()))


def test_every_weight_changed(judge, proved):
    """The old certificate is refused; sealed again for the changed net, it is refused or it is true."""
    net, original = proved
    seen = {True: 0, False: 0}
    for name, rows in net.tensors().items():
        flat = [(row, k) for row in (rows if isinstance(rows[0], list) else [rows]) for k in range(len(row))]
        for at in range(len(flat)):
            other = copy.deepcopy(net)
            table = other.tensors()[name]
            row, k = [(row, k) for row in (table if isinstance(table[0], list) else [table]) for k in range(len(row))][at]
            row[k] = f32(-row[k] if abs(row[k]) > 1 else row[k] + 3)
            assert not judge(original, other).valid
            result = judge(certify(other, original["proofs"]), other)
            assert not result.valid or wrong_words(other, 5) == 0, (name, at)
            seen[result.valid] += 1
    assert seen[False] > seen[True], seen


def test_gates_swapped(judge, proved):
    """Blocks of rows of the tensors exchanged, all alike: another order of the gates."""
    net, original = proved
    blocks, n = len(net.bias) // net.hidden, net.hidden
    for a, b in itertools.combinations(range(blocks), 2):
        order = list(range(blocks))
        order[a], order[b] = b, a
        other = copy.deepcopy(net)
        fields = ["w_ih", "bias", *["bias_hh"] * bool(net.bias_hh), *["w_hh"] * (len(net.w_hh) == len(net.bias))]
        for field in fields:
            rows = getattr(other, field)
            setattr(other, field, [row for k in order for row in rows[k * n : k * n + n]])
        assert not judge(original, other).valid
        assert not judge(certify(other, original["proofs"]), other).valid, (a, b)


def test_the_program_of_another_cell(judge, proved):
    """The shapes of rnn and relu are the same, and those of the three that keep s: the program decides."""
    net, original = proved
    for cell in CELLS:
        if cell != net.cell:
            other = copy.deepcopy(net)
            other.cell, other.bias_hn = cell, net.bias_hn or [0.0] * net.hidden
            assert not judge(original | {"program": program_of(other)}, net).valid
            assert not judge(certify(other, original["proofs"]), other).valid, cell


def test_every_bound_moved_inwards(judge, proved):
    net, original = proved
    for number, node, end in itertools.product(range(2), range(2), ("low", "high")):
        box = box_of(original["proofs"][number]["nodes"][node])
        for k in range(len(box["low"])):
            certificate = copy.deepcopy(original)
            low, high = float.fromhex(box["low"][k]), float.fromhex(box["high"][k])
            if high - low < 1e-4:  # a recurrent term that is always 0, and a hair about it
                continue
            moved = 0.5 * (high - low) * (1 if end == "low" else -1)
            box_of(certificate["proofs"][number]["nodes"][node])[end][k] = (float.fromhex(box[end][k]) + moved).hex()
            assert not judge(seal(certificate), net).valid, (number, node, end, k)


def test_boxes_of_the_wrong_size_and_start(judge, proved):
    net, original = proved
    for change in ("shorter", "longer", "start"):
        certificate = copy.deepcopy(original)
        node = box_of(certificate["proofs"][0]["nodes"][certificate["proofs"][0]["start"]])
        for end in ("low", "high"):
            node[end] = {"shorter": node[end][:-1], "longer": [*node[end], node[end][-1]], "start": node[end]}[change]
        if change == "start":
            node["low"][-1], node["high"][-1] = (2.0**-200).hex(), (9.0).hex()
        reason = judge(seal(certificate), net).reason
        assert ("does not contain the values of the start state" if change == "start" else "low bounds is not a list of") in reason


def test_formats_are_covered_where_the_errors_fit(judge, proved):
    net, _ = proved
    for name, fits, fails in (("float32", 1e-4, 1e-7), ("float16", 0.04, 1e-4), ("bfloat16", 0.08, 1e-3)):
        bearable = dict.fromkeys(("rnn", "relu"), FORMATS) | dict.fromkeys(("gru", "gru-reset-before", "lstm"), FORMATS[1:])
        bearable = bearable.get(net.cell, FORMATS[2:])
        for epsilon, right in ((fits, True), (fails, False)):
            if right and name not in bearable:  # these hand-made nets bear no such noise
                continue
            result = judge(certify(net, [make_proof(net, epsilon, [name])]), net)
            assert result.valid == right, (name, epsilon, result.reason)
            assert right or "a step may err" in result.reason


def random_net(cell, hidden, chance, scale=0.5):
    """A net of one answer; every second one has a second bias."""
    gates = {"rnn": 1, "relu": 1, "lstm": 4}.get(cell, 3)
    draw = lambda rows, columns, size: [[f32(chance.gauss(0, size)) for _ in range(columns)] for _ in range(rows)]
    machine = {"start": 0, "delta": [[0, 0]], "output": [[1, 1]]}
    w_hh = draw(hidden if cell in KEEPS_S else gates * hidden, hidden, 0.3 * scale)
    bias_hn = draw(1, hidden, scale)[0] if cell == "gru" else []
    readout = draw(2, hidden, 0.05)
    w_ih, bias, second = draw(gates * hidden, 2, scale), draw(1, gates * hidden, scale)[0], draw(1, gates * hidden, scale)[0]
    second = second if chance.random() < 0.5 else []
    return Net(2, 1, w_ih, w_hh, bias, readout, [0.0, 4.0], machine, cell, bias_hn, second)


def exact_slack(net, proof, epsilon):
    """The least slack of the inclusions of one node, and the least margin, by 400-bit arithmetic."""
    with gmpy2.context(precision=400):
        number = lambda text: gmpy2.mpfr(float.fromhex(text))
        node = proof["nodes"][0]
        box = [(number(a), number(b)) for a, b in zip(*box_of(node).values())]
        slack, margin = [], []
        for s in range(net.base):
            state = [(a - epsilon, b + epsilon) for a, b in update(net, box, s, gmpy2)]
            for (low, high), (least, most) in zip(box, recurrent_term(net, state)):
                slack += [least - low, high - most]
            row = [b - a for a, b in zip(*net.readout)]
            margin.append(sum(w * (lo if w >= 0 else hi) for w, (lo, hi) in zip(row, state)) + 4)
        return Fraction(gmpy2.mpq(min(slack))), Fraction(gmpy2.mpq(min(margin)))


@pytest.mark.parametrize("cell", thorough(CELLS, quick=2))
def test_verdicts_are_exact_at_the_edge(judge, cell):
    """Random nets, a bound or eta a hair inside or outside: VALID exactly if 400-bit arithmetic says so, to 2^-70."""
    chance, seen = random.Random(cell), {True: 0, False: 0}
    for _ in range(60):
        net = random_net(cell, chance.choice([1, 2]), chance)
        rows = net.hidden * MEMORY.get(cell, 1)
        low, high = [0.0] * rows, [0.0] * rows
        for _ in range(400):
            images = [recurrent_term(net, step(net, low, high, s, 2.0**-7)) for s in range(2)]
            low = [min(0.0, *(im[i][0] for im in images)) - 1e-11 for i in range(rows)]
            high = [max(0.0, *(im[i][1] for im in images)) + 1e-11 for i in range(rows)]
        if max(map(abs, low + high)) > 100:
            continue
        i, end = chance.randrange(rows), chance.choice([low, high])
        end[i] += chance.choice([-1, 1]) * 2.0 ** -chance.randrange(32, 48)
        node = boxed(0, [x.hex() for x in low], [x.hex() for x in high], [0, 0])
        proof = {"epsilon": (2.0**-7).hex(), "eta": (1.0).hex(), "formats": [], "start": 0, "nodes": [node]}
        slack, margin = exact_slack(net, proof, 2.0**-7)
        if chance.random() < 0.3 and margin > 1e-3:
            proof["eta"] = (float(margin) + chance.choice([-1, 1]) * 2.0 ** -chance.randrange(30, 40)).hex()
        smallest = min(slack, margin - Fraction(float.fromhex(proof["eta"])))
        zero = all(a <= 0 <= b for a, b in zip(low, high))
        if abs(smallest) > 2.0**-70:
            assert judge(certify(net, [proof]), net).valid == (smallest > 0 and zero), (float(smallest), zero)
            seen[smallest > 0 and zero] += 1
    assert min(seen.values()) > 5, seen


@pytest.mark.parametrize("cell", CELLS)
def test_steps_stay_in_the_proofs_boxes(cell, proved):
    """Random noise of up to epsilon in every row of every state: the recurrent term stays in the node's box, the answer right."""
    net, certificate = proved
    chance, proof, epsilon = random.Random(cell), certificate["proofs"][0], 0.01
    boxes = [[(float.fromhex(a), float.fromhex(b)) for a, b in zip(*box_of(n).values())] for n in proof["nodes"]]
    at, point = proof["start"], recurrent_term(net, [(0.0, 0.0)] * (2 * net.hidden))
    for _ in range(300):
        symbol = chance.randrange(net.base)
        noise = lambda: epsilon * chance.choice([-1, 1, chance.uniform(-1, 1)])
        state = [(x + d, x + d) for (x, _), d in ((row, noise()) for row in update(net, point, symbol))]
        logits = [math.fsum(w * x for w, (x, _) in zip(row, state)) + c for row, c in zip(net.readout, net.readout_bias)]
        assert logits.index(max(logits)) == net.machine["output"][proof["nodes"][at]["state"]][symbol]
        at, point = proof["nodes"][at]["next"][symbol], recurrent_term(net, state)
        assert all(low - 1e-9 <= x <= high + 1e-9 for (low, high), (x, _) in zip(boxes[at], point))
