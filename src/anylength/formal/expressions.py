"""Regular expressions as terms of Rocq, over the numbers of the symbols: the type `regex` of formal/machines/Regex.v.

What a pattern means is said there, not here: a theorem about the term can be read beside the pattern.
"""

from collections.abc import Sequence

from greenery import Charclass, Pattern
from greenery.rxelems import Mult

from anylength.formal.spelling import listed
from anylength.rules import parse_pattern


def regex_term(pattern: str, symbols: Sequence[str]) -> str:
    """The pattern as a term. Symbol s stands for the character `symbols[s]`.

    Raises:
        InputError: It is no regular expression of what the parser takes.
    """
    return _choice(parse_pattern(pattern), symbols)


def _choice(pattern: Pattern, symbols: Sequence[str]) -> str:
    """The alternatives of a pattern, in an order that does not change from run to run: the parser holds them as a set."""
    alternatives = sorted(_joined("Then", [_repeated(mult, symbols) for mult in conc.mults], "Empty") for conc in pattern.concs)
    return _joined("Either", alternatives, "Nothing")


def _joined(operator: str, terms: Sequence[str], nothing: str) -> str:
    """Terms joined by an operator of two terms, from the right."""
    if not terms:
        return nothing
    joined = terms[-1]
    for term in reversed(terms[:-1]):
        joined = f"({operator} {term} {joined})"
    return joined


def _repeated(mult: Mult, symbols: Sequence[str]) -> str:
    """A character class or a group, with its repetition."""
    least, most = mult.multiplier.min.v, mult.multiplier.max.v
    inner = _class(mult.multiplicand, symbols) if isinstance(mult.multiplicand, Charclass) else _choice(mult.multiplicand, symbols)
    named = {(1, 1): inner, (0, None): f"(Star {inner})", (0, 1): f"(optional {inner})", (1, None): f"(some {inner})"}
    if (least, most) in named:
        return named[least, most]
    if most is None:
        return f"(at_least {least} {inner})"
    return f"(times {least} {inner})" if least == most else f"(between {least} {most} {inner})"


def _class(charclass: Charclass, symbols: Sequence[str]) -> str:
    """The numbers of the characters that a class reads."""
    numbers = [str(s) for s, symbol in enumerate(symbols) if charclass.accepts(symbol)]
    return f"(symbol {numbers[0]})" if len(numbers) == 1 else f"(Class {listed(numbers)})"
