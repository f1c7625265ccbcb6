"""The producer's certificates before the checker: both say the same sentence, both agree at the edge, every mutation is refused."""

import copy
import dataclasses
import itertools
import json

import numpy as np
import pytest
from by_hand import counting_net
from handmade import adder, seal
from programs import claim_of
from test_mutations import RETYPED, parent, paths

from anylength.cells import Rnn
from anylength.machines import Machine
from anylength.nets import Net, answers, tensors
from anylength.ops.intervals import Interval
from anylength.tasks import task_named
from anylength.verification.certify import Proof, certificate_bytes, check, covered_formats, state_bound_of
from anylength.verification.invariants import find_cover
from anylength.verification.verdicts import find_proofs


def safetensors(net):
    from safetensors.numpy import save

    return save(tensors(net))


def ours(made):
    """A net made by the checker's own helpers, as the producer's, and its machine."""
    table = lambda rows: np.array(rows, np.float32)
    cell = Rnn(table(made.w_ih), table(made.w_hh), table(made.bias))
    machine = Machine(made.machine["start"], made.machine["delta"], made.machine["output"])
    return Net(cell, table(made.readout), table(made.readout_bias), base=made.base, tapes=made.tapes), machine


NETS = {
    "by hand, base 2": lambda: (counting_net(2), task_named("count", 2).machine),
    "by hand, base 10": lambda: (counting_net(10), task_named("count", 10).machine),
    "two tapes": lambda: ours(adder(3, 2, carry_at_start=False, gain=30.0)),
    "with idle units": lambda: ours(adder(3, 1, gain=24.0, idle=2)),
}


@pytest.mark.parametrize("kind", NETS)
def test_the_producers_certificate_is_valid_and_its_claim_is_the_checkers_sentence(judge, kind):
    net, machine = NETS[kind]()
    found = find_proofs(net, machine, (0, 1))
    text = certificate_bytes(net, machine, found.proofs)
    result = judge(text, safetensors(net))
    assert result.valid, result.reason
    fields = json.loads(text)
    assert result.claim == fields["claim"] == claim_of(fields, net.classes)
    assert seal(copy.deepcopy(fields))["digest"] == fields["digest"]
    assert text == certificate_bytes(net, machine, found.proofs)


def wrong_words(net, machine, length):
    """The short words that a net answers wrongly."""
    words = np.array(list(itertools.product(range(machine.symbols), repeat=length)), np.uint8).T
    right = np.array([machine.run(word) for word in words.T.tolist()]).T
    return int((answers(net, words) != right).any(axis=0).sum())


@pytest.mark.slow
def test_both_programs_agree_on_random_certificates_and_what_they_accept_is_right(judge):
    """Bounds, epsilon and eta moved by random factors about the edge: what the producer holds true, the checker accepts."""
    rng, seen = np.random.default_rng(7), {}
    for turn in range(240):
        base = int(rng.choice([2, 3]))
        machine, net = task_named("count", base).machine, counting_net(base)
        if turn % 3 == 0:  # weaker nets, some of them wrong
            scale = np.float32(rng.choice([0.02, 0.05, 0.1, 0.3]))
            noise = lambda leaf, scale=scale: (scale * leaf + rng.normal(0, 0.05, leaf.shape)).astype(np.float32)
            net = dataclasses.replace(net, cell=Rnn(*(noise(getattr(net.cell, f)) for f in ("weight_ih", "weight_hh", "bias"))))
        epsilon = float(rng.choice([0.0, 1e-3, 0.02, 0.2]))
        cover = find_cover(net, machine, epsilon=epsilon, eta=1e-6, memories=(int(rng.integers(0, 2)),))
        if cover is None:
            continue
        margin = check(net, machine, cover, epsilon=epsilon, eta=1e-6).margin
        edge = lambda: float(rng.choice([1 - 1e-3, 1 - 1e-9, 1 - 2.0**-50, 1.0, 1 + 2.0**-50, 1 + 1e-9, 1 + 1e-3]))
        centre, radius = (cover.boxes.low + cover.boxes.high) / 2, (cover.boxes.high - cover.boxes.low) / 2
        radius = radius * np.where(rng.random(radius.shape) < 0.1, edge(), 1.0)
        ends = [np.where(np.abs(end) < 2.0**-300, 0.0, end) for end in (centre - radius, centre + radius)]
        moved = dataclasses.replace(cover, boxes=Interval.between(*ends))
        epsilon, eta = epsilon * edge(), margin * edge()
        formats = tuple(covered_formats(net, epsilon=epsilon, eta=eta, state_bound=state_bound_of(net, moved, epsilon)))
        mine = check(net, machine, moved, epsilon=epsilon, eta=eta).holds
        result = judge(certificate_bytes(net, machine, [Proof(moved, epsilon, eta, formats)]), safetensors(net))
        assert result.valid or not mine, result.reason
        if result.valid:
            assert wrong_words(net, machine, 7 if base == 2 else 5) == 0
        seen[mine, result.valid] = seen.get((mine, result.valid), 0) + 1
    assert seen[True, True] > 20, seen
    assert seen[False, False] > 20, seen


def test_a_format_that_the_producer_would_not_write_is_refused(judge):
    net, machine = NETS["by hand, base 2"]()
    cover = find_cover(net, machine, epsilon=1e-4, eta=0.1)
    for formats in (("float32",), ("bfloat16",), ("bfloat16", "float16", "float32")):
        fits = set(formats) <= set(covered_formats(net, epsilon=1e-4, eta=0.1, state_bound=state_bound_of(net, cover, 1e-4)))
        result = judge(certificate_bytes(net, machine, [Proof(cover, 1e-4, 0.1, formats)]), safetensors(net))
        assert result.valid == fits, (formats, result.reason)


@pytest.mark.slow
def test_mutations_of_a_certificate_of_a_trained_net_are_refused(judge, certified_run):
    weights = (certified_run / "model.safetensors").read_bytes()
    original = json.loads((certified_run / "certificate.json").read_bytes())
    assert judge(original, weights).valid
    places = [path for path in paths(original) if len(path) < 6] + [
        ("proofs", 0, "nodes", 1, "region", "box", "low", 3),
        ("proofs", 1, "nodes", 0, "next", 9),
    ]
    for at, path in enumerate(places):
        for kind in ("retype", "drop"):
            mutated = copy.deepcopy(original)
            holder, key = parent(mutated, path), path[-1]
            if kind == "drop":
                del holder[key]
            else:
                value = RETYPED[at % len(RETYPED)]
                holder[key] = [value] if type(value) is type(holder[key]) and value == holder[key] else value
            for sealed in [mutated] + ([seal(copy.deepcopy(mutated))] if path != ("digest",) else []):
                assert not judge(sealed, weights).valid, (path, kind)


def moved(certificate, proof, node, end, index, by):
    box = certificate["proofs"][proof]["nodes"][node]["region"]["box"][end]
    box[index] = (float.fromhex(box[index]) + by).hex()


@pytest.mark.parametrize("resealed", [False, True])
@pytest.mark.parametrize("proof", [0, 1])
def test_boxes_of_a_trained_net_cannot_be_moved_inwards(judge, certified_run, proof, resealed):
    weights = (certified_run / "model.safetensors").read_bytes()
    original = json.loads((certified_run / "certificate.json").read_bytes())
    for node, index in itertools.product(range(len(original["proofs"][proof]["nodes"])), (0, 7, 15)):
        box = original["proofs"][proof]["nodes"][node]["region"]["box"]
        width = float.fromhex(box["high"][index]) - float.fromhex(box["low"][index])
        for end, by in (("low", 0.5 * width), ("high", -0.5 * width)):
            mutated = copy.deepcopy(original)
            moved(mutated, proof, node, end, index, by)
            assert not judge(seal(mutated) if resealed else mutated, weights).valid, (node, end, index)
