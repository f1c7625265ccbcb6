"""The HTML pages: all scripts, styles and templates, and the code that fills them. Reads records only; no JAX.

Folders: `report`, `summary`, `benchmark` and `audit` are self-contained pages; `nines`, `patterns`, `turn`, `memory` and
`attention` are the pages of the static site. Several pages use `shared`, `checker` (the independent checker in JavaScript) and
`learning` (nets that learn with their proofs).
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
