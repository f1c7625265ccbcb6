from .breaks import BreakPrediction, predict_break
from .cycle import Cycle, ExistenceProof, Unproved
from .directions import Direction, directions, jacobian_over_period
from .fixed_points import cycles, index_sum
from .ghosts import Ghost, ghosts
from .held_input_starts import HeldInputStart, held_input_starts
from .held_inputs import HeldInput
from .maps import HeldMap, symbol_maps
from .reduction import Reduction, reduced
from .slow_manifold import SlowManifold, trace_slow_manifold
from .slow_point import SlowPoint, nearest_slow_point
from .time_limit import OutOfTimeError, time_limit
from .transient_errors import states_along, transient_errors
from .trapping import TrappingRegion, trapping_region

__all__ = [
    "BreakPrediction", "Cycle", "Direction", "ExistenceProof", "Ghost", "HeldInput", "HeldInputStart", "HeldMap", "Reduction",
    "OutOfTimeError", "SlowManifold", "SlowPoint", "TrappingRegion", "Unproved", "cycles", "directions", "ghosts",
    "held_input_starts", "index_sum", "jacobian_over_period", "nearest_slow_point", "predict_break", "reduced", "states_along",
    "symbol_maps", "time_limit", "trace_slow_manifold", "transient_errors", "trapping_region",
]  # fmt: skip
