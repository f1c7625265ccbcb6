"""The prover's boxes, unrolled: from the start, one box for each state that the task's machine can be in."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from anylength.ops.torch_ibp import Box
from anylength.rules import Machine
from anylength.torch.live_net import LiveNet


@dataclass(frozen=True)
class Images:
    """What the boxes become under every symbol: K columns.

    Attributes:
        features: Boxes `[F, K]` of what the read-out reads.
        answers: `[K]` the right classes.
    """

    features: Box
    answers: Tensor


def machine_boxes(net: LiveNet, machine: Machine, symbols: Tensor, *, noise: float, scale: float, depth: int) -> Images:
    """The prover's iteration from the start: each step joins the cut's values of each machine state into one box.

    Args:
        net: The net.
        machine: The task's machine.
        symbols: The encoded alphabet `[E, A]`.
        noise: Half-width by which every state is widened.
        scale: Factor, 0 to 1, of the joined boxes' radius: at 0 a box is its centre.
        depth: Number of steps.

    Returns:
        The images of all steps: at each for every machine state reached by then and every symbol.
    """
    delta, output = np.asarray(machine.delta), np.asarray(machine.output)
    origin = Box.of(net.cut(net.start()))
    reached, boxes, images = [machine.start], origin, []
    for _ in range(depth):
        sources = np.repeat(np.arange(len(reached)), machine.symbols)
        repeated = symbols.repeat(1, len(reached))
        states = net.step(repeated, boxes[:, sources]).widened(noise)
        images.append(Images(net.features(repeated, states), torch.as_tensor(output[reached].ravel(), device=symbols.device)))
        reached, boxes = _joined(net.cut(states), delta[reached].ravel(), origin, machine.start)
        boxes = Box(boxes.centre, scale * boxes.radius)
    return _together(images)


def _joined(images: Box, targets: np.ndarray, origin: Box, start: int) -> tuple[list[int], Box]:
    """The machine states reached, and for each the hull of its images. The start state's hull also holds the origin."""
    reached = sorted({start, *targets.tolist()})
    lows, highs = [], []
    for state in reached:
        columns = np.flatnonzero(targets == state)
        initial = [origin] if state == start else []
        parts = [images[:, columns], *initial]
        lows.append(torch.cat([part.low for part in parts], 1).amin(1))
        highs.append(torch.cat([part.high for part in parts], 1).amax(1))
    return reached, Box.between(torch.stack(lows, 1), torch.stack(highs, 1))


def _together(images: list[Images]) -> Images:
    """The images of all steps."""
    centre = torch.cat([image.features.centre for image in images], 1)
    radius = torch.cat([image.features.radius for image in images], 1)
    return Images(Box(centre, radius), torch.cat([image.answers for image in images]))
