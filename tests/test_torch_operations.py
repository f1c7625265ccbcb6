"""Each operation of PyTorch that a step may use, alone: its program computes what PyTorch computes, on random states."""

import numpy as np
import pytest

from anylength.ops.arrays import numpy_arrays
from anylength.programs import run

torch = pytest.importorskip("torch", reason="the operations are PyTorch's: pip install -e .[oracle]")

from anylength.interchange.pytorch.step import step_program  # noqa: E402

F = torch.nn.functional
pytestmark = pytest.mark.slow

GROUPED, PLAIN = torch.nn.Conv1d(4, 6, 2, groups=2, stride=2, padding=1), torch.nn.Conv1d(4, 3, 3, dilation=2, padding=2)
NORM, BATCH, GROUP = torch.nn.LayerNorm(6), torch.nn.BatchNorm1d(6).eval(), torch.nn.GroupNorm(2, 4)
BATCH.running_mean.uniform_(-1, 1), BATCH.running_var.uniform_(0.5, 2)
WEIGHT, ORDER = torch.randn(6, 6), torch.tensor([3, 1, 5, 0])

OPERATIONS = {
    # s is a state [1, 4, 6] of normal numbers, v its first row [1, 6], x a one-hot vector [1, 5]
    "add alpha": lambda s, v, x: torch.add(s, v, alpha=-0.5),
    "rsub": lambda s, v, x: 2 - s,
    "sub alpha": lambda s, v, x: torch.sub(v, s, alpha=3),
    "divide": lambda s, v, x: s / (2 + v.abs()),
    "divide by 3": lambda s, v, x: s / 3,
    "of 1": lambda s, v, x: 1 / (1.5 + s.square()),
    "powers": lambda s, v, x: s.pow(2) + s**3 - s.pow(4) + (1 + s.abs()) ** -2 + (1 + s.abs()) ** 0.5 + (1 + s.abs()).pow(-0.5),
    "lerp": lambda s, v, x: torch.lerp(s, v, 0.3) + torch.lerp(v, s, torch.sigmoid(s)),
    "gate": lambda s, v, x: (1 - v.sigmoid()) * s + v.sigmoid() * v,
    "addcmul": lambda s, v, x: torch.addcmul(s, s, v, value=0.5) + torch.addcdiv(s, v, 2 + s.abs(), value=-2),
    "logarithms": lambda s, v, x: (
        torch.log1p(torch.exp(s)) + torch.log(1 + s.exp()) + torch.log(torch.sigmoid(v)) + F.logsigmoid(s)
    ),
    "logaddexp": lambda s, v, x: torch.logaddexp(s, v),
    "softplus": lambda s, v, x: F.softplus(s) + F.softplus(s, beta=2.0, threshold=30.0),
    "expm1": lambda s, v, x: torch.expm1(s),
    "sqrt": lambda s, v, x: (s.square() + 1).sqrt(),
    "norm": lambda s, v, x: s.norm(dim=-1) + s.norm(p=1, dim=2),
    "relu": lambda s, v, x: s.relu() + F.relu6(3 * s) + F.leaky_relu(s) + F.leaky_relu(s, 1.5),
    "elu": lambda s, v, x: F.elu(s, 0.5) + F.celu(s, 2.0) + F.selu(s),
    "hard": lambda s, v, x: F.hardtanh(s, -0.5, 0.7) + F.hardsigmoid(3 * s) + F.hardswish(2 * s),
    "gelu": lambda s, v, x: F.gelu(s) + F.gelu(v, approximate="tanh"),
    "erf": lambda s, v, x: 0.5 * s * (1 + torch.erf(s / 2**0.5)),
    "silu": lambda s, v, x: F.silu(s) + s * torch.sigmoid(s) + F.mish(s) + F.softsign(s),
    "glu": lambda s, v, x: F.glu(s, dim=1),
    "prelu": lambda s, v, x: F.prelu(s, torch.tensor([0.1, 0.2, 0.3, 1.4])),
    "logistic": lambda s, v, x: 1 / (1 + torch.exp(-s)),
    "clamp": lambda s, v, x: s.clamp(-1, 1) + s.clamp(min=0.5) + s.clamp(max=v) + torch.clamp(s, v, v + 1),
    "max": lambda s, v, x: torch.maximum(s, v) + torch.minimum(s, v),
    "where": lambda s, v, x: (
        torch.where(s > v, s, v) + torch.where(s <= 0.5, s, 0.5) + torch.where(s > 0, s, 0.3 * s) + torch.where(s < 0, 0, s)
    ),
    "where by a mask": lambda s, v, x: torch.where(torch.arange(6) > 2, s, -v) + s.masked_fill(torch.eye(4, 6) > 0, 0.0),
    "where by the symbol": lambda s, v, x: torch.where(x[:, 1:2, None] > 0.5, s, 2 * s),
    "argmax of the symbol": lambda s, v, x: s + WEIGHT[x.argmax(1)] + torch.sin(x @ WEIGHT[:5]),
    "sums": lambda s, v, x: s.sum(-1) + s.sum((1, 2))[:, None] + s.mean(2) + s.mean() + s.sum(),
    "variance": lambda s, v, x: s.var(-1) + s.var(2, correction=0) + s.std(-1) + s.var(),
    "extremes": lambda s, v, x: s.amax(1) + s.amin(1) + s.amax((1, 2))[:, None],
    "running sums": lambda s, v, x: s.cumsum(1) + s.cumsum(-1),
    "softmax": lambda s, v, x: s.softmax(-1) + s.softmax(1),
    "norms": lambda s, v, x: NORM(s) + F.rms_norm(s, (6,), eps=1e-3) + F.layer_norm(s, (4, 6)) + BATCH(v),
    "own norm": lambda s, v, x: (
        (v - v.mean(-1, True)) / torch.sqrt(v.var(-1, keepdim=True, correction=0) + 1e-5)
        + v * torch.rsqrt(v.pow(2).mean(-1, True) + 1e-5)
    ),
    "group norm": lambda s, v, x: GROUP(s),
    "products": lambda s, v, x: s @ WEIGHT + s @ s.transpose(1, 2) @ s + (WEIGHT @ s.mT).mT,
    "matrix times vector": lambda s, v, x: (s @ v.unsqueeze(-1)).squeeze(-1),
    "outer product": lambda s, v, x: torch.einsum("bi,bj->bij", v, v) + torch.einsum("bki,bkj->bij", s, s),
    "bilinear": lambda s, v, x: torch.einsum("bi,ij,bkj->bk", v, WEIGHT, s),
    "linear": lambda s, v, x: F.linear(s, WEIGHT, WEIGHT[0]) + torch.addmm(v, v, WEIGHT, beta=2, alpha=0.5),
    "dot": lambda s, v, x: torch.dot(v[0], v[0]) + s[0] @ WEIGHT[0],
    "convolutions": lambda s, v, x: torch.cat([GROUPED(s).flatten(1), PLAIN(s).flatten(1)], 1),
    "pad": lambda s, v, x: F.pad(s, (1, 2)).sum(-1) + F.pad(s, (1, 2, 0, 1))[:, :4, :6].amax(-1),
    "cat": lambda s, v, x: torch.cat([s, v[:, None], torch.ones(1, 1, 6)], 1),
    "stack": lambda s, v, x: torch.stack([v, 2 * v, v.flip(1)], 2),
    "split": lambda s, v, x: s.split((2, 4), 2)[1] - s.chunk(3, 2)[0].repeat(1, 1, 2),
    "moves": lambda s, v, x: s.permute(2, 0, 1).roll(2, 0).reshape(4, 6).unfold(1, 3, 2).flip(0),
    "indices": lambda s, v, x: s[:, :, ORDER] + s.index_select(2, ORDER) + v[:, ORDER][:, None],
    "gather": lambda s, v, x: s.gather(2, ORDER.view(1, 4, 1).expand(1, 4, 2)),
    "triangle": lambda s, v, x: s.tril() + s.triu(1) * 2 + torch.diag_embed(v)[:, :4],
    "assignments": lambda s, v, x: assigned(s, v),
    "zeros": lambda s, v, x: torch.zeros_like(s).copy_(v) + torch.ones_like(s) + s.new_full((6,), 0.25),
    "repeat": lambda s, v, x: v.repeat_interleave(2, 1) + v.repeat(1, 2),
}


def assigned(s, v):
    """In place."""
    s = s.clone()
    s[:, 1] = v
    s[:, :, 2] += 1
    s.mul_(2)
    return s


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_alone_is_computed_as_pytorch_computes_it(name):
    def step(state, x):
        return state, OPERATIONS[name](state, state[:, 0], x).reshape(1, -1)

    read = step_program(step, encoded=5, initial_state=torch.zeros(1, 4, 6), inputs="one-hot")
    program, tensors = read.program, {key: value.astype(np.float64) for key, value in read.tensors.items()}
    states = np.random.default_rng(1).normal(size=(12, 4, 6)).astype(np.float32)
    for at, state in enumerate(torch.from_numpy(states)):
        x = torch.eye(5)[at % 5][None]
        symbol, flat = x.numpy().T.astype(np.float64), state.numpy().reshape(-1, 1).astype(np.float64)
        old = np.resize(flat, (program.state, 1))
        new = run(program.step, numpy_arrays, tensors, {"symbol": symbol, "state": old})[len(program.step) - 1]
        features = run(program.answer, numpy_arrays, tensors, {"symbol": symbol, "state": new})[len(program.answer) - 1]
        ours = tensors[program.weight] @ features[:, 0] + tensors[program.bias]
        with torch.no_grad():
            theirs = step(state[None], x)[1][0].numpy()
        assert ours.shape == theirs.shape
        assert np.abs(ours - theirs).max() < 3e-5 * (1 + np.abs(theirs).max())
