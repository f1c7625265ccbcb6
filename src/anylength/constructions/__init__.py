"""Nets that are made from a machine without training, and can be proved at every length at once."""

from anylength.constructions.elman import construct
from anylength.constructions.embed import embedded, holds_construction, in_gates, layers_in_gates

__all__ = ["construct", "embedded", "holds_construction", "in_gates", "layers_in_gates"]
