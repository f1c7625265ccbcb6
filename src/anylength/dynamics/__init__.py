"""Dynamics: what a trained net does under a repeated symbol, seen as a map of its state space into itself."""

from anylength.dynamics.cycle import Cycle, Proof, Unproved
from anylength.dynamics.directions import Direction, directions, jacobian_around
from anylength.dynamics.fixed_points import cycles, index_sum
from anylength.dynamics.maps import HeldMap
from anylength.dynamics.slow import SlowPoint, slow_points
from anylength.dynamics.trapping import Trap, trap

__all__ = [
    "Cycle", "Direction", "HeldMap", "Proof", "SlowPoint", "Trap", "Unproved",
    "cycles", "directions", "index_sum", "jacobian_around", "slow_points", "trap",
]  # fmt: skip
