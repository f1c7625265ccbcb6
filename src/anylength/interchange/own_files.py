"""Reads back the net of a safetensors file that anylength itself exported for PyTorch with a generated module.

Such a file has the net's configuration in its metadata, under `anylength`, and all tensors of the program bit by bit.
"""

import json
from collections.abc import Mapping

import numpy as np

from anylength.base import InputError
from anylength.nets import Net, NetConfig, build
from anylength.nets.weights import METADATA, config_from, shapes


def own_net(named: Mapping[str, np.ndarray], metadata: Mapping[str, str], source: str) -> tuple[Net, NetConfig] | None:
    """The net and its configuration; None for a file that anylength did not generate.

    Args:
        named: The tensors of the file by name.
        metadata: The file's metadata.
        source: The file's name, for errors.

    Raises:
        InputError: The metadata is damaged, or the tensors do not fit it.
    """
    if METADATA not in metadata:
        return None
    names = _names(metadata.get("names", "{}"), source)
    tensors = {names.get(name, name): value for name, value in named.items()}
    config = config_from(metadata[METADATA], source)
    if not set(shapes(config)) <= set(tensors):  # a standard layer, whose tensors have other names
        return None
    net = build(config, tensors)
    return (net, config) if isinstance(net, Net) else None


def _names(text: str, source: str) -> dict[str, str]:
    """The name in the program of each tensor of a generated module."""
    try:
        names = json.loads(text)
    except (ValueError, RecursionError):
        names = None
    if not isinstance(names, dict) or not all(isinstance(name, str) for name in names.values()):
        raise InputError("the names of tensors in the metadata", f"others in {source}", "the file is damaged; export it again")
    return names
