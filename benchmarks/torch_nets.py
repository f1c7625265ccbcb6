"""Nets that people write in PyTorch, one of each kind. Tests import them; `benchmarks.foreign_nets` hardens them. Needs PyTorch."""

import torch

from anylength.rules import Task


class Layers(torch.nn.Module):
    """Two LSTM layers on an embedding of the digits: `[T, B]` → `[T, B, C]`."""

    def __init__(self, task: Task, hidden: int = 8):
        super().__init__()
        self.letters, self.core = torch.nn.Embedding(task.letters, 6), torch.nn.LSTM(6, hidden, num_layers=2, dropout=0.3)
        self.head = torch.nn.Linear(hidden, task.classes)

    def forward(self, digits):
        return self.head(self.core(self.letters(digits))[0])


class Normed(torch.nn.Module):
    """Two GRU layers, layer normalisation and a head of two layers: `[B, T, E]` → `[B, T, C]`."""

    def __init__(self, task: Task, hidden: int = 8):
        super().__init__()
        self.core, self.norm = torch.nn.GRU(task.encoding_size, hidden, 2, batch_first=True), torch.nn.LayerNorm(hidden)
        self.head = torch.nn.Sequential(torch.nn.Linear(hidden, 12), torch.nn.GELU(), torch.nn.Linear(12, task.classes))

    def forward(self, digits):
        return self.head(self.norm(self.core(digits)[0]))


class Residual(torch.nn.Module):
    """Two RNN layers with residuals and RMS normalisation around them."""

    def __init__(self, task: Task, hidden: int = 8):
        super().__init__()
        self.inlet, self.norm = torch.nn.Linear(task.encoding_size, hidden), torch.nn.RMSNorm(hidden)
        self.first, self.second = torch.nn.RNN(hidden, hidden), torch.nn.RNN(hidden, hidden, nonlinearity="relu")
        self.head = torch.nn.Linear(hidden, task.classes)

    def forward(self, digits):
        x = self.inlet(digits)
        x = x + self.first(self.norm(x))[0]
        return self.head(x + 0.5 * torch.nn.functional.silu(self.second(self.norm(x))[0]))


class Acceptor(torch.nn.Module):
    """A projected LSTM that answers once a word: `[T, B, E]` → `[B, C]`, from a start state that it has learned."""

    def __init__(self, task: Task, hidden: int = 8):
        super().__init__()
        self.core, self.head = torch.nn.LSTM(task.encoding_size, hidden, 2, proj_size=4), torch.nn.Linear(4, task.classes)
        self.start = torch.nn.Parameter(torch.randn(2, 1, 4))

    def forward(self, digits):
        start = self.start.expand(-1, digits.shape[1], -1).contiguous(), digits.new_zeros(2, digits.shape[1], 8)
        return self.head(self.core(digits, start)[1][0][-1])


class Looped(torch.nn.Module):
    """Two Cells in a loop of its own, after an attempt with another order of axes."""

    def __init__(self, task: Task, hidden: int = 8):
        super().__init__()
        self.first, self.second = torch.nn.LSTMCell(task.encoding_size, hidden), torch.nn.GRUCell(hidden, hidden)
        self.head = torch.nn.Linear(hidden, task.classes)

    def forward(self, digits):  # [B, T, E]
        below, above, logits = None, None, []
        for t in range(digits.shape[1]):
            below = self.first(digits[:, t], below)
            above = self.second(below[0], above)
            logits.append(self.head(above))
        return torch.stack(logits, dim=1)


class Step(torch.nn.Module):
    """A step with layers in and out; `start` is its start state."""

    def __init__(self, task: Task, width: int, hidden: int = 6):
        super().__init__()
        self.inlet, self.head = torch.nn.Linear(task.encoding_size, width), torch.nn.Linear(hidden, task.classes)
        self.start = torch.zeros(1, hidden)


class MinGru(Step):
    """h' = (1 − z)·h + z·h̃ with gates that see the input alone."""

    def __init__(self, task: Task):
        super().__init__(task, 12)

    def forward(self, state, x):
        gate, value = self.inlet(x).chunk(2, dim=-1)
        update = torch.sigmoid(gate)
        state = (1 - update) * state + update * torch.tanh(value)
        return state, torch.log_softmax(self.head(state), dim=-1)


class DiagonalSsm(Step):
    """h' = a·h + Δ·B x with real a = exp(−Δ·exp(A)), unbatched; the output is gated."""

    def __init__(self, task: Task, hidden: int = 6):
        super().__init__(task, 2 * hidden, hidden)
        self.rate, self.step_size = torch.nn.Parameter(torch.randn(hidden)), torch.nn.Parameter(torch.randn(hidden))
        self.start = torch.randn(hidden)

    def forward(self, state, x):
        value, gate = self.inlet(x).chunk(2, dim=-1)
        width = torch.nn.functional.softplus(self.step_size)
        state = torch.exp(-width * torch.exp(self.rate)) * state + width * value
        return state, self.head(state * torch.nn.functional.silu(gate))


class Slstm(Step):
    """xLSTM's scalar LSTM: exponential gates with a stabiliser m, and a normaliser n."""

    def __init__(self, task: Task):
        super().__init__(task, 24)
        self.recurrent = torch.nn.Linear(6, 24)
        self.start = {"h": torch.zeros(1, 6), "c": torch.zeros(1, 6), "n": torch.zeros(1, 6), "m": torch.zeros(1, 6)}

    def forward(self, state, x):
        admit, forget, value, emit = (self.inlet(x) + self.recurrent(state["h"])).chunk(4, dim=-1)
        keep = torch.nn.functional.logsigmoid(forget) + state["m"]
        peak = torch.maximum(keep, admit)
        new, old = torch.exp(admit - peak), torch.exp(keep - peak)
        cell, norm = old * state["c"] + new * torch.tanh(value), old * state["n"] + new
        hidden = torch.sigmoid(emit) * cell / norm.clamp(min=1)
        return {"h": hidden, "c": cell, "n": norm, "m": peak}, self.head(hidden)


class Peepholes(Step):
    """An LSTM whose gates see the cell state, written for token numbers; the state is (h, [c])."""

    def __init__(self, task: Task):
        super().__init__(task, 24)
        self.letters, self.recurrent = torch.nn.Embedding(task.letters, 24), torch.nn.Linear(6, 24, bias=False)
        self.peep = torch.nn.Parameter(torch.randn(3, 6))
        self.start = (torch.zeros(1, 6), [torch.full((1, 6), 0.5)])

    def forward(self, state, token):
        hidden, (cell,) = state
        admit, forget, value, emit = (self.letters(token) + self.recurrent(hidden)).chunk(4, dim=1)
        forget = torch.sigmoid(torch.addcmul(forget, self.peep[1], cell))
        cell = torch.lerp(torch.tanh(value), cell, forget)
        hidden = torch.sigmoid(emit + self.peep[2] * cell) * torch.tanh(cell) * torch.sigmoid(admit + self.peep[0] * cell)
        return (hidden, [cell]), self.head(hidden)


class DeltaRule(Step):
    """DeltaNet: S' = S + β·(v − S k) kᵀ with |k| = 1 for two heads, read by q; the keys go through a convolution over two steps."""

    def __init__(self, task: Task):
        super().__init__(task, 20)
        self.mix, self.rate = torch.nn.Conv1d(6, 6, 2, groups=2), torch.nn.Linear(task.encoding_size, 2)
        self.head = torch.nn.Linear(8, task.classes)
        self.start = (torch.zeros(1, 2, 4, 3), torch.zeros(1, 6, 1))

    def forward(self, state, x):
        memory, last = state
        key, query, value = self.inlet(x).split((6, 6, 8), dim=-1)
        window = torch.cat([last, key.unsqueeze(-1)], dim=-1)
        key = torch.nn.functional.normalize(self.mix(window).squeeze(-1).view(-1, 2, 3), dim=-1)
        error = value.view(-1, 2, 4) - torch.einsum("bhvk,bhk->bhv", memory, key)
        rate = torch.sigmoid(self.rate(x)).view(-1, 2, 1, 1)
        memory = memory + rate * error.unsqueeze(-1) * key.unsqueeze(-2)
        read = (memory @ query.view(-1, 2, 3, 1)).reshape(-1, 8)
        return (memory, window[..., 1:]), self.head(read)


def mamba(task: Task):
    """A step around the block of the package mambapy, with its own `step`: the state is its cache."""
    from mambapy.mamba import MambaBlock, MambaConfig, RMSNorm

    block = MambaBlock(MambaConfig(d_model=4, n_layers=1, d_state=3, d_conv=3)).eval()
    norm, head = RMSNorm(4), torch.nn.Linear(4, task.classes)
    letters = torch.nn.Embedding(task.letters, 4)

    def step(state, token):
        x = letters(token)
        y, state = block.step(norm(x), state)
        return state, head(x + y)

    return step, (torch.zeros(1, 8, 3), torch.zeros(1, 8, 2))


def start_closed(module: torch.nn.Module, bias: float = -4.0) -> None:
    """Orthogonal recurrent matrices, and gates that retain a state nearly closed, as recipes draw the cells of anylength.

    PyTorch stacks the gates r, z, n of a GRU and i, f, g, o of an LSTM: the second is the one that retains.
    """
    with torch.no_grad():
        for layer in module.modules():
            if isinstance(layer, torch.nn.RNNBase):
                for name, parameter in layer.named_parameters():
                    if "weight_hh" in name:
                        for gate in parameter.split(layer.hidden_size):
                            torch.nn.init.orthogonal_(gate)
                    elif "bias" in name:
                        parameter.zero_()
                    if "bias_ih" in name and not isinstance(layer, torch.nn.RNN):
                        parameter[layer.hidden_size : 2 * layer.hidden_size] = bias
            elif isinstance(layer, Peepholes):
                layer.letters.weight[:, 6:12] += bias
