"""Rounding errors on the edge: each row of the document's table, and what a format can just hold."""

from fractions import Fraction
from types import SimpleNamespace

import pytest
from handmade import certify, safetensors
from test_edge_proofs import exact_net, tight

from anylength_check import weights
from anylength_check.formats import STORAGE, Rounding, Row, require_covered, summed
from anylength_check.strict import Refused

UNIT = 1 << 352


def row(size, slack, terms=0):
    return Row(Fraction(size), Fraction(slack), terms)


U, TAU = Fraction(1, 2**24), Fraction(1, 2**126)
ROWS = [row(1, 0), row(3, Fraction(1, 8)), row(Fraction(1, 2), TAU), row(2, Fraction(1, 4), 3), row(5, 0, 1)]


def test_a_sum_that_is_made():
    assert summed(ROWS[1]) == ROWS[1]
    for size, slack, n in ((2, Fraction(1, 4), 3), (5, 0, 1), (1, 1, 1000)):
        off = slack + 2 * n * TAU
        error = off + n * U / (1 - n * U) * (size + off)
        assert summed(row(size, slack, n)) == row(size + error, error)


@pytest.mark.parametrize("name", STORAGE)
@pytest.mark.parametrize("a", ROWS)
@pytest.mark.parametrize("b", ROWS)
def test_the_operations_on_errors(name, a, b):
    """The table of docs/certificate.md, row by row."""
    ops, (sa, da, _), (sb, db, _) = Rounding(name), summed(a), summed(b)
    assert ops.add([a], [b]) == [row(a.size + b.size, a.slack + b.slack, max(a.terms, 1) + max(b.terms, 1))]
    assert ops.relu([a]) == [summed(a)]
    assert ops.tanh([a]) == [row(1 + Fraction(1, 2**20), da + Fraction(1, 2**20))]
    assert ops.sigmoid([a]) == [row(1 + Fraction(1, 2**21), da / 4 + Fraction(1, 2**21))]
    assert ops.mul([a], [b]) == [row(sa * sb * (1 + U) + TAU, da * sb + sa * db + U * sa * sb + TAU)]
    for z in ROWS:
        dz = summed(z).slack
        slack = max(da, db) + dz * (sa + sb) + (1 + dz) * (6 * U * (sa + sb) + 8 * TAU)
        assert ops.lerp([z], [a], [b]) == [row(max(sa, sb) + slack, slack)]
    v, t = STORAGE[name]
    w, x = 3 << 149, -(1 << 147)
    size, slack = 3 * sa + sb / 4, (3 * v + t) * sa + 3 * da + (v / 4 + t) * sb + db / 4
    assert ops.matmul([[w, x]], [a, b]) == [row(size, slack, 2)]
    assert ops.stored([a, b]) == [row(sa + v * sa + t, da + v * sa + t), row(sb + v * sb + t, db + v * sb + t)]
    assert ops.one == row(1, 0)


def test_the_formats():
    assert list(STORAGE) == ["bfloat16", "float16", "float32"]
    assert STORAGE == {"bfloat16": (2**-8, TAU), "float16": (2**-11, 2**-14), "float32": (0, TAU)}


def test_rows_of_unequal_length_are_no_arguments():
    ops, one = Rounding("float32"), ROWS[:1]
    for operation in (ops.add, ops.mul):
        for left, right in ((one, one * 2), (one * 2, one)):
            with pytest.raises(ValueError):
                operation(left, right)
    for sizes in ((1, 1, 2), (1, 2, 1), (2, 1, 1)):
        with pytest.raises(ValueError):
            ops.lerp(*(one * size for size in sizes))


LARGE = [
    ("float32", {}, 2**30, True),
    ("float32", {}, 2**30 + Fraction(1, 2**300), False),
    ("float16", {}, 2**15, True),
    ("float16", {}, 2**15 + Fraction(1, 2**300), False),
    ("float32", {}, 2**15 + Fraction(1, 2**300), True),
    ("float16", {"w_hh": [[2.0**15]]}, 1, True),
    ("float16", {"w_hh": [[-(2.0**15)]]}, 1, True),
    ("float16", {"w_hh": [[-(2.0**15) - 2.0**-8]]}, 1, False),
    ("float16", {"readout": [[-0.5], [0.0]], "readout_bias": [2.0**14, 0.0]}, 2**15, True),
    ("float16", {"readout": [[-0.5], [0.0]], "readout_bias": [2.0**14 + 2.0**-9, 0.0]}, 2**15, False),
    ("float32", {"bias": [-(2.0**60)]}, 1, True),
    ("float32", {"bias": [-(2.0**60) - 2.0**37]}, 1, False),
]
"""A format, changed tensors, the size of the states, and whether the format can hold all of them."""


@pytest.mark.parametrize(("name", "change", "size", "fits"), LARGE)
def test_how_large_weights_states_and_logits_may_be(name, change, size, fits):
    net = exact_net()
    net.readout, net.readout_bias = [[0.0], [0.0]], [0.0, 0.0]
    for field, value in change.items():
        setattr(net, field, value)
    read = weights.read_weights(safetensors(net.tensors()), "relu", certify(net, [tight()])["tensors"])
    proof = SimpleNamespace(epsilon_units=UNIT << 200, eta_units=UNIT << 200)
    said = ""
    try:
        require_covered(name, read, 2, proof, [int(size * UNIT)])
    except Refused as error:
        said = str(error)
    assert said == ("" if fits else f"{name} is not covered: a weight, state or sum is too large")


@pytest.mark.parametrize("name", STORAGE)
@pytest.mark.parametrize("weights_ih", [[0.0, 1.0], [0.5, -0.25, 2.0, 0.25]])
def test_the_edges_of_epsilon_and_eta(name, weights_ih):
    """A step may err by epsilon, two logits together by less than eta. Of each tape counts the largest weight."""
    net, (v, t), tapes = exact_net(), STORAGE[name], len(weights_ih) // 2
    net.w_ih = [weights_ih]
    largest = sum(Fraction(max(map(abs, weights_ih[2 * tape : 2 * tape + 2]))) for tape in range(tapes))
    read = weights.read_weights(safetensors(net.tensors()), "relu", certify(net, [tight()])["tensors"])
    slack = v * largest + (tapes + 1) * t + (v / 2 + t) * 3 + TAU / 2
    terms = row(largest + Fraction(3, 2), slack, tapes + 2)  # a weight of each tape, the bias, and h / 2
    step = summed(terms)
    epsilon = (step.slack + v * step.size + t) * UNIT
    logit = max(summed(row(3, (v + t) * 3 + t + TAU, 2)), summed(row(4, t * 3 + 4 * v + t, 2)))
    eta = 2 * (logit.slack + v * logit.size + t) * UNIT
    for more, said in (((0, 1), ""), ((-1, 1), f"{name} is not covered: a step may err by more than epsilon"),
                       ((0, 0), f"{name} is not covered: a logit may err by eta / 2")):  # fmt: skip
        proof = SimpleNamespace(epsilon_units=epsilon + more[0], eta_units=eta + more[1])
        found = ""
        try:
            require_covered(name, read, 2, proof, [3 * UNIT])
        except Refused as error:
            found = str(error)
        assert found == said
