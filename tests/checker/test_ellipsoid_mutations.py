"""Thousands of changed proofs by ellipsoids: what the checker still accepts is true, as far as adversarial noise can tell."""

import dataclasses
from collections import Counter

import numpy as np
import pytest
from handmade import safetensors
from test_ellipsoid_proofs import EPSILON, ETA, SWITCH, net, switch  # noqa: F401
from test_sliced_proofs import sliced
from test_some_words import ONCE, once

from anylength.nets import tensors as tensors_of
from anylength.rules import END, Machine, ReadBy, UpTo
from anylength.verification.certify import Proof, certificate_bytes

WORDS, STEPS = 96, 10
"""Words that test whether a claim is true, and their length."""


def changed_machine(rng, machine):
    """One entry of a table changed."""
    tables = [[list(row) for row in table] for table in (machine.delta, machine.output)]
    tables[rng.integers(2)][rng.integers(2)][rng.integers(3)] = int(rng.integers(2))
    return Machine(int(rng.integers(2)) if rng.random() < 0.2 else machine.start, *tables)


def changed_cover(rng, cover):
    """One number of a cover changed, a little or a lot."""
    some = [name for name in ("slices", "is_sliced") if getattr(cover, name) is not None]
    name = rng.choice(["center", "shape", "spread", "weights", "successors", "machine_states", "start", *some])
    if name == "start":
        return dataclasses.replace(cover, start=int(rng.integers(len(cover.center))))
    values = getattr(cover, name).copy()
    place = tuple(rng.integers(size) for size in values.shape)
    if name == "is_sliced":
        values[place] = not values[place]
    elif name in ("center", "shape", "slices"):
        values[place] += int(rng.choice([-1, 1])) << int(rng.integers(34))
    elif name in ("spread", "weights"):
        values[place] = int(rng.integers(0, 1 << int(rng.integers(1, 40))))
    else:
        values[place] = rng.integers(-1, len(cover.center) if name == "successors" else 2)
    return dataclasses.replace(cover, **{name: values})


def changed_scope(rng, scope):
    """Other words."""
    if rng.random() < 0.5:
        return [None, UpTo(int(rng.integers(1, 5))), ONCE][rng.integers(3)]
    rows = [list(row) for row in (scope.next_states if isinstance(scope, ReadBy) else ONCE.next_states)]
    rows[rng.integers(2)][rng.integers(3)] = int(rng.integers(-1, 2))
    return ReadBy(tuple(map(tuple, rows)))


def is_read(scope, words):
    """Which steps of words `[T, B]` a claim is about."""
    if scope is None:
        return np.ones(words.shape, bool)
    if isinstance(scope, UpTo):
        return np.arange(len(words))[:, None] < np.full(words.shape[1], scope.steps)
    state, found = np.zeros(words.shape[1], int), []
    table = np.array([*scope.next_states, (END,) * 3])
    for symbols in words:
        state = table[state, symbols]
        found.append(state != END)
    return np.array(found)


def is_contradicted(rng, net, machine, epsilon, eta, scope):  # noqa: F811
    """Whether some word with noise of up to epsilon has an answer that does not lead by eta."""
    words = rng.integers(0, 3, (STEPS, WORDS))
    read, values = is_read(scope, words), {name: np.asarray(value, np.float64) for name, value in tensors_of(net).items()}
    weight_ih, weight_hh, bias = (values[f"cell.{name}"] for name in ("weight_ih", "weight_hh", "bias"))
    state, machine_state = np.zeros((2, WORDS)), np.full(WORDS, machine.start)
    delta, output = np.array(machine.delta), np.array(machine.output)
    for symbols, about in zip(words, read, strict=True):
        own = output[machine_state, symbols]
        toward = np.where(own == 1, -1.0, 1.0)  # noise pushes towards the other answer
        state = np.tanh(weight_ih[:, symbols] + weight_hh @ state + bias[:, None]) + epsilon * toward
        logits = np.asarray(net.weight, np.float64) @ state + np.asarray(net.bias, np.float64)[:, None]
        margin = np.where(own == 1, logits[1] - logits[0], logits[0] - logits[1])
        if (margin[about] < eta * (1 - 1e-9)).any():
            return True
        machine_state = delta[machine_state, symbols]
    return False


def run(judge, net, count, seed):  # noqa: F811
    """How many changes are accepted and refused; all that is accepted must be true."""
    rng, found = np.random.default_rng(seed), Counter()
    weights = safetensors({name: value.tolist() for name, value in tensors_of(net).items()})
    for _ in range(count):
        scope, machine, epsilon, eta = (None, UpTo(4), ONCE)[rng.integers(3)], SWITCH, EPSILON, ETA
        cover = once() if scope == ONCE else switch()
        cover = sliced(cover, rng) if rng.random() < 0.5 else cover
        for _ in range(int(rng.integers(1, 3))):
            kind = rng.integers(5)
            cover = changed_cover(rng, cover) if kind < 2 else cover
            machine = changed_machine(rng, machine) if kind == 2 else machine
            epsilon, eta = (epsilon * 10 ** rng.uniform(-1, 3), eta * 10 ** rng.uniform(-1, 3)) if kind == 3 else (epsilon, eta)
            scope = changed_scope(rng, scope) if kind == 4 else scope
        valid = judge(certificate_bytes(net, machine, [Proof(cover, epsilon, eta, ())], scope), weights).valid
        found[valid] += 1
        assert not (valid and is_contradicted(rng, net, machine, epsilon, eta, scope)), (cover, machine, epsilon, eta, scope)
    return found


def test_a_contradiction_is_found_where_there_is_one(net):  # noqa: F811
    rng = np.random.default_rng(0)
    assert not is_contradicted(rng, net, SWITCH, EPSILON, ETA, None)
    assert is_contradicted(rng, net, SWITCH, 2.0, ETA, None) and is_contradicted(rng, net, SWITCH, EPSILON, 5.0, None)
    assert is_contradicted(rng, net, Machine(0, SWITCH.delta, ((0, 0, 1), (0, 0, 1))), EPSILON, ETA, None)
    assert not is_contradicted(rng, net, Machine(0, SWITCH.delta, ((0, 0, 1), (0, 0, 1))), EPSILON, ETA, UpTo(1))


def test_changed_proofs_that_are_accepted_are_true(judge, net):  # noqa: F811
    found = run(judge, net, 200, seed=0)
    assert found[True] > 20 and found[False] > 60


@pytest.mark.slow
def test_ten_thousand_changed_proofs_that_are_accepted_are_true(judge, net):  # noqa: F811
    found = run(judge, net, 10_000, seed=1)
    assert found[True] > 1_000 and found[False] > 3_000
