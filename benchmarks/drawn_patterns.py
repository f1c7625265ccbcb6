"""Random regular expressions, for tests and benchmarks."""

import random


def drawn_pattern(draw: random.Random, depth: int = 3, letters: str = "ab") -> str:
    """A pattern of nested parts: letters, sequences, alternatives and repetitions."""
    if not depth:
        return draw.choice(letters)
    first, second = drawn_pattern(draw, depth - 1, letters), drawn_pattern(draw, depth - 1, letters)
    kinds = [
        draw.choice(letters), first + second, f"({first}|{second})", f"({first})*", f"({first})?", f"[{letters}]{first}",
        f"({first}){{2}}",
    ]  # fmt: skip
    return draw.choice(kinds)
