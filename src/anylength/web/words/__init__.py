"""The one place for sentences about the results of a net. Pages, reports and command line show these. Loads no JAX."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
