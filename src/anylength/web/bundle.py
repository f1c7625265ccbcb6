"""Many modules in one script, for a page that is a single file: a file opened from disk may not import others.

The modules keep to a small form: imports are `import { a, b } from "./other.js";`, exports stand before a declaration, nothing runs
on import, and no two modules declare the same name at the top. So they are one program when they stand after what they import.
"""

import base64
import hashlib
import re
from collections.abc import Callable

IMPORT = re.compile(r'^import\s*\{[^}]*\}\s*from\s*"\./([\w-]+\.js)";\n', re.MULTILINE)
DECLARATION = re.compile(r"^(?:export )?(?:async )?(?:const|let|var|class|function\*?) +(?:([\w$]+)|\[([^\]]+)\])", re.MULTILINE)


def bundled(entry: str, read: Callable[[str], str]) -> str:
    """The entry module and all that it imports as one script.

    Args:
        entry: The text of the module that runs.
        read: Name of a module → its text.

    Raises:
        ValueError: Two modules declare the same name, they import each other in a ring, or an import has another form.
    """
    order: list[str] = []
    _visit("the entry", entry, read, order, ())
    texts = [*((name, read(name)) for name in order), ("the entry", entry)]
    _all_different(texts)
    return "\n".join(_plain(name, text) for name, text in texts)


def policy(script: str, style: str) -> str:
    """A content policy under which a page may run this script and use this style, and fetch nothing at all."""
    return (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _visit(name: str, text: str, read: Callable[[str], str], order: list[str], above: tuple[str, ...]) -> None:
    """Adds the modules below one to the order, each after those that it imports."""
    if name in above:
        raise ValueError(f"{' imports '.join([*above, name])}: a ring")
    for other in IMPORT.findall(text):
        _visit(other, read(other), read, order, (*above, name))
        if other not in order:
            order.append(other)


def _plain(name: str, text: str) -> str:
    plain = re.sub(r"^export (?=\w)", "", IMPORT.sub("", text), flags=re.MULTILINE)
    if re.search(r"^\s*(?:import|export)\b", plain, re.MULTILINE):
        raise ValueError(f"{name}: only named imports from ./x.js, and exports before a declaration")
    return plain.strip() + "\n"


def _all_different(texts: list[tuple[str, str]]) -> None:
    homes: dict[str, str] = {}
    for module, text in texts:
        for one, several in DECLARATION.findall(text):
            for declared in [one] if one else [part.strip() for part in several.split(",")]:
                if homes.setdefault(declared, module) != module:
                    raise ValueError(f"{homes[declared]} and {module} both declare {declared}")


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
