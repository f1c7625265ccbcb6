"""Nets of PyTorch from a user's own factory: loaded by name, trained on a task's data, and turned into nets that can be tested."""

from anylength.torch.modules.factory import Factory, is_factory, load_factory
from anylength.torch.modules.module_net import ModuleNet, net_of_module, stored_net
from anylength.torch.modules.training import Schedule, TrainedModule, made_net, train_module
from anylength.torch.modules.unrolled import Unrolled

__all__ = [
    "Factory",
    "ModuleNet",
    "Schedule",
    "TrainedModule",
    "Unrolled",
    "is_factory",
    "load_factory",
    "made_net",
    "net_of_module",
    "stored_net",
    "train_module",
]
