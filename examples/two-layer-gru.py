"""A GRU of two layers, trained in PyTorch with the worst-case loss and proved. Run `python examples/two-layer-gru.py`."""

import torch
from torch.nn.functional import cross_entropy, one_hot

import anylength
from anylength.torch import worst_case_loss

HIDDEN, START = 16, torch.zeros(2, 1, 16)  # one state of 16 numbers for each layer


class Counter(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.gru, self.readout = torch.nn.GRU(10, HIDDEN, num_layers=2), torch.nn.Linear(HIDDEN, 10)
        for name in ("bias_ih_l0", "bias_ih_l1"):  # update gates that start near 0: no box closes around a unit that never changes
            torch.nn.init.constant_(self.gru.get_parameter(name)[HIDDEN : 2 * HIDDEN], -3.0)

    def forward(self, digits):  # one-hot [T, B, 10]
        return self.readout(self.gru(digits)[0])  # logits [T, B, 10]

    def step(self, state, x):  # [2, 1, H] and one-hot [1, 10]
        out, state = self.gru(x[None], state)
        return state, self.readout(out[0])


task = anylength.task("count")


def batch(steps=6, size=32):
    digits = torch.where(torch.rand(steps, size) < 0.3, 9, torch.randint(10, (steps, size)))
    answers = torch.from_numpy(task.targets(digits.numpy().astype("uint16")).astype("int64"))
    return one_hot(digits, 10).float(), answers


def train(model, updates=1000, rate=0.02):
    step = model.step
    adam = torch.optim.Adam(model.parameters(), lr=rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(adam, rate, total_steps=updates, pct_start=0.1)
    for update in range(updates):
        noise = 0.1 * min(1.0, max(0.0, 2.5 * update / updates - 1.0))
        digits, answers = batch()
        loss = cross_entropy(model(digits).flatten(0, 1), answers.flatten())
        loss = loss + worst_case_loss(step, task, noise=noise, initial_state=START)
        adam.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        adam.step()
        schedule.step()


torch.manual_seed(0)
torch.set_num_threads(1)
model = Counter()
train(model)

proof = anylength.prove(model.step, task, initial_state=START)
print(proof.verdict.verdict)
