"""Base: what every room needs and no room is about: errors, files that are never half-written, and the class of records.

It takes bytes, texts and folders, and gives `InputError`, `Folder`, `write_atomic`, `Record`, `parse_json`, `LazyTable` and the
types of arrays. All rooms call it. Below it lie only the standard library, numpy and msgspec.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
