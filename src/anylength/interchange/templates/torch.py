import torch
from safetensors.torch import load_file

net = torch.nn.ModuleDict({"rnn": torch.nn.{{ module }}, "readout": torch.nn.Linear({{ hidden }}, {{ task.classes }})})
net.load_state_dict(load_file({{ path }}))
digits = torch.tensor({{ digits }})  # {{ example | join(" and ") }}, as the net reads it
x = torch.nn.functional.one_hot(digits, {{ task.letters }}).flatten(1).float()  # a one-hot vector for each tape, joined
print(net["readout"](net["rnn"](x)[0]).argmax(dim=1))  # {{ says }}
