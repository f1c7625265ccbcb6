"""Programs: one step of a recurrent net as data, which every interpreter, the certificate, the checker and the exports read."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
