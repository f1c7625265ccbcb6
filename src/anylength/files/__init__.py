"""Files: the one door to everything that is read from disk or written to it.

`Folder` is for the files of run and sweep folders. Such a folder may come from anyone, so no link in it is followed. `read_file`
and `write_atomic` are for paths that a user names.
"""

from anylength.files.atomic import write_atomic
from anylength.files.disk import disk_errors
from anylength.files.exclusive import exclusive
from anylength.files.folder import Folder
from anylength.files.names import free_name, remove_leftovers, temporary_name
from anylength.files.new_folder import new_folder
from anylength.files.presence import exists, is_folder
from anylength.files.regular import read_file
from anylength.files.text import read_text

__all__ = [
    "Folder",
    "disk_errors",
    "exclusive",
    "exists",
    "free_name",
    "is_folder",
    "new_folder",
    "read_file",
    "read_text",
    "remove_leftovers",
    "temporary_name",
    "write_atomic",
]
