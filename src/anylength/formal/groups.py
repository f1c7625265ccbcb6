"""What a theorem says of the word problem of a group."""

from anylength.formal.spelling import listed, wrapped
from anylength.formal.statements import BY_THE_MACHINE, Statement
from anylength.rules import GENERATORS, MAX_ORDER, Permutation, elements, generator


def statement_of_group(task: str) -> Statement | None:
    """The statement about the running product, or sum, in a group; None for a task that is no word problem of a known group.

    Args:
        task: The task's name, such as `s5`, `s5-generators`, `z-7` or `z-7-generator`.
    """
    group, _, rest = task.partition("-")
    if group in GENERATORS and task in (group, f"{group}-generators"):
        return _of_permutations(group, by_generators=bool(rest))
    order, _, kind = rest.partition("-")
    numbers = {str(number) for number in range(2, MAX_ORDER + 1)}
    if group == "z" and order in numbers and task in (f"z-{order}", f"z-{order}-generator"):
        return _of_sums(order, by_generator=bool(kind))
    return None


def products_term(group: str, machine: str, *, by_generators: bool) -> str:
    """The check that a machine writes the running product, as a term.

    Args:
        group: The group's name.
        machine: The machine, as a term.
        by_generators: Whether the symbols are two generators, not all elements.
    """
    names, factors = _tables(group, by_generators=by_generators)
    return f"Groups.products_of {machine} {group[1:]}\n  {names}\n  {factors}"


def _tables(group: str, *, by_generators: bool) -> tuple[str, str]:
    """The permutation of each output and of each symbol, as terms."""
    every = elements(group)
    factors = [generator(name, len(every[0])) for name in GENERATORS[group]] if by_generators else every
    return _listed(every), _listed(factors)


def _listed(permutations: list[Permutation]) -> str:
    return wrapped([listed(map(str, permutation)) for permutation in permutations])


def _of_permutations(group: str, *, by_generators: bool) -> Statement:
    points = group[1:]
    names, factors = _tables(group, by_generators=by_generators)
    symbols = len(GENERATORS[group]) if by_generators else len(elements(group))
    every = (
        f"forall w, over {symbols} w ->\n  exists out, {{writes}} w out /\\ "
        f"map (Groups.name names) out = Groups.products {points} (map (Groups.factor factors) w)"
    )
    return Statement(
        words="writes at every step the product of the permutations read so far, for every word of any length",
        computed=products_term(group, "machine", by_generators=by_generators) + " = true",
        formula=f"\n  let names := {names} in\n  let factors := {factors} in\n  NoDup names /\\ {every}",
        proof=f"intros names factors.\n  apply (multiplies_permutations _ machine {points} names factors); {BY_THE_MACHINE}",
    )


def _of_sums(order: str, *, by_generator: bool) -> Statement:
    values, symbols = ("[1]", "1") if by_generator else (f"(seq 0 {order})", order)
    return Statement(
        words=f"writes at every step the sum modulo {order} of the numbers read so far, for every word of any length",
        computed=f"equivalent machine (Groups.sums {order} {values}) {symbols} = true",
        formula=f"forall w, over {symbols} w ->\n"
        f"  {{writes}} w (map (fun k => Groups.total {values} (firstn k w) mod {order}) (seq 1 (length w)))",
        proof=f"apply (sums_modulo _ {order} {values}); [lia|]. apply (writes_as_equivalent _ _ machine); {BY_THE_MACHINE}",
    )
