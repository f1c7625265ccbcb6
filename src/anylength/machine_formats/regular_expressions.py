"""From a regular expression to the smallest acceptor of the words that it matches whole.

A pattern means what Python's `re.fullmatch` with the flags ASCII and DOTALL says. The library greenery parses it. Look-arounds,
back-references, anchors and flags are refused.

The alphabet is the characters that occur in the pattern, all members of classes such as `[a-z]` and `\\d` included. `.` and negated
classes stand for characters of the alphabet. If fewer than two characters occur beside them, the alphabet must be given.

The machine is the automaton of positions (Glushkov 1961), made deterministic one state at a time within limits of work, then
minimised. greenery's own machines have no limits and take long: 20 s for `(a|b)*a(a|b){8}`, where this module takes 9 ms, and more
than 90 s for 256 alternatives of one character, where it takes 0.1 s.
"""

from collections.abc import Iterator, Sequence

from greenery import Charclass, Pattern

from anylength.base import InputError, quoted
from anylength.machine_formats.names import MAX_SYMBOLS, check_symbols
from anylength.machine_formats.patterns import parse_pattern
from anylength.machine_formats.positions import Positions
from anylength.machines import ACCEPTOR_OUTPUTS, Machine, NamedMachine, minimise

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
