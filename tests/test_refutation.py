"""Refutations are replayed and short, planted failures are found, right nets are left alone, proved families are wrong."""

import dataclasses
import itertools
import sys
import time
from typing import Any

import numpy as np
import pytest
from by_hand import ECHOING, GAIN, counting_net, echo, echoing_net, extended

from anylength.base import pytree
from anylength.cells import CELLS, AbstractCell, NamedCell, Relu, Rnn
from anylength.lengths import ask
from anylength.nets import Net, answers
from anylength.ops import Ops
from anylength.ops.arrays import numpy_arrays
from anylength.rules import Machine, Task, task_named
from anylength.rules.digits import to_full_text
from anylength.training import fit_block, recipe_named
from anylength.verification.refutation import Refutation, StepBudget, find_wrong_word, prove_pumped_words, refute
from anylength.verification.refutation.refute import replay
from anylength.verification.refutation.repeated_words import repeat_words, short_words
from anylength.verification.refutation.repetition import repeat_symbols
from anylength.verification.refutation.search import Attack, Search
from anylength.verification.refutation.simulator import Simulator
from anylength.verification.refutation.words import Word
from anylength.verification.refutation.zonotopes import Zonotope, margins, step
from anylength.verification.verdicts.families import prove_family
from tests.patience import PATIENCE
from tests.selection import thorough

SEEDS = tuple(range(10))
TIMES = (0, 1, 7)

BOUNDED = [name for name, cell in CELLS.items() if cell.has_fixed_size_state]
"""The cells that can be proved."""


def with_units(net: Net, rows: dict[str, np.ndarray], readout: np.ndarray) -> Net:
    """The net with more units, which see the input, themselves and nothing else; `readout` `[C, U]` is added for them."""
    cell, extra = net.cell, len(rows["bias"])
    hidden = cell.hidden
    weight_hh = np.zeros((hidden + extra,) * 2, np.float32)
    weight_hh[:hidden, :hidden], weight_hh[hidden:, hidden:] = cell.weight_hh, rows["weight_hh"]
    weight_ih = np.concatenate([cell.weight_ih, rows["weight_ih"]]).astype(np.float32)
    bias = np.concatenate([cell.bias, rows["bias"]]).astype(np.float32)
    weight = np.concatenate([net.weight, readout], axis=1).astype(np.float32)
    return dataclasses.replace(net, cell=Rnn(weight_ih, weight_hh, bias), weight=weight)


def drifting_net(nines: int) -> Net:
    """Right until so many nines and one more have been read: a unit drifts up, at first by very little."""
    growth = 1 + 5 / nines
    level = 0.3 * np.sqrt(3 * (growth - 1))
    step = level * (growth - 1) / growth**nines
    value = before = 0.0
    for _ in range(nines + 1):
        before, value = value, np.tanh(growth * value + step)
    weight_ih = np.zeros((1, 10))
    weight_ih[0, 9] = step
    readout = np.zeros((10, 1))
    readout[5, 0] = 2 * 2 / (before + value)
    return with_units(counting_net(), {"weight_ih": weight_ih, "weight_hh": growth * np.eye(1), "bias": np.zeros(1)}, readout)


def rare_net(prefix: str) -> Net:
    """Wrong only at the end of one stretch of digits: unit j is on when digit j has come just after those before it."""
    size = len(prefix)
    weight_ih, weight_hh, bias = np.zeros((size, 10)), np.zeros((size, size)), np.full(size, -5.0)
    bias[0] = -2
    for j, digit in enumerate(prefix):
        weight_ih[j, int(digit)] = 4
        if j:
            weight_hh[j, j - 1] = 2
    readout = np.zeros((10, size))
    readout[0, -1] = 3
    net = with_units(counting_net(), {"weight_ih": GAIN * weight_ih, "weight_hh": GAIN * weight_hh, "bias": GAIN * bias}, readout)
    return dataclasses.replace(net, bias=(net.bias + readout.sum(axis=1)).astype(np.float32))


def tied_net(other: int) -> Net:
    """The answer 7 to a seven that follows a smaller digit has the same logit as `other`; the lower one is answered."""
    net = counting_net()
    weight = net.weight.copy()
    weight[other, 10 + 7] = 1
    return dataclasses.replace(net, weight=weight, bias=weight.sum(axis=1))


def assert_wrong(net: Net, task: Task, found: Refutation) -> None:
    """The word's last answer, and no other, is wrong: by the machine, and by asking and plain arithmetic."""
    symbols = np.asarray(found.word, np.uint8)
    wrong = answers(net, symbols[:, None])[:, 0] != task.machine.run(found.word)
    assert np.flatnonzero(wrong).tolist() == [len(symbols) - 1]
    if symbols[-1]:
        assert ask(net, task, [[to_full_text(symbols)]]).correct == [False]


@pytest.mark.slow
def test_a_right_net_is_not_refuted(task):
    assert refute(counting_net(), task.machine, seconds=4) is None


@pytest.mark.parametrize("base", thorough([2, 3, 16]))
def test_other_bases_are_searched_too(base):
    task = task_named("count", base)
    assert refute(counting_net(base), task.machine, seconds=1) is None
    found = refute(counting_net(base, wrong={(1, base - 1): 0}), task.machine, seconds=60)
    assert found is not None
    assert found.shortest_proved and len(found.word) == 2
    assert_wrong(counting_net(base, wrong={(1, base - 1): 0}), task, found)


@pytest.mark.parametrize("nines", thorough([100, 10, 1000]))
def test_a_slow_drift_is_followed_to_its_end(task, nines):
    net = drifting_net(nines)
    found = refute(net, task.machine, seconds=60)
    assert found is not None
    assert_wrong(net, task, found)
    assert len(found.word) == nines + 1


@pytest.mark.parametrize("prefix", ["31", "3141", "314159"])
def test_a_rare_prefix_is_found_and_is_shortest(task, prefix):
    net = rare_net(prefix)
    found = refute(net, task.machine, seconds=60)
    assert found is not None
    assert "".join(map(str, found.word)) == prefix and found.shortest_proved
    assert_wrong(net, task, found)


@pytest.mark.slow
def test_a_tie_counts_as_the_lower_class(task):
    assert refute(tied_net(9), task.machine, seconds=2) is None
    found = refute(tied_net(3), task.machine, seconds=60)
    assert found is not None
    assert len(found.word) == 2 and found.word[-1] == 7
    assert_wrong(tied_net(3), task, found)


@pytest.mark.parametrize("seconds", [0.0, 0.5])
@pytest.mark.parametrize("base", [10, 36])
def test_the_deadline_is_kept(base, seconds):
    started = time.monotonic()
    assert refute(counting_net(base), task_named("count", base).machine, seconds=seconds) is None
    assert time.monotonic() - started < seconds + PATIENCE


def test_another_alphabet_is_refused(task):
    with pytest.raises(ValueError, match="the machine 10"):
        refute(counting_net(3), task.machine, seconds=1)


@pytest.fixture(scope="module")
def refuted(task: Task) -> list[tuple[Net, Refutation]]:
    """The post's nets of some seeds that are refuted."""
    nets = [trained.net for trained in fit_block(task, SEEDS, recipe=recipe_named("blog"), epochs=2, stop=False)]
    found = [(net, refute(net, task.machine, seconds=60.0)) for net in nets]
    return [(net, each) for net, each in found if each]


@pytest.mark.slow
def test_most_of_the_posts_nets_are_wrong_as_replayed(task, refuted):
    assert len(refuted) >= 4
    for net, found in refuted:
        assert_wrong(net, task, found)


@pytest.mark.slow
def test_shortest_agrees_with_asking_every_shorter_word(task, refuted):
    checked = 0
    for net, found in refuted:
        if found.shortest_proved and len(found.word) <= 5:
            for length in range(1, len(found.word)):
                words = np.array(list(itertools.product(range(10), repeat=length)), np.uint8).T
                assert np.array_equal(answers(net, words), task.targets(words))
            checked += 1
    assert checked or all(len(found.word) > 5 or not found.shortest_proved for _, found in refuted)


@pytest.mark.slow
def test_a_proved_family_is_wrong_at_every_length_tried(task, refuted):
    families = [(net, family) for net, found in refuted if (family := prove_pumped_words(net, task.machine, found.word))]
    assert len(families) >= len(refuted) // 2
    for net, family in families:
        for times in [family.least + more for more in TIMES] + [10 * max(family.least, 1)]:
            word = family.word(times)
            assert answers(net, np.asarray(word, np.uint8)[:, None])[-1, 0] != task.machine.run(word)[-1]


def test_no_family_is_claimed_where_words_come_right_again(task):
    """A unit that rises from 0 with every symbol makes the first answers wrong and no later one."""
    readout = np.zeros((10, 1))
    readout[5, 0] = -6
    rising = {"weight_ih": np.zeros((1, 10)), "weight_hh": np.eye(1), "bias": np.full(1, 0.1)}
    net = with_units(counting_net(), rising, readout)
    net = dataclasses.replace(net, bias=net.bias + 3 * np.eye(10, dtype=np.float32)[5])
    found = refute(net, task.machine, seconds=60)
    assert found is not None and len(found.word) == 1
    assert prove_pumped_words(net, task.machine, (9,)) is None
    assert prove_pumped_words(counting_net(), task.machine, (9,) * 20) is None


def test_a_family_may_pump_a_single_symbol(task):
    family = prove_pumped_words(rare_net("314"), task.machine, (3, 1, 4))
    assert family is not None and (family.symbol, family.least) == (3, 1)


def test_no_family_where_the_machine_turns_under_the_symbol():
    """Parity under ones alternates, so a net that always answers 0 is wrong on every other word only."""
    parity = Machine(0, ((0, 1), (1, 0)), ((0, 1), (1, 0)))
    cell = Rnn(np.zeros((1, 2), np.float32), np.zeros((1, 1), np.float32), np.zeros(1, np.float32))
    net = Net(cell, np.zeros((2, 1), np.float32), np.array([1, 0], np.float32), base=2, tapes=1)
    found = refute(net, parity, seconds=60)
    assert found is not None and found.word == (1,) and found.shortest_proved
    assert prove_pumped_words(net, parity, (1,)) is None


def test_no_family_is_sought_after_the_time_that_is_given():
    net, task = rare_net("314"), task_named("count", 10)
    assert prove_pumped_words(net, task.machine, (3, 1, 4)) is not None
    assert prove_pumped_words(net, task.machine, (3, 1, 4), until=0.0) is None


@pytree
@dataclasses.dataclass(frozen=True)
class Gated(NamedCell):
    """h' = lerp(σ(W_z x + U_z h), h, tanh(W_n x + U_n h)): it uses every operation of a gated cell."""

    weight_ih: Any
    weight_hh: Any

    def step(self, ops: Ops, symbol: Any, state: Any) -> Any:
        both = ops.matmul(self.weight_ih, symbol) + ops.matmul(self.weight_hh, state)
        return ops.lerp(ops.sigmoid(both[: self.hidden]), state, ops.tanh(both[self.hidden :]))

    @staticmethod
    def shapes(encoded: int, hidden: int) -> dict[str, tuple[int, ...]]:
        return {"weight_ih": (2 * hidden, encoded), "weight_hh": (2 * hidden, hidden)}


def drawn_cell(kind: str, rng: np.random.Generator, hidden: int) -> AbstractCell:
    """A cell of random weights."""
    cell = Gated if kind == "gated" else CELLS[kind]
    return cell(**{name: rng.normal(0, 0.8, shape) for name, shape in cell.shapes(2, hidden).items()})


@pytest.mark.parametrize("kind", thorough([*BOUNDED, "gated"], quick=6))
@pytest.mark.parametrize("seed", thorough(range(3)))
@pytest.mark.parametrize("radius", [0.0, 1e-3, 0.3])
def test_a_zonotope_holds_every_sampled_trace_and_its_leads(kind, seed, radius):
    rng = np.random.default_rng(seed)
    cell = drawn_cell(kind, rng, 4)
    size = (cell.state_size, 1)
    net = Net(cell, rng.normal(size=(3, 4)), rng.normal(size=3), base=2, tapes=1)
    centre, encoded, epsilon = rng.uniform(-0.5, 0.5, size), np.array([[0.0], [1.0]]), 1e-4
    zone, states = Zonotope.box(centre, radius), centre + radius * rng.choice([-1.0, 1.0, 0.3], (size[0], 500))
    for _ in range(25):
        zone = step(net, encoded, zone, epsilon)
        if (zone.hull.high - zone.hull.low).max() > 10:
            break
        states = cell.step(numpy_arrays, np.repeat(encoded, 500, axis=1), states) + epsilon * rng.choice([-1, 1], (size[0], 500))
        assert (zone.hull.low <= states).all() and (states <= zone.hull.high).all()
        logits = net.weight @ states[:4] + net.bias[:, None]
        assert (margins(net, zone, 0) <= (logits - logits[0]).min(axis=1) + 1e-9).all()


@pytest.mark.parametrize("kind", ECHOING)
def test_a_family_is_proved_for_any_cell_and_says_how_far_its_states_reach(kind):
    """A net that echoes digits is wrong after any number of nines where one has to be carried."""
    net, task = echoing_net(kind, 10), task_named("count")
    found = prove_pumped_words(net, task.machine, (9,) * 10)
    assert found is not None and (found.symbol, found.suffix) == (9, ())
    state, largest = np.zeros((net.cell.state_size, 1)), np.zeros(net.cell.state_size)
    for times in range(1, 200):
        state = net.cell.step(numpy_arrays, np.eye(10)[:, [9]], state)
        largest = np.maximum(largest, np.abs(state)[:, 0])
        if times >= found.least:
            word = np.asarray(found.word(times), np.uint8)[:, None]
            assert times % 50 or answers(net, word)[-1, 0] == 9
    assert (largest <= found.state_bound + 1e-12).all()
    known = prove_family(net, task, (9,) * 10)
    assert known is not None and known.digit == ["9"]


def test_no_family_is_claimed_where_states_reach_too_far_for_the_rounding_allowed(monkeypatch):
    net, task = echoing_net("linear", 10), task_named("count")
    assert prove_family(net, task, (9,) * 10) is not None
    monkeypatch.setattr(sys.modules[prove_family.__module__], "covered_formats", lambda *_, **__: [])
    assert prove_family(net, task, (9,) * 10) is None


def test_a_gated_net_is_refuted_as_replayed():
    rng = np.random.default_rng(0)
    shapes = Gated.shapes(10, 6)
    cell = Gated(**{name: rng.normal(0, 1, shape).astype(np.float32) for name, shape in shapes.items()})
    net = Net(cell, rng.normal(size=(10, 6)).astype(np.float32), np.zeros(10, np.float32), base=10, tapes=1)
    task = task_named("count")
    found = refute(net, task.machine, seconds=60)
    assert found is not None
    assert_wrong(net, task, found)


def diverging_relu_net(base: int = 2) -> Net:
    """It echoes digits. One more unit, which the read-out gives weight 0, doubles at every step until it overflows float32."""
    net = echoing_net("relu", base)
    weight_hh = np.zeros((base + 1, base + 1), np.float32)
    weight_hh[:base, :base], weight_hh[base, base] = net.cell.weight_hh, 2
    weight_ih = np.concatenate([net.cell.weight_ih, np.ones((1, base), np.float32)])
    weight = np.concatenate([net.weight, np.zeros((base, 1), np.float32)], axis=1)
    return Net(Relu(weight_ih, weight_hh, np.zeros(base + 1, np.float32)), weight, net.bias, base=base, tapes=1)


def test_a_relu_net_whose_states_overflow_is_searched_without_a_warning():
    """Warnings are errors here. The net is right until the unit overflows: 0 times infinity is no number."""
    net, machine = diverging_relu_net(), echo()
    found = refute(net, machine, seconds=60)
    assert found is not None and 100 < len(found.word) <= 130
    assert find_wrong_word(net, machine, seconds=60) is not None
    assert prove_pumped_words(net, machine, found.word) is None


def test_no_family_is_looked_for_where_the_states_of_a_relu_net_overflow():
    assert prove_family(diverging_relu_net(10), task_named("count"), (9,) * 10) is None


def net_that_drifts_under_31(times: int) -> Net:
    """Wrong after so many times 31, in a row or not: a unit drifts up after each 1 that comes just after a 3."""
    pair, step = rare_net("31"), 0.5 / times
    recurrent = np.zeros(pair.hidden + 1)
    recurrent[-2:] = step / 2, 1.0
    pair = dataclasses.replace(pair, weight=pair.weight * (np.arange(pair.hidden) < 20), bias=counting_net().bias)
    net = extended(pair, [(np.zeros(10), recurrent, step / 2)], np.zeros((10, 1)))
    levels = Simulator(net, task_named("count").machine).trace((3, 1) * times)[0][-1, -3:]
    weight = net.weight.copy()
    weight[5, -1] = 2 / levels.mean()
    return dataclasses.replace(net, weight=weight)


def suspected(attack: Attack[Any]) -> list[Word]:
    """All that an attack suspects."""
    return list(attack)


def test_a_drift_under_a_repeated_word_is_found_by_repeating_words_and_not_by_repeating_symbols(task):
    net = net_that_drifts_under_31(40)
    search = Search(Simulator(net, task.machine), StepBudget(10_000))
    assert suspected(repeat_symbols(search, search.roots(), 2_000)) == []
    found = suspected(repeat_words(search, search.roots()))
    word = replay(net, task.machine, found[0])
    assert word is not None and 60 <= len(word) <= 90 and word.count(1) >= 30


def test_the_attack_by_words_ends_where_they_all_converge(task):
    search = Search(Simulator(counting_net(), task.machine), StepBudget(10_000))
    assert suspected(repeat_words(search, search.roots())) == []
    assert 10_000 - search.budget.remaining < 60


def test_words_that_are_repeated_are_no_repetitions_themselves_and_all_of_a_length_where_they_fit():
    found = short_words(2, 10)
    assert found == [(0, 1), (1, 0), (0, 0, 1), (0, 1, 0), (0, 1, 1), (1, 0, 0), (1, 0, 1), (1, 1, 0), *found[8:]]
    assert len(found) == 10 and {len(word) for word in found[8:]} == {4} and (0, 1, 0, 1) not in short_words(2, 20)
    assert short_words(2, 10) == found
    assert short_words(1, 10) == []
    assert len(short_words(1_000_000, 10)) == 10
