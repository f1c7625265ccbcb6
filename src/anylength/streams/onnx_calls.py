"""Other ways to call a file: many streams in place of one, frames in place of whole sequences."""

from itertools import product

import numpy as np
from onnx import ModelProto, TensorProto, helper

from anylength.streams.feeding import Signature
from anylength.streams.onnx_graph import copied, inputs_of, session, session_options, signature

NO_LOG = 4
"""Severity of a session that logs nothing but its end: a trial may fail."""

RECURRENT = {"LSTM": (5, 6), "GRU": (5,), "RNN": (5,)}
"""Recurrent operators, and the positions of their states among their inputs. New states are outputs 1 and 2."""


def exposed(model: ModelProto) -> tuple[ModelProto, dict[str, str]] | None:
    """A model that reads whole sequences as one that reads frames: the states of its recurrent operators become inputs and outputs.

    Returns:
        The model and its state pairs. None: it has no such operator, or one that goes backward.
    """
    found, pairs = copied(model), {}
    for number, node in enumerate(node for node in found.graph.node if node.op_type in RECURRENT):
        settings = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
        if settings.get("direction", b"forward") != b"forward" or settings.get("layout"):
            return None
        for index, position in enumerate(RECURRENT[node.op_type]):
            name = f"{node.op_type.lower()}{number}_{'hc'[index]}"
            node.input.extend([""] * (position + 1 - len(node.input)))
            node.output.extend([""] * (index + 2 - len(node.output)))
            node.input[position] = name
            node.output[index + 1] = node.output[index + 1] or f"{name}_out"
            shape = [1, "streams", settings["hidden_size"]]
            found.graph.input.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
            found.graph.output.append(helper.make_tensor_value_info(node.output[index + 1], TensorProto.FLOAT, shape))
            pairs[name] = node.output[index + 1]
    return (found, pairs) if pairs else None


FREED_TOLERANCE = 1e-5
"""Largest difference of two streams run at once from each by itself, for random states and inputs of size about 1."""


def freed(model: ModelProto, name: str, pairs: dict[str, str]) -> ModelProto | None:
    """The model with a free axis of streams in place of axes of length 1, where two streams at once are as each by itself.

    Args:
        model: A model whose shapes are all fixed.
        name: Its input. The streams are its first axis.
        pairs: State input → state output.
    """
    shapes = signature([value for value in inputs_of(model) if value.name == name or value.name in pairs])
    axes = [[0] if key == name else [axis for axis, length in enumerate(shape) if length == 1] for key, shape in shapes.items()]
    if shapes[name][:1] != [1]:
        return None
    for chosen in product(*axes):
        found = copied(model)
        del found.graph.value_info[:]
        for value in found.graph.input:
            if value.name in shapes:
                value.type.tensor_type.shape.dim[chosen[list(shapes).index(value.name)]].dim_param = "streams"
        for value in found.graph.output:
            value.type.tensor_type.ClearField("shape")
        if _same_at_once(model, found, shapes, dict(zip(shapes, chosen, strict=True)), pairs):
            return found
    return None


def _same_at_once(model: ModelProto, found: ModelProto, shapes: Signature, axes: dict[str, int], pairs: dict[str, str]) -> bool:
    """Whether two streams at once give what each gives by itself. Answers have the streams first."""
    rng = np.random.default_rng(0)
    single = [{name: rng.normal(0, 0.5, shape).astype(np.float32) for name, shape in shapes.items()} for _ in range(2)]
    both = {name: np.concatenate([one[name] for one in single], axis) for name, axis in axes.items()}
    options = session_options()
    options.log_severity_level = NO_LOG
    try:
        one, two = (session(part, options) for part in (model, found))
        apart = [[np.asarray(value) for value in one.run(None, feeds)] for feeds in single]
        joined = [np.asarray(value) for value in two.run(None, both)]
    except Exception:  # a shape inside depends on one stream
        return False
    back = {output: axes[name] for name, output in pairs.items()}
    for index, value in enumerate(model.graph.output):
        wanted = np.concatenate([results[index] for results in apart], back.get(value.name, 0))
        if wanted.shape != joined[index].shape or not np.allclose(wanted, joined[index], rtol=0, atol=FREED_TOLERANCE):
            return False
    return True
