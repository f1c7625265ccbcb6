"""Nets that are made from a machine without training, and can be proved at every length at once."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
