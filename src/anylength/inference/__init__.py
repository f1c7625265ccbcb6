"""Inference: a machine from examples alone, by merging states. It names what the examples leave open."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
