"""Unfolding avoids contexts whose ellipsoids are too large, and the longest words that any round was about are kept."""

import math
import time
from pathlib import Path

import numpy as np
import pytest
from by_hand import switch

from anylength.nets import Net, load
from anylength.rules import Machine, task_named
from anylength.verification.ellipsoids import search, unfolding
from anylength.verification.ellipsoids.contexts import repeated
from anylength.verification.ellipsoids.levels import Ellipsoids, best_shares, levels_of, spread_of
from anylength.verification.ellipsoids.loops import loop_of
from anylength.verification.ellipsoids.outcomes import Outcome, Unfolded
from anylength.verification.ellipsoids.problem import Problem
from anylength.verification.ellipsoids.regions import Goal, image_of
from anylength.verification.ellipsoids.search import Search
from anylength.verification.ellipsoids.unfolding import Unfolding

COUNTER = Path(__file__).parent / "fixtures" / "ellipsoids"

WRONG = Machine(0, ((0, 0, 1), (0, 0, 1)), ((0, 0, 1), (0, 0, 1)))
"""A machine that the switch does not follow: it never turns off. The third answer to on, off, keep is another."""


@pytest.fixture(scope="module")
def counter() -> Problem:
    """A net of 12 units by the post's recipe, which is right."""
    net = load(COUNTER / "model.safetensors")[0]
    assert isinstance(net, Net)
    return Problem(net, task_named("count").machine, 1.2e-5, 1e-3)


@pytest.fixture
def untrained(monkeypatch):
    """Training leaves the ellipsoids as they are."""
    monkeypatch.setattr(search, "trained", lambda problem, given, *_: given)


def looking_at(machine: Machine) -> tuple[Search, search.Round]:
    """A search for a proof of the switch, and its first round."""
    looking = Search(Problem(switch()[0], machine, 1e-5, 1e-3), math.inf)
    return looking, looking.round(0)


@pytest.mark.parametrize("symbol", [0, 5, 9])
def test_an_image_with_the_shares_of_a_step_that_closes_lies_in_the_next_ellipsoid(counter, symbol):
    region = image_of(counter, image_of(counter, (counter.start, np.zeros((12, 12))), 3).region, 4).region
    region = region[0], 300 * region[1]
    ball = image_of(counter, region, symbol).region
    stretched = 1.3 * ball[1] @ np.diag(np.linspace(1.0, 3.0, 12))
    regions = Ellipsoids(
        np.stack([region[0], ball[0] + 1e-4]), np.stack([region[1], stretched]), spread_of(np.stack([region[1], stretched]))
    )
    found = levels_of(counter, regions, np.array([[0, symbol, 1, symbol]]))
    assert found.level[0] < 0.99
    center, shape = image_of(counter, region, symbol, Goal(regions.spread[1], found.shares[0])).region
    points = np.random.default_rng(0).normal(size=(12, 500))
    points = center[:, None] + shape @ (points / np.linalg.norm(points, axis=0))
    inside = np.linalg.norm(np.linalg.solve(stretched, points - regions.center[1][:, None]), axis=0)
    assert inside.max() < 1


def test_shares_that_are_good_enough_are_left_as_they_are():
    rng = np.random.default_rng(1)
    parts = rng.normal(size=(6, 4, 3, 3))
    grams = parts @ parts.transpose(0, 1, 3, 2) * np.array([1e-3, 1e-3, 1.0, 1.0, 1.0, 1.0])[:, None, None, None]
    first = np.full((6, 4), 0.25)
    level, shares = best_shares(grams, first, 30)
    each = np.sqrt(np.linalg.eigvalsh((grams / shares[:, :, None, None]).sum(1))[:, -1])
    np.testing.assert_allclose(level, each)
    assert (shares[:2] == first[:2]).all() and (level[:2] < 0.9).all()
    equal = np.sqrt(np.linalg.eigvalsh((grams / first[:, :, None, None]).sum(1))[:, -1])
    assert (level[2:] < equal[2:]).all() and shares.sum(1) == pytest.approx(1)


@pytest.mark.parametrize("avoided", [frozenset(), frozenset({0}), frozenset({0, 1, 2})])
def test_no_step_goes_to_an_avoided_node_and_all_steps_close(untrained, avoided):
    looking, now = looking_at(switch()[1])
    growing = Unfolding(looking.problem, now.contexts, list(now.names), now.ellipsoids, avoided=avoided)
    growing.grow(now.edges, now.found, 40, time.monotonic() + 20)
    checked = growing.checked()
    assert checked is not None
    edges, found = checked
    assert found.closes(looking.problem.eta).all() and len(edges) == len(found.level)
    assert not set(edges[:, 2].tolist()) & avoided
    assert growing.blamed() <= set(range(len(now.names)))


def test_where_no_step_of_the_start_closes_nothing_is_checked(untrained):
    looking, now = looking_at(WRONG)
    growing = Unfolding(looking.problem, now.contexts, list(now.names), now.ellipsoids)
    far = growing.problem.start + 9, 1e-6 * np.eye(len(growing.problem.start))
    growing.after = dict.fromkeys(growing.edges_of(growing.start), growing.add(1, far, np.ones(len(far[0])), 1))
    assert growing.checked() is None and growing.steps() == 0


def test_the_exits_of_a_loop_are_open_where_its_edges_are(untrained):
    looking, now = looking_at(switch()[1])
    growing = Unfolding(looking.problem, now.contexts, list(now.names), now.ellipsoids, avoided=frozenset({0}))
    machine, looked_at = looking.problem.machine, 0
    for q, symbol in [
        (q, symbol) for q in range(machine.states) for symbol in range(machine.symbols) if machine.delta[q][symbol] == q
    ]:
        context = now.contexts.found(repeated(q, symbol, 200))
        assert context is not None
        usual = growing.numbers[context]
        loop = loop_of(looking.problem, growing.regions[usual][0], symbol, [machine.output[q][symbol]])
        if loop is None:
            continue
        each = zip(loop.centers, loop.shapes, spread_of(loop.shapes), strict=True)
        nodes = [growing.add(usual, (center, shape), spread, usual) for center, shape, spread in each]
        edges = [edge for node in nodes for edge in growing.edges_of(node) if edge[1] != symbol]
        targets = [growing.usual(edge) for edge in edges]
        found = growing.levels([(*edge, target) for edge, target in zip(edges, targets, strict=True)])
        closed = found.closes(looking.problem.eta) & (np.array(targets) != 0)
        assert growing._open_exits([usual], symbol, loop) == (~closed).sum()
        looked_at += len(edges)
    assert looked_at


@pytest.mark.parametrize(
    ("exits", "taken"),
    [([3, 0, 0], 1), ([4, 1, 1, 1, 2], 2), ([4, 1, 2], 1), ([1, 1, 4, 1], 1), ([], None)],
)
def test_a_loop_with_the_fewest_open_exits_is_taken(untrained, monkeypatch, exits, taken):
    looking, now = looking_at(switch()[1])
    growing = Unfolding(looking.problem, now.contexts, list(now.names), now.ellipsoids)
    monkeypatch.setattr(unfolding, "loops_of", lambda *_: iter(range(len(exits))))
    monkeypatch.setattr(growing, "_open_exits", lambda usual, symbol, loop: exits[loop])
    assert growing._loop([0], 0, np.zeros(1)) == taken


def test_an_image_joins_a_chain_that_holds_it_and_no_other(untrained):
    looking, now = looking_at(switch()[1])
    growing = Unfolding(looking.problem, now.contexts, list(now.names), now.ellipsoids)
    machine = looking.problem.machine
    q, symbol = next(
        (q, symbol) for q in range(machine.states) for symbol in range(machine.symbols) if machine.delta[q][symbol] == q
    )
    context = now.contexts.found(repeated(q, symbol, 200))
    assert context is not None
    usual = growing.numbers[context]
    center, shape = growing.regions[usual]
    growing._loops[q, symbol] = [usual]
    image = image_of(looking.problem, (center, shape), symbol).region
    held = [growing.add(usual, (image[0], factor * image[1]), spread_of(image[1][None])[0], usual) for factor in (0.5, 1.5)]
    growing._chains[q, symbol] = held[:1]
    growing._join_chains([(usual, symbol)])
    assert (usual, symbol) not in growing.after
    growing._chains[q, symbol] = held
    growing._join_chains([(usual, symbol)])
    assert growing.after[usual, symbol] == held[1]


@pytest.mark.slow
def test_a_wrong_net_is_proved_for_no_word_that_it_answers_wrongly(untrained):
    looking, now = looking_at(WRONG)
    for number in range(len(now.names) + 1):
        found = looking._unfolded(now, time.monotonic() + 5, frozenset(range(number)))
        assert found is None or found.steps <= 2


def test_the_longest_words_of_any_round_are_kept(untrained, monkeypatch):
    looking, now = looking_at(WRONG)
    found = iter([Unfolded(Outcome(None, 1.0, steps), now, frozenset({steps})) for steps in (3, 7, 2, 5)])  # pyright: ignore[reportArgumentType]
    begun = list[frozenset[int]]()

    def unfolded(given, until, avoided=frozenset()):
        begun.append(avoided)
        return next(found)

    splits = iter([True, True, False])
    monkeypatch.setattr(looking, "_unfolded", unfolded)
    monkeypatch.setattr(looking, "_split", lambda _: next(splits))
    monkeypatch.setattr(search, "FEW_OPEN", 1.0)
    monkeypatch.setattr(search, "SHARE_OF_TIME", 1.0)
    outcome = looking.run()
    assert outcome is not None and outcome.steps == 7
    assert begun == [frozenset(), frozenset(), frozenset(), frozenset({7})]  # the last one goes on where the best was


def test_a_round_is_not_unfolded_after_unfolding_took_more_than_its_share(untrained, monkeypatch):
    looking, _ = looking_at(WRONG)
    unfolded = list[object]()
    monkeypatch.setattr(looking, "_split", lambda _: False)
    monkeypatch.setattr(looking, "_unfolded", lambda given, *_: unfolded.append(given))
    monkeypatch.setattr(search, "FEW_OPEN", 1.0)
    for seconds, times in ((0.0, 2), (1e9, 1)):
        unfolded.clear()
        looking.unfolding_seconds = seconds
        assert looking.run() is None and len(unfolded) == times  # what is found at the end does not depend on that
