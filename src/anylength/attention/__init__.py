"""Nets with a growing context: content- and location-based attention, and causal transformers. `CONTEXT_NETS` maps names to
classes, and imports them when they are looked up.

Each step looks back on the whole word, so these nets have no fixed-size state and cannot be compared with a finite machine.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
