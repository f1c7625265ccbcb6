"""Writes a net as a PyTorch state_dict in a safetensors file: the recurrent module under `rnn`, `nn.Linear` under `readout`.

PyTorch has two biases. `bias_ih` is the net's bias. `bias_hh` is its second bias, or zeros if it has none; for a GRU the rows of
the candidate hold `bias_hn`, which the reset gate scales in both libraries.
"""

import numpy as np

from anylength.interchange.pytorch.state_dict import TORCH_CLASSES
from anylength.nets import Net, NetConfig, tensors


def torch_bytes(net: Net, config: NetConfig) -> bytes:
    """The safetensors file; its metadata name the modules that the tensors belong to."""
    from safetensors.numpy import save

    named = tensors(net)
    bias_ih = named["cell.bias"]
    bias_hh = named.get("cell.bias_hh", np.zeros_like(bias_ih)).copy()
    if config.cell == "gru":
        bias_hh[2 * net.hidden :] = named["cell.bias_hn"]
    state_dict = {
        "rnn.weight_ih_l0": named["cell.weight_ih"],
        "rnn.weight_hh_l0": named["cell.weight_hh"],
        "rnn.bias_ih_l0": bias_ih,
        "rnn.bias_hh_l0": bias_hh,
        "readout.weight": named["readout.weight"],
        "readout.bias": named["readout.bias"],
    }
    return save(state_dict, metadata=metadata(net, config))


def module_call(net: Net, config: NetConfig) -> str:
    """The call that creates the recurrent module of `torch.nn`, as source text."""
    name, options = TORCH_CLASSES[config.cell]
    arguments = [str(config.task.encoding_size), str(net.hidden), *(f'{key}="{value}"' for key, value in options.items())]
    return f"{name}({', '.join(arguments)})"


def metadata(net: Net, config: NetConfig) -> dict[str, str]:
    """What a reader needs besides the tensors, as strings."""
    name, options = TORCH_CLASSES[config.cell]
    task = config.task
    entries = {
        "made_by": "anylength",
        "rnn": f"torch.nn.{name}",
        **options,
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
    return entries | ({"machine": config.machine} if config.machine else {})
