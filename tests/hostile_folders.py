"""Damage to run folders, sweep folders and files, as hypothesis strategies."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st
from safetensors.numpy import load, save

FIXTURES = Path(__file__).parent / "fixtures" / "runs"

DEEP = 100_000
"""Levels of nested JSON."""

SPARSE_BYTES = 20 << 30
"""Bytes of a sparse file, of which none lies on disk."""

CONTROL = "\x1b]0;owned\x07\x1b[31m\x9b2J\r\u202e"
"""Text that would steer a terminal."""

JUNK: tuple[Any, ...] = (
    None, True, -1, 0, 1e308, float("nan"), float("inf"), 10**30, -(10**18), 2**31, "", "x" * 5_000, CONTROL,
    "../../outside/secret", "/dev/zero", [], [[]] * 50, {}, {"a": 1}, [None], "\ud800", "nan", "count", 1000, 2, "rnn", "gru",
)  # fmt: skip
"""Values that replace one in a file."""

DEEP_JUNK = ("[" * DEEP + "]" * DEEP, '{"a":' * DEEP + "1" + "}" * DEEP, "9" * 5_000, "[" * 900 + "]" * 900)
"""Texts that replace a value, which Python's writer of JSON would not write."""

MARK = "\u2603 the place of a text"
"""Stands for a text of `DEEP_JUNK` until the rest is written."""

EXTREME = (3e38, -3e38, 1e20, 1e-45, 0.0, float("nan"), float("inf"))
"""Weights."""


@dataclass(frozen=True)
class Damage:
    """One change to a file. `number` and `junk` choose where and what, as far as the kind needs them."""

    kind: str
    number: int
    junk: int


Change = Callable[[Path, int, int], None]
"""(file, number, junk) changes the file. The canary tree lies in `outside` beside the run's folder."""


def _outside(path: Path) -> Path:
    """The canary tree."""
    return next(parent / "outside" for parent in path.parents if (parent / "outside").is_dir())


def _link(target: str) -> Change:
    def change(path: Path, number: int, junk: int) -> None:
        path.unlink()
        path.symlink_to(target if target.startswith("/") else _outside(path) / target)

    return change


def _pipe(path: Path, number: int, junk: int) -> None:
    path.unlink()
    os.mkfifo(path)


def _folder(path: Path, number: int, junk: int) -> None:
    path.unlink()
    path.mkdir()
    (path / "file").touch()


def _sparse(path: Path, number: int, junk: int) -> None:
    os.truncate(path, SPARSE_BYTES)


def _cut(path: Path, number: int, junk: int) -> None:
    os.truncate(path, number % (path.stat().st_size + 1))


def _flip(path: Path, number: int, junk: int) -> None:
    content = bytearray(path.read_bytes())
    for place in range(1 + junk % 8) if content else ():
        content[(number + place * 97) % len(content)] ^= 1 << (number + place) % 8
    path.write_bytes(content)


def _overwritten(path: Path, number: int, junk: int) -> None:
    texts = [json.dumps(value, ensure_ascii=False).encode(errors="surrogatepass") for value in JUNK]
    texts += [text.encode() for text in DEEP_JUNK]
    texts += [bytes(range(256)) * 8, b"\x00" * 5_000, CONTROL.encode() * 100, b"\xef\xbb\xbf{}", b"\n" * 5_000]
    path.write_bytes(texts[junk % len(texts)])


def _hard_link(path: Path, number: int, junk: int) -> None:
    path.unlink()
    os.link(_outside(path) / "secret", path)


def _read_only(path: Path, number: int, junk: int) -> None:
    for place in (path, path.parent) if number % 2 else (path,):
        place.chmod(0o555 if place.is_dir() else 0o444)


def _unreadable(path: Path, number: int, junk: int) -> None:
    path.chmod(0)


def _swapped(path: Path, number: int, junk: int) -> None:
    others = sorted(other for other in FIXTURES.rglob("*") if other.is_file())
    shutil.copyfile(others[number % len(others)], path)


def _places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of each value within a value."""
    yield place
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in entries:
        yield from _places(entry, (*place, key))


def _with(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    """The value with another one at a place."""
    if not place:
        return new
    copy = value.copy()
    copy[place[0]] = _with(value[place[0]], place[1:], new)
    return copy


def mutated(text: str, number: int, junk: int) -> str:
    """JSON with one value replaced."""
    value = json.loads(text)
    places = list(_places(value))
    choice = junk % (len(JUNK) + len(DEEP_JUNK))
    new = JUNK[choice] if choice < len(JUNK) else MARK
    result = json.dumps(_with(value, places[number % len(places)], new))
    return result.replace(json.dumps(MARK), DEEP_JUNK[choice - len(JUNK)]) if new is MARK else result


def _one_value(path: Path, number: int, junk: int) -> None:
    """Replaces one value: of a JSON file, of a line of several, of a safetensors header or of the configuration in its metadata."""
    content = path.read_bytes()
    if path.suffix == ".safetensors":
        path.write_bytes(_header_mutated(content, number, junk))
    elif path.suffix == ".jsonl":
        lines = content.decode().splitlines()
        line = number % len(lines)
        path.write_text("\n".join([*lines[:line], mutated(lines[line], number, junk), *lines[line + 1 :]]) + "\n")
    elif content.startswith(b"{"):
        path.write_text(mutated(content.decode(), number, junk))
    else:
        _flip(path, number, junk)


def _header_mutated(content: bytes, number: int, junk: int) -> bytes:
    end = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:end])
    inner = {key: value for key, value in header.get("__metadata__", {}).items() if value.startswith("{")}
    if inner and number % 2:
        key = sorted(inner)[0]
        header["__metadata__"][key] = mutated(inner[key], number // 2, junk)
        text = json.dumps(header)
    else:
        text = mutated(json.dumps(header), number // 2, junk)
    return len(text.encode()).to_bytes(8, "little") + text.encode() + content[end:]


def _extreme_weights(path: Path, number: int, junk: int) -> None:
    content = path.read_bytes()
    if path.suffix != ".safetensors":
        _flip(path, number, junk)
        return
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    tensors, extreme = load(content), EXTREME[junk % len(EXTREME)]
    chosen = sorted(tensors)[number % len(tensors)]
    for name, value in tensors.items():
        if value.dtype.kind == "f" and (number % 3 == 0 or name == chosen):
            tensors[name] = np.full_like(value, extreme)
    path.write_bytes(save(tensors, metadata=header.get("__metadata__")))


def _renamed(path: Path, number: int, junk: int) -> None:
    path.rename(path.with_name((CONTROL.replace("/", "") + "x" * 200)[: 50 + number % 150]))


CHANGES: dict[str, Change] = {
    "link to a file": _link("secret"), "link to a folder": _link("inner"), "link to nothing": _link("inner/new"),
    "link to a device": _link("/dev/zero"), "pipe": _pipe, "folder": _folder, "sparse": _sparse, "cut": _cut, "flip": _flip,
    "overwritten": _overwritten, "hard link": _hard_link, "read-only": _read_only, "unreadable": _unreadable, "swapped": _swapped,
    "one value": _one_value, "another value": _one_value, "one more value": _one_value, "extreme weights": _extreme_weights,
    "renamed": _renamed,
}  # fmt: skip
"""All kinds of damage. The most fruitful, a value replaced, has three names so that it is drawn more often."""


def damages() -> st.SearchStrategy[Damage]:
    """Any damage."""
    return st.builds(Damage, st.sampled_from(sorted(CHANGES)), st.integers(0, 1 << 20), st.integers(0, 1 << 10))


def apply(damage: Damage, path: Path) -> None:
    """Damages a file."""
    CHANGES[damage.kind](path, damage.number, damage.junk)
