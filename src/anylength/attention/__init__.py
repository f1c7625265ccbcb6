"""Nets whose context grows: attention by content, by location, and causal transformers. `CONTEXTS` maps each name to its class.

They look back on the whole word at every step, so they have no state of fixed size: no finite machine can be laid beside them.
"""

from collections.abc import Mapping

from anylength.attention.net import LONGEST, AbstractContextNet
from anylength.attention.running import answers_in_context
from anylength.attention.seq2seq import AbstractSeq2Seq, Content, Location
from anylength.attention.transformer import (
    AbstractTransformer,
    TransformerLearned,
    TransformerNone,
    TransformerRandomised,
    TransformerRotary,
)

CONTEXTS: Mapping[str, type[AbstractContextNet]] = {
    net.name: net
    for net in (Content, Location, TransformerNone, TransformerLearned, TransformerRotary, TransformerRandomised)
}  # fmt: skip

__all__ = ["CONTEXTS", "LONGEST", "AbstractContextNet", "AbstractSeq2Seq", "AbstractTransformer", "answers_in_context"]
