"""Nets with a growing context: content- and location-based attention, and causal transformers. `CONTEXT_NETS` maps names to
classes.

Each step looks back on the whole word, so these nets have no fixed-size state and cannot be compared with a finite machine.
"""

from collections.abc import Mapping

from anylength.attention.answers import context_net_answers
from anylength.attention.net import MAX_STEPS, AbstractContextNet
from anylength.attention.seq2seq import AbstractSeq2Seq, ContentAttention, LocationAttention
from anylength.attention.transformer import (
    AbstractTransformer,
    TransformerLearned,
    TransformerNone,
    TransformerRandomised,
    TransformerRotary,
)

CONTEXT_NETS: Mapping[str, type[AbstractContextNet]] = {
    kind.name: kind
    for kind in (ContentAttention, LocationAttention, TransformerNone, TransformerLearned, TransformerRotary, TransformerRandomised)
}  # fmt: skip

__all__ = ["CONTEXT_NETS", "MAX_STEPS", "AbstractContextNet", "AbstractSeq2Seq", "AbstractTransformer", "context_net_answers"]
