"""Machines in the formats of other programs and of people. Imports no JAX.

Written: Graphviz, Mermaid, Python. Read: AT&T tables, AALpy's `.dot` files, and automata of AALpy and pythomata. The module
`regular_expressions` is imported by those who need it, because it imports a parser.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
