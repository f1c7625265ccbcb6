from .edges import Edge, edges
from .graphviz import dot
from .mermaid import mermaid
from .mlregtest import mlregtest_words
from .objects import machine_of_object
from .python import python
from .reading import read_named_machine
from .table import MACHINE_FORMATS, format_machine

__all__ = [
    "MACHINE_FORMATS",
    "Edge",
    "dot",
    "edges",
    "format_machine",
    "machine_of_object",
    "mermaid",
    "mlregtest_words",
    "python",
    "read_named_machine",
]
