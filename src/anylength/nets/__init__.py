"""Nets: encode, step, read out; scan over time; save and load."""

from anylength.nets.abstract import AbstractNet
from anylength.nets.architectures import ARCHITECTURES, Architecture, architecture_named, architecture_of
from anylength.nets.net import Net, answers, encoded_alphabet, logits, logits_and_states, outputs_from, states_along, step
from anylength.nets.weights import NetConfig, build, describe, load, tensors, to_bytes

__all__ = [
    "ARCHITECTURES",
    "AbstractNet",
    "Architecture",
    "Net",
    "NetConfig",
    "answers",
    "architecture_named",
    "architecture_of",
    "build",
    "describe",
    "encoded_alphabet",
    "load",
    "logits",
    "logits_and_states",
    "outputs_from",
    "states_along",
    "step",
    "tensors",
    "to_bytes",
]
