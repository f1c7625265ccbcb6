"""Training on fresh words: every word is of the stream, a net depends on its seed alone, and it learns."""

import dataclasses

import numpy as np
import pytest

from anylength.base import InputError
from anylength.nets import answers
from anylength.rules import IGNORE_INDEX, task_named
from anylength.training import MEMORY, PLAIN, Words, streaming
from anylength.training.streaming import CHUNK, Stream, fit_stream

REVERSE = task_named("reverse", 2)


def draw(rng: np.random.Generator, length: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Random bits, then markers that ask for them backwards."""
    digits = rng.integers(0, 2, (count, length)).astype(np.uint8)
    symbols = REVERSE.layout.words([digits], np.full(count, length), 2).T  # type: ignore[attr-defined]
    return symbols, REVERSE.targets(symbols)


def stream(updates: int, longest: int = 4) -> Stream:
    return Stream(draw, longest=longest, updates=updates, batch=8)


def tensors(result: streaming.TrainResult) -> list[np.ndarray]:
    net = result.net
    return [np.asarray(value) for value in (*net.cell.named_tensors().values(), net.weight, net.bias)]  # type: ignore[attr-defined]


@pytest.mark.slow
@pytest.mark.parametrize(("cell", "recipe"), [("lstm", PLAIN), ("stack-rnn", MEMORY)])
def test_a_net_depends_on_its_seed_alone(cell: str, recipe: Words) -> None:
    alone = fit_stream(REVERSE, [7], stream(CHUNK), cell=cell, hidden=8, recipe=recipe)
    block = fit_stream(REVERSE, [3, 7, 5], stream(CHUNK), cell=cell, hidden=8, recipe=recipe)
    assert all(np.array_equal(a, b) for a, b in zip(tensors(alone[0]), tensors(block[1]), strict=True))
    assert not np.array_equal(tensors(block[0])[0], tensors(block[1])[0])


def test_words_have_every_length_and_are_padded_without_targets() -> None:
    lengths = list(streaming._lengths(stream(CHUNK * 60, longest=5)))
    assert {length for chunk in lengths for length in chunk[1:].tolist()} == {1, 2, 3, 4, 5}
    assert all(chunk[1:].max() <= chunk[0] for chunk in lengths)
    symbols, targets = streaming._chunk(np.random.default_rng(1), stream(CHUNK, longest=5), np.array([5, 2, 5]))
    assert symbols.shape == targets.shape == (2, 10, 8)
    assert (targets[0, 4:] == IGNORE_INDEX).all() and (targets[0, 2:4] != IGNORE_INDEX).all()


@pytest.mark.slow
def test_it_learns_what_a_net_can_learn() -> None:
    """A GRU reads one or two bits and writes them backwards."""
    (trained,) = fit_stream(
        REVERSE, [0], stream(20 * CHUNK, longest=2), cell="gru", hidden=16, recipe=dataclasses.replace(PLAIN, learning_rate=0.02)
    )
    symbols, targets = draw(np.random.default_rng(9), 2, 64)
    graded = targets != IGNORE_INDEX
    assert (answers(trained.net, symbols)[graded] == targets[graded]).mean() > 0.95


def test_a_seed_out_of_range_is_refused() -> None:
    with pytest.raises(InputError, match="a seed of 0 or more"):
        fit_stream(REVERSE, [-1], stream(CHUNK), cell="lstm", hidden=8, recipe=PLAIN)
