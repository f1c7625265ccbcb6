"""The names of a net's tensors in weights files and in programs."""

CELL_PREFIX = "cell."
"""Prefix of a cell's tensors."""

READOUT = ("readout.weight", "readout.bias")
"""The tensors of the read-out."""
