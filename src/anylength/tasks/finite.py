"""Builds a finite-state task: data sets, stress inputs and carry chains follow from its machine and its layout."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Literal

import numpy as np

from anylength.base import Digits
from anylength.machines import Machine
from anylength.tasks.data import from_the_left, from_the_left_up_to, from_the_right, from_the_right_up_to
from anylength.tasks.layout import AbstractLayout, MostFirst
from anylength.tasks.task import CarryChain, DataMaker, StressFamily, Task


def finite_task(
    name: str,
    summary: str,
    base: int,
    machine: Machine,
    exact: Callable[[tuple[Digits, ...]], Digits],
    layout: AbstractLayout,
    *,
    tapes: int = 1,
    labels: tuple[str, ...] | None = None,
    graded: Literal["last", "all"] = "last",
    names: tuple[str, ...] | None = None,
    negative: bool = False,
    carry_chains: tuple[CarryChain, ...] | None = None,
    data: dict[str, DataMaker] | None = None,
    data_up_to: Callable[[int], DataMaker] | None = None,
    ends_up_to: Callable[[int], DataMaker] | None = None,
    further_data: Mapping[str, Callable[[int], DataMaker]] | None = None,
    description: str | None = None,
) -> Task:
    """The task of a machine.

    Args are the attributes of `Task`. By default `carry_chains` are those of the machine, and `data` and `data_up_to` draw random
    numbers in the order of the layout.
    """
    if carry_chains is None:
        from anylength.tasks.held_inputs import carry_chains_of

        carry_chains = tuple(carry_chains_of(machine))
    return Task(
        name=name,
        summary=summary,
        base=base,
        tapes=tapes,
        transducer=machine,
        exact=exact,
        data=_number_sets(layout, tapes) if data is None else data,
        data_up_to=partial(_post_up_to, layout, tapes) if data is None else data_up_to,
        ends_up_to=ends_up_to,
        further_data=further_data or {},
        stress=partial(_families, machine, layout.tail),
        layout=layout,
        labels=labels,
        graded=graded,
        names=names,
        negative=negative,
        carry_chains=carry_chains,
        description=description,
    )


def _families(machine: Machine, tail: int, rng: np.random.Generator, base: int, limit: int) -> list[StressFamily]:
    from anylength.tasks.stress import machine_families

    return machine_families(machine, tail)(rng, base, limit)


def _number_sets(layout: AbstractLayout, tapes: int) -> dict[str, DataMaker]:
    return from_the_left(tapes) if isinstance(layout, MostFirst) else from_the_right(tapes, layout.tail)


def _post_up_to(layout: AbstractLayout, tapes: int, digits: int) -> DataMaker:
    return from_the_left_up_to(digits, tapes) if isinstance(layout, MostFirst) else from_the_right_up_to(digits, tapes, layout.tail)
