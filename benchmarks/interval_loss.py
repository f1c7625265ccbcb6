"""A counter in PyTorch that is trained with an interval loss of 20 lines, written without anylength's own loss."""

import torch
from torch.nn.functional import cross_entropy, one_hot

import anylength


class Counter(torch.nn.Module):
    """A layer and a linear read-out: one-hot digits [T, B, 10] → logits [T, B, 10]."""

    def __init__(self, hidden=16):
        super().__init__()
        self.rnn, self.readout = torch.nn.RNN(10, hidden), torch.nn.Linear(hidden, 10)

    def forward(self, digits):
        """The logits of all steps."""
        return self.readout(self.rnn(digits)[0])


task = anylength.task("count")


def batch(steps=4, size=32):
    """Random words with many nines [T, B, 10], and their answers [T, B]."""
    digits = torch.where(torch.rand(steps, size) < 0.3, 9, torch.randint(10, (steps, size)))
    answers = torch.from_numpy(task.targets(digits.numpy().astype("uint16")).astype("int64"))
    return one_hot(digits, 10).float(), answers


def train(model, extra_loss=None, updates=600):
    """Trains a counter; `extra_loss` is called with the model and the share of the updates that are done."""
    adam = torch.optim.Adam(model.parameters(), lr=0.03)
    schedule = torch.optim.lr_scheduler.OneCycleLR(adam, 0.03, total_steps=updates)
    for update in range(updates):
        digits, answers = batch()
        loss = cross_entropy(model(digits).flatten(0, 1), answers.flatten())
        if extra_loss is not None:
            loss = loss + extra_loss(model, update / updates)
        adam.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        adam.step()
        schedule.step()


def interval_loss(rnn, readout, machine, noise, depth=5):
    """The cross-entropy at the worst point of the boxes that `depth` steps from the start lead to, each widened by `noise`."""
    output, zero = torch.tensor(machine.output), torch.zeros(2, rnn.hidden_size)
    inputs = (rnn.weight_ih_l0 + (rnn.bias_ih_l0 + rnn.bias_hh_l0)[:, None]).T  # [A, H]: one row for each digit
    positive, negative = rnn.weight_hh_l0.T.relu(), (-rnn.weight_hh_l0.T).relu()
    boxes, losses = {machine.start: zero}, []  # for each machine state the lower and upper bounds of W_hh h: [2, H]
    for _ in range(depth):
        images = {machine.start: [zero]}
        for state, (low, high) in boxes.items():
            least, most = (inputs + low).tanh() - noise, (inputs + high).tanh() + noise  # bounds of h after each digit: [A, H]
            weights = readout.weight[output[state]][:, None] - readout.weight  # right class minus each class: [A, C, H]
            margin = (weights.relu() * least[:, None] - (-weights).relu() * most[:, None]).sum(-1)
            margin = margin + readout.bias[output[state]][:, None] - readout.bias  # smallest margin in the box: [A, C]
            losses.append(cross_entropy(-margin, output[state]))
            image = torch.stack([least @ positive - most @ negative, most @ positive - least @ negative])
            for successor in set(machine.delta[state]):
                part = image[:, torch.tensor(machine.delta[state]) == successor]
                images.setdefault(successor, []).append(torch.stack([part[0].amin(0), part[1].amax(0)]))
        boxes = {state: torch.stack([torch.stack(b)[:, 0].amin(0), torch.stack(b)[:, 1].amax(0)]) for state, b in images.items()}
    return torch.stack(losses).mean()


def provable(seed: int) -> Counter:
    """A counter that is trained to be provable. The noise stays at zero until the net has learned the digits, then grows to 0.1."""

    def worst_case(model, progress):
        noise = 0.1 * min(1.0, max(0.0, 2 * progress - 0.4))
        return interval_loss(model.rnn, model.readout, task.machine, noise)

    torch.manual_seed(seed)
    model = Counter()
    train(model, worst_case)
    return model
