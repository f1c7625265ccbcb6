"""Machines written in Graphviz, Mermaid and Python, and read from regular expressions. Imports no JAX.

The module `regular_expressions` is imported by those who need it, because it imports a parser.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
