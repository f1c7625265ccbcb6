# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Bring your own net
#
# Is a net that you trained right at every length? This notebook takes a PyTorch module, gets a verdict, makes the module
# provable, and loads the proved weights back into PyTorch. At the end it tests a function that can only be asked. It needs
# PyTorch: `pip install '.[oracle]'` in the checkout.

# %%
import torch
from torch.nn.functional import cross_entropy, one_hot

import anylength

torch.set_num_threads(1)
task = anylength.task("decrement")
print(task.summary)

# %% [markdown]
# ## A PyTorch module
#
# One recurrent layer, one linear layer. The module reads one-hot digits `[T, B, 10]`, least significant digit first, and gives
# ten logits at each step. `task.targets` computes the exact answers.


# %%
class Decrement(torch.nn.Module):
    def __init__(self, hidden=16):
        super().__init__()
        self.rnn, self.readout = torch.nn.RNN(10, hidden), torch.nn.Linear(hidden, 10)

    def forward(self, digits):
        return self.readout(self.rnn(digits)[0])


def batch(steps=8, size=64):
    digits = torch.where(torch.rand(steps, size) < 0.3, 0, torch.randint(10, (steps, size)))  # more zeros: more borrows
    answers = torch.from_numpy(task.targets(digits.numpy().astype("uint16")).astype("int64"))
    return one_hot(digits, 10).float(), answers


torch.manual_seed(1)
model = Decrement()
adam = torch.optim.Adam(model.parameters(), lr=0.01)
for _ in range(200):
    digits, answers = batch()
    loss = cross_entropy(model(digits).flatten(0, 1), answers.flatten())
    adam.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    adam.step()

digits, answers = batch(size=2000)
right = (model(digits).argmax(-1) == answers).all(dim=0).float().mean()
print(f"{100 * right:.1f} % of numbers of 8 digits right")

# %% [markdown]
# ## A verdict
#
# `prove` takes the live module. It reads the weights, and it checks on thousands of hard inputs that the module's own `forward`
# gives the same answers as these weights.

# %%
verdict = anylength.prove(model, task, budget=5).verdict
print(verdict)

# %% [markdown]
# REFUTED shows the shortest wrong number that was found. UNKNOWN means that five seconds brought neither a wrong number nor a
# proof. Ordinary training leads to one or the other.
#
# ## Make it provable
#
# `save` writes the module as a run folder. `harden` trains on from the given weights until the prover accepts the net, and
# states by how much the weights moved.

# %%
from pathlib import Path
from tempfile import TemporaryDirectory

folder = TemporaryDirectory()
runs = Path(folder.name)
anylength.save(model, task, runs / "mine")
hardened = anylength.harden(runs / "mine", out=runs / "hardened").record
print(hardened.verdict, "after", hardened.updates, "updates; the weights moved by", f"{100 * hardened.moved:.0f} %")

# %% [markdown]
# ## Back to PyTorch
#
# `export` writes a `state_dict` with the same weights bit for bit, and states whether the proof covers PyTorch's arithmetic.

# %%
from safetensors.torch import load_file

exported = anylength.export(runs / "hardened", "torch")
model.load_state_dict(load_file(exported.path))
print("the proof covers PyTorch:", exported.covered)

# %%
number = "1" + 60 * "0"
digits = torch.tensor([[int(digit)] for digit in reversed(number)])
answer = model(one_hot(digits, 10).float()).argmax(-1).flatten().tolist()
print(number, "- 1 =", "".join(map(str, reversed(answer))))
folder.cleanup()

# %% [markdown]
# ## A function that can only be asked
#
# A transformer, somebody's API, a program: a black box is never proved, but it can be refuted. This one computes n − 1 in
# floating point.


# %%
def floating(number: str) -> str:
    return str(int(float(number)) - 1)


box = anylength.black_box(floating, "decrement")
found = box.refute(calls=1000)
print(found.verdict, *(found.counterexample or []))
