"""Audits of streaming nets: does the answer drift, which numbers of the state carry it, what cures it, and what can be proved."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
