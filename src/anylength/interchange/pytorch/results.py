"""What a foreign forward or step returns for its logits: a tensor, or a tuple or dict with one in it."""

from collections.abc import Mapping
from typing import Any

from anylength.base import InputError

KEY = "logits"
"""The entry or attribute of a result that holds the logits, as in the model outputs of Hugging Face's transformers."""


def logits_in(result: Any) -> Any:
    """The tensor of the logits in what a forward returns: itself, the entry or attribute `logits`, the first or only entry.

    Raises:
        InputError: There is no tensor.
    """
    import torch

    found = result
    if isinstance(found, Mapping):
        found = found[KEY] if KEY in found else next(iter(found.values())) if len(found) == 1 else found
    elif hasattr(found, KEY):
        found = getattr(found, KEY)
    elif isinstance(found, tuple | list) and found:
        return logits_in(found[0])
    if not isinstance(found, torch.Tensor):
        names = f" with {', '.join(map(str, found))[:MAX_NAMES]}" if isinstance(found, Mapping) else ""
        raise InputError(
            "logits as a tensor", f"{type(found).__name__}{names}", f"return them alone, first in a tuple, or as {KEY!r}"
        )
    return found


MAX_NAMES = 80
"""Characters of the names of entries that a message lists."""
