"""Benchmarks of nets that train on fresh words: the budget is in the table, resuming changes no byte, and bad input is one line."""

import dataclasses
import shutil
from pathlib import Path

import numpy as np
import pytest

from anylength.base import InputError
from anylength.benchmark.fresh_words import FRESH, draws
from anylength.benchmark.options import BenchmarkOptions
from anylength.benchmark.run import JSON, benchmark
from anylength.rules import IGNORE_INDEX, task_named
from anylength.sweeps import folder

SMALL = BenchmarkOptions(
    kind="stack-rnn", suite="chomsky", tasks=("reverse-string", "even-pairs"), hidden=4, seeds=1, convention="chomsky-v1",
    limit=60, updates=20, batch=2, words=2,
)  # fmt: skip


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("fresh") / "done"
    benchmark(SMALL, out)
    return out


def test_the_table_states_the_budget(done):
    rows = list(folder.read_rows(done))
    assert [(row.data, row.recipe, row.epochs, row.diverged) for row in rows] == [(FRESH, "memory", 1, False)] * 2
    table = folder.plan_of(done)
    assert [(config.settings["updates"], config.settings["batch"]) for config in table.settings] == [(20, 2)] * 2
    assert all(0 <= row.train_accuracy <= 1 and row.scores["chomsky-v1"] for row in rows)


@pytest.mark.slow
def test_a_benchmark_that_lost_a_block_computes_it_again_to_the_same_bytes(done, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(done, copy)
    lines = (copy / folder.RESULTS).read_bytes().splitlines(keepends=True)
    (copy / folder.RESULTS).write_bytes(lines[0])
    benchmark(SMALL, copy)
    assert (copy / JSON).read_bytes() == (done / JSON).read_bytes()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"convention": "flare-v1"}, "expected chomsky-v1 with --updates, got flare-v1"),
        ({"updates": 30}, "expected a multiple of 20 updates, got 30"),
        ({"updates": 0}, "expected 20 to 10,000,000 updates, got 0"),
        ({"batch": 0}, "expected 1 to 10,000 words in an update, got 0"),
        ({"words": 0}, "expected 1 to 10,000 words of each length, got 0"),
        ({"recipe": "certified"}, "expected the recipe plain or memory with --updates, got certified"),
        ({"kind": "nets:factory"}, "expected a cell or net of ours with --updates, got nets:factory"),
    ],
)
def test_bad_options_are_one_line(change, message):
    with pytest.raises(InputError) as error:
        dataclasses.replace(SMALL, **change)
    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["reverse-string", "even-pairs", "bucket-sort"])
def test_words_have_the_length_that_is_drawn_and_are_graded_at_the_answer(name):
    task = task_named(name)
    symbols, targets = draws(task)(np.random.default_rng(3), 7, 5)
    graded = targets != IGNORE_INDEX
    first, outputs = (6, 1) if task.transducer is not None else (7, 7)
    assert symbols.shape == targets.shape == (first + outputs, 5)
    assert not graded[:first].any()
    assert graded[first:].all()
