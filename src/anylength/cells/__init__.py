"""Cells: the equations of recurrent nets. `CELLS` maps each name to its class, and imports it when it is looked up."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
