"""The result of an import: the net, and the original to compare it with."""

from collections.abc import Callable
from dataclasses import dataclass

from anylength._types import Symbols
from anylength.nets import Net

Predictor = Callable[[Symbols], Symbols]
"""Runs a net: symbols `[T, B]` → output classes `[T, B]`."""


@dataclass(frozen=True)
class ImportedNet:
    """A net read from another library.

    Attributes:
        net: The net.
        cell: The name of its cell.
        origin: A description of the original for the user.
        folding_error: Bound on the difference between the original's W_ih x in float32 and this net's; 0 if nothing was folded.
        reference: Runs the original in its own runtime; None if that runtime is not installed.
        runtime: The name and version of that runtime; None if it is not installed.
    """

    net: Net
    cell: str
    origin: str
    folding_error: float = 0.0
    reference: Predictor | None = None
    runtime: str | None = None
