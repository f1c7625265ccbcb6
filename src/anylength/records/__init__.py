"""Records: immutable results and their versioned JSON. Whatever computes returns records; whatever shows reads them alone."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
