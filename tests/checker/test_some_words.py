"""Proofs about some words only: those of some steps, or those that an automaton reads. What is changed in them is refused."""

import dataclasses
import json

import numpy as np
import pytest
from handmade import safetensors, seal
from test_ellipsoid_proofs import EPSILON, ETA, KEEP, OFF, ON, SWITCH, net, switch  # noqa: F401

from anylength.cells import Rnn
from anylength.nets import Net
from anylength.nets import tensors as tensors_of
from anylength.rules import END, ReadBy, UpTo
from anylength.verification.certify import Cover, EllipsoidCover, Proof, certificate_bytes, parse_certificate
from anylength.verification.invariants import unrolled_cover

ONCE = ReadBy(((0, 0, 1), (0, 0, END)))
"""ON never follows ON."""


def judged(judge, net, cover, scope, epsilon=EPSILON, eta=ETA, formats=()):  # noqa: F811
    """The checker's result."""
    content = certificate_bytes(net, SWITCH, [Proof(cover, epsilon, eta, tuple(formats))], scope)
    return judge(content, safetensors({name: value.tolist() for name, value in tensors_of(net).items()}))


@pytest.fixture(scope="module")
def forgetful() -> Net:
    """A switch of one unit whose state fades: it is right for some steps."""
    cell = Rnn(
        weight_ih=np.array([[0.0, -4.0, 4.0]], np.float32),
        weight_hh=np.array([[0.9]], np.float32),
        bias=np.array([-0.01], np.float32),
    )
    return Net(cell, np.array([[-1.0], [1.0]], np.float32), np.zeros(2, np.float32), base=3, tapes=1)


@pytest.fixture(scope="module")
def unrolled(forgetful):
    found = unrolled_cover(forgetful, SWITCH, epsilon=1e-4, eta=1e-3)
    assert found is not None and 5 < found.steps < 200
    return found


def graph(nodes, **parts) -> EllipsoidCover:
    """Ellipsoids of the switch, by number, in another graph."""
    cover = switch()
    own = {name: getattr(cover, name)[nodes] for name in ("machine_states", "center", "shape", "spread", "weights")}
    return EllipsoidCover(**own, **parts)


def once(**changes) -> EllipsoidCover:
    """The switch's ellipsoids; the state that is on comes twice: just after ON, and later."""
    after = np.array([[1, 1, 2], [1, 1, 2], [3, 1, END], [3, 1, 2]])
    return graph([0, 1, 2, 2], **{"successors": after, "start": 0, "automaton_states": np.array([0, 0, 1, 0])} | changes)


def test_a_net_that_fades_is_proved_for_as_many_steps_as_its_boxes_show(judge, forgetful, unrolled):
    result = judged(judge, forgetful, unrolled.cover, UpTo(unrolled.steps), 1e-4, 1e-3)
    assert result.valid, result.reason
    assert result.claim.count(f"every word, of at most {unrolled.steps} symbols,") == 1
    assert f"non-empty word over the alphabet, of at most {unrolled.steps} symbols:" in result.claim
    assert judged(judge, forgetful, unrolled.cover, UpTo(unrolled.steps - 1), 1e-4, 1e-3).valid  # less is true, too


def test_more_steps_than_are_shown_are_refused(judge, forgetful, unrolled):
    assert "too early" in judged(judge, forgetful, unrolled.cover, UpTo(unrolled.steps + 1), 1e-4, 1e-3).reason
    assert "not an integer" in judged(judge, forgetful, unrolled.cover, UpTo(0), 1e-4, 1e-3).reason
    assert "not an integer" in judged(judge, forgetful, unrolled.cover, None, 1e-4, 1e-3).reason  # -1 is no node


def test_a_step_left_out_early_is_refused(judge, forgetful, unrolled):
    for node in range(0, len(unrolled.cover.successors) - 2, 3):
        after = unrolled.cover.successors.copy()
        after[node, 1] = END
        changed = dataclasses.replace(unrolled.cover, successors=after)
        assert not judged(judge, forgetful, changed, UpTo(unrolled.steps), 1e-4, 1e-3).valid


def test_a_proof_of_all_words_is_one_of_some_steps(judge, net):  # noqa: F811
    assert judged(judge, net, switch(), UpTo(1_000_000)).valid
    assert "not an integer" in judged(judge, net, switch(), UpTo(1_000_001)).reason


def test_a_net_is_proved_on_the_words_that_an_automaton_reads(judge, net):  # noqa: F811
    result = judged(judge, net, once(), ONCE, formats=("float32",))
    assert result.valid, result.reason
    assert "of every word, that the automaton SHA-256 " in result.claim and result.claim.count("(states: 2) reads") == 2
    assert "inclusions checked: 11" in result.lines[-1]


def test_a_symbol_that_no_word_has_needs_no_step(judge, net):  # noqa: F811
    """Nor does a number format. The start node is the second one here, and all lead to the first."""
    cover = graph([1, 0, 2], successors=np.array([[END, 0, 2]] * 3), start=1, automaton_states=np.zeros(3, np.int64))
    result = judged(judge, net, cover, ReadBy(((END, 0, 0),)), formats=("float32",))
    assert result.valid, result.reason
    assert "inclusions checked: 6" in result.lines[-1]


@pytest.mark.parametrize("formats", [(), ("float32",)])
def test_an_automaton_that_reads_no_word_is_refused(judge, net, formats):  # noqa: F811
    cover = graph([0], successors=np.array([[END] * 3]), start=0, automaton_states=np.zeros(1, np.int64))
    reason = judged(judge, net, cover, ReadBy(((END,) * 3,)), formats=formats).reason
    assert reason == "no step has an answer, so there is nothing to check"


CHANGES = {
    "a step that the automaton does not read": (2, 2, 2),
    "a step left out that it reads": (3, 2, END),
    "a node of another state of the automaton": (0, 2, 3),
    "a node of another state of the machine": (1, 1, 3),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_a_graph_that_does_not_follow_the_automaton_is_refused(judge, net, kind):  # noqa: F811
    node, symbol, after = CHANGES[kind]
    changed = once().successors.copy()
    changed[node, symbol] = after
    reason = judged(judge, net, once(successors=changed), ONCE).reason
    assert "does not follow the automaton" in reason or "another machine state" in reason


def test_other_automata_and_states_are_refused(judge, net):  # noqa: F811
    assert not judged(judge, net, once(), ReadBy(((0, 0, 1), (0, 0, 1)))).valid  # it reads more
    assert not judged(judge, net, once(), ReadBy(((0, 0, 0),))).valid
    assert "start node" in judged(judge, net, once(automaton_states=np.array([1, 0, 1, 0])), ONCE).reason
    for rows in ((), ((0, 0),), ((0, 0, 2), (0, 0, END)), ((0, 0, -2), (0, 0, END))):
        assert not judged(judge, net, once(), ReadBy(rows)).valid
    reason = judged(judge, net, dataclasses.replace(once(), automaton_states=None), ONCE).reason
    assert "exactly these fields" in reason


def test_what_words_may_be_is_strict(judge, net):  # noqa: F811
    proofs = [Proof(once(), EPSILON, ETA, ())]
    top = json.loads(certificate_bytes(net, SWITCH, proofs, ONCE))
    weights = safetensors({name: value.tolist() for name, value in tensors_of(net).items()})
    assert judge(top, weights).valid
    for words in (
        {},
        [],
        "all",
        None,
        {"steps": "9"},
        {"steps": True},
        {"steps": 3, "automaton": top["words"]["automaton"]},
        {"runs": 3},
    ):
        assert not judge(seal(top | {"words": words}), weights).valid
    missing = {name: value for name, value in top.items() if name != "words"}
    assert not judge(seal(missing), weights).valid


@pytest.mark.parametrize("scope", [UpTo(7), ONCE, None])
def test_a_scope_is_read_back(net, scope):  # noqa: F811
    cover = once() if scope == ONCE else switch()
    parsed = parse_certificate(certificate_bytes(net, SWITCH, [Proof(cover, EPSILON, ETA, ())], scope))
    assert parsed.scope == scope
    states = parsed.proofs[0].cover.automaton_states
    assert (states is None) == (scope != ONCE) and (states is None or states.tolist() == [0, 0, 1, 0])


def test_boxes_of_words_that_end_early_hold_all_states(forgetful, unrolled):
    """Random words of as many steps stay in the boxes of their steps."""
    cover, rng = unrolled.cover, np.random.default_rng(0)
    assert isinstance(cover, Cover) and {KEEP, OFF, ON} == {0, 1, 2}
    for _ in range(50):
        node, state, machine_state = cover.start, np.zeros((1, 1)), SWITCH.start
        for symbol in rng.integers(0, 3, unrolled.steps).tolist():
            pushed = np.array([[0.0, -4.0, 4.0]])[:, [symbol]] + 0.9 * state - 0.01
            state, node, machine_state = np.tanh(pushed), cover.successors[node, symbol], SWITCH.delta[machine_state][symbol]
            term = np.float64(np.float32(0.9)) * state[0, 0]
            assert cover.boxes.low[0, node] - 1e-6 <= term <= cover.boxes.high[0, node] + 1e-6
            assert cover.machine_states[node] == machine_state
