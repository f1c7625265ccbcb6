"""Statistics over many nets: proportions with intervals, survival curves of held lengths, tests of two settings. No JAX."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
