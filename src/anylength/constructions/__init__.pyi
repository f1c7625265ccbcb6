from .elman import construct
from .embed import embedded, holds_construction, in_gates, layers_in_gates

__all__ = ["construct", "embedded", "holds_construction", "in_gates", "layers_in_gates"]
