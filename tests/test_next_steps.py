"""What to try next, after a training and after a verdict: each command is one that the command line takes."""

import shlex
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec
import pytest

from anylength.cli.main import parser
from anylength.experiments.next_steps import next_step, not_learned
from anylength.experiments.options import TrainOptions
from anylength.records import AnyVerdict, RunConfig, Training, Verdict
from anylength.rules import Task
from anylength.runs import Run, layout, task_of

PATH = Path("runs/my net")


@dataclass(frozen=True)
class Made(Run):
    """A run that has a configuration and no files, unless it has one of a search."""

    made: RunConfig
    kept: bool = False

    def __init__(self, config: RunConfig, kept: bool = False) -> None:
        object.__setattr__(self, "path", PATH)
        object.__setattr__(self, "made", config)
        object.__setattr__(self, "kept", kept)

    def has(self, name: str) -> bool:
        """Whether it has a file of this name."""
        return self.kept and name == layout.SEARCH

    @property
    def config(self) -> RunConfig:
        """The configuration."""
        return self.made

    @cached_property
    def task(self) -> Task:
        """Its task."""
        return task_of(self.made)


def verdict_named(name: str) -> Verdict:
    fields = {"horizon": 9} if name == "PROVED UP TO" else {}
    return msgspec.convert({"verdict": name, "reason": ""} | fields, AnyVerdict)


def step(verdict: str = "REFUTED", *, made_by: str | None = None, **options: object) -> str | None:
    """The next step after a verdict on a net of these options; `made_by` in place of a training recipe."""
    config = TrainOptions(**options).config()  # type: ignore[arg-type]
    config = config if made_by is None else msgspec.structs.replace(config, recipe=made_by)
    return next_step(Made(config), verdict_named(verdict))


@pytest.mark.parametrize("verdict", ["REFUTED", "UNKNOWN"])
@pytest.mark.parametrize(
    ("made_by", "options", "expected"),
    [
        (None, {"recipe": "blog"}, "anylength harden 'runs/my net'"),
        ("imported", {}, "anylength harden 'runs/my net'"),
        ("harden", {}, "anylength harden 'runs/my net' --recipe unrolled"),
        ("harden-unrolled", {"task": "add", "base": 3}, "anylength train add --base 3 --cell rnn --until proved"),
        (None, {"recipe": "certified", "task": "tomita-3", "cell": "gru", "layers": 2, "base": 10},
         "anylength train tomita-3 --base 2 --cell gru --layers 2 --between plain --until proved"),
    ],
)  # fmt: skip
def test_a_net_that_is_not_proved_is_hardened_or_trained_until_one_is(verdict, made_by, options, expected):
    found = step(verdict, made_by=made_by, **options)
    assert found == expected
    parser().parse_args(shlex.split(found)[1:])


@pytest.mark.parametrize("verdict", ["UNKNOWN", "PROVED UP TO", "REFUTED"])
def test_a_search_that_was_kept_goes_on(verdict):
    found = next_step(Made(TrainOptions(recipe="blog").config(), kept=True), verdict_named(verdict))
    goes_on = "anylength prove 'runs/my net' --budget 600"
    assert found == ("anylength harden 'runs/my net'" if verdict == "REFUTED" else goes_on)
    parser().parse_args(shlex.split(found)[1:])


def test_nothing_is_advised_where_nothing_can_be_done_by_a_command():
    assert step("PROVED", task="count") is None
    assert step("REFUTED", task="count", cell="content") is None
    assert step("REFUTED", task="s3", recipe="constructed") is None
    assert "expect a horizon, not a proof" in str(step("UNKNOWN", task="parity", cell="minlstm"))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"recipe": "blog", "epochs": 3}, "try --epochs 20"),
        ({"recipe": "blog"}, "try --recipe certified"),
        ({"recipe": "certified"}, "try --until proved"),
        ({"cell": "content"}, "try --cell rnn"),
        ({"task": "reverse"}, "try --epochs"),
        ({"task": "parity", "cell": "mingru"}, "expect a horizon, not a proof"),
    ],
)
def test_a_net_that_has_not_learned_its_numbers_is_told_what_to_try(options, says):
    config = TrainOptions(**options).config()
    result = Training(epochs=1, train_accuracy=0.5, validation_accuracy=0.5, seconds=0.0, parameters=1)
    sentence = not_learned(config, result)
    assert sentence is not None and says in sentence and sentence.startswith("not learned: 50.0% of the training numbers")
    assert not_learned(config, msgspec.structs.replace(result, train_accuracy=0.99)) is None
    assert "none of the training numbers" in str(not_learned(config, msgspec.structs.replace(result, train_accuracy=0.0)))
