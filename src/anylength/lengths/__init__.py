"""Lengths: how far a net goes. Answers, counting on, stress tests, length curves, horizons."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
