"""Files: the one door to everything that is read from disk or written to it.

`Folder` is for the files of run and sweep folders. Such a folder may come from anyone, so no link in it is followed. `read_file`
and `write_atomic` are for paths that a user names.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
