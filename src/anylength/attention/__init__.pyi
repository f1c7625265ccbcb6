from .answers import context_net_answers
from .net import MAX_STEPS, AbstractContextNet
from .seq2seq import AbstractSeq2Seq
from .table import CONTEXT_NETS
from .transformer import AbstractTransformer

__all__ = ["CONTEXT_NETS", "MAX_STEPS", "AbstractContextNet", "AbstractSeq2Seq", "AbstractTransformer", "context_net_answers"]
