"""Dynamics: what a trained net does under a repeated symbol, seen as a map of its state space into itself."""

from anylength.dynamics.maps import HeldMap

__all__ = ["HeldMap"]
