"""Films: an epoch in pieces is the same epoch to the bit; frames say what a net does, quickly, and no odd net breaks one."""

import dataclasses
import json
from pathlib import Path

import jax
import msgspec
import numpy as np
import pytest

from anylength.experiments import Run, TrainOptions, layout, resume_run, train
from anylength.experiments.runs.layout import FILM
from anylength.experiments.train import session_of
from anylength.film.carry_probe import HELD_STEPS
from anylength.film.file import append_frame, repaired_film
from anylength.film.frames import FrameBuilder, TrainingPoint
from anylength.film.sampling import MOST_SNAPSHOTS
from anylength.lengths import horizon
from anylength.nets import AbstractNet, Net, tensors
from anylength.records import CurvePoint, Frame
from anylength.tasks import Task, task_named
from anylength.training import Snapshot
from tests.selection import thorough

POINT = TrainingPoint(update=90, epoch=1.0, loss=0.5)

SHORT = TrainOptions(recipe="blog", data="hundred", hidden=2, epochs=6)


def session(**options):
    return session_of(TrainOptions(**options).config())


def untrained(**options) -> AbstractNet:
    """A net before its first update."""
    return session(**options).net


def scaled(net: AbstractNet, factor: float) -> AbstractNet:
    """The same net with all its weights multiplied."""
    return jax.tree.map(lambda leaf: (np.asarray(leaf) * np.float32(factor)).astype(np.float32), net)


def frame(number: int) -> Frame:
    """A frame without a picture."""
    curve = [CurvePoint(length=1, random=1.0, worst=0.5)]
    return Frame(update=number, epoch=number / 10, loss=0.5, curve=curve, horizon=3, limit=HELD_STEPS, stable=None, plane=None)


@pytest.mark.parametrize(
    "options",
    thorough(
        [
            {"recipe": "blog", "epochs": 2},
            {"recipe": "certified", "data": "hundred", "epochs": 2},
            {"recipe": "blog", "cell": "gru", "epochs": 2},
            {"recipe": "certified", "task": "parity", "epochs": 1},
        ],
    ),
    ids=lambda options: "-".join(map(str, options.values())),
)
def test_an_epoch_in_pieces_is_the_same_epoch_to_the_bit(options):
    whole, watched, seen = session(**options), session(**options), list[Snapshot]()
    while not whole.finished:
        one, other = whole.step(), watched.step(seen.append, 7)
        assert msgspec.structs.replace(one, seconds=0.0) == msgspec.structs.replace(other, seconds=0.0)
    leaves = zip(jax.tree.leaves(whole.state), jax.tree.leaves(watched.state), strict=True)
    assert all(np.asarray(one).tobytes() == np.asarray(other).tobytes() for one, other in leaves)
    assert {name: value.tobytes() for name, value in tensors(seen[-1].net).items()} == {
        name: value.tobytes() for name, value in tensors(whole.net).items()
    }
    assert seen[-1].epoch == len(whole.history)
    assert [each.update for each in seen] == sorted({each.update for each in seen})
    assert len(seen) == len(whole.history) * watched.chunks(7)


def test_a_watched_run_is_the_same_run(tmp_path):
    train(SHORT, tmp_path / "plain")
    seen: list[Snapshot] = []
    train(SHORT, tmp_path / "watched", on_snapshot=seen.append)
    for name in (layout.CONFIG, layout.MODEL):
        assert (tmp_path / "plain" / name).read_bytes() == (tmp_path / "watched" / name).read_bytes()
    assert [each.epoch for each in seen] == [0.5 * at for at in range(1, 13)]


def test_a_run_that_is_interrupted_by_who_watches_goes_on_to_the_same_bits(tmp_path):
    def on_snapshot(snapshot: Snapshot) -> None:
        if snapshot.epoch == 3.5:
            raise KeyboardInterrupt

    train(SHORT, tmp_path / "plain")
    with pytest.raises(KeyboardInterrupt):
        train(SHORT, tmp_path / "run", on_snapshot=on_snapshot)
    seen: list[Snapshot] = []
    assert resume_run(Run(tmp_path / "run"), on_snapshot=seen.append).epochs == 6
    assert seen[0].epoch == 3.5
    assert (tmp_path / "plain" / layout.MODEL).read_bytes() == (tmp_path / "run" / layout.MODEL).read_bytes()
    assert resume_run(Run(tmp_path / "run")).epochs == 6


def test_going_on_with_other_numbers_of_the_recipe_is_refused(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        train(SHORT, tmp_path / "run", on_snapshot=lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
    config = json.loads((tmp_path / "run" / layout.CONFIG).read_bytes())
    config["settings"]["batch"] = 7
    (tmp_path / "run" / layout.CONFIG).write_text(json.dumps(config))
    with pytest.raises(ValueError, match="got other numbers: train it into a new folder"):
        resume_run(Run(tmp_path / "run"))


@pytest.mark.slow
def test_a_long_training_gives_no_more_glimpses_than_a_film_may_have(tmp_path):
    seen: list[Snapshot] = []
    train(TrainOptions(recipe="blog", data="hundred", hidden=1, epochs=300), tmp_path / "run", on_snapshot=seen.append)
    assert MOST_SNAPSHOTS - 10 <= len(seen) <= MOST_SNAPSHOTS
    assert seen[-1].epoch == 300


def test_a_film_is_read_in_order_up_to_a_torn_line(tmp_path):
    assert Run(tmp_path).film == []
    for number in (1, 2, 2, 1, 3):
        append_frame(tmp_path, frame(number))
    with open(tmp_path / FILM, "ab") as file:
        file.write(frame(4).to_json()[:30].encode())
    assert [each.update for each in Run(tmp_path).film] == [1, 2, 3]
    assert Run(tmp_path).film == repaired_film(tmp_path)
    append_frame(tmp_path, frame(5))
    assert [each.update for each in Run(tmp_path).film] == [1, 2, 3, 5]
    assert (tmp_path / FILM).read_bytes().count(b"\n") == 4


def test_a_frame_of_a_proved_net_shows_two_fixed_points_that_read_as_the_two_states(task, certified_net):
    found = FrameBuilder.of(task, certified_net).frame(certified_net, POINT)
    assert found is not None
    assert found.plane is not None
    assert (found.horizon, found.limit, found.stable) == (None, HELD_STEPS, 2)
    assert all(point.random == point.worst == 1.0 for point in found.curve)
    assert [point.length for point in found.curve][-1] == 100
    assert {mark.reads_as for mark in found.plane.marks if mark.stable} == {"carry", "none"}
    assert found.plane.symbol == "9"
    assert {orbit.name for orbit in found.plane.orbits} == {"carry", "none"}
    assert all(len(orbit.points) == 40 for orbit in found.plane.orbits)
    assert len(found.plane.states) == len(found.plane.machine_states) == 160
    assert set(found.plane.machine_states) == {0, 1}
    assert len(found.to_json()) < 8_000
    assert Frame.from_json(found.to_json(), "a frame") == found


def test_the_horizon_of_a_frame_is_the_measured_one(task, net):
    for each in (net, untrained(recipe="blog")):
        found = FrameBuilder.of(task, each).frame(each, POINT)
        assert found is not None
        assert found.horizon == horizon(each, task, HELD_STEPS)


def test_the_plane_is_turned_towards_the_one_before(task, certified_net):
    builder = FrameBuilder.of(task, certified_net)
    found = builder.frame(certified_net, POINT)
    assert found is not None
    assert found.plane is not None
    mirrored = [(-y, x) for x, y in found.plane.states]
    before = msgspec.structs.replace(found, plane=msgspec.structs.replace(found.plane, states=mirrored))
    again = builder.frame(certified_net, POINT, before)
    assert again is not None
    assert again.plane is not None
    assert np.allclose(again.plane.states, mirrored, atol=2e-4)


@pytest.mark.parametrize("cell", thorough(["rnn", "relu", "gru", "lstm", "linear", "mingru"], quick=2))
@pytest.mark.parametrize("factor", thorough([0.0, 1.0, 1e3, 1e30], quick=2))
def test_no_odd_net_breaks_a_frame(task, cell, factor):
    net = scaled(untrained(cell=cell, hidden=5, recipe="plain"), factor)
    found = FrameBuilder.of(task, net).frame(net, POINT)
    assert found is not None
    assert Frame.from_json(found.to_json(), "a frame") == found
    assert "NaN" not in found.to_json()


@pytest.mark.parametrize("odd", [np.nan, np.inf])
def test_a_net_that_is_no_longer_finite_has_no_frame(task, net, odd):
    builder = FrameBuilder.of(task, net)
    assert isinstance(net, Net)
    broken = dataclasses.replace(net, bias=np.full_like(net.bias, odd))
    assert builder.frame(broken, POINT) is None
    assert builder.frame(net, TrainingPoint(1, 0.1, odd)) is None


@pytest.mark.parametrize(
    ("name", "cell"),
    thorough([("reverse", "stack-rnn"), ("count", "transformer-rotary"), ("count", "stack-rnn"), ("reverse", "rnn")], unpack=True),
)
def test_a_net_or_a_task_without_fixed_states_has_a_curve_and_no_plane(name, cell):
    task = task_named(name)
    net = untrained(task=name, cell=cell, recipe="plain", hidden=8) if cell != "rnn" else session_net(task)
    found = FrameBuilder.of(task, net).frame(net, POINT)
    assert found is not None
    assert (found.horizon, found.limit, found.stable, found.plane) == (None, 0, None, None)
    assert 3 <= len(found.curve) <= 8


def session_net(task: Task) -> AbstractNet:
    """A net of fixed size for a task that none can do."""
    rng = np.random.default_rng(0)
    from anylength.cells import Rnn
    from anylength.training import RECIPES

    return RECIPES["plain"].initial(rng, task, Rnn, 4)


@pytest.mark.parametrize("name", ["add", "divide-7", "parity", "compare", "remainder-3", "multiply-9"])
def test_every_finite_task_has_a_plane_with_the_states_of_its_machine(name):
    task = task_named(name)
    net = untrained(task=name, recipe="plain")
    found = FrameBuilder.of(task, net).frame(net, POINT)
    assert found is not None
    assert found.plane is not None
    assert set(found.plane.machine_states) == set(range(task.machine.states))


@pytest.mark.slow
def test_a_film_of_a_run_is_in_its_folder(tmp_path: Path, task):
    builder, frames = None, list[Frame]()

    def on_snapshot(snapshot: Snapshot) -> None:
        nonlocal builder
        builder = builder or FrameBuilder.of(task, snapshot.net)
        found = builder.frame(
            snapshot.net, TrainingPoint(snapshot.update, snapshot.epoch, snapshot.loss), frames[-1] if frames else None
        )
        assert found is not None
        append_frame(tmp_path / "run", found)
        frames.append(found)

    train(SHORT, tmp_path / "run", on_snapshot=on_snapshot)
    assert Run(tmp_path / "run").film == frames
    assert len(frames) == 12
