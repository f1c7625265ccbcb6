"""Writes a net for PyTorch, as a state_dict in a safetensors file.

A net whose step is that of `torch.nn.RNN`, `GRU` or `LSTM` is written for that module, under `rnn`, and for `nn.Linear`, under
`readout`. PyTorch has two biases. `bias_ih` is the net's bias. `bias_hh` is its second bias, or zeros if it has none; for a GRU the
rows of the candidate hold `bias_hn`, which the reset gate scales in both libraries. For every other net a plain module is generated
from its program; its source is in the metadata.
"""

import json

import numpy as np

from anylength.interchange.layer import second_bias
from anylength.interchange.pytorch.generated import module_source
from anylength.interchange.pytorch.state_dict import TORCH_CLASSES
from anylength.interchange.text.description import describe_net
from anylength.interchange.text.source_code import render
from anylength.nets import Net, NetConfig, tensors
from anylength.nets.weights import METADATA


def is_torch_layer(config: NetConfig) -> bool:
    """Whether PyTorch has a module for the net's cell. Several layers have no norms and residuals there."""
    return config.cell in TORCH_CLASSES and config.layering.count == 1


def torch_bytes(net: Net, config: NetConfig) -> bytes:
    """The safetensors file; its metadata name the modules that the tensors belong to, or hold the source of one."""
    from safetensors.numpy import save

    if is_torch_layer(config):
        return save(layer_tensors(net), metadata=metadata(net, config))
    variables = describe_net(net, config).variables
    state_dict = {variables[name]: value for name, value in tensors(net).items()}
    return save(state_dict, metadata=_module_metadata(net, config))


def layer_tensors(net: Net) -> dict[str, np.ndarray]:
    """The tensors by the names of `torch.nn.RNN`, `GRU` or `LSTM`."""
    named = tensors(net)
    return {
        "rnn.weight_ih_l0": named["cell.weight_ih"],
        "rnn.weight_hh_l0": named["cell.weight_hh"],
        "rnn.bias_ih_l0": named["cell.bias"],
        "rnn.bias_hh_l0": second_bias(named),
        "readout.weight": named["readout.weight"],
        "readout.bias": named["readout.bias"],
    }


def generated_module(net: Net, config: NetConfig) -> str:
    """The source of the module `Net`, generated from the net's program."""
    description = describe_net(net, config)
    return render("module.py", description, source=module_source(description)).rstrip()


def module_call(net: Net, config: NetConfig) -> str:
    """The call that creates the recurrent module of `torch.nn`, as source text."""
    name, options = TORCH_CLASSES[config.cell]
    arguments = [str(config.task.encoding_size), str(net.hidden), *(f'{key}="{value}"' for key, value in options.items())]
    return f"{name}({', '.join(arguments)})"


def _module_metadata(net: Net, config: NetConfig) -> dict[str, str]:
    """The configuration as in `model.safetensors`, the source of the module, and each tensor's name in the program."""
    variables = describe_net(net, config).variables
    return {
        "made_by": "anylength",
        METADATA: config.to_json(),
        "module": generated_module(net, config),
        "names": json.dumps({variable: name for name, variable in variables.items()}, sort_keys=True),
        "task": config.task_name,
        "base": str(config.base),
        "tapes": str(config.task.tapes),
        "input": "one one-hot vector for each tape, joined; the answer of a step is the argmax of the logits",
    }


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
