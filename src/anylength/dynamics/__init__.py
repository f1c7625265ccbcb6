"""Dynamics: what a trained net does under a repeated symbol, seen as a map of its state space into itself.

Fixed points, cycles and ghosts, each with what is proved of it; holds, and after how many steps they break; stumbles.
"""

from anylength.dynamics.breaks import BreakPrediction, predict_break
from anylength.dynamics.cycle import Cycle, ExistenceProof, Unproved
from anylength.dynamics.directions import Direction, directions, jacobian_around
from anylength.dynamics.fixed_points import cycles, index_sum
from anylength.dynamics.ghosts import Ghost, ghosts
from anylength.dynamics.held_input_starts import HeldInputStart, held_input_starts
from anylength.dynamics.held_inputs import HeldInput
from anylength.dynamics.maps import HeldMap, symbol_maps
from anylength.dynamics.reduction import Reduction, SlowPoint, nearest_slow_point, reduced
from anylength.dynamics.slow_manifold import SlowManifold, trace_slow_manifold
from anylength.dynamics.transient_errors import states_along, transient_errors
from anylength.dynamics.trapping import TrappingRegion, trapping_region

__all__ = [
    "BreakPrediction", "SlowManifold", "Cycle", "Direction", "HeldInputStart", "Ghost", "HeldMap", "HeldInput", "ExistenceProof", "Reduction", "SlowPoint", "TrappingRegion",
    "Unproved", "states_along", "cycles", "directions", "held_input_starts", "ghosts", "index_sum", "jacobian_around", "nearest_slow_point",
    "predict_break", "reduced", "transient_errors", "symbol_maps", "trapping_region", "trace_slow_manifold",
]  # fmt: skip
