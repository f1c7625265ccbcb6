"""anylength: has a recurrent net learned an algorithm, or only its training lengths?

The names in `__init__.pyi` are the whole public interface. They are loaded on first use, so importing the package is cheap.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
