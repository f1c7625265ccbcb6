"""`state_dict_of`: a net's weights under the names, shapes and types of the user's own module."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from anylength.base import InputError
from anylength.interchange.flat_values import Alphabet
from anylength.interchange.pytorch.alphabet import Inputs
from anylength.interchange.pytorch.captured import captured
from anylength.interchange.pytorch.conversion import from_torch
from anylength.interchange.pytorch.live import read_live
from anylength.interchange.pytorch.state_dict import layer_from_state_dict
from anylength.interchange.pytorch.step import TorchStep, step_program
from anylength.interchange.pytorch.whole_module import module_program
from anylength.interchange.pytorch.write import is_torch_layer, layer_tensors
from anylength.nets import PROGRAM, AbstractNet, Net, architecture_of, describe, tensors
from anylength.rules import Task, task_named
from anylength.torch.sources import Source, holding, joined, marked

EXPORT = "write the net with anylength export --to torch, which generates a module of its own"


def state_dict_of(
    net: AbstractNet, module: Any, task: Task | str, *, initial_state: Any = None, inputs: Inputs | None = None
) -> dict[str, Tensor]:  # fmt: skip
    """The weights of a net as a `state_dict` of a module: `module.load_state_dict(...)` takes every key.

    The module with these weights is read again: it must be the net, bit for bit, and answer the same hard words. The module itself
    is not changed. Numbers that the net does not hold, such as the embedding of a padding token, are the module's own.

    Args:
        net: The net: that of `harden(module, task)`, or of a run that was made from the module.
        module: The module that the net was read from, with the weights that it had then; or a step that uses one module.
        task: The net's task, or its name (in base 10).
        initial_state: For a step: as in `prove`.
        inputs: For a step or module: as in `prove`.

    Returns:
        The tensors by the keys of `module.state_dict()`, with their shapes, types and devices.

    Raises:
        InputError: The net was not read from this module, or the module cannot hold the net's weights.
    """
    task = task_named(task) if isinstance(task, str) else task
    owner = _owner(module)
    own = owner.state_dict(keep_vars=True)
    if not isinstance(net, Net):
        raise InputError("a recurrent net", f"a net of {architecture_of(net).name}", EXPORT)
    if architecture_of(net).name == PROGRAM:
        written = _of_program(net, module, own, task, initial_state, inputs)
    else:
        written = _of_layer(net, own, task)
    values = {name: written[name].to(tensor) if name in written else tensor.detach().clone() for name, tensor in own.items()}
    with holding(list(own.values()), list(values.values())):
        if architecture_of(net).name == PROGRAM:
            read = read_live(module, task, initial_state=initial_state, inputs=inputs).net()
        else:
            read = from_torch(module, task, initial_state=initial_state, inputs=inputs)
    _require_same(net, read)
    return values


def _owner(module: Any) -> torch.nn.Module:
    """The one module that a step uses; a module itself.

    Raises:
        InputError: There is none, or several.
    """
    found = [value for value in captured(module).values() if isinstance(value, torch.nn.Module)]
    if len(found) != 1:
        raise InputError("a module, or a step that uses one module", f"{len(found)} modules", "join them in one torch.nn.Module")
    return found[0]


def _of_program(
    net: Net, module: Any, own: Mapping[str, Tensor], task: Task, initial_state: Any, inputs: Inputs | None
) -> dict[str, Tensor]:  # fmt: skip
    """The numbers of the module with those of the program's tensors written over the parameters that they come from.

    Parameters whose numbers are all alike stay unmarked: a program has them as constants, which no training moves.

    Raises:
        InputError: The module has another program than the net.
    """
    varied = {id(value): (name, value) for name, value in own.items() if value.is_floating_point() and value.unique().numel() > 1}
    parameters = [value for _, value in varied.values()]
    with marked(parameters):
        read = _read(module, task, initial_state, inputs)
        marks = joined(parameters).detach().float().numpy().copy()
    if read.program != net.program:
        remedy = "pass the module that the net was read from, with the weights that it had then"
        raise InputError("a module with the net's step", "one with another step", remedy)
    pool, named = joined(parameters).detach().float().numpy().copy(), tensors(net)
    for name, tensor in read.tensors.items():
        places = Source.of(tensor, marks).places.numpy()
        pool[places[places >= 0]] = np.asarray(named[name])[places >= 0]
    parts = np.split(pool, np.cumsum([value.numel() for value in parameters])[:-1])
    fresh = {id(value): torch.from_numpy(part).reshape(value.shape) for value, part in zip(parameters, parts, strict=True)}
    return {name: fresh[id(value)] for name, value in own.items() if id(value) in fresh}


def _read(module: Any, task: Task, initial_state: Any, inputs: Inputs | None) -> TorchStep:
    """The program of a module or a step."""
    if initial_state is None:
        return module_program(module, Alphabet(task.letters, task.tapes), inputs)[0]
    return step_program(module, encoded=task.encoding_size, initial_state=initial_state, inputs=inputs, tapes=task.tapes)


def _of_layer(net: Net, own: Mapping[str, Tensor], task: Task) -> dict[str, Tensor]:
    """The tensors of a net of one layer by the module's names.

    Raises:
        InputError: The module is of another kind, or has an embedding: the net has its product with the input weights.
    """
    config = describe(net, task)
    if not is_torch_layer(config):
        raise InputError("a net of one rnn, relu, gru or lstm, or one read as a step program", f"a {config.cell}", EXPORT)
    arrays = {name: value.detach().cpu().float().numpy() for name, value in own.items()}
    layer = layer_from_state_dict(arrays, config.cell)
    if layer.embedding is not None:
        remedy = 'keep the two apart: call from_torch, prove or harden on the module with inputs="tokens"'
        raise InputError("a net that has the embedding apart from the input weights", "a net with their product", remedy)
    places = {
        "rnn.weight_ih_l0": layer.weight_ih, "rnn.weight_hh_l0": layer.weight_hh, "rnn.bias_ih_l0": layer.bias_ih,
        "rnn.bias_hh_l0": layer.bias_hh, "readout.weight": layer.readout, "readout.bias": layer.readout_bias,
    }  # fmt: skip
    fresh = {id(places[name]): torch.from_numpy(np.array(value)) for name, value in layer_tensors(net).items()}
    return {name: fresh[id(array)] for name, array in arrays.items()}


def _require_same(net: Net, read: Net) -> None:
    """Checks that the module with the new weights is the net.

    Raises:
        InputError: It is another.
    """
    wanted, found = tensors(net), tensors(read)
    same = net.program == read.program and all(np.array_equal(found[name], value) for name, value in wanted.items())
    if not same:
        names = [name for name, value in wanted.items() if name not in found or not np.array_equal(found[name], value)]
        got = f"one whose {names[0]} differs" if names else "one with another step"
        raise InputError("a module that can hold the weights of the net", got, EXPORT)
