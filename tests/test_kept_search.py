"""An unfinished search for ellipsoids is kept, and the next one goes on from there."""

import dataclasses
import math

import numpy as np
import pytest
from by_hand import counting_net, switch
from safetensors.numpy import load, save

from anylength.experiments.proving import KeptInRun, prove
from anylength.experiments.save import save_net
from anylength.rules import Machine, task_named
from anylength.runs import layout
from anylength.verification.certify.certificate import tensors_digest
from anylength.verification.ellipsoids import search
from anylength.verification.ellipsoids.classes import START, class_of, is_class
from anylength.verification.ellipsoids.contexts import EMPTY, Contexts
from anylength.verification.ellipsoids.kept import KeptSearch, from_bytes, to_bytes
from anylength.verification.ellipsoids.problem import Problem
from anylength.verification.ellipsoids.search import Search
from anylength.verification.ellipsoids.slices import SLICES, WHOLE

WRONG = Machine(0, ((0, 0, 1), (0, 0, 1)), ((0, 0, 1), (0, 0, 1)))
"""A machine that the switch does not follow: a search for its proof never ends."""


class Box:
    """A memory in memory."""

    def __init__(self) -> None:
        self.content: bytes | None = None

    def read(self) -> bytes | None:
        return self.content

    def write(self, content: bytes) -> None:
        self.content = content


class EnoughError(Exception):
    """Ends a search."""


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Training leaves the ellipsoids as they are."""
    monkeypatch.setattr(search, "trained", lambda problem, given, *_: given)


def problem(machine=WRONG):
    return Problem(switch()[0], machine, 1e-5, 1e-3)


def rounds_of(memory, most):
    """How many contexts each of so many rounds had, and the search."""
    seen = []

    def progress(contexts, *_):
        seen.append(contexts)
        if len(seen) == most:
            raise EnoughError

    looking = Search(problem(), math.inf, progress, memory)
    with pytest.raises(EnoughError):
        looking.run()
    return seen, looking


@pytest.mark.slow
def test_an_interrupted_search_goes_on_where_it_was():
    memory = Box()
    whole, _ = rounds_of(Box(), 5)
    first, interrupted = rounds_of(memory, 3)
    rest, resumed = rounds_of(memory, 3)
    assert first == whole[:3] and rest == whole[2:]
    assert whole[0] < whole[-1] and len(interrupted.contexts.leaves) < len(resumed.contexts.leaves)


def kept() -> KeptSearch:
    memory = Box()
    rounds_of(memory, 3)
    found = from_bytes(problem(), memory.content or b"")
    assert found is not None and found.rounds == 2
    return found


def test_a_kept_search_is_read_as_it_was_written():
    before = kept()
    after = from_bytes(problem(), to_bytes(problem(), before))
    assert after is not None and (after.contexts.leaves, after.rounds) == (before.contexts.leaves, before.rounds)
    for name, region in before.regions.items():
        for part, same in zip(region, after.regions[name], strict=True):
            np.testing.assert_array_equal(part, same)


@pytest.mark.slow
def test_slices_are_kept():
    memory = Box()
    memory.write(to_bytes(problem(), kept()))
    assert Search(problem(), 0.0, memory=memory).slices is WHOLE
    memory.write(to_bytes(problem(), dataclasses.replace(kept(), is_sliced=True)))
    again = Search(problem(), 0.0, memory=memory)
    assert again.slices is SLICES and not again._cuts(again.round(again.rounds))


def test_classes_of_symbols_are_kept():
    contexts = Contexts(WRONG)
    contexts.split((0, 2), [[0, 1]])
    contexts.complete()
    (known,) = {name for name in contexts.leaves if is_class(name[-1])} & {(0, 2, class_of([0, 1]))}
    before = dataclasses.replace(kept(), contexts=contexts)
    after = from_bytes(problem(), to_bytes(problem(), before))
    assert after is not None and after.contexts.leaves == contexts.leaves
    assert after.contexts.next((0, 0, START), 2) == known
    after.contexts.split(known)
    assert {(0, 2, 0), (0, 2, 1)} <= after.contexts.leaves


def changed(rounds="2", **tables) -> bytes:
    """The file of a search with other tables, or without those that are None."""
    whole = load(to_bytes(problem(), kept())) | tables
    metadata = {"net": tensors_digest(switch()[0]), "rounds": rounds}
    return save({name: value for name, value in whole.items() if value is not None}, metadata)


def test_the_changed_file_is_read_where_nothing_is_changed():
    assert from_bytes(problem(), changed()) is not None


@pytest.mark.slow
@pytest.mark.parametrize(
    "tables",
    [
        {"contexts": None},
        {"center": np.full((1, 2), np.nan)},
        {"center": np.zeros((3, 2))},
        {"contexts": np.zeros((4, 2), np.int32)},
        {"contexts": np.array([[0, 1, -1, 5]], np.int32)},
        {"contexts": np.array([[9, 9, 9, 9]], np.int32)},
        {"contexts": np.zeros(3, np.int32)},
        {"names": np.zeros((2, 2))},
        {"rounds": "many"},
        {"rounds": "-1"},
    ],
)  # fmt: skip
def test_a_damaged_search_is_forgotten(tables):
    assert from_bytes(problem(), changed(**tables)) is None


@pytest.mark.slow
def test_contexts_that_do_not_tell_what_follows_are_forgotten():
    contexts = Contexts(WRONG)
    deep = max(contexts.leaves, key=len)
    for _ in range(4):
        contexts.split(deep)
        deep = max((name for name in contexts.leaves if name[-1] != START), key=lambda name: (len(name), name))
    incomplete = dataclasses.replace(kept(), contexts=contexts)
    assert from_bytes(problem(), to_bytes(problem(), incomplete)) is None
    contexts.complete()
    assert from_bytes(problem(), to_bytes(problem(), incomplete)) is not None


@pytest.mark.parametrize("content", [b"", b"{}", b"\0" * 100])
def test_what_is_no_search_is_forgotten(content):
    assert from_bytes(problem(), content) is None
    memory = Box()
    memory.content = content
    assert rounds_of(memory, 1)[1].contexts.found(EMPTY) == EMPTY


@pytest.mark.slow
def test_a_search_of_another_net_or_machine_is_forgotten():
    content = to_bytes(problem(), kept())
    other = Machine(0, ((0, 0, 1, 1), (0, 0, 1, 1)), ((0, 0, 1, 1), (0, 0, 1, 1)))
    assert from_bytes(problem(other), content) is None
    net = switch()[0]
    moved = Problem(dataclasses.replace(net, bias=net.bias + 1), WRONG, 1e-5, 1e-3)
    assert from_bytes(moved, content) is None


def test_a_run_keeps_a_search_until_it_is_decided(tmp_path):
    run = save_net(counting_net(), task_named("count"), tmp_path / "run")
    memory = KeptInRun(run)
    assert memory.read() is None
    memory.write(b"of no use")
    assert memory.read() == b"of no use"
    memory.write(bytes(layout.LIMITS[layout.SEARCH] + 1))
    assert memory.read() == b"of no use"
    assert prove(run, budget=60.0).verdict == "PROVED" and memory.read() is None
