"""The examples of a training."""

from dataclasses import dataclass
from typing import Any

from anylength.base import pytree


@pytree
@dataclass(frozen=True)
class Examples:
    """Inputs and right outputs, `[N, T]` each."""

    symbols: Any
    targets: Any
