from .edges import Edge, edges
from .graphviz import dot
from .mermaid import mermaid
from .python import python
from .table import MACHINE_FORMATS, format_machine

__all__ = [
    "MACHINE_FORMATS",
    "Edge",
    "dot",
    "edges",
    "format_machine",
    "mermaid",
    "python",
]
