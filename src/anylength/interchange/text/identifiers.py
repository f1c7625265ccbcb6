"""Names of tensors as names of variables in C, JavaScript and Python."""

import re
from collections.abc import Iterable, Mapping

WORDS = """
    and arguments as assert async auto await boolean break byte case catch char class const continue debugger def default del
    delete do double elif else enum eval except export extends extern False false final finally float for from function global
    goto if implements import in inline int interface is lambda let long native new None nonlocal not null or package pass
    private protected public raise register restrict return short signed sizeof static struct super switch synchronized this
    throw throws transient True true try typedef typeof union unsigned var void volatile while with yield
    advance answer append apply argc argv BASE best bfloat16 buffers center children columns columns_int8 compile complement
    count_digits cpu cuda digit_of digits_in digitsOf encode erfcf exp_below_0 expf extra_repr fabsf features fmaxf fminf
    forward fputs free gelu H half int8_t ipu labels LABELS LETTERS log1pf logits main malloc mean mean_square modules mtia
    names next NULL output_of parameters print_number puts self sigmoid_of size_t softmax sqrtf start state STATE stderr
    stdin stdout step symbol symbol_at tanh_of tanhf TAPES times times_int8 to toText train training type uint32_t
    write_number xpu
"""
RESERVED = frozenset(WORDS.split())
"""Words of the languages, and the names that the generated code uses itself."""

SHORT = re.compile(r"(answer_)?([a-zA-Z]\d*|rows\d+)")
"""Names that the generated code gives to its own values."""


def identifiers(names: Iterable[str]) -> Mapping[str, str]:
    """A name of a variable for each tensor, no two equal: `weight_ih` for `cell.weight_ih`, `layer_0_bias` for `cell.0.bias`."""
    found: dict[str, str] = {}
    for name in names:
        plain = re.sub(r"\W", "_", name.removeprefix("cell."), flags=re.ASCII)
        prefix = "layer_" if plain[0].isdigit() else "tensor_" if _is_taken(plain) else ""
        base = prefix + plain
        choices = [base, *(f"{base}_{number}" for number in range(2, len(found) + 3))]
        found[name] = next(choice for choice in choices if choice not in found.values())
    return found


def _is_taken(name: str) -> bool:
    return name in RESERVED or name.startswith("_") or SHORT.fullmatch(name) is not None
