"""Small recurrent nets that forget: trained so that runs from any two states provably come together under the same inputs.

A *contraction* is a box of states that no run leaves, a weighted maximum norm, and a rate below one at which the distance of two
states shrinks in each step. What is found here is searched for in float32; `anylength_check` decides.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
