"""Dynamics: what a trained net does under a repeated symbol, seen as a map of its state space into itself.

Fixed points, cycles and ghosts, each with what is proved of it; holds, and after how many steps they break; stumbles.
"""

from anylength.dynamics.breaks import Break, predicted
from anylength.dynamics.curve import Curve, traced
from anylength.dynamics.cycle import Cycle, Proof, Unproved
from anylength.dynamics.directions import Direction, directions, jacobian_around
from anylength.dynamics.entries import Entry, entries
from anylength.dynamics.fixed_points import cycles, index_sum
from anylength.dynamics.ghosts import Ghost, ghosts
from anylength.dynamics.holds import Hold
from anylength.dynamics.maps import HeldMap, symbol_maps
from anylength.dynamics.reduction import Reduction, SlowPoint, nearest_slow_point, reduced
from anylength.dynamics.stumbles import along, stumbles
from anylength.dynamics.trapping import Trap, trap

__all__ = [
    "Break", "Curve", "Cycle", "Direction", "Entry", "Ghost", "HeldMap", "Hold", "Proof", "Reduction", "SlowPoint", "Trap",
    "Unproved", "along", "cycles", "directions", "entries", "ghosts", "index_sum", "jacobian_around", "nearest_slow_point",
    "predicted", "reduced", "stumbles", "symbol_maps", "trap", "traced",
]  # fmt: skip
