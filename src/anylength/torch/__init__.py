"""For people who stay in PyTorch: a loss that makes a net provable, and weights back into a module. Needs PyTorch.

`worst_case_loss` bounds a step's cross-entropy over boxes of states: the interpreter `anylength.ops.torch_ibp` runs its traced step
program. Gradients reach the parameters of the step. `state_dict_of` gives a hardened net's weights the names of the module.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
