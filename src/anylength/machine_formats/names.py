"""Names of symbols: what is a name."""

from collections.abc import Collection, Sequence

from anylength.base import InputError, quoted
from anylength.machines import MAX_NAME, MAX_SYMBOLS


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
    bad = next((symbol for symbol in symbols if not _is_name(symbol)), None)
    if bad is not None:
        expected = f"symbols as printable characters, or names of at most {MAX_NAME} of them without blanks"
        raise InputError(expected, f"{quoted(bad)} in {source}", "rename the symbol or leave it out")
    seen: set[str] = set()
    twice = next((symbol for symbol in symbols if symbol in seen or seen.add(symbol)), None)
    if twice is not None:
        raise InputError("an alphabet of symbols that differ", f"{quoted(twice)} twice in {source}", "name each symbol once")
    missing = next((symbol for symbol in sorted(occurring) if symbol not in seen), None)
    if missing is not None:
        got = f"an alphabet without {quoted(missing)}, which {source} reads"
        raise InputError("an alphabet that contains every symbol of the machine", got, "add it to the alphabet")


def _is_name(name: str) -> bool:
    """Whether words of such names can be written: as text where each has one character, else with blanks between them."""
    return name.isprintable() and (len(name) == 1 or (0 < len(name) <= MAX_NAME and not any(map(str.isspace, name))))
