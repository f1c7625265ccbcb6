"""Dynamics: what a trained net does under a repeated symbol, seen as a map of its state space into itself."""

from anylength.dynamics.breaks import Break, predicted
from anylength.dynamics.curve import Curve, traced
from anylength.dynamics.holds import Hold
from anylength.dynamics.maps import HeldMap
from anylength.dynamics.reduction import Reduction, SlowPoint, nearest_slow_point, reduced

__all__ = ["Break", "Curve", "HeldMap", "Hold", "Reduction", "SlowPoint", "nearest_slow_point", "predicted", "reduced", "traced"]
