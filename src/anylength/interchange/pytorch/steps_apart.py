"""Which values of a traced module belong to one step of a word, or to one word of a batch: no step sees another, nor the length.

A graph has one symbolic size, the number of steps or of words. Each value of it is the same at all steps (`SAME`), has `Steps`, or
is of the last step (`LAST`). Only listed operations take values with steps, and only shapes take the symbolic size (`SIZE`).
The words of a batch are classed by the same rules, without a last one.
"""

from collections.abc import Callable, Sequence
from math import prod
from typing import Any, NamedTuple

SAME, LAST, SIZE = "same", "last", "size"

RECURRENT = "recurrent"
"""The operation that stands for PyTorch's recurrent functions: see `opaque`."""

OTHER = 1009
"""The size of the other axis, words or steps: a prime, so that no size of a module is a multiple of it."""

EACH = frozenset((
    "add", "sub", "rsub", "mul", "div", "neg", "abs", "exp", "exp2", "log", "log1p", "expm1", "sqrt", "rsqrt", "reciprocal", "pow",
    "square", "tanh", "sigmoid", "relu", "gelu", "silu", "elu", "celu", "selu", "mish", "erf", "leaky_relu", "softplus",
    "log_sigmoid_forward", "prelu", "hardtanh", "hardsigmoid", "hardswish", "clamp", "clamp_min", "clamp_max", "minimum", "maximum",
    "fmod", "remainder", "where", "gt", "ge", "lt", "le", "eq", "ne", "lerp", "sin", "cos", "sinh", "cosh", "atan", "round",
    "floor", "ceil", "trunc", "sign", "logical_not", "logical_and", "logical_or", "logical_xor", "bitwise_not", "bitwise_and",
    "bitwise_or", "clone", "alias", "detach", "_to_copy", "isnan", "isinf", "zeros_like", "ones_like", "full_like", "addcmul",
    "addcdiv", "logaddexp", "lift_fresh_copy",
))  # fmt: skip
"""Operations on each number."""

UNLIKE = "a size that depends on the number of steps"

NEW = EACH - {"alias", "detach", "lift_fresh_copy"} | {"mm", "addmm", "bmm", "sum", "mean", "var"}
"""Operations whose result shares no memory with what they take."""

AXES_AT = {"split": 2, "split_with_sizes": 2} | dict.fromkeys((
    "sum", "mean", "amax", "amin", "_softmax", "_log_softmax", "argmax", "argmin", "any", "all", "prod", "var", "select", "slice",
    "cat", "unbind", "flip", "cumsum", "index_select",
), 1)  # fmt: skip
"""Operations along axes, and which argument names them."""

FILLED = {"full": 0, "zeros": 0, "ones": 0, "new_zeros": 1, "new_ones": 1, "new_full": 1}
VIEWS = ("view", "reshape", "_unsafe_view")
SHAPED = {*VIEWS, "expand", *FILLED}
"""Operations that take sizes."""

END = 2**63 - 1
"""How a graph writes the end of an axis."""

STARTS_AT_0 = ("cat", "split", "split_with_sizes", "slice", "unbind")
"""Operations along the first axis, where they name none."""


class SeenError(Exception):
    """A step may see another one, or the length."""


class Steps(NamedTuple):
    """Where the steps of a value lie.

    Attributes:
        back: Their axis, from behind: -1 is the last.
        part: How many neighbours on this axis are of one step.
        many: By how much the axis is longer than the number of steps.
        shape: The shape, with the symbol in it.
    """

    back: int
    part: int
    many: int
    shape: tuple[Any, ...]

    @property
    def axis(self) -> int:
        """Their axis, from the front."""
        return len(self.shape) + self.back

    @property
    def inner(self) -> int:
        """How many numbers lie between a step and the next."""
        return self.part * prod(self.shape[self.axis + 1 :])

    def beside(self, other: "Steps") -> bool:
        """Whether the steps of another value stand side by side with these."""
        return self[:3] == other[:3]


def require(holds: Any, why: str) -> None:
    """Goes on where something holds.

    Raises:
        SeenError: It does not.
    """
    if not holds:
        raise SeenError(why)


def _name(node: Any) -> str:
    """The operation of a call, without its overload; of one in place, that which makes a new value."""
    name = getattr(node.target, "__name__", str(node.target)).split(".")[0]
    return name.removesuffix("_") if _is_in_place(node) else name


def _is_in_place(node: Any) -> bool:
    return getattr(getattr(node.target, "_schema", None), "is_mutable", False)


def require_no_other_change(node: Any) -> None:
    """Accepts a change in place only where nothing else has the value that it changes.

    Raises:
        SeenError: Something may have it.
    """
    if not _is_in_place(node):
        return
    changed = node.args[0]
    while len(changed.users) == 1 and changed.op == "call_function" and _name(changed) in (*VIEWS, *MOVES):
        changed = changed.args[0]
    fresh = changed.op == "call_function" and _name(changed) in NEW
    require(_name(node) in EACH and fresh and len(changed.users) == 1, "a change in place of what may be used elsewhere")


class Classes:
    """The classes of a graph's values.

    Args:
        symbol: The symbolic number of steps, or of words.
        other: The other one of the two.
        words: Whether words are told apart, instead of steps.
    """

    def __init__(self, symbol: Any, other: Any, *, words: bool) -> None:
        self.symbol, self.other, self.words, self.found = symbol, other, words, dict[Any, Any]()

    def add(self, node: Any) -> None:
        """Classes a node. All nodes that it takes have their classes.

        Raises:
            SeenError: It mixes steps, or takes the length for a number.
        """
        if node.op == "call_function":
            found = self._of_call(node)
        else:
            value = node.meta.get("val")
            found = self._steps(value) if node.op == "placeholder" and self._has_symbol(value) else SAME
        self.found[node] = found
        values = node.meta.get("val")
        if isinstance(found, list):
            require(
                all(isinstance(c, Steps) == self._has_symbol(v) for c, v in zip(found, values, strict=True)), "a size of its own"
            )
        elif found != SIZE:
            require(isinstance(found, Steps) == self._has_symbol(values), UNLIKE)

    def sizes(self, value: Any) -> tuple[Any, ...]:
        """The shape of a tensor: integers, and expressions of the symbol."""
        return tuple(self._size(size) for size in value.shape)

    def _size(self, size: Any) -> Any:
        if isinstance(size, int):
            return size
        plain = size.node.expr.subs({self.other: OTHER})
        require(plain.free_symbols <= {self.symbol}, "a size that depends on numbers")
        return plain if plain.free_symbols else int(plain)

    def _has_symbol(self, value: Any) -> bool:
        import torch

        return isinstance(value, torch.Tensor) and not all(isinstance(size, int) for size in self.sizes(value))

    def _steps(self, value: Any, inner: int | None = None, axis: int | None = None) -> Steps:
        """The steps of a value, with `inner` numbers from a step to the next and on this axis, where these are known.

        Raises:
            SeenError: They do not lie apart.
        """
        shape = self.sizes(value)
        axes = [at for at, size in enumerate(shape) if not isinstance(size, int)]
        require(len(axes) == 1 and axis in (None, *axes), "steps that lie on several axes, or on another one")
        many, after = shape[axes[0]] / self.symbol, prod(shape[axes[0] + 1 :])
        part = 1 if inner is None else inner // after
        require(many.is_Integer and part >= 1 and part * after == (inner or after), "steps that cannot be told apart")
        require(int(many) % part == 0 and (inner is not None or many == 1), "steps that cannot be told apart")
        return Steps(axes[0] - len(shape), part, int(many), shape)

    def _of_call(self, node: Any) -> Any:
        """The class of a call's result; of several results, a list."""
        import torch

        name, value = _name(node), node.meta.get("val")
        taken = [self.found[other] for other in node.all_input_nodes]
        require(torch.Tag.nondeterministic_seeded not in getattr(node.target, "tags", ()), "random numbers")
        if name == "getitem":
            first = self.found[node.args[0]]
            return first[node.args[1]] if isinstance(first, list) else first
        if isinstance(value, torch.SymInt | torch.SymFloat | torch.SymBool):
            return self._of_size(name, value)
        if SIZE in taken:
            given = [self.found[one] for one in (*node.args, *node.kwargs.values()) if isinstance(one, torch.fx.Node)]
            require(name in SHAPED and SIZE not in given, "the length as a number")
        if name in SHAPED and not any(isinstance(c, Steps) for c in taken) and self._has_symbol(value):
            require(LAST not in taken, "the last step at every step")
            return self._steps(value)
        return self._of_values(node, name, value, taken)

    def _of_size(self, name: str, value: Any) -> str:
        import torch

        require(name in ("sym_size", "mul", "add", "floordiv") and isinstance(value, torch.SymInt), "the length as a number")
        return SAME if isinstance(self._size(value), int) else SIZE

    def _of_values(self, node: Any, name: str, value: Any, taken: list[Any]) -> Any:
        steps = [c for c in taken if isinstance(c, Steps)]
        require(not any(isinstance(c, list) for c in taken), "several values as one")
        require(not (LAST in taken and (steps or name == RECURRENT)), "the last step at every step")
        if not steps:
            return LAST if LAST in taken else SAME
        if name == RECURRENT:
            return self._of_recurrent(node, value)
        if name in EACH:
            require(all(steps[0].beside(c) for c in steps), "steps that do not stand side by side")
            results = [value] if isinstance(value, torch_tensor()) else value
            each = [steps[0]._replace(shape=self.sizes(v)) if self._has_symbol(v) else SAME for v in results]
            return each[0] if isinstance(value, torch_tensor()) else each
        if name in VIEWS:
            return self._steps(value, self.found[node.args[0]].inner)
        if name in MOVES:
            first = self.found[node.args[0]]
            axis = MOVES[name](first, len(value.shape), *node.args[1:])
            return self._steps(value, first.part * prod(self.sizes(value)[axis + 1 :]), axis)
        if name in ("mm", "addmm", "bmm"):
            return self._of_product(node, name, value, steps)
        if name == "embedding":
            require(self.found[node.args[0]] == SAME, "a table of the steps' own")
            return steps[0]._replace(back=steps[0].back - 1, shape=self.sizes(value))
        if name == "native_layer_norm":
            require(len(steps) == 1 and -steps[0].back > len(node.args[1]), "a norm over the steps")
            return [steps[0]._replace(shape=self.sizes(v)) for v in value]
        require(name in AXES_AT, "an operation that is not known to keep steps apart")
        return self._of_axes(node, name, value, steps)

    def _of_recurrent(self, node: Any, value: Any) -> list[Any]:
        """PyTorch's recurrent functions: along the steps, and for each word of a batch."""
        _, x, hx, weights, _, _, dropout, train, both, batch_first = node.args
        x, started, held = self.found[x], [self.found[n] for n in hx], [self.found[n] for n in weights]
        require(isinstance(x, Steps) and x.many == 1 and all(c == SAME for c in held), "weights that depend on the word")
        require(not both, "a layer that reads backwards")
        require(not (train and dropout), "random numbers")
        time = int(batch_first and len(x.shape) == 3)
        if self.words:
            require(len(x.shape) == 3 and x.axis == 1 - time, "steps and words change places")
            require(all(isinstance(c, Steps) and (c.axis, c.many) == (1, 1) for c in started), "a start state of another word")
            return [self._steps(v) for v in value]
        require(x.axis == time, "steps and words change places")
        require(all(c == SAME for c in started), "a start state that depends on the word")
        return [self._steps(value[0]), *[LAST] * (len(value) - 1)]

    def _of_product(self, node: Any, name: str, value: Any, steps: list[Steps]) -> Steps:
        """A product of matrices: known numbers stand on the right, or a batch of products has the steps on its first axis."""
        left, right = (self.found[n] for n in node.args[-2:])
        require(isinstance(left, Steps) and left.back != -1, "a product over the steps")
        each = isinstance(right, Steps) and name == "bmm" and left.axis == 0 and left.beside(right)
        require((right == SAME or each) and len(steps) == 1 + each, "a product over the steps")
        return left._replace(shape=self.sizes(value))

    def _of_axes(self, node: Any, name: str, value: Any, steps: list[Steps]) -> Any:
        """An operation along axes: along others than that of the steps, or the last step."""
        first, at = steps[0], AXES_AT[name]
        given = node.args[at] if len(node.args) > at else 0 if name in STARTS_AT_0 else None
        rank = len(first.shape)
        axes = range(rank) if given in (None, []) else [d % rank for d in ([given] if isinstance(given, int) else given)]
        if first.axis in axes:
            return self._of_place(node, name, first)
        values = node.args[0] if name == "cat" else node.args[:1]
        require(len(steps) == len(values) and all(first.beside(c) for c in steps), "values of other steps joined")

        def of(one: Any) -> Steps:
            axis = first.axis - (sum(a < first.axis for a in axes) if len(one.shape) < rank else 0)
            return self._steps(one, first.part * prod(self.sizes(one)[axis + 1 :]), axis)

        return [of(one) for one in value] if isinstance(value, Sequence) else of(value)

    def _of_place(self, node: Any, name: str, first: Steps) -> Any:
        """A part of the axis of the steps: all of it, or the last step."""
        start, end = (*node.args[2:4], None, None)[:2]
        if name == "slice" and start in (0, None) and end in (None, END) and len(node.args) < 5:
            return first
        last = (name == "select" and start == -1) or (name == "slice" and start == -1 and end in (None, END) and len(node.args) < 5)
        require(last and first.many == 1 and not self.words, "steps that are mixed, cut or counted")
        return LAST


def torch_tensor() -> Any:
    """The class of tensors."""
    import torch

    return torch.Tensor


def _permuted(first: Steps, _: int, order: Sequence[int]) -> int:
    return [d % len(first.shape) for d in order].index(first.axis)


def _swapped(first: Steps, _: int, one: int = 0, two: int = 1) -> int:
    one, two = one % len(first.shape), two % len(first.shape)
    return {one: two, two: one}.get(first.axis, first.axis)


def _unsqueezed(first: Steps, rank: int, axis: int) -> int:
    return first.axis + (axis % rank <= first.axis)


def _expanded(first: Steps, rank: int, *_: Any) -> int:
    return first.axis + rank - len(first.shape)


def _squeezed(first: Steps, _: int, gone: Any = None) -> int:
    axes = range(len(first.shape)) if gone is None else [d % len(first.shape) for d in ([gone] if isinstance(gone, int) else gone)]
    return first.axis - sum(d < first.axis and first.shape[d] == 1 for d in axes)


MOVES: dict[str, Callable[..., int]] = {
    "permute": _permuted, "t": _swapped, "transpose": _swapped, "unsqueeze": _unsqueezed, "expand": _expanded, "squeeze": _squeezed,
}  # fmt: skip
"""Operations that move axes: where that of the steps goes."""
