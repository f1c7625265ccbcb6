"""Steps and whole modules of PyTorch become step programs that answer as they do; others are refused in one line."""

from typing import Any

import numpy as np
import pytest

import anylength
from anylength.base import InputError
from anylength.interchange import ComparedNet
from anylength.interchange.rounding_differences import logits_of
from anylength.nets import program_net
from anylength.programs import parse_program, program_json
from anylength.rules import task_named
from tests.selection import thorough

torch = pytest.importorskip("torch", reason="the steps are PyTorch's: pip install -e .[oracle]")

from anylength.interchange.flat_values import Alphabet  # noqa: E402
from anylength.interchange.pytorch.live import read_live  # noqa: E402
from anylength.interchange.pytorch.step import step_program  # noqa: E402
from tests import torch_made  # noqa: E402

COUNT, ADD, PARITY = (task_named(name) for name in ("count", "add", "parity"))
MODULES = [
    (torch_made.Layers, COUNT), (torch_made.Normed, ADD), (torch_made.Residual, PARITY), (torch_made.Acceptor, ADD),
    (torch_made.Looped, PARITY),
]  # fmt: skip
STEPS = [
    (torch_made.MinGru, ADD), (torch_made.DiagonalSsm, COUNT), (torch_made.Slstm, PARITY), (torch_made.Peepholes, COUNT),
    (torch_made.DeltaRule, COUNT),
]  # fmt: skip


def made(kind, task, seed: int = 0):
    torch.manual_seed(seed)
    return torch_made.louder(kind(task).eval())


def require_agreement(live: ComparedNet, one_in: int = 1000) -> None:
    """Both have answered 10,000 words, at most one in so many differently: rounding decides. The program is well formed."""
    assert live.agreement is not None and live.agreement.compared >= 10_000
    assert live.agreement.different <= live.agreement.compared // one_in
    assert parse_program(program_json(live.net().program), "a test") == live.net().program


@pytest.mark.parametrize(("kind", "task"), thorough(MODULES, unpack=True))
def test_a_module_agrees_with_its_step_program_on_10000_hard_inputs(kind, task):
    module = made(kind, task).train()
    require_agreement(read_live(module, task))
    assert module.training
    assert all("forward" not in vars(part) for part in module.modules())


@pytest.mark.parametrize(("kind", "task"), thorough(STEPS, quick=0, unpack=True))
def test_a_step_agrees_with_its_program_on_10000_hard_inputs(kind, task):
    step = made(kind, task)
    require_agreement(read_live(step, task, initial_state=step.start))


@pytest.mark.slow
def test_the_block_of_mambapy_agrees_with_its_program_through_its_own_step():
    torch.manual_seed(3)
    step, start = torch_made.mamba(COUNT)
    live = read_live(step, COUNT, initial_state=start)
    require_agreement(live)
    assert dict(live.net().program.shapes)["block.in_proj.weight"] == (16, 4)
    assert live.net().program.state == 8 * 3 + 8 * 2 + 4


@pytest.mark.slow
def test_tensors_keep_the_names_and_numbers_of_the_parameters():
    module = made(torch_made.Layers, COUNT)
    from anylength.interchange.pytorch.whole_module import module_program

    step, accepts = module_program(module, Alphabet(10, 1), None)
    assert not accepts
    own = {name: value.numpy() for name, value in module.state_dict().items()}
    assert set(step.tensors) == {*own, "letters.weight.T"} - {"letters.weight"}
    assert np.array_equal(step.tensors.pop("letters.weight.T"), own["letters.weight"].T)
    assert all(value.tobytes() == own[name].tobytes() for name, value in step.tensors.items())
    assert step.program.start is None
    assert len(step.program.step) < 60


@pytest.mark.slow
def test_the_program_of_a_step_computes_what_the_step_computes_symbol_by_symbol():
    step = made(torch_made.Slstm, ADD)
    program = step_program(step, encoded=20, tapes=2, initial_state=step.start)
    words = np.random.default_rng(0).integers(0, 100, (12, 3)).astype(np.uint8)
    ours = logits_of(program_net(program.program, program.tensors, base=10, tapes=2), words)
    for column, word in enumerate(words.T):
        state = step.start
        for t, symbol in enumerate(word):
            with torch.no_grad():
                state, logits = step(state, torch.from_numpy(Alphabet(10, 2).one_hot(np.array([symbol]))))
            assert np.allclose(ours[t, column], logits.numpy()[0], atol=1e-4)


def operations(state, token):
    """One of each kind of operation, on a state [1, 2, 4] and token numbers of two tapes."""
    functional = torch.nn.functional
    table = torch.arange(40.0).reshape(10, 4) / 40
    first, second = table[token[:, 0]], functional.one_hot(token[:, 1], 10).float()[:, :4]
    marked = torch.where(token[:, :1] > 4, first, -second).unsqueeze(1)
    x = state.permute(0, 2, 1).reshape(1, 8).roll(1, dims=1).flip(1)
    gates = functional.hardtanh(x) + functional.leaky_relu(x, 0.1) - functional.elu(x) / 3 + functional.relu6(x)
    gates = gates + functional.hardswish(x) + functional.mish(x) + functional.gelu(x, approximate="tanh") - functional.gelu(x)
    gates = torch.tanh(gates + torch.where(x > 0.1, x, 0.1) + x.pow(3) - (1 + x.square()).sqrt() + x.clamp(-0.5, 0.25).abs())
    spread = gates.view(1, 2, 4)
    spread = (spread - spread.mean(-1, keepdim=True)) * torch.rsqrt(spread.var(-1, keepdim=True, correction=0) + 0.1)
    outer = torch.einsum("bik,bjk->bij", spread, spread) @ torch.softmax(spread, dim=-1)
    mixed = torch.cat([outer[:, :1], torch.stack([spread[:, 0], spread[:, 1]], dim=1)[:, 1:].cumsum(-1)], dim=1)
    padded = functional.pad(torch.sigmoid(x[:, :3]), (0, 1))[:, None]
    new = torch.tanh(mixed + marked * functional.rms_norm(spread, (4,), eps=0.1)) + padded / 4
    smooth = torch.log(1 + torch.exp(x)) + torch.logaddexp(x, x.amax(1, keepdim=True))
    smooth = smooth - torch.reciprocal(2 + x.norm(dim=1)).unsqueeze(1)
    return new / 2, functional.log_softmax(torch.cat([smooth, new[:, 0].tril()[:, :2] + new.sum((1, 2))[:, None]], dim=1), dim=1)


@pytest.mark.slow
def test_every_kind_of_operation_is_read_as_pytorch_computes_it():
    require_agreement(read_live(operations, ADD, initial_state=torch.linspace(-0.5, 0.4, 8).reshape(1, 2, 4), inputs="tokens"), 500)


def growing(state, x):
    return torch.cat([state, x[:, :1]], dim=1), x


def branching(state, x):
    if state.sum() > 0:
        state = -state
    return state, x


def sorting(state, x):
    state = state + x[:, :4]
    return state.sort(dim=1).values, x


def jumping(state, x):
    return torch.where(state > 0, state - 1, state + 1), x


def precise(state, x):
    return (state.double() * 2).float(), x


def imaginary(state, x):
    return (torch.view_as_complex(state.reshape(1, 2, 2)) * 1j).abs().repeat(1, 2), x


def random(state, x):
    return state + torch.rand(1, 4), x


def overflowing(state, x):
    return state * 2**200, x


def rounding(state, x):
    return state + (x.argmax(dim=1) * 2**62).long()[:, None] + state.round(), x


def long(state, x):
    for _ in range(10**6):
        state = state * 0.5
    return state, x


def jumping_clip(state, x):
    return torch.where(state > 0.0, 0.0, torch.maximum(state, torch.ones(()))), x


def truth(state, x):
    return state.bool().float(), x


def silent(state, x):
    return state


def huge(state, x):
    return state * 1e39, x


def inverting(state, x):
    return torch.linalg.inv(torch.eye(4) + state.T @ state)[:1], x


def through_numpy(state, x):
    return torch.from_numpy(np.tanh(state.numpy())), x


def looping(state, x):
    while state.abs().max() > 1:
        state = state / 2
    return state, x


BAD_STEPS = [
    (growing, "keeps its shape, [1, 4]", "[1, 5] after one step"),
    (branching, "without control flow", "(if state.sum() > 0:)"),
    (sorting, "got sort at test_torch_steps.py", "state.sort(dim=1).values"),
    (long, "at most 10,000 operations", "more than 20,000"),
    (jumping, "got where at", "no maximum, minimum or rectifier"),
    (jumping_clip, "got where at", "no maximum, minimum or rectifier"),
    (truth, "got _to_copy at", "a conversion to other numbers than float32"),
    (precise, "numbers of torch.float64", "state.double() * 2"),
    (imaginary, "got view_as_complex at", "complex numbers"),
    (random, "random numbers", "torch.rand(1, 4)"),
    (overflowing, "int too big to convert at", "state * 2**200"),
    (huge, "got mul at test_torch_steps.py", "not finite in float32"),
    (rounding, "got round at", "test_torch_steps.py"),
    (silent, "returns (state, logits)", "Tensor"),
    (inverting, "got linalg_inv_ex at test_torch_steps.py", "torch.linalg.inv"),
    (through_numpy, "that torch.export can trace", "state.numpy()"),
    (looping, "without control flow", "while state.abs().max() > 1:"),
]


def test_a_choice_that_jumps_late_is_refused_though_no_short_word_shows_it():
    """A net that turns wrong after 128 steps was read as one that stays right: the choice is no clip, as 1 lies above 0."""

    def late(state, x):
        seen = torch.sigmoid(16 * state[:, :1] - 8 + 16 * x[:, :1])
        left = torch.relu(state[:, 1:] - 1 / 128)
        over = torch.where(left > 0.0, torch.zeros_like(left), torch.maximum(left, torch.ones_like(left)))
        return torch.cat([seen, left], 1), torch.cat([8 * seen - 4 + 40 * over, 4 - 8 * seen], 1)

    with pytest.raises(InputError, match="no maximum, minimum or rectifier"):
        read_live(late, task_named("tomita-1"), initial_state=torch.tensor([[0.0, 1.0]]))


BY_POWERS = {
    "softplus": (torch.nn.functional.softplus, False),
    "log of a sum": (lambda s: torch.log(1 + torch.exp(s)), True),
    "log1p": (lambda s: torch.log1p(torch.exp(s)), True),
    "stable": (lambda s: torch.relu(s) + torch.log1p(torch.exp(-s.abs())), False),
    "log of a gate": (lambda s: torch.log(torch.sigmoid(s)), True),
    "softmax": (lambda s: torch.softmax(s, 1), False),
    "powers over their sum": (lambda s: s.exp() / s.exp().sum(1, keepdim=True), True),
    "less the largest": (lambda s: (e := (s - s.amax(1, keepdim=True)).exp()) / e.sum(1, keepdim=True), False),
    "less the first": (lambda s: (e := (s - s[:, :1]).exp()) / e.sum(1, keepdim=True), True),
}


@pytest.mark.parametrize("name", thorough(BY_POWERS, quick=3))
def test_what_may_overflow_in_float32_is_proved_only_where_it_does_not(name):
    """A lerp whose gate lies in [0, 1] only for small powers: e^89 is infinite, and a softplus of 89 is not."""
    function, may_overflow = BY_POWERS[name]
    read = step_program(lambda state, x: (function(state), x), encoded=4, initial_state=torch.zeros(1, 4))
    assert ("lerp" in [item.op for item in read.program.step]) == may_overflow


@pytest.mark.slow
def test_a_net_whose_powers_overflow_after_many_steps_is_not_proved():
    def late(state, x):
        seen = torch.sigmoid(16 * state[:, :1] - 8 + 16 * x[:, :1])
        time = torch.clamp(state[:, 1:] + 1 / 128, max=1.0)
        over = torch.log(1 + torch.exp(100 * time)) / 100  # infinite after 114 steps
        return torch.cat([seen, time], 1), torch.cat([8 * seen - 4 + over, 4 - 8 * seen], 1)

    with pytest.raises(InputError, match="got infinities or NaN after 114 symbols, where a number overflows"):
        anylength.prove(late, "tomita-1", initial_state=torch.zeros(1, 2), budget=60)


@pytest.mark.parametrize(("factor", "operations"), [(8.0, set()), (3.0, {"scale", "constant", "reciprocal", "multiply"})])
def test_a_factor_and_its_inverse_cancel_only_where_float32_rounds_nothing(factor, operations):
    read = step_program(lambda state, x: (state * factor / factor, x), encoded=4, initial_state=torch.zeros(1, 4))
    assert {item.op for item in read.program.step} & {"scale", "constant", "reciprocal", "multiply"} == operations


@pytest.mark.parametrize(("step", "words", "more"), thorough(BAD_STEPS, quick=3, unpack=True))
def test_a_step_that_no_program_expresses_is_refused_in_one_line_that_names_the_operation(step, words, more):
    with pytest.raises(InputError) as refused:
        read_live(step, COUNT, initial_state=torch.zeros(1, 4))
    message = str(refused.value)
    assert words in message
    assert more in message
    assert "\n" not in message


def test_a_state_of_other_numbers_and_a_nan_weight_are_refused_by_name():
    step = made(torch_made.MinGru, COUNT)
    spoilt = made(torch_made.Layers, COUNT)
    with torch.no_grad():
        spoilt.core.weight_hh_l1[0, 0] = np.nan
    zeros = torch.zeros(1, 6)
    cases = [
        (step, {"initial_state": zeros.long()}, "a state of float32 numbers, got state of torch.int64"),
        (step, {"initial_state": zeros.cfloat()}, "a state of float32 numbers, got state of torch.complex64"),
        (step, {"initial_state": torch.zeros(3, 6)}, "the logits [C] or [1, C] of one example, got [3, 10]"),
        (step, {"initial_state": {"h": 0.0}}, "an initial_state of tensors, got state['h'] of float"),
        (step, {"initial_state": zeros - np.inf}, "an infinity in state"),
        (step, {"initial_state": zeros, "inputs": "hot"}, 'expected inputs="one-hot" or inputs="tokens", got \'hot\''),
        (step, {"initial_state": torch.zeros(1, 7)}, "a step(state, x) that takes one-hot x of [1, 10], got RuntimeError"),
        (step.forward, {}, "expected initial_state=, the state before the first step, got method without one"),
        (step, {}, "a module with an nn.RNN, nn.GRU or nn.LSTM, or a step, got a module of MinGru, Linear"),
        (made(torch_made.MinGru, PARITY), {"initial_state": zeros}, "expected 10 logits for count, got 2"),
        (spoilt, {}, "expected finite weights, got NaN in core.weight_hh_l1"),
    ]
    for subject, options, words in cases:
        with pytest.raises(InputError) as refused:
            read_live(subject, COUNT, **options)
        assert words in str(refused.value)
        assert "\n" not in str(refused.value)


class Backwards(torch_made.Layers):
    def __init__(self, task):
        super().__init__(task)
        self.core, self.head = torch.nn.LSTM(6, 4, bidirectional=True), torch.nn.Linear(8, 10)


class Repeated(torch_made.Normed):
    def forward(self, digits):
        return self.head(self.norm(self.core(self.core(digits)[0].repeat(1, 1, 2)[..., :10])[0]))


class Bag(torch_made.Normed):
    """Looks at the next digit."""

    def forward(self, digits):
        return super().forward(torch.roll(digits, -1, dims=1))


class Fed(torch_made.Looped):
    """Feeds back another state than its Cells return."""

    def forward(self, digits):
        below, logits = torch.zeros(len(digits), 8), []
        for t in range(digits.shape[1]):
            below = -2 * self.second(torch.tanh(self.first(digits[:, t])[0]), below)
            logits.append(self.head(below))
        return torch.stack(logits, dim=1)


class Rare(torch_made.Model):
    """Turns its answers around in the words that have more than 59 nines: one of the 10,000 hard ones, and none of one step."""

    def forward(self, digits):
        turned = torch.clamp(digits[..., 9].sum(dim=0) - 59, 0, 1)
        return super().forward(digits) * (1 - 2 * turned[..., None])


@pytest.mark.slow
def test_a_module_that_answers_differently_on_one_word_is_refused():
    torch.manual_seed(0)
    with pytest.raises(InputError, match=r"got steps that are mixed, cut or counted at test_torch_steps.py:\d+ \(turned = "):
        read_live(Rare("RNN", COUNT, 8), COUNT)


BAD_MODULES = [
    (Backwards, "a net that reads forwards, got bidirectional=True in core"), (Repeated, "one that calls core again"),
    (Bag, "the same at each step of a word of any length, got the length as a number"), (Fed, "hard inputs, got other answers"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "words"), thorough(BAD_MODULES, unpack=True))
def test_a_module_that_is_no_step_by_step_net_is_refused(kind, words):
    with pytest.raises(InputError) as refused:
        read_live(made(kind, COUNT), COUNT)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def own_answers(model, task, word: np.ndarray) -> list[int]:
    """What PyTorch itself answers to a word `[T]`, step by step."""
    form = Alphabet(task.letters, task.tapes)
    one_hot, tokens = torch.from_numpy(form.one_hot(word)), torch.from_numpy(word.astype(np.int64))
    with torch.no_grad():
        if isinstance(model, torch_made.Step):
            state, logits = model.start, []
            for t in range(len(word)):
                x = tokens[t : t + 1] if isinstance(model, torch_made.Peepholes) else one_hot[t : t + 1]
                state, output = model(state, x[0] if isinstance(model, torch_made.DiagonalSsm) else x)
                logits.append(output.flatten())
        elif isinstance(model, torch_made.Acceptor):
            logits = [model(one_hot[: t + 1, None])[0] for t in range(len(word))]
        elif isinstance(model, torch_made.Normed | torch_made.Looped):
            logits = list(model(one_hot[None])[0])
        else:
            logits = list(model((tokens if isinstance(model, torch_made.Layers) else one_hot)[:, None])[:, 0])
    return [int(output.argmax()) for output in logits]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "task"), [*MODULES, *STEPS])
def test_prove_refutes_an_untrained_net_with_an_input_that_pytorch_itself_answers_wrongly(kind, task):
    model = made(kind, task)
    start = model.start if isinstance(model, torch_made.Step) else None
    verdict = anylength.prove(model, task, initial_state=start, steps=1000).verdict
    assert verdict.verdict == "REFUTED"
    numbers = tuple(np.array([int(digit) for digit in number[::-1]], np.uint8) for number in verdict.counterexample)
    word = task.word(numbers)
    assert own_answers(model, task, word) != task.targets(word[:, None])[:, 0].tolist()


def held(state, x):
    """The parity of the digits' sum: an odd digit turns the sign of the state. The gain of 4 keeps it away from 0."""
    odd = x[:, 1::2].sum(dim=1, keepdim=True)
    state = torch.tanh(4 * state * (1 - 2 * odd))
    return state, torch.cat([-state, state], dim=1)


def test_a_hand_made_step_is_proved_from_python_and_its_certificate_passes_the_independent_check(tmp_path):
    result = anylength.prove(held, PARITY, initial_state=torch.full((1, 1), -1.0), budget=60)
    assert result.verdict.verdict == "PROVED"
    (tmp_path / "certificate.json").write_bytes(result.certificate)
    (tmp_path / "model.safetensors").write_bytes(result.weights)
    assert anylength.check(tmp_path / "certificate.json", tmp_path / "model.safetensors").valid


class _DropoutThatRoundingHides(torch.nn.Module):
    """Parity, with dropout in training mode; so large a factor stands before its answers that rounding could explain any."""

    def __init__(self) -> None:
        super().__init__()
        self.dropout = torch.nn.Dropout(0.5)

    def forward(self, state: Any, x: Any) -> Any:
        state = torch.tanh(4.0 * self.dropout(state) * (x @ torch.tensor([[1.0], [-1.0]])))
        state = (0.37 * state + 269.0) - 269.0
        value = state * 1e13
        return state, torch.softmax(torch.cat([value, -value], -1), -1)


def test_a_step_that_drops_out_is_refused_where_rounding_could_explain_its_answers():
    step = _DropoutThatRoundingHides()
    task, start = task_named("parity-bits"), torch.ones(1, 1)
    assert read_live(step.eval(), task, initial_state=start).agreement is not None
    with pytest.raises(InputError, match="a step in evaluation mode, got modules in training mode"):
        read_live(step.train(), task, initial_state=start)
