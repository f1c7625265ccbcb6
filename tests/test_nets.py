"""Nets: the scan equals a plain loop, blocks change no answer, files keep every bit, and bad files are refused."""

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import plain_numpy
import pytest
from by_hand import counting_net
from safetensors.numpy import save

from anylength.base import OUTPUT, InputError
from anylength.cells import CELLS
from anylength.nets import Net, NetConfig, answers, architecture_named, build, load, logits, logits_and_states, tensors, to_bytes
from anylength.nets.weights import shapes
from tests.selection import thorough

CONFIG = NetConfig(task_name="count", base=10, cell="rnn", hidden=12)


def random_net(cell: str, hidden: int = 6, base: int = 10, seed: int = 0) -> tuple[Net, NetConfig]:
    """A net with random weights and all optional tensors."""
    config, rng = NetConfig(task_name="count", base=base, cell=cell, hidden=hidden), np.random.default_rng(seed)
    wanted = shapes(config) | architecture_named(cell).optional_shapes(config.task, hidden)
    return build(config, {name: rng.normal(0, 0.7, shape).astype(np.float32) for name, shape in wanted.items()}), config


def random_symbols(steps: int, columns: int, base: int = 10) -> np.ndarray:
    """Digits with many nines among them."""
    rng = np.random.default_rng([steps, columns])
    symbols = rng.integers(0, base, (steps, columns), np.uint8)
    symbols[rng.random(symbols.shape) < 0.5] = base - 1
    return symbols


def loop(net: Net, symbols: np.ndarray) -> np.ndarray:
    """The logits `[T, C, B]`, one step after another in plain Python and numpy."""
    state, found = np.zeros((net.cell.state_size, symbols.shape[1]), np.float32), []
    for row in symbols:
        encoded = np.eye(net.base, dtype=np.float32)[:, row]
        state = net.cell.step(plain_numpy, encoded, state)
        found.append(net.weight @ state[: net.hidden] + net.bias[:, None])
    return np.stack(found)


@pytest.mark.parametrize("cell", thorough(CELLS, quick=5))
@pytest.mark.parametrize("base", [2, 10, 36])
def test_the_scan_equals_a_python_loop(cell, base):
    net, _ = random_net(cell, base=base)
    symbols = random_symbols(20, 4, base)
    np.testing.assert_allclose(jax.jit(logits)(net, symbols), loop(net, symbols), rtol=1e-5, atol=1e-4)


def test_answers_are_the_argmax_of_the_logits(net):
    symbols = random_symbols(20, 30)
    assert np.array_equal(answers(net, symbols), np.asarray(jax.jit(logits)(net, symbols)).argmax(axis=1))


def test_a_tie_is_answered_with_the_lowest_class():
    net = dataclasses.replace(counting_net(), weight=np.zeros((10, 20), np.float32))
    assert not answers(net, random_symbols(4, 3)).any()
    tied = dataclasses.replace(net, bias=np.array([0, 0, 5, 1, 5, 0, 0, 5, 0, 0], np.float32))
    assert set(answers(tied, random_symbols(4, 3)).ravel()) == {2}


@pytest.fixture(scope="module")
def long_word(net: Net) -> tuple[np.ndarray, np.ndarray]:
    """A word across the boundary of the longest block, and its answers by a plain loop."""
    symbols = random_symbols(8_193, 1)
    return symbols, loop(net, symbols).argmax(axis=1).astype(np.uint8)


@pytest.mark.parametrize("steps", [1, 63, 64, 65, 8_191, 8_192, 8_193])
def test_a_single_word_is_answered_the_same_in_blocks_of_any_size(net, long_word, steps):
    symbols, right = long_word
    assert np.array_equal(answers(net, symbols[:steps]), right[:steps])


@pytest.mark.parametrize("steps", [1, 63, 64, 65, 129])
def test_a_batch_is_answered_the_same_in_blocks_of_any_size(net, steps):
    symbols = random_symbols(steps, 3)
    assert np.array_equal(answers(net, symbols), loop(net, symbols).argmax(axis=1))


@pytest.mark.parametrize("width", [2, 255, 256, 257, 513])
def test_a_batch_of_any_width_is_answered_as_its_columns_one_by_one(net, width):
    symbols = random_symbols(12, width)
    together = answers(net, symbols)
    assert (together.shape, together.dtype) == (symbols.shape, OUTPUT)
    assert np.array_equal(together, np.concatenate([answers(net, column[:, None]) for column in symbols.T], axis=1))


def test_no_length_and_no_width_needs_a_compilation_of_its_own(net):
    for symbols in (random_symbols(1, 1), random_symbols(9_000, 1), random_symbols(2, 2), random_symbols(512, 2)):
        answers(net, symbols)
    seen = compilations()
    for steps, width in ((3, 1), (77, 1), (10_000, 1), (5, 3), (300, 300)):
        answers(net, random_symbols(steps, width))
    assert compilations() == seen > 0


def compilations() -> int:
    """How many shapes the compiled pass has been compiled for."""
    from anylength.nets import scan as module

    return module._outputs_from._cache_size()


def test_states_under_one_repeated_symbol_are_the_steps_one_by_one(net):
    for symbol in (0, 9):
        state = np.zeros((net.cell.state_size, 1), np.float32)
        states = jax.jit(logits_and_states)(net, jnp.full((12, 1), symbol, jnp.uint8))[1][:, :, 0]
        for row in np.asarray(states):
            state = net.cell.step(plain_numpy, np.eye(10, dtype=np.float32)[:, [symbol]], state)
            np.testing.assert_allclose(row, state[:, 0], rtol=0, atol=1e-5)
        assert states.shape == (12, net.cell.state_size)


def test_the_size_of_a_net_is_counted():
    net = counting_net()
    assert (net.hidden, net.classes, net.parameters) == (20, 10, 20 * 10 + 20 * 20 + 20 + 10 * 20 + 10)


@pytest.mark.parametrize("base", [2, 3, 10, 36])
def test_the_net_written_by_hand_counts_right(base):
    net = counting_net(base)
    symbols = np.concatenate([random_symbols(300, 200, base), np.full((300, 1), base - 1, np.uint8)], axis=1)
    carry = np.logical_and.accumulate(np.concatenate([np.ones((1, 201), bool), symbols[:-1] == base - 1]))
    assert np.array_equal(answers(net, symbols), (symbols + carry) % base)


@pytest.mark.parametrize("cell", CELLS)
def test_save_then_load_is_the_identity_bit_for_bit(cell, tmp_path):
    net, config = random_net(cell)
    path = tmp_path / "model.safetensors"
    path.write_bytes(to_bytes(net, config))
    again, found = load(path)
    assert found == config
    assert {name: value.tobytes() for name, value in tensors(again).items()} == {
        name: value.tobytes() for name, value in tensors(net).items()
    }
    assert jax.tree.structure(again) == jax.tree.structure(net)
    assert to_bytes(again, found) == path.read_bytes()


def test_tensors_carry_the_names_a_pytorch_reader_knows(net):
    found = {name: value.shape for name, value in tensors(net).items()}
    assert found == shapes(CONFIG)
    assert set(found) == {"cell.weight_ih", "cell.weight_hh", "cell.bias", "readout.weight", "readout.bias"}


def file_of(
    change: Callable[[dict[str, np.ndarray]], object] = lambda named: None, metadata: dict[str, object] | None = None
) -> bytes:
    """A weights file that has been tampered with."""
    named = dict(tensors(random_net("rnn", hidden=12)[0]))
    change(named)
    config = CONFIG.to_dict() | (metadata or {})
    return save(named, metadata={"anylength": json.dumps({key: value for key, value in config.items() if value is not None})})


def set_to(value: float) -> Callable[[dict[str, np.ndarray]], object]:
    """Overwrites one weight."""

    def change(named: dict[str, np.ndarray]) -> None:
        named["cell.weight_hh"] = named["cell.weight_hh"].copy()
        named["cell.weight_hh"][3, 4] = value

    return change


BAD_FILES = {
    "empty": (b"", "readable safetensors"),
    "text": (b"no weights here, just some text of a certain length", "readable safetensors"),
    "truncated": (file_of()[:-10], "readable safetensors"),
    "truncated header": (file_of()[:40], "readable safetensors"),
    "zip": (b"PK\x03\x04" + b"\0" * 100, "readable safetensors"),
    "missing tensor": (file_of(lambda named: named.pop("cell.bias")), "cell.bias"),
    "no tensors": (file_of(lambda named: named.clear()), "cell.weight_ih"),
    "wrong shape": (file_of(lambda named: named.update({"readout.bias": np.zeros(11, np.float32)})), "readout.bias.*11"),
    "transposed": (file_of(lambda named: named.update({"cell.weight_ih": np.zeros((10, 12), np.float32)})), "cell.weight_ih"),
    "scalar": (file_of(lambda named: named.update({"cell.bias": np.array(1, np.float32)})), "cell.bias"),
    "float64": (file_of(lambda named: named.update({"cell.bias": np.zeros(12)})), "cell.bias.*float64"),
    "float16": (file_of(lambda named: named.update({"cell.bias": np.zeros(12, np.float16)})), "cell.bias.*float16"),
    "integers": (file_of(lambda named: named.update({"cell.bias": np.zeros(12, np.int32)})), "cell.bias.*int32"),
    "NaN": (file_of(set_to(np.nan)), "cell.weight_hh.*NaN"),
    "infinity": (file_of(set_to(-np.inf)), "cell.weight_hh.*infinity"),
    "no metadata": (save(tensors(random_net("rnn", hidden=12)[0])), "metadata"),
    "metadata of others": (save(tensors(random_net("rnn", hidden=12)[0]), metadata={"format": "pt"}), "metadata"),
    "metadata no JSON": (save({}, metadata={"anylength": "{"}), "configuration"),
    "metadata a list": (save({}, metadata={"anylength": "[1]"}), "configuration"),
    "other format": (file_of(metadata={"format": 2}), "format 1, got format 2"),
    "no format": (file_of(metadata={"format": None}), "format 1, got format None"),
    "other hidden size": (file_of(metadata={"hidden": 16}), r"\[16, 10\]"),
    "hidden as text": (file_of(metadata={"hidden": "12"}), "configuration"),
    "hidden as truth": (file_of(metadata={"hidden": True}), "configuration"),
    "negative hidden": (file_of(metadata={"hidden": -12}), "cell.weight_ih"),
    "missing field": (file_of(metadata={"cell": None}), "configuration"),
    "extra field": (file_of(metadata={"colour": "red"}), "configuration"),
    "unknown task": (file_of(metadata={"task": "cuont"}), "did you mean 'count'"),
    "unknown cell": (file_of(metadata={"cell": "run"}), "did you mean 'rnn'"),
    "other base": (file_of(metadata={"base": 3}), "cell.weight_ih"),
    "impossible base": (file_of(metadata={"base": 99}), "base from 2 to 36"),
}


def test_the_file_that_the_bad_ones_are_made_from_is_good(tmp_path):
    path = tmp_path / "model.safetensors"
    path.write_bytes(file_of())
    assert load(path)[1] == CONFIG


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_bad_weights_file_is_refused_in_one_line_that_says_why(kind, tmp_path):
    content, says = BAD_FILES[kind]
    path = tmp_path / "model.safetensors"
    path.write_bytes(content)
    with pytest.raises(InputError, match=says) as caught:
        load(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("path", "got"), [("nowhere.safetensors", "nothing"), (".", "a folder")])
def test_a_missing_weights_file_is_refused(tmp_path, path, got):
    with pytest.raises(InputError, match=f"expected a weights file, got {got}"):
        load(Path(tmp_path) / path)
