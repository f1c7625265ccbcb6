"""For people who stay in PyTorch: a loss that makes a net provable. Needs PyTorch.

`worst_case_loss` bounds a step's cross-entropy over boxes of states: the interpreter `anylength.ops.torch_ibp` runs its traced step
program. Gradients reach the parameters of the step.
"""

from anylength.torch.worst_case import worst_case_loss

__all__ = ["worst_case_loss"]
