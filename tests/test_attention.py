"""Nets whose context grows: their equations by hand and by PyTorch, padding that changes nothing, files, and the commands."""

import dataclasses
import json
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from anylength.attention import CONTEXT_NETS, MAX_STEPS, AbstractContextNet, transformer
from anylength.attention import answers as context_answers
from anylength.base import OUTPUT, InputError
from anylength.experiments.options import TrainOptions
from anylength.lengths import ask, held_inputs_correct, stress
from anylength.nets import ARCHITECTURES, NetConfig, answers, architecture_named, build, describe, load, tensors, to_bytes
from anylength.rules import IGNORE_INDEX, Dataset, Task, task_named
from anylength.training import PLAIN, fit, fit_block, recipe_named
from anylength.training.optimisation import cross_entropy, masked_cross_entropy
from anylength.training.words import random_lengths
from anylength.verification.verdicts import verify
from tests.selection import thorough

H = 8
CAUSAL = [name for name, kind in CONTEXT_NETS.items() if kind.causal]


def random_net(name: str, task: Task | None = None, seed: int = 0, hidden: int = H) -> AbstractContextNet:
    """A net with random weights, its biases and norms too."""
    task, kind, rng = task or task_named("count"), architecture_named(name), np.random.default_rng(seed)
    assert kind.initial is not None
    named = {n: v + rng.normal(0, 0.1, v.shape).astype(np.float32) for n, v in kind.initial(rng, task, hidden).items()}
    return kind.build(named, task)


def logits_of(net: AbstractContextNet, symbols: np.ndarray, lengths: np.ndarray | None = None, key=None) -> np.ndarray:
    return np.asarray(jax.jit(lambda net, *given: net.logits(*given))(net, symbols, lengths, key))


def words(steps: int, columns: int) -> np.ndarray:
    return np.random.default_rng([steps, columns]).integers(0, 10, (steps, columns), np.uint8)


@pytest.fixture
def little(task: Task) -> Task:
    """The same task with few numbers: quick to train on."""

    def few(rng: np.random.Generator, base: int) -> Dataset:
        drawn = task.data["post"](rng, base)
        return Dataset(drawn.train[:60], drawn.validation[:10])

    return dataclasses.replace(task, data={**task.data, "few": few})


QUICK = dataclasses.replace(PLAIN, batch=20, updates=10)


@pytest.mark.parametrize("name", thorough(CONTEXT_NETS, quick=2))
@pytest.mark.parametrize("task", [task_named("count"), task_named("add", 3)], ids=["count", "add"])
def test_shapes(name, task):
    net = random_net(name, task)
    symbols = words(7, 3) % task.symbols
    assert logits_of(net, symbols).shape == (7, task.classes, 3)
    assert (net.hidden, net.classes, net.base, net.tapes) == (H, task.classes, task.base, task.tapes)
    wanted = architecture_named(name).shapes(task, H)
    assert {n: v.shape for n, v in tensors(net).items()} == wanted
    assert net.parameters == sum(int(np.prod(shape)) for shape in wanted.values())
    found = answers(net, symbols)
    assert (found.shape, found.dtype) == (symbols.shape, OUTPUT)
    assert np.array_equal(found, logits_of(net, symbols).argmax(axis=1))
    assert np.array_equal(jax.jit(lambda net, symbols: net.outputs(symbols))(net, symbols), found)


@pytest.mark.parametrize("name", thorough(CONTEXT_NETS, quick=2))
def test_padding_changes_nothing(name):
    net, lengths = random_net(name), np.array([9, 13, 13])
    symbols = words(13, 3)
    for filler in (0, 9):
        padded = np.full((20, 3), filler, np.uint8)
        padded[:13] = np.where(np.arange(13)[:, None] < lengths, symbols, filler)
        together = logits_of(net, padded, lengths)
        for column, length in enumerate(lengths):
            alone = logits_of(net, symbols[:length, [column]])
            np.testing.assert_allclose(together[:length, :, [column]], alone, rtol=0, atol=1e-4)
        answered = answers(net, padded, lengths)
        assert np.array_equal(answered, np.where(np.arange(20)[:, None] < lengths, together.argmax(axis=1), 0))


@pytest.mark.parametrize("name", thorough(["content", "transformer-randomised"]))
def test_words_of_all_lengths_are_answered_in_one_batch_as_alone(name, monkeypatch):
    monkeypatch.setattr(context_answers, "MAX_ALIGNMENT_ENTRIES", 2 * 32**2)
    net, lengths = random_net(name), np.array([2, 17, 16, 32, 5, 31])
    symbols = np.where(np.arange(32)[:, None] < lengths, words(32, 6), 0)
    together = answers(net, symbols, lengths)
    for column, length in enumerate(lengths):
        assert np.array_equal(together[:length, column], answers(net, symbols[:length, [column]])[:, 0])


def test_lengths_of_one_power_of_two_share_a_compilation():
    net = random_net("content", seed=5)
    answers(net, words(40, 1))
    seen = context_answers._outputs._cache_size()
    for steps in (33, 50, 64):
        answers(net, words(steps, 1))
    assert context_answers._outputs._cache_size() == seen


def test_a_question_too_long_is_refused():
    with pytest.raises(InputError, match=f"at most {MAX_STEPS - 1} digits.*got {MAX_STEPS} digits"):
        answers(random_net("content"), np.zeros((MAX_STEPS + 1, 1), np.uint8))


@pytest.mark.parametrize("name", CONTEXT_NETS)
def test_save_then_load_is_the_identity(name, tmp_path, task):
    net, path = random_net(name), tmp_path / "model.safetensors"
    config = describe(net, task)
    path.write_bytes(to_bytes(net, config))
    again, found = load(path)
    assert found == config == NetConfig(task_name="count", base=10, cell=name, hidden=H)
    assert type(again) is CONTEXT_NETS[name]
    assert {n: v.tobytes() for n, v in tensors(again).items()} == {n: v.tobytes() for n, v in tensors(net).items()}


@pytest.mark.parametrize("name", CONTEXT_NETS)
def test_a_missing_or_misshapen_tensor_is_refused(name, task):
    net = random_net(name)
    named, config = tensors(net), describe(net, task)
    last = list(named)[-1]
    with pytest.raises(InputError, match=f"a tensor '{last}'"):
        build(config, {n: v for n, v in named.items() if n != last})
    with pytest.raises(InputError, match=f"{last} as float32"):
        build(config, named | {last: np.zeros((1, 2, 3), np.float32)})


def rnn(w_in: np.ndarray, w_hh: np.ndarray, bias: np.ndarray, inputs: np.ndarray, state: np.ndarray) -> np.ndarray:
    return np.tanh(w_in @ inputs + w_hh @ state + bias)


@pytest.mark.parametrize("name", ["content", "location"])
def test_attention_by_hand(name):
    net, digits = random_net(name), np.array([9, 9, 3, 0, 7, 0])
    w = {n: v.astype(np.float64) for n, v in tensors(net).items()}
    states, state = [], np.zeros(H)
    for digit in digits:
        state = rnn(w["embedding.weight"], w["encoder.weight_hh"], w["encoder.bias"], np.eye(10)[digit], state)
        states.append(state)
    state, places, found = np.zeros(H), np.zeros(2), []
    for _ in digits:
        if name == "content":
            energies = [np.tanh(w["attention.query"] @ state + w["attention.key"] @ h + w["attention.bias"]) for h in states]
            scores = np.exp([float(w["attention.score"][0] @ energy) for energy in energies])
            alignment = scores / scores.sum()
        else:
            height, sharpness, move = np.exp(w["attention.window"] @ state + w["attention.bias"]).reshape(3, 2)
            places = places + move
            alignment = [(height * np.exp(-sharpness * (places - j) ** 2)).sum() for j in range(1, len(digits) + 1)]
        context = sum(a * h for a, h in zip(alignment, states))
        state = rnn(w["decoder.weight_ih"], w["decoder.weight_hh"], w["decoder.bias"], context, state)
        found.append(w["readout.weight"] @ state + w["readout.bias"])
    np.testing.assert_allclose(logits_of(net, digits[:, None])[:, :, 0], found, rtol=0, atol=1e-5)


def test_the_location_net_looks_at_no_content():
    net = random_net("location")
    same = dataclasses.replace(net, weights=net.weights | {"decoder.weight_ih": np.zeros((H, H), np.float32)})
    alignments = jax.jit(lambda net, symbols: net.logits_and_alignments(symbols)[1])(same, words(9, 2))
    np.testing.assert_array_equal(alignments[..., 0], alignments[..., 1])


def test_a_layer_equals_that_of_pytorch():
    torch = pytest.importorskip("torch")
    layer = torch.nn.TransformerEncoderLayer(
        H, transformer.HEADS, transformer.FEEDFORWARD_FACTOR * H, dropout=0.0, norm_first=True, dtype=torch.float64
    )
    rng = np.random.default_rng(0)
    named = {n: rng.normal(0, 0.5, shape).astype(np.float32) for n, shape in transformer.layer_shapes(H).items()}
    layer.load_state_dict({n: torch.tensor(v, dtype=torch.float64) for n, v in named.items()})
    stream = rng.normal(size=(H, 7, 3)).astype(np.float32)
    mask = torch.nn.Transformer.generate_square_subsequent_mask(7, dtype=torch.float64)
    wanted = layer.train()(torch.tensor(stream.transpose(1, 2, 0), dtype=torch.float64), src_mask=mask).detach().numpy()
    found = jax.jit(transformer.layer)(named, stream)
    np.testing.assert_allclose(found, wanted.transpose(2, 0, 1), rtol=0, atol=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("name", CAUSAL)
def test_a_causal_net_never_looks_ahead(name):
    net, symbols = random_net(name), words(12, 4)
    other = symbols.copy()
    other[8:] = 9 - other[8:]
    before, after = logits_of(net, symbols), logits_of(net, other)
    np.testing.assert_array_equal(before[:8], after[:8])
    assert (before[8:] != after[8:]).any(axis=(1, 2)).all()


@pytest.mark.parametrize("name", ["content", "location"])
def test_an_encoder_and_decoder_do_look_ahead(name):
    net, symbols = random_net(name), words(12, 1)
    other = symbols.copy()
    other[1] = 9 - other[1]
    assert (logits_of(net, symbols)[0] != logits_of(net, other)[0]).any()


@pytest.mark.parametrize("width", [2, 6, 16])
def test_angles_are_those_of_rotary_codes_at_every_place(width):
    exact = 10_000.0 ** (-np.arange(0, width, 2) / width)[:, None] * np.minimum(np.arange(3000), transformer.POSITION_RANGE - 1)
    cos, sin = jax.jit(lambda places: transformer._rotation(places, width))(jnp.arange(3000)[:, None])
    np.testing.assert_allclose(np.asarray(cos)[..., 0], np.cos(exact), rtol=0, atol=1e-7)
    np.testing.assert_allclose(np.asarray(sin)[..., 0], np.sin(exact), rtol=0, atol=1e-7)


def test_scores_of_rotary_codes_depend_on_distances_alone():
    rng = np.random.default_rng(0)
    query, key = (np.repeat(rng.normal(size=(1, 6, 1, 1)), 20, axis=2).astype(np.float32) for _ in range(2))
    rotation = transformer._rotation(jnp.arange(20)[:, None], 6)
    query, key = (transformer._rotated(jnp.asarray(vectors), rotation) for vectors in (query, key))
    scores = jnp.einsum("gdnb,gdmb->nm", query, key)
    for distance in (0, 1, 7):
        np.testing.assert_allclose(np.diag(scores, distance), np.diag(scores, distance)[0], rtol=0, atol=1e-4)
    assert abs(float(scores[0, 0] - scores[0, 7])) > 1e-3


def test_randomised_places_are_sorted_distinct_draws_and_evenly_spread_without_a_key():
    net, lengths = random_net("transformer-randomised"), jnp.full(50, 11)
    drawn = np.asarray(net.positions(12, lengths, jax.random.key(3)))
    assert (np.diff(drawn, axis=0) > 0).all()
    assert drawn.min() >= 0
    assert 1500 < drawn.max() < transformer.POSITION_RANGE
    assert len({tuple(column) for column in drawn.T}) == 50
    still = np.asarray(net.positions(MAX_STEPS + 1, jnp.array([11, MAX_STEPS]), None))
    assert (np.diff(still[:12, 0]) >= 157).all()
    assert still[:12, 0].max() < transformer.POSITION_RANGE
    assert (np.diff(still[:, 1]) > 0).all()
    assert still[:, 1].max() < transformer.POSITION_RANGE


def test_learned_places_beyond_the_table_have_its_last_row():
    net = random_net("transformer-learned")
    assert transformer.LEARNED_POSITIONS == 64
    rows = np.asarray(jax.jit(lambda net, places: net.position_embedding(places))(net, np.array([[0], [63], [64], [500]])))[..., 0]
    assert (rows[:, 0] != rows[:, 1]).any()
    assert np.array_equal(rows[:, 1], rows[:, 2])
    assert np.array_equal(rows[:, 1], rows[:, 3])


def test_ungraded_targets_cost_nothing():
    rng = np.random.default_rng(0)
    logits, targets = jnp.asarray(rng.normal(size=(4, 5, 6)), jnp.float32), jnp.asarray(rng.integers(0, 5, (4, 6)))
    np.testing.assert_allclose(masked_cross_entropy(logits, targets), cross_entropy(logits, targets), rtol=1e-5)
    half = targets.at[2:].set(IGNORE_INDEX)
    np.testing.assert_allclose(masked_cross_entropy(logits, half), cross_entropy(logits[:2], targets[:2]), rtol=1e-5)
    assert float(masked_cross_entropy(logits, jnp.full((4, 6), IGNORE_INDEX))) == 0.0


def test_words_are_cut_anywhere_after_their_last_digit():
    symbols = np.zeros((11, 4000), np.uint8)
    symbols[:, 1::4], symbols[4, 2::4], symbols[0, 3::4] = 9, 1, 1
    lengths = np.asarray(random_lengths(jax.random.key(0), jnp.asarray(symbols)))
    wanted = [set(range(1, 12)), {11}, set(range(5, 12)), set(range(1, 12))]
    assert [set(lengths[at::4].tolist()) for at in range(4)] == wanted


@pytest.mark.slow
@pytest.mark.parametrize("name", ["content", "transformer-randomised"])
def test_training_is_exact_in_its_seed_and_betters_the_loss(name, little):
    trained = fit(little, cell=name, recipe=QUICK, data="few", hidden=H, epochs=4)
    losses = [epoch.loss for epoch in trained.epochs]
    assert losses[-1] < 0.95 * losses[0]
    again = fit(little, cell=name, recipe=QUICK, data="few", hidden=H, epochs=4)
    assert {n: v.tobytes() for n, v in tensors(again.net).items()} == {n: v.tobytes() for n, v in tensors(trained.net).items()}


@pytest.mark.slow
def test_a_block_of_seeds_trains_each_as_it_would_alone(little):
    together = fit_block(little, (0, 1), cell="location", recipe=QUICK, data="few", hidden=H, epochs=1)
    for seed, trained in enumerate(together):
        alone = fit(little, cell="location", recipe=QUICK, data="few", hidden=H, epochs=1, seed=seed)
        for name, value in tensors(alone.net).items():
            np.testing.assert_allclose(tensors(trained.net)[name], value, rtol=0, atol=1e-3, err_msg=name)


def test_the_plain_recipe_trains_recurrent_nets_too(little):
    trained = fit(little, recipe=QUICK, data="few", hidden=H, epochs=4)
    assert trained.epochs[-1].loss < 0.9 * trained.epochs[0].loss


@pytest.mark.parametrize("name", CONTEXT_NETS)
def test_prove_says_that_it_is_not_applicable_and_why(name, task):
    verdict = verify(random_net(name), task).verdict
    assert verdict.verdict == "NOT APPLICABLE"
    assert name in verdict.reason
    assert "no state of fixed size" in verdict.reason


@pytest.mark.slow
@pytest.mark.parametrize("name", ["location", "transformer-none"])
def test_stress_agrees_with_asking_number_by_number(name, task):
    net = random_net(name)
    weights = net.weights | {"readout.weight": np.zeros((10, H), np.float32), "readout.bias": np.eye(10, dtype=np.float32)[0]}
    net = dataclasses.replace(net, weights=weights)  # says 0 at every step: right on the digits of nines, wrong after them
    found = stress(net, task, limit=12)
    assert (found.limit, found.horizon) == (12, 0)
    nines = found.families[0]
    assert (nines.numbers.right, nines.digits.right) == (0, sum(range(1, 13)))
    for family in found.families:
        if family.shortest_mistake:
            replay = ask(net, task, [list(family.shortest_mistake.numbers)])
            assert (replay.answers[0], replay.correct[0]) == (family.shortest_mistake.answer, False)
    assert found.shortest_mistake is not None
    one_by_one = [ask(net, task, [["9" * k]]).correct[0] for k in range(1, 13)]
    assert held_inputs_correct(net, task, 12)[:, 0].tolist() == one_by_one


def test_a_stress_limit_beyond_reach_is_refused(task):
    with pytest.raises(InputError, match="a limit of 3 to 500 digits, got 501"):
        stress(random_net("content"), task, limit=501)


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        (
            TrainOptions(cell="content", recipe="blog"),
            "recipe for a net whose context grows .content., got blog: pass --recipe plain",
        ),
        (TrainOptions(cell="content", recipe="robust"), "recipe for a net whose context grows .content., got robust"),
        (TrainOptions(cell="transformer-none", recipe="plain", hidden=12), "multiples of 8 for a transformer, got 12"),
        (TrainOptions(cell="location", recipe="plain", candidates=2), "1 candidate of a net that has no proof .location., got 2"),
        (TrainOptions(cell="contet", recipe="plain"), "'contet': did you mean 'content'"),
    ],
)
def test_what_cannot_be_is_refused_before_a_folder_is_made(wanted, says):
    with pytest.raises(InputError, match=says):
        wanted.config()


def test_names_are_unique_and_listed(called):
    listed = json.loads(called("cells", "--json").stdout)
    assert list(listed["cells"]) == list(ARCHITECTURES)
    assert set(CONTEXT_NETS) < set(ARCHITECTURES)
    assert all(listed["cells"].values())


@pytest.mark.slow
def test_train_ask_count_stress_prove_and_harden_on_the_command_line(called, tmp_path: Path, monkeypatch):
    monkeypatch.setattr("anylength.training.words.PLAIN", QUICK)
    run = str(tmp_path / "run")
    options = ["--cell", "location", "--recipe", "plain", "--hidden", "8", "--epochs", "2", "--data", "hundred", "--quiet"]
    assert called("train", "count", *options, "--out", run, "--json").code in (0, 3)
    assert called("train", "count", *options, "--out", run, "--json", "--resume").code in (0, 3)
    assert len(json.loads(called("ask", run, "9" * 300, "7", "--json").stdout)["answers"]) == 2
    assert len(json.loads(called("count", run, "--steps", "2", "--json").stdout)["sequence"]) == 3
    found = json.loads(called("stress", run, "--limit", "12", "--json").stdout)
    assert [point["length"] for point in found["curve"]] == [1, 2, 3, 5, 8, 10, 12]
    verdict = called("prove", run, "--json")
    assert (verdict.code, json.loads(verdict.stdout)["verdict"]) == (3, "NOT APPLICABLE")
    assert "looks back" in json.loads(verdict.stdout)["reason"]
    refused = called("harden", run, "--out", str(tmp_path / "hard"))
    assert "expected a recurrent net, got a net of location" in refused.stderr
    assert recipe_named("plain") is QUICK
