"""How a check is shared out, what is said of its time, and how its work is counted before any proof is looked at."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from handmade import certify, safetensors

from anylength_check import check
from anylength_check.__main__ import announce, processors
from anylength_check.__main__ import shared_by as sharing_by

CHECK, MAIN, WORK = (sys.modules[f"anylength_check.{name}"] for name in ("cover", "__main__", "work"))


@pytest.fixture
def written(tmp_path, tiny):
    """The paths of a certificate with one proof, about three symbols, and of its weights."""
    net, original = tiny
    (tmp_path / "c").write_text(json.dumps(certify(net, original["proofs"][:1])))
    (tmp_path / "w").write_bytes(safetensors(net.tensors()))
    return tmp_path / "c", tmp_path / "w"


def shared_by(monkeypatch, work):
    """Gives every proof this work; the numbers of processes by which checks are shared out from now on."""
    found = []
    monkeypatch.setattr(WORK, "work_of", lambda *_: work)
    monkeypatch.setattr(MAIN, "side_by_side", lambda count, function, numbers: found.append(count) or map(function, numbers))
    return found


def test_a_check_of_ten_seconds_is_worth_a_word(capsys):
    announce(9)
    assert capsys.readouterr() == ("", "")
    announce(10)
    assert capsys.readouterr() == ("", "about 10 seconds to go\n")


@pytest.mark.parametrize(("count", "processes"), [(None, 1), (1, 1), (2, 2), (8, 8), (9, 8), (64, 8)])
def test_a_check_may_take_all_processors_but_no_more_than_eight(monkeypatch, count, processes):
    monkeypatch.setattr(MAIN.os, "cpu_count", lambda: count)
    assert processors() == processes


@pytest.mark.parametrize(
    ("work", "processes", "shared", "seconds"),
    [
        (5_000_000, 2, [], 1), (5_000_001, 2, [2], 0), (30_000_000, 2, [2], 3), (30_000_000, 3, [3], 2), (30_000_000, 8, [3], 2),
        (30_000_000, 1, [], 6), (499_999_999, 1, [], 99), (500_000_000, 1, [], 100), (0, 2, [], 0),
    ],
)  # fmt: skip
def test_a_check_of_more_than_a_second_is_shared_out_by_symbols(written, monkeypatch, work, processes, shared, seconds):
    """A second is five million multiplications, and there is no more to share out than three symbols.

    After each of these there is less to go.
    """
    found, said = shared_by(monkeypatch, work), []
    assert check(*written, sharing_by(written[0], processes, said.append)).valid
    assert (found, said) == (shared, [seconds, 2 * seconds // 3, seconds // 3, 0])


def test_a_check_is_shared_out_only_where_that_is_asked_for(written, monkeypatch, capsys):
    found = shared_by(monkeypatch, 500_000_000)
    assert check(*written).valid
    assert found == [] and capsys.readouterr() == ("", "")


def test_a_certificate_of_more_than_64_mib_stays_in_one_process(written, monkeypatch):
    """Each process would have a copy of all that it says."""
    found, text = shared_by(monkeypatch, 30_000_000), written[0].read_bytes()
    for size, shared in ((64 << 20, [2]), ((64 << 20) + 1, [2])):
        written[0].write_bytes(text.ljust(size))
        assert check(*written, sharing_by(written[0], 2)).valid
        assert found == shared


def test_symbols_are_shared_out_to_so_many_processes(monkeypatch):
    """Threads in their place: a process of tests is too large to be copied."""
    counts = []
    stand_in = SimpleNamespace(ProcessPoolExecutor=lambda count: counts.append(count) or ThreadPoolExecutor(count))
    monkeypatch.setitem(sys.modules, "concurrent.futures", stand_in)
    assert list(MAIN.side_by_side(2, abs, range(-2, 1))) == [2, 1, 0]
    assert counts == [2]


def test_a_system_that_has_no_room_for_another_process_does_all_in_one(monkeypatch):
    """Processes are made only once there is work for them."""

    class Full(ThreadPoolExecutor):
        def map(self, function, numbers):
            raise BlockingIOError

    monkeypatch.setitem(sys.modules, "concurrent.futures", SimpleNamespace(ProcessPoolExecutor=Full))
    assert list(MAIN.side_by_side(2, abs, range(-2, 1))) == [2, 1, 0]


@pytest.mark.parametrize("error", [ImportError, NotImplementedError, OSError])
def test_a_system_that_has_no_processes_does_all_in_one(monkeypatch, error):
    def refuse(_):
        raise error

    monkeypatch.setitem(sys.modules, "concurrent.futures", SimpleNamespace(ProcessPoolExecutor=refuse))
    assert list(MAIN.side_by_side(2, abs, range(-2, 1))) == [2, 1, 0]


def test_a_system_that_runs_out_of_room_goes_on_in_one_process(monkeypatch):
    class Failing(ThreadPoolExecutor):
        def map(self, function, numbers):
            yield function(numbers[0])
            raise OSError

    monkeypatch.setitem(sys.modules, "concurrent.futures", SimpleNamespace(ProcessPoolExecutor=Failing))
    assert list(MAIN.side_by_side(2, abs, range(-2, 1))) == [2, 1, 0]


def work(proof, symbols=5, numbers=3):
    """The work of a proof of a program whose step has 1,000 multiplications, 100 of them with weights that are not 0."""
    program = SimpleNamespace(fields={"state": numbers})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WORK, "step_work", lambda _, matrices: len(matrices))
        return WORK.work_of(program, range(1000), range(100), proof, symbols)


FORMATS = (([], 0), (["float32"], 20_000), (["float16", "float32"], 40_000))
"""Formats, and their work for 5 symbols."""


@pytest.mark.parametrize(("formats", "more"), FORMATS)
def test_the_work_of_a_proof_counts_its_steps_and_formats(formats, more):
    """A step of boxes and of a rounded state takes no weight of 0; a format takes four steps, of all weights, for each symbol.

    With stacks a node has no next node where no word leads.
    """
    assert work({"formats": formats, "nodes": [{}] * 4}) == 5 * 4 * 100 + more
    assert work({"formats": formats, "states": 7, "steps": 20}) == 27 * 100 + more
    steps = [{"next": [0, -1, 2]}, {"next": [-1, -1, 1]}, {"next": 5}, 6]
    assert work({"formats": formats, "nodes": steps, "letters": []}) == 3 * 100 + more
    assert work({"formats": formats, "nodes": [{}] * 4, "blocks": 2}) == 5 * 4 * (1125 + 27 * 5) + more


def test_the_work_of_ellipsoids_grows_with_their_blocks():
    """An eighth of a step for each of 3 numbers of a state, once more for each block; and 3 + b products of matrices."""
    for blocks, step in ((0, 375 + 27 * 3), (1, 750 + 27 * 4), (8, 3375 + 27 * 11)):
        assert work({"formats": [], "nodes": [{}], "blocks": blocks}) == 5 * step


ROW = [1, 1, 1, 1]
"""A row of weights for one block."""


@pytest.mark.parametrize(
    ("rows", "parts", "steps"),
    [
        ([ROW, ROW], {}, 2), ([ROW, [ROW] * 3], {"slices": []}, 5), ([[ROW], [ROW, ROW]], {"slices": []}, 5),
        ([ROW, [ROW, ROW]], {}, 2),
    ],
)  # fmt: skip
def test_steps_are_counted_by_their_weights(rows, parts, steps):
    """A step that is looked at slice by slice counts as one, and one more for each slice."""
    proof = {"formats": [], "blocks": 1, "nodes": [{"weights": rows}]} | parts
    assert WORK.steps_of(proof, 2) == steps
    assert work(proof, 2) == steps * (750 + 27 * 4)


def test_a_node_that_is_malformed_is_counted_like_any_other():
    """Nodes are read later, and refused then for what they are."""
    nodes = [None, 1, "weights", [ROW], {}, {"weights": None}, {"weights": "x"}, {"weights": {"0": ROW}}, {"weights": []}]
    nodes += [{"weights": [None, 1, "x", {}, [], [[]], [None], ["x"], [{}], [[], None, 1]]}]
    for parts, more in (({"slices": []}, 4), ({}, 0)):
        assert WORK.steps_of({"nodes": nodes, "blocks": 1} | parts, 3) == 30 + more


def test_a_hull_holds_all_ranges():
    """Of each row the lowest and the highest end, wherever they came from."""
    hull = [(0, 5), (-2, 2)]
    for box in ([(-1, 4), (-1, 1)], [(1, 6), (-2, 3)], [(-3, -2), (0, 0)], [(0, 0), (-4, 9)]):
        hull = CHECK.wider(hull, box)
    assert hull == [(-3, 6), (-4, 9)] and CHECK.wider(hull, hull) is hull
    assert CHECK.wider_ranges({3: [(0, 1)], 5: [(2, 3)]}, {5: [(1, 2)], 3: [(0, 2)]}) == {3: [(0, 2)], 5: [(1, 3)]}
