"""Names of symbols and outputs: what is a name, and in which order names are numbered."""

import re
from collections.abc import Collection, Iterable, Sequence

from anylength.base import InputError, quoted
from anylength.machines import MAX_NAME, MAX_OUTPUTS, MAX_SYMBOLS


def check_symbols(symbols: Sequence[str], occurring: Collection[str], source: str) -> None:
    """Checks an alphabet.

    Args:
        symbols: The names of the symbols.
        occurring: The symbols that the machine reads.
        source: The machine, for errors.

    Raises:
        InputError: There are no symbols or too many, two are alike, one that occurs is missing, or one is no name.
    """
    if not 1 <= len(symbols) <= MAX_SYMBOLS:
        raise InputError(f"1 to {MAX_SYMBOLS:,} symbols", f"{len(symbols):,} in {source}", "give another alphabet")
    _check_names("symbol", symbols, source)
    seen: set[str] = set()
    twice = next((symbol for symbol in symbols if symbol in seen or seen.add(symbol)), None)
    if twice is not None:
        raise InputError("an alphabet of symbols that differ", f"{quoted(twice)} twice in {source}", "name each symbol once")
    missing = next((symbol for symbol in sorted(occurring) if symbol not in seen), None)
    if missing is not None:
        got = f"an alphabet without {quoted(missing)}, which {source} reads"
        raise InputError("an alphabet that contains every symbol of the machine", got, "add it to the alphabet")


def check_outputs(outputs: Sequence[str], source: str) -> None:
    """Raises InputError if there are too many outputs, or one is no name."""
    if len(outputs) > MAX_OUTPUTS:
        raise InputError(f"at most {MAX_OUTPUTS:,} outputs", f"{len(outputs):,} in {source}", "take a machine of fewer outputs")
    _check_names("output", outputs, source)


def _check_names(kind: str, names: Iterable[str], source: str) -> None:
    bad = next((name for name in names if not _is_name(name)), None)
    if bad is not None:
        expected = f"{kind}s as printable characters, or names of at most {MAX_NAME} of them without blanks"
        raise InputError(expected, f"{quoted(bad)} in {source}", f"rename the {kind} or leave it out")


def _is_name(name: str) -> bool:
    """Whether words of such names can be written: as text where each has one character, else with blanks between them."""
    return name.isprintable() and (len(name) == 1 or (0 < len(name) <= MAX_NAME and not any(map(str.isspace, name))))


def in_natural_order(names: Iterable[str]) -> tuple[str, ...]:
    """Names in alphabetic order, the numbers in them by size: i1, i2, i10."""
    return tuple(sorted(names, key=lambda name: ([_part(part) for part in re.split(r"([0-9]{1,18})", name)], name)))


def _part(text: str) -> tuple[int, str]:
    return (int(text), "") if text.isdecimal() and text.isascii() else (-1, text)
