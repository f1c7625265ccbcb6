"""For people who stay in PyTorch: a loss that makes a net provable, and weights back into a module. Needs PyTorch.

`worst_case_loss` bounds a step's cross-entropy over boxes of states: the interpreter `anylength.ops.torch_ibp` runs its traced step
program. Gradients reach the parameters of the step. `state_dict_of` gives a hardened net's weights the names of the module.
"""

from anylength.torch.state_dict import state_dict_of
from anylength.torch.worst_case import worst_case_loss

__all__ = ["worst_case_loss", "state_dict_of"]
