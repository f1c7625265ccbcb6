"""Recognises a file that anylength wrote: its metadata name the cell, its tensors have the digest, its graph is the cell's step."""

from typing import Any

from anylength.base import InputError
from anylength.interchange.onnx.graph import tensor_array
from anylength.interchange.onnx.loader import Model
from anylength.interchange.onnx.program_nodes import TENSOR
from anylength.nets import Net, build, tensors
from anylength.nets.weights import METADATA, config_from
from anylength.programs import Program
from anylength.programs.canonical import canonical
from anylength.verification.certify.certificate import tensors_digest

OWN = "exported by anylength: "
"""Begins the origin of a net in a file that anylength wrote and nobody changed."""

DIGEST = "tensors_sha256"
"""The metadata's key for the digest of the tensors."""


def is_own(model: Model, net: Net) -> bool:
    """Whether anylength wrote the file of a net, and its tensors are still those that it wrote."""
    return _metadata(model).get(DIGEST) == tensors_digest(net)


def own_net(model: Model, program: Program, named: dict[str, Any]) -> Net | None:
    """The net that anylength wrote as a Scan; None where the file is another one, or was changed.

    Args:
        model: The model.
        program: The program that was read of its graph.
        named: The program's tensors.
    """
    text = _metadata(model).get(METADATA)
    own = {entry.name.removeprefix(TENSOR): entry for entry in model.graph.initializer if entry.name.startswith(TENSOR)}
    if text is None or not own:
        return None
    try:
        net = build(config_from(text, "the file's metadata"), {name: tensor_array(entry) for name, entry in own.items()})
    except InputError:
        return None
    if not isinstance(net, Net) or not is_own(model, net):
        return None
    return net if canonical(net.program, tensors(net))[0] == canonical(program, named)[0] else None


def _metadata(model: Model) -> dict[str, str]:
    return {entry.key: entry.value for entry in model.metadata_props}
