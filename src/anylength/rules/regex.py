"""From a regular expression to the smallest acceptor of the words that it matches whole.

A pattern means what Python's `re.fullmatch` with the flags ASCII and DOTALL says. The library greenery parses it. Look-arounds,
back-references, anchors, flags and empty classes are refused, and escaped punctuation becomes a hexadecimal escape, which greenery
takes everywhere. The alphabet is the characters that occur in the pattern, all members of classes such as `[a-z]` and `\\d`
included. `.` and negated classes stand for characters of the alphabet. If fewer than two characters occur beside them, the
alphabet must be given.

The machine is the automaton of positions (Glushkov 1961), made deterministic one state at a time within limits of work, then
minimised. A position is one character class of the pattern, after repetitions are written out; sets of positions are the bits of a
number. greenery's own machines have no limits and take long: 20 s for `(a|b)*a(a|b){8}`, where this module takes 9 ms, and more
than 90 s for 256 alternatives of one character, where it takes 0.1 s.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from greenery import Charclass, Pattern
from greenery.parse import NoMatch, match_pattern
from greenery.rxelems import Conc, Mult

from anylength.base import InputError, quoted
from anylength.rules.machines import ACCEPTOR_OUTPUTS, MAX_NAME, MAX_SYMBOLS, Machine, NamedMachine, minimise


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


MAX_CHARACTERS = 10_000
"""Longest pattern. An alternation of 4,096 symbols has 8,191 characters; greenery parses 30 of them in 1 ms."""

MAX_DEPTH = 100
"""Most groups within each other. greenery needs four levels of Python's stack for each."""

MAX_CLASS = 256
"""Most characters and ranges listed in one class. greenery's time for a class grows with the square of its length."""

PIECE = re.compile(
    r"(?P<look_around>\(\?<?[=!])"
    r"|(?P<back_reference>\\[1-9]|\(\?P=)"
    r"|(?P<anchor>[$^]|\\[AbBZ])"
    r"|(?P<option>\(\?(?!:|P<)(?:P.|.)?)"
    r"|(?P<open>\((?:\?:|\?P<\w+>)?)"
    r"|(?P<close>\))"
    r"|\[\^?(?P<class>(?:\\.|[^\]\\])*)\]"
    r"|(?P<unclosed>\[)"
    r"|\\(?P<escaped>.)"
    r"|.",
    re.DOTALL,
)
"""A piece of a pattern. The groups are what is refused or needs care; all else is left to greenery."""

CLASS_ITEM = re.compile(r"(\\x[0-9A-Fa-f]{2}|\\.|.)(?:-(\\x[0-9A-Fa-f]{2}|\\.|.))?", re.DOTALL)
"""An item of a class: a character, or the two ends of a range. A dash at the end of a class is a character."""

REFUSED = {
    "look_around": ("a pattern without look-ahead or look-behind", "say what the whole word looks like"),
    "back_reference": ("a pattern without back-references", "no finite machine can remember a group of any length"),
    "anchor": ("a pattern without anchors", "it matches whole words; write \\^ or \\$ for the character"),
    "option": ("groups written (…), (?:…) or (?P<name>…)", "write the pattern without flags and atomic groups"),
    "unclosed": ("balanced brackets", "close the class with ]"),
}
"""Pieces that are refused, each with what is expected and the remedy."""


def parse_pattern(pattern: str) -> Pattern:
    """The pattern as greenery's object.

    Raises:
        InputError: It is too long, is nested too deeply, or is not a regular expression of what greenery takes.
    """
    if len(pattern) > MAX_CHARACTERS:
        got = f"{len(pattern):,} characters"
        raise InputError(f"a pattern of at most {MAX_CHARACTERS:,} characters", got, "write it shorter, or write a machine file")
    plain = "".join(_plain(piece, pattern) for piece in PIECE.finditer(pattern))
    _check_depth(pattern)
    try:
        parsed, end = match_pattern(plain, 0)
    except ValueError:
        remedy = "write the smaller end of a range or a count first, and {0,3} for {,3}"
        raise InputError("ranges and counts in order", quoted(pattern), remedy) from None
    except RecursionError:
        raise _too_deep(pattern) from None
    except (NoMatch, IndexError):  # greenery looks beyond the end of an escape that is cut short
        raise _not_understood(plain, pattern) from None
    if end < len(plain):
        raise _not_understood(plain[end:], pattern)
    return parsed


def _check_depth(pattern: str) -> None:
    """Raises InputError unless the groups are balanced and not too deep."""
    depth = 0
    for piece in PIECE.finditer(pattern):
        depth += (piece["open"] is not None) - (piece["close"] is not None)
        if depth < 0:
            raise _error("balanced brackets", ")", piece.start(), pattern, "remove the bracket or open it before")
        if depth > MAX_DEPTH:
            raise _too_deep(pattern)
    if depth:
        raise InputError("balanced brackets", f"{depth} left open in the pattern {quoted(pattern)}", "close each group with )")


def _plain(piece: re.Match[str], pattern: str) -> str:
    """A piece as greenery writes it. Raises InputError if it is refused."""
    kind = next((kind for kind in REFUSED if piece[kind] is not None), None)
    if kind is not None:
        expected, remedy = REFUSED[kind]
        raise _error(expected, piece[0], piece.start(), pattern, remedy)
    if piece["escaped"] is not None:
        return _atom(piece[0])
    if piece["class"] is None:
        return piece[0]
    items = CLASS_ITEM.findall(piece["class"])
    if not items:
        raise _error("classes of one character or more", piece[0], piece.start(), pattern, "list the characters; write \\] for ]")
    if len(items) > MAX_CLASS:
        remedy = "write ranges, or an alternative such as (a|b)"
        raise _error(f"classes of at most {MAX_CLASS} characters and ranges", piece[0], piece.start(), pattern, remedy)
    inside = "".join("-".join(_atom(end) for end in item if end) for item in items)
    return f"{'[^' if piece[0].startswith('[^') else '['}{inside}]"


def _atom(text: str) -> str:
    """A character or an escape. Punctuation becomes a hexadecimal escape, which has no other meaning anywhere."""
    character = text.removeprefix("\\") or text
    if len(character) > 1 or not character.isascii():
        return text if len(character) > 1 else character
    return text if character.isalnum() else f"\\x{ord(character):02x}"


def _too_deep(pattern: str) -> InputError:
    got = f"more in the pattern {quoted(pattern)}"
    return InputError(f"at most {MAX_DEPTH} groups within each other", got, "write it with fewer brackets")


def _not_understood(rest: str, pattern: str) -> InputError:
    remedy = "write a literal . * + ? ( ) [ ] { } | or backslash with a backslash before it"
    return InputError("a regular expression", f"{quoted(rest)} in the pattern {quoted(pattern)}", remedy)


def _error(expected: str, piece: str, start: int, pattern: str, remedy: str) -> InputError:
    return InputError(expected, f"{quoted(piece)} at character {start + 1:,} of the pattern {quoted(pattern)}", remedy)


MAX_PARTS = 8_192
"""Most characters, classes and groups of a pattern whose repetitions are written out. An alternation of all symbols has 4,097."""


@dataclass(frozen=True)
class Ends:
    """Where the words of a part of a pattern begin and end.

    Attributes:
        first: The positions of their first characters.
        last: The positions of their last characters.
        empty: Whether the part matches the empty word.
    """

    first: int = 0
    last: int = 0
    empty: bool = False


EMPTY_WORD = Ends(empty=True)
"""The ends of a part that matches the empty word alone."""


@dataclass
class Positions:
    """The positions of a pattern.

    Attributes:
        source: The pattern, for errors.
        of_class: The positions of each character class.
        follow: The positions that may come after each position.
        first: The positions of first characters.
        last: The positions of last characters.
        parts: How many parts of the pattern have been seen, each copy counted.
    """

    source: str
    of_class: dict[Charclass, int] = field(default_factory=dict)
    follow: list[int] = field(default_factory=list)
    first: int = 0
    last: int = 0
    parts: int = 0

    @classmethod
    def of(cls, pattern: Pattern, source: str) -> "Positions":
        """The positions of a pattern.

        Raises:
            InputError: The pattern has more than `MAX_PARTS` parts.
        """
        positions = cls(source)
        ends = positions._pattern(pattern)
        positions.first, positions.last = ends.first, ends.last
        return positions

    def reading(self, charclass: Charclass) -> int:
        """The positions of a class."""
        return self.of_class.get(charclass, 0)

    def after(self, positions: int) -> int:
        """The positions that may come after any of the given ones."""
        following = 0
        for position in _bits(positions):
            following |= self.follow[position]
        return following

    def _pattern(self, pattern: Pattern) -> Ends:
        first, last, empty = 0, 0, False
        for conc in pattern.concs:
            ends = self._conc(conc)
            first, last, empty = first | ends.first, last | ends.last, empty or ends.empty
        return Ends(first, last, empty)

    def _conc(self, conc: Conc) -> Ends:
        return self._chain([self._mult(mult) for mult in conc.mults])

    def _mult(self, mult: Mult) -> Ends:
        """A part repeated: as many copies as it must have, then those that it may have, or one that repeats."""
        least, most = mult.multiplier.min.v or 0, mult.multiplier.max.v
        copies = [self._one(mult.multiplicand) for _ in range(max(least, 1) if most is None else most)]
        if most is None:
            copies[-1] = self._repeated(copies[-1])
        return self._chain([Ends(ends.first, ends.last, ends.empty or copy >= least) for copy, ends in enumerate(copies)])

    def _one(self, multiplicand: Charclass | Pattern) -> Ends:
        self.parts += 1
        if self.parts > MAX_PARTS:
            remedy = "a net has at most 1,024 states; take smaller counts"
            raise InputError(f"at most {MAX_PARTS:,} parts, repetitions written out", f"more in {self.source}", remedy)
        if isinstance(multiplicand, Pattern):
            return self._pattern(multiplicand)
        bit = 1 << len(self.follow)
        self.follow.append(0)
        self.of_class[multiplicand] = self.reading(multiplicand) | bit
        return Ends(bit, bit)

    def _repeated(self, ends: Ends) -> Ends:
        for position in _bits(ends.last):
            self.follow[position] |= ends.first
        return ends

    def _chain(self, parts: list[Ends]) -> Ends:
        """Parts one after the other. Chained from the end, so that each part has few last positions."""
        whole = EMPTY_WORD
        for part in reversed(parts):
            for position in _bits(part.last):
                self.follow[position] |= whole.first
            first = part.first | whole.first if part.empty else part.first
            last = part.last | whole.last if whole.empty else whole.last
            whole = Ends(first, last, part.empty and whole.empty)
        return whole


def _bits(number: int) -> Iterator[int]:
    """The positions of the ones of a number, the lowest first."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest


MAX_STATES = 10_000
"""Most states of a machine before it is minimised."""

MAX_TRANSITIONS = 1 << 18
"""Most states times symbols: 64 states over 4,096 symbols, or 10,000 over 26."""

MAX_LISTED = 1 << 18
"""Most characters of all classes of a pattern together."""

MAX_STEPS = 2_000_000
"""Most steps of making an automaton deterministic. A step takes up to 0.5 µs."""


def machine_of_regex(pattern: str, alphabet: str | Sequence[str] | None = None) -> NamedMachine:
    """The smallest acceptor of the words that the pattern matches whole.

    Args:
        pattern: The regular expression.
        alphabet: The symbols, each of one character, in their order. By default the characters that occur, in the order of Unicode.

    Raises:
        InputError: The pattern is no regular expression, uses more than regular expressions can say, matches no word of one symbol
            or more, or needs too large a machine. The alphabet is too large, has a symbol twice, or lacks one that occurs.
    """
    parsed = parse_pattern(pattern)
    source = f"the pattern {quoted(pattern)}"
    classes = set(_classes(parsed))
    symbols = _default_alphabet(classes, source) if alphabet is None else tuple(alphabet)
    _check_alphabet(symbols, classes, source)
    positions = Positions.of(parsed, source)
    masks = _masks(symbols, classes, positions)
    groups = list(dict.fromkeys(masks.values()))
    machine = minimise(_acceptor(positions, groups, source))
    if machine.classes < len(ACCEPTOR_OUTPUTS) and not machine.output[0][0]:
        raise _no_word(source)
    _check_size(machine.states, len(symbols), source)
    group_of = {mask: group for group, mask in enumerate(groups)}
    return NamedMachine(_spread(machine, [group_of[masks[symbol]] for symbol in symbols]), symbols, ACCEPTOR_OUTPUTS, "last")


def _classes(pattern: Pattern) -> Iterator[Charclass]:
    """The character classes of a pattern."""
    for conc in pattern.concs:
        for mult in conc.mults:
            if isinstance(mult.multiplicand, Charclass):
                yield mult.multiplicand
            else:
                yield from _classes(mult.multiplicand)


def _default_alphabet(classes: set[Charclass], source: str) -> tuple[str, ...]:
    """The characters that occur in a pattern, negated classes included."""
    _check_count(classes, source)
    characters = {character for charclass in classes for character in charclass.get_chars()}
    negated = any(charclass.negated for charclass in classes)
    if not characters and not negated:
        raise _no_word(source)
    if negated and len(characters) < 2:
        got = f"{len(characters)} in {source}"
        raise InputError("two characters or more beside . and negated classes", got, "give the alphabet")
    return tuple(sorted(characters))


def _check_size(states: int, symbols: int, source: str) -> None:
    """Raises InputError if a machine has too many states or transitions."""
    if states > MAX_STATES:
        raise InputError(f"at most {MAX_STATES:,} states", f"{states:,} in {source}", "take a smaller machine")
    if states * symbols > MAX_TRANSITIONS:
        got = f"{states:,} states over {symbols:,} symbols in {source}"
        raise InputError(f"at most {MAX_TRANSITIONS:,} transitions, states times symbols", got, "take a smaller machine")


def _no_word(source: str) -> InputError:
    expected = "a pattern that matches some word of one symbol or more"
    return InputError(expected, source, "no word would be accepted; correct the pattern")


def _check_count(classes: set[Charclass], source: str) -> None:
    """Raises InputError if classes have too many characters. Such classes are not listed."""
    counts = [sum(last + 1 - first for first, last in charclass.ord_ranges) for charclass in classes]
    if max(counts, default=0) > MAX_SYMBOLS:
        got = f"a class of {max(counts):,} characters in {source}"
        raise InputError(f"at most {MAX_SYMBOLS:,} symbols", got, "take a smaller class")
    if sum(counts) > MAX_LISTED:
        got = f"{sum(counts):,} in {source}"
        raise InputError(f"classes of at most {MAX_LISTED:,} characters together", got, "take fewer or smaller classes")


def _check_alphabet(symbols: Sequence[str], classes: set[Charclass], source: str) -> None:
    """Raises InputError unless the alphabet is one of single characters and has those of each class that is not negated."""
    _check_count(classes, source)
    long = next((symbol for symbol in symbols if type(symbol) is not str or len(symbol) != 1), None)
    if long is not None:
        raise InputError("an alphabet of single characters", quoted(str(long)), "a pattern reads one character at a time")
    plain = [charclass for charclass in classes if not charclass.negated]
    check_symbols(symbols, {character for charclass in plain for character in charclass.get_chars()}, source)


def _masks(symbols: Sequence[str], classes: set[Charclass], positions: Positions) -> dict[str, int]:
    """The positions that read each symbol. A symbol that a negated class lists is not read by it."""
    masks = dict.fromkeys(symbols, sum(positions.reading(charclass) for charclass in classes if charclass.negated))
    for charclass in classes:
        reading = positions.reading(charclass)
        for character in charclass.get_chars():
            if character in masks:
                masks[character] ^= reading
    return masks


def _acceptor(positions: Positions, masks: Sequence[int], source: str) -> Machine:
    """The automaton of positions made deterministic. Symbol g stands for all symbols that the positions `masks[g]` read.

    A state is the set of positions that may be read next.
    """
    number, steps = {positions.first: 0}, 0
    delta: list[tuple[int, ...]] = []
    output: list[tuple[int, ...]] = []
    for state in (queue := [positions.first]):
        row = []
        for mask in masks:
            read = state & mask
            steps += 1 + read.bit_count()
            next_state = positions.after(read)
            if next_state not in number:
                number[next_state] = len(number)
                queue.append(next_state)
            row.append((number[next_state], int(read & positions.last != 0)))
        delta.append(tuple(q for q, _ in row))
        output.append(tuple(c for _, c in row))
        if len(number) > MAX_STATES or len(number) * len(masks) > MAX_TRANSITIONS or steps > MAX_STEPS:
            got = f"more for {source}"
            remedy = "take smaller counts; a machine for (a|b)*a(a|b){20}, for example, must remember 21 symbols"
            raise InputError(f"a machine of at most {MAX_STATES:,} states and {MAX_STEPS:,} steps of work", got, remedy)
    return Machine(0, tuple(delta), tuple(output))


def _spread(machine: Machine, groups: Sequence[int]) -> Machine:
    """The machine over symbols, of which symbol s behaves as the group `groups[s]`."""
    delta = tuple(tuple(map(row.__getitem__, groups)) for row in machine.delta)
    return Machine(machine.start, delta, tuple(tuple(map(row.__getitem__, groups)) for row in machine.output))
