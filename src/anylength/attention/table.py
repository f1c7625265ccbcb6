"""The table of nets with a growing context."""

from typing import TYPE_CHECKING

from anylength.base import LazyTable

if TYPE_CHECKING:
    from anylength.attention.net import AbstractContextNet

CONTEXT_NETS: "LazyTable[type[AbstractContextNet]]" = LazyTable(
    "anylength.attention",
    {
        "content": "seq2seq:ContentAttention",
        "location": "seq2seq:LocationAttention",
        "transformer-none": "transformer:TransformerNone",
        "transformer-learned": "transformer:TransformerLearned",
        "transformer-rotary": "transformer:TransformerRotary",
        "transformer-randomised": "transformer:TransformerRandomised",
    },
)
"""For each name of `--cell` the module and the class."""
