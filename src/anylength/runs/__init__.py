"""Run folders. Nothing else in the project knows which files a run has."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
