"""A net as a PyTorch state_dict in a safetensors file: `nn.RNN`, `nn.GRU` or `nn.LSTM` under `rnn`, `nn.Linear` under `readout`.

PyTorch has two biases. `bias_ih` is our bias; `bias_hh` is our second one, zeros where there is none; the rows of a GRU's candidate
hold `bias_hn`, which the reset gate scales in both.
"""

from collections.abc import Mapping

import numpy as np

from anylength.nets import Net, NetConfig, tensors

CLASSES: Mapping[str, tuple[str, dict[str, str]]] = {
    "rnn": ("RNN", {"nonlinearity": "tanh"}),
    "relu": ("RNN", {"nonlinearity": "relu"}),
    "gru": ("GRU", {}),
    "lstm": ("LSTM", {}),
}
"""For each cell the class in `torch.nn`, and what it is told beside its sizes."""


def torch_bytes(net: Net, config: NetConfig) -> bytes:
    """The safetensors file; its metadata say which modules the tensors belong to."""
    from safetensors.numpy import save

    named = tensors(net)
    first = named["cell.bias"]
    second = named.get("cell.bias_hh", np.zeros_like(first)).copy()
    if config.cell == "gru":
        second[2 * net.hidden :] = named["cell.bias_hn"]
    own = {
        "rnn.weight_ih_l0": named["cell.weight_ih"],
        "rnn.weight_hh_l0": named["cell.weight_hh"],
        "rnn.bias_ih_l0": first,
        "rnn.bias_hh_l0": second,
        "readout.weight": named["readout.weight"],
        "readout.bias": named["readout.bias"],
    }
    return save(own, metadata=metadata(net, config))


def module(net: Net, config: NetConfig) -> str:
    """The call that makes the recurrent module in `torch.nn`."""
    kind, told = CLASSES[config.cell]
    options = [str(config.task.encoding_size), str(net.hidden), *(f'{name}="{value}"' for name, value in told.items())]
    return f"{kind}({', '.join(options)})"


def metadata(net: Net, config: NetConfig) -> dict[str, str]:
    """What a reader needs beside the tensors, as strings."""
    kind, told = CLASSES[config.cell]
    task = config.task
    words = {
        "made_by": "anylength",
        "rnn": f"torch.nn.{kind}",
        **told,
        "num_layers": "1",
        "batch_first": "False",
        "input_size": str(task.encoding_size),
        "hidden_size": str(net.hidden),
        "readout": f"torch.nn.Linear({net.hidden}, {net.classes})",
        "task": config.task_name,
        "base": str(config.base),
        "tapes": str(task.tapes),
        "input": "one one-hot vector for each tape, joined; the answer of a step is the argmax of the read-out",
    }
    return words | ({"machine": config.machine} if config.machine else {})
