"""The producer's certificates before the checker: both say the same sentence."""

import copy
import json

import numpy as np
import pytest
from by_hand import counting_net
from handmade import adder, seal
from programs import claim_of

from anylength.cells import Rnn
from anylength.nets import Net, tensors
from anylength.rules import Machine, task_named
from anylength.verification.certify import Proof, certificate_bytes, covered_formats, state_bound_of
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


def test_a_format_that_the_producer_would_not_write_is_refused(judge):
    net, machine = NETS["by hand, base 2"]()
    cover = find_cover(net, machine, epsilon=1e-4, eta=0.1)
    for formats in (("float32",), ("bfloat16",), ("bfloat16", "float16", "float32")):
        fits = set(formats) <= set(covered_formats(net, epsilon=1e-4, eta=0.1, state_bound=state_bound_of(net, cover, 1e-4)))
        result = judge(certificate_bytes(net, machine, [Proof(cover, 1e-4, 0.1, formats)]), safetensors(net))
        assert result.valid == fits, (formats, result.reason)
