"""Where float32 overflows as a net was written, and not in the operation that a program has for it.

log(1 + e^x) is softplus(x), and e^x over the sum of such powers is a softmax; but from x = 89 on e^x is infinite in float32. So
such a value is written as lerp(z, a, a), which is a, for a z that lies in [0, 1] only if float32 holds all powers: a proof that
covers a number format needs such a z.
"""

from anylength.programs import Traced

LARGEST = 64.0
"""The largest exponent: e^64 and e^-64 are normal float32 numbers, and the sum of as many as a program may have is one, too."""


def while_at_most(size: Traced, value: Traced) -> Traced:
    """The value, in a form that is proved only where `size`, which is not negative, is at most `LARGEST`."""
    return value.tracer.lerp(size * (1 / LARGEST), value, value)
