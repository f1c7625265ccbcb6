"""Dynamics: what a trained net does under a repeated symbol, seen as a map of its state space into itself."""

from anylength.dynamics.cycle import Cycle, Proof, Unproved
from anylength.dynamics.fixed_points import cycles, index_sum
from anylength.dynamics.maps import HeldMap

__all__ = ["Cycle", "HeldMap", "Proof", "Unproved", "cycles", "index_sum"]
