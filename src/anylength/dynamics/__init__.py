"""Dynamics: what a trained net does while one symbol repeats, seen as a map of its state space into itself.

It finds fixed points, cycles and ghosts, and proves what can be proved about them. It predicts after how many repetitions of a
symbol the answers turn wrong, and searches for wrong answers soon after a change of symbol.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
