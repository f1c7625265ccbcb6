"""Extraction: the machine that a net has learned, and whether it is the task's."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
