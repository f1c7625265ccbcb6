"""The cured file: the same ONNX graph with one product behind the new state. Names, types and shapes stay."""

from typing import TYPE_CHECKING

import numpy as np

from anylength.base import InputError

if TYPE_CHECKING:
    from onnx import ModelProto

    from anylength.streams.onnx_net import OnnxNet
    from anylength.streams.treatments import Treatment


def patched(net: "OnnxNet", treatment: "Treatment") -> "ModelProto":
    """The model with a leak or a clip behind its step.

    Raises:
        InputError: The treatment is one that a file cannot hold, such as a timer.
    """
    import onnx
    from onnx import ModelProto, helper, numpy_helper

    if treatment.leak is None and treatment.clip is None:
        raise InputError("a leak or a clip", treatment.name, "let the caller reset the state, or choose another cure")
    model = ModelProto()
    model.CopyFrom(net.model)
    operation = "leak" if treatment.leak is not None else "clip"
    for name, values in net.factors(treatment).items():
        output = net.pairs[name]
        before = f"{output}_before_{operation}"
        for node in model.graph.node:
            node.output[:] = [before if value == output else value for value in node.output]
            node.input[:] = [before if value == output else value for value in node.input]
        bound = numpy_helper.from_array(values, f"{output}_{operation}")
        model.graph.initializer.append(bound)
        if operation == "leak":
            model.graph.node.append(helper.make_node("Mul", [before, bound.name], [output], operation))
        else:
            lower = numpy_helper.from_array(np.negative(values), f"{output}_lower")
            model.graph.initializer.append(lower)
            model.graph.node.append(helper.make_node("Min", [before, bound.name], [f"{output}_upper"], f"{output}_min"))
            model.graph.node.append(helper.make_node("Max", [f"{output}_upper", lower.name], [output], f"{output}_max"))
    onnx.checker.check_model(model)
    return model
