"""Bundles ES modules into one script, for pages that are a single file: a file opened from disk may not import others.

A module may import only `{ names }` from `./file.js`, or from a file of `shared`, `checker`, `learning` or `site` beside its own
folder. It exports only declarations, it does nothing when imported, and no two modules of a bundle declare the same name at top
level. Modules of this form stay correct when their texts are joined, each after the modules that it imports. `bundled` refuses all
others.
"""

import base64
import hashlib
import posixpath
import re
from collections.abc import Callable

IMPORT = re.compile(
    r'^import\s*\{[^}]*\}\s*from\s*"(\./[\w-]+\.js|\.\./(?:shared|checker|learning|site)/[\w-]+\.js)";\n', re.MULTILINE
)
DECLARATION = re.compile(r"^(?:export )?(?:async )?(?:const|let|var|class|function\*?) +(?:([\w$]+)|\[([^\]]+)\])", re.MULTILINE)
COMMENT = re.compile(r"^[ \t]*(?://[^\n]*|/\*(?:(?!\*/)[\s\S])*\*/[ \t]*)\n", re.MULTILINE)
"""A comment that has its lines for itself."""


def bundled(entry: str, read: Callable[[str], str]) -> str:
    """One script made of a module and all modules that it imports, directly or not.

    Args:
        entry: The path of the module that runs, for example `report/report.js`.
        read: Returns the text of the module at a path.

    Raises:
        ValueError: Two modules declare the same name, modules import each other in a cycle, or an import has another form.
    """
    order: list[str] = []
    _add_in_order(entry, read, order, ())
    texts = {path: read(path) for path in order}
    _check_names_differ(texts)
    return "\n".join(_without_imports_and_exports(path, text) for path, text in texts.items())


def without_comments(script: str) -> str:
    """A script without the comments that have their lines for themselves.

    Raises:
        ValueError: A template literal goes on in a second line, so a line of it might be taken for a comment.
    """
    short = COMMENT.sub("", script)
    for line in short.splitlines():
        if line.count("`") % 2:
            raise ValueError(f"{line.strip()}: a template literal of several lines")
    return short


def without_indents(text: str) -> str:
    """A script without a template literal of several lines, or a style sheet, without the blanks that its lines begin with."""
    return re.sub(r"^[ \t\n]+", "", text, flags=re.MULTILINE)


def imported_by(path: str, text: str) -> list[str]:
    """The paths of the modules that a module imports, given its own path and text."""
    return [posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) for target in IMPORT.findall(text)]


def policy(script: str, style: str) -> str:
    """A content security policy under which a page may run this script, use this style sheet, and load nothing else."""
    return (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _add_in_order(path: str, read: Callable[[str], str], order: list[str], importers: tuple[str, ...]) -> None:
    """Appends the modules that a module imports, then the module itself, leaving out those already in the order."""
    if path in importers:
        raise ValueError(f"{' imports '.join([*importers[importers.index(path) :], path])}: an import cycle")
    if path in order:
        return
    for imported in imported_by(path, read(path)):
        _add_in_order(imported, read, order, (*importers, path))
    order.append(path)


def _without_imports_and_exports(path: str, text: str) -> str:
    plain = re.sub(r"^export (?=\w)", "", IMPORT.sub("", text), flags=re.MULTILINE)
    if re.search(r"^\s*(?:import|export)\b", plain, re.MULTILINE):
        raise ValueError(
            f"{path}: only named imports from ./x.js or a folder beside it that is shared, and exports before a declaration"
        )
    return plain.strip() + "\n"


def _check_names_differ(texts: dict[str, str]) -> None:
    modules: dict[str, str] = {}
    for path, text in texts.items():
        for name in declared_names(text):
            if modules.setdefault(name, path) != path:
                raise ValueError(f"{modules[name]} and {path} both declare {name}")


def declared_names(text: str) -> list[str]:
    """The names that a module declares at top level."""
    groups = DECLARATION.findall(text)
    return [name.strip() for single, several in groups for name in ([single] if single else several.split(","))]


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
