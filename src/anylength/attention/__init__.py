"""Nets whose context grows: attention by content, by location, and causal transformers. `CONTEXT_NETS` maps each name to its class.

They look back on the whole word at every step, so they have no state of fixed size: no finite machine can be laid beside them.
"""

from collections.abc import Mapping

from anylength.attention.net import MAX_STEPS, AbstractContextNet
from anylength.attention.answers import context_net_answers
from anylength.attention.seq2seq import AbstractSeq2Seq, ContentAttention, LocationAttention
from anylength.attention.transformer import (
    AbstractTransformer,
    TransformerLearned,
    TransformerNone,
    TransformerRandomised,
    TransformerRotary,
)

CONTEXT_NETS: Mapping[str, type[AbstractContextNet]] = {
    net.name: net
    for net in (ContentAttention, LocationAttention, TransformerNone, TransformerLearned, TransformerRotary, TransformerRandomised)
}  # fmt: skip

__all__ = ["CONTEXT_NETS", "MAX_STEPS", "AbstractContextNet", "AbstractSeq2Seq", "AbstractTransformer", "context_net_answers"]
