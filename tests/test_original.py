"""No verdict on an imported net contradicts the net as its own library runs it."""

from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import anylength
from anylength.base import InputError
from anylength.experiments.proving import prove
from anylength.interchange.heads import LOGITS, ONE_LOGIT, SHARES_MARGIN
from anylength.nets import Net, describe, from_bytes, to_bytes
from anylength.records.verdicts import PROVED, REFUTED, UNKNOWN
from anylength.rules import task_named
from anylength.runs import Run
from benchmarks.import_fuzz import DOORS, tried
from tests.selection import thorough

torch = pytest.importorskip("torch", reason="the originals are PyTorch's: pip install -e .[oracle]")
pytest.importorskip("onnx", reason="one of the doors is ONNX: pip install -e .[onnx]")

BITS = task_named("parity-bits")
PAIR, ONE = torch.tensor([[1.0, -1.0]]), torch.ones(1, 1)


def parity(answer: Any) -> Any:
    """A step that keeps the parity in the sign of its state, and returns what `answer` makes of that state."""

    def step(state, x):
        new = torch.tanh(4 * state * (x @ PAIR.T))
        return new, answer(new)

    return step


def proved(step: Any, **options: Any) -> Any:
    return anylength.prove(step, BITS, initial_state=ONE, budget=5, **options).verdict


@pytest.mark.parametrize("scale", [1e-8, 5e-9])
@pytest.mark.parametrize("end", [torch.softmax, torch.log_softmax])
def test_shares_that_tie_in_float32_are_refuted_by_a_word_that_pytorch_answers_wrongly(end, scale):
    step = parity(lambda h: end(scale * h * PAIR, -1))
    verdict = proved(step)
    assert verdict.verdict == REFUTED and verdict.counterexample is not None
    state = ONE
    for letter in verdict.counterexample[0]:
        state, returned = step(state, torch.eye(2)[[int(letter)]])
    assert int(returned.argmax()) != BITS.machine.run([int(letter) for letter in verdict.counterexample[0]])[-1]


def test_shares_that_lead_by_less_than_float32_may_keep_are_not_proved():
    verdict = proved(parity(lambda h: torch.softmax(2e-6 * h * PAIR, -1)))
    assert verdict.verdict == UNKNOWN and "float32 may tie what leads by less" in verdict.reason


def test_shares_that_lead_clearly_are_proved_for_float32_alone():
    verdict = proved(parity(lambda h: torch.log_softmax(h * PAIR, -1)))
    assert verdict.verdict == PROVED and verdict.formats == ("float32",) and verdict.margin is not None


def test_the_least_margin_is_kept_in_a_weights_file():
    net = anylength.from_torch(parity(lambda h: torch.softmax(h * PAIR, -1)), BITS, initial_state=ONE)
    again, config = from_bytes(to_bytes(net, describe(net, BITS)), "a file")
    assert isinstance(again, Net) and again.least_margin == net.least_margin == config.least_margin == SHARES_MARGIN


def test_logits_of_any_scale_are_compared():
    def turned(h):
        sign = 1.0 if torch.compiler.is_exporting() else -1.0
        return sign * 5e-6 * h * PAIR

    with pytest.raises(InputError, match="other answers on 1"):
        proved(parity(turned))


def test_no_word_refutes_a_step_that_answers_it_rightly():
    verdict = proved(parity(lambda h: torch.expm1(1e-9 * h * PAIR)))
    assert verdict.verdict == UNKNOWN and "rounding decides the answer to" in verdict.reason


class Remembering(torch.nn.Module):
    """Goes on from the state in which the last call of as many words ended."""

    def __init__(self) -> None:
        super().__init__()
        self.core, self.read, self.last = torch.nn.RNN(2, 8), torch.nn.Linear(8, 2), None

    def forward(self, words):
        states, last = self.core(words, self.last if self.last is not None and self.last.shape[1] == words.shape[1] > 1 else None)
        self.last = last.detach()
        return self.read(states)


def test_a_module_with_a_memory_between_calls_is_refused():
    torch.manual_seed(0)
    with pytest.raises(InputError, match="calls change last"):
        anylength.from_torch(Remembering(), BITS)


class Counting(torch.nn.Module):
    """A step that turns its answers around from its 70th call on."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0

    def forward(self, state, x):
        new = torch.tanh(4 * state * (x @ PAIR.T))
        self.calls += 1
        return new, new * PAIR * (-1 if self.calls > 70 else 1)


def test_a_step_that_changes_with_its_calls_is_refused():
    with pytest.raises(InputError, match="the same answers when a net is asked again, got other answers in another order"):
        proved(Counting())


class WithPart(torch.nn.Module):
    """The parity with a part in front of its read-out."""

    def __init__(self, part: Any) -> None:
        super().__init__()
        self.part = part

    def forward(self, state, x):
        new = torch.tanh(4 * state * (x @ PAIR.T))
        return new, self.part(new) * PAIR


@pytest.mark.parametrize("part", [torch.nn.Dropout(0.5), torch.nn.BatchNorm1d(1)], ids=["dropout", "batch norm"])
def test_a_step_with_parts_in_training_mode_is_refused_and_in_evaluation_mode_read(part):
    with pytest.raises(InputError, match="a step in evaluation mode"):
        proved(WithPart(part).train())
    assert proved(WithPart(part).eval()).verdict == PROVED


def test_a_step_with_a_linear_layer_may_be_in_training_mode():
    step = WithPart(torch.nn.Linear(1, 1, bias=False))
    torch.nn.init.constant_(step.part.weight, 1.0)
    assert step.training and proved(step).verdict == PROVED


def test_dropout_without_a_mode_is_named_as_random():
    with pytest.raises(InputError, match="random numbers, as of dropout"):
        proved(parity(lambda h: torch.nn.functional.dropout(h * PAIR)))


@pytest.mark.parametrize("returned", [
    lambda h: -h, lambda h: torch.sigmoid(-h), lambda h: torch.sigmoid(-h)[0], lambda h: {"loss": None, "logits": h * PAIR},
    lambda h: {"answer": h * PAIR}, lambda h: SimpleNamespace(logits=h * PAIR), lambda h: (h * PAIR, h),
], ids=["one logit", "one sigmoid", "without a batch", "dict", "one entry", "attribute", "tuple"])  # fmt: skip
def test_logits_are_found_in_what_a_step_returns(returned):
    assert proved(parity(returned)).verdict == PROVED


def test_one_number_that_no_sigmoid_makes_is_refused_where_it_may_be_a_share():
    with pytest.raises(InputError, match="one number from 0 to 1 that no sigmoid makes"):
        proved(parity(lambda h: 0.5 - 0.5 * h))
    with pytest.raises(InputError, match="logits as a tensor, got dict with a, b"):
        proved(parity(lambda h: {"a": h, "b": h}))


class OneLogit(torch.nn.Module):
    """A head for the binary cross-entropy."""

    def __init__(self, *, once: bool, flat: bool, share: bool) -> None:
        super().__init__()
        self.core, self.read = torch.nn.GRU(2, 6, batch_first=True), torch.nn.Linear(6, 1)
        self.once, self.flat, self.share = once, flat, share

    def forward(self, words):
        states = self.core(words)[0]
        logit = self.read(states[:, -1] if self.once else states)
        logit = torch.sigmoid(logit) if self.share else logit
        return logit.squeeze(-1) if self.flat else logit


@pytest.mark.parametrize(("once", "flat", "share"), thorough(list(product([False, True], repeat=3)), quick=2, unpack=True))
def test_a_head_of_one_logit_is_two_classes(once, flat, share):
    torch.manual_seed(1)
    module = OneLogit(once=once, flat=flat, share=share)
    net = anylength.from_torch(module, BITS)
    word = np.random.default_rng(0).integers(0, 2, (1, 12))
    with torch.no_grad():
        returned = [module(torch.eye(2)[torch.from_numpy(word[:, : at + 1])]).reshape(-1)[-1] for at in range(12)]
    theirs = np.array([float(number) > (0.5 if share else 0.0) for number in returned])
    assert (anylength.nets.answers(net, word.T.astype(np.uint16))[:, 0] == theirs).all()


class Attending(torch.nn.Module):
    """A recurrent layer, then attention over its states."""

    def __init__(self) -> None:
        super().__init__()
        self.core, self.look, self.read = torch.nn.GRU(2, 8), torch.nn.MultiheadAttention(8, 2), torch.nn.Linear(8, 2)

    def forward(self, words):
        states = self.core(words)[0]
        return self.read(self.look(states, states, states)[0])


class Masked(torch.nn.Module):
    """A module that asks for a mask besides."""

    def __init__(self) -> None:
        super().__init__()
        self.core, self.read = torch.nn.GRU(2, 8, 2), torch.nn.Linear(8, 2)

    def forward(self, words, attention_mask):
        return self.read(self.core(words)[0] * attention_mask[..., None])


def test_attention_and_a_mask_are_refused_by_name():
    with pytest.raises(InputError, match="got attention .look., which looks back at earlier steps"):
        anylength.from_torch(Attending(), BITS)
    with pytest.raises(InputError, match="give attention_mask a default"):
        anylength.from_torch(Masked(), BITS)


def test_an_imported_run_is_confirmed_in_its_file(certified_run, tmp_path: Path, monkeypatch):
    Run(certified_run)
    path = anylength.export(certified_run, "onnx", out=tmp_path / "net.onnx").path
    anylength.import_net(path, "count", tmp_path / "run")
    run = Run(tmp_path / "run")
    assert run.has("original.onnx") and prove(run).verdict == PROVED
    monkeypatch.setattr(
        "anylength.interchange.onnx.runner.StepsRunner.__call__", lambda self, words: np.zeros(words.shape, np.uint16)
    )
    with pytest.raises(InputError, match="hard inputs"):
        prove(tmp_path / "run")


def test_heads_answer_as_their_libraries_do():
    scores = np.array([[1.0, 1.0], [0.0, 2.0]])
    assert LOGITS.classes(scores).tolist() == [0, 1] and LOGITS.margin(scores, np.array([1, 0])).tolist() == [0.0, 2.0]
    one = ONE_LOGIT.of_logits(scores)
    assert ONE_LOGIT.classes(one).tolist() == [0, 1] and ONE_LOGIT.margin(one, np.array([0, 0])).tolist() == [0.0, 2.0]


@pytest.mark.slow
@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("first", range(0, 10, 5))
def test_no_random_step_is_proved_and_wrong_or_refuted_and_right(door, first):
    for seed in range(20_000 + first, 20_005 + first):
        assert tried(seed, door, budget=1.0)[1] is None


class Padded(torch.nn.Module):
    """A net of the parity behind an embedding with more rows than symbols."""

    def __init__(self, rows: list[int], padding: int | None = None) -> None:
        super().__init__()
        from tests import attacks

        self.inner, self.table = attacks.Module(), torch.nn.Embedding(len(rows) + 1, 2, padding_idx=padding)
        with torch.no_grad():
            self.table.weight.zero_()
            self.table.weight[rows, range(len(rows))] = 1

    def forward(self, tokens):
        return self.inner(self.table(tokens))


def test_an_embedding_with_another_number_of_rows_says_which_is_which():
    with pytest.raises(InputError, match=r"an embedding of 2 rows, the symbols, got one of 3 rows .*inputs=\[…\]"):
        anylength.prove(Padded([1, 2]), BITS)
    for rows in ([1, 2], [2, 1], [0, 1]):
        assert anylength.prove(Padded(rows), BITS, inputs=rows).verdict.verdict == PROVED
    for padding, rows in enumerate(([1, 2], [0, 2], [0, 1])):
        assert anylength.prove(Padded(rows, padding), BITS).verdict.verdict == PROVED
    assert anylength.prove(Padded([1, 2]), BITS, inputs=[2, 1]).verdict.verdict == REFUTED
    for rows in ([1, 1], [1]):
        with pytest.raises(InputError, match="another row for each of 2 symbols"):
            anylength.prove(Padded([1, 2]), BITS, inputs=rows)


def test_classes_in_another_order_are_named():
    turned = parity(lambda h: h * torch.tensor([[-4.0, 4.0]]))
    right, other = proved(parity(lambda h: h * torch.tensor([[4.0, -4.0]]))), proved(turned)
    assert {right.verdict, other.verdict} == {PROVED, REFUTED}
    refuted = right if right.verdict == REFUTED else other
    assert "with its classes in another order (0 for 1, 1 for 0) it answers all 10,000 compared words rightly" in refuted.reason
