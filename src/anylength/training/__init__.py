"""Training: recipes (loss, optimiser, schedule), the compiled epoch, and `fit`."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
