from .atomic import write_atomic
from .disk import disk_errors
from .exclusive import exclusive
from .folder import Folder
from .names import free_name, remove_leftovers, temporary_name
from .new_folder import new_folder
from .presence import exists, is_folder
from .regular import read_file
from .text import read_text

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
