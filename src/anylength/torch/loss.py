"""The worst-case cross-entropy over boxes of features (interval bound propagation, Gowal et al. 2018), in PyTorch."""

import torch
from torch import Tensor
from torch.nn import functional

from anylength.torch.live_net import LiveNet
from anylength.torch.machine_boxes import Images


def worst_logits(net: LiveNet, images: Images) -> list[tuple[Tensor, Tensor]]:
    """For each right class its images' worst logits `[K', C]` and targets `[K']`.

    Every wrong logit exceeds the right one by its largest possible margin on the box: the difference of the two rows of the
    read-out times the box.
    """
    weight = net.tensors[net.program.weight]
    groups = []
    for answer in images.answers.unique().tolist():
        columns = (images.answers == answer).nonzero()[:, 0]
        features = images.features[:, columns]
        spread = (weight - weight[answer]).abs() @ features.radius
        groups.append(((net.logits(features.centre) + spread).T, images.answers[columns]))
    return groups


def worst_cross_entropy(net: LiveNet, images: Images, power: float) -> Tensor:
    """The power mean of the worst-case cross-entropies over all images, in nats.

    Args:
        net: The net.
        images: Boxes of features with the right answers.
        power: Exponent of the power mean. Above 1 the hardest boxes weigh more.
    """
    losses = torch.cat([functional.cross_entropy(*group, reduction="none") for group in worst_logits(net, images)])
    # the gradient of the root stays finite where all losses are 0
    return ((losses + 1e-6) ** power).mean() ** (1 / power)
