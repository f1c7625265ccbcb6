"""Nets: encode, step, read out; scan over time; save and load."""

from anylength.nets.net import Net, answers, logits, logits_and_states, outputs_from, states_along, step
from anylength.nets.weights import NetConfig, build, describe, load, tensors, to_bytes

__all__ = [
    "Net",
    "NetConfig",
    "answers",
    "build",
    "describe",
    "load",
    "logits",
    "logits_and_states",
    "outputs_from",
    "states_along",
    "step",
    "tensors",
    "to_bytes",
]
