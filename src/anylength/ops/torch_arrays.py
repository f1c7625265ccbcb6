"""Interpreter of `Ops` over PyTorch tensors `[rows, B]`. Needs PyTorch: only what has PyTorch imports it.

Known numbers go to PyTorch's default device: `with torch.device(…)` sets it.
"""

from functools import partial

import torch
from torch.nn.functional import gelu

from anylength.ops.arrays import Arrays

torch_arrays = Arrays(torch, torch.sigmoid, torch.relu, gelu, partial(torch.softmax, dim=0))
"""The interpreter."""
