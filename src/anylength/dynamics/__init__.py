"""Dynamics: what a trained net does while one symbol repeats, seen as a map of its state space into itself.

It finds fixed points, cycles and ghosts, and proves what can be proved about them. It predicts after how many repetitions of a
symbol the answers turn wrong, and searches for wrong answers soon after a change of symbol.
"""

from anylength.dynamics.breaks import BreakPrediction, predict_break
from anylength.dynamics.cycle import Cycle, ExistenceProof, Unproved
from anylength.dynamics.directions import Direction, directions, jacobian_over_period
from anylength.dynamics.fixed_points import cycles, index_sum
from anylength.dynamics.ghosts import Ghost, ghosts
from anylength.dynamics.held_input_starts import HeldInputStart, held_input_starts
from anylength.dynamics.held_inputs import HeldInput
from anylength.dynamics.maps import HeldMap, symbol_maps
from anylength.dynamics.reduction import Reduction, reduced
from anylength.dynamics.slow_manifold import SlowManifold, trace_slow_manifold
from anylength.dynamics.slow_point import SlowPoint, nearest_slow_point
from anylength.dynamics.time_limit import OutOfTimeError, time_limit
from anylength.dynamics.transient_errors import states_along, transient_errors
from anylength.dynamics.trapping import TrappingRegion, trapping_region

__all__ = [
    "BreakPrediction", "Cycle", "Direction", "ExistenceProof", "Ghost", "HeldInput", "HeldInputStart", "HeldMap", "Reduction",
    "OutOfTimeError", "SlowManifold", "SlowPoint", "TrappingRegion", "Unproved", "cycles", "directions", "ghosts",
    "held_input_starts", "index_sum", "jacobian_over_period", "nearest_slow_point", "predict_break", "reduced", "states_along",
    "symbol_maps", "time_limit", "trace_slow_manifold", "transient_errors", "trapping_region",
]  # fmt: skip
