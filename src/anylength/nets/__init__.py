"""Nets: one-hot encoding, recurrent steps and read-out over time; files of nets; quantised nets."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
