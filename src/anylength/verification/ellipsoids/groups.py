"""Which older symbols a split tells apart: those after which the states are far from each other."""

from collections.abc import Iterable, Mapping

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage

from anylength.verification.ellipsoids.classes import START
from anylength.verification.ellipsoids.contexts import Context, Contexts, is_repeating
from anylength.verification.ellipsoids.problem import Array, Problem
from anylength.verification.ellipsoids.regions import Region
from anylength.verification.ellipsoids.samples import SAMPLES, states_at

GROUPS, NEAR = 3, 0.3
"""A split tells so many groups apart at most, and none whose states are so near in the measure of the context's ellipsoid."""

Groups = dict[Context, list[list[int]]]
"""For a context, the older symbols that a split leaves together."""


def groups_of(
    problem: Problem, contexts: Contexts, chosen: Iterable[Context], regions: Mapping[Context, Region], seed: int
) -> Groups:
    """The groups of older symbols of the chosen contexts that have more than a few."""
    if not contexts.has_classes:
        return {}
    finer, longer = Contexts(problem.machine, set(contexts.leaves)), dict[Context, list[Context]]()
    for context in chosen:
        known = [child for child in contexts.longer(context) if child[-1] != START]
        if len(known) > GROUPS and len(known[0]) % 2:
            longer[context] = known
            finer.split(context)
    if not longer:
        return {}
    states = states_at(problem, finer, SAMPLES, seed)
    return {context: _groups(regions[context][1], _apart(context, known), states) for context, known in longer.items()}


def _apart(context: Context, longer: list[Context]) -> list[Context]:
    """The longer contexts but one that repeats what was repeated: it has a group of its own."""
    return [child for child in longer if not (is_repeating(context) and child[-1] == context[-2])]


def _groups(shape: Array, longer: list[Context], states: Mapping[Context, Array]) -> list[list[int]]:
    """Groups of last symbols with centers of states near each other. Symbols that no word has met join the first one."""
    met = [child for child in longer if len(states[child])]
    if len(met) <= GROUPS:
        return []
    middles = np.array([(states[child].max(0) + states[child].min(0)) / 2 for child in met])
    tree = linkage(np.linalg.solve(shape, middles.T).T, "complete")
    labels = fcluster(tree, max(NEAR, tree[-GROUPS, 2]), "distance")
    groups = [[met[place][-1] for place in np.flatnonzero(labels == label)] for label in np.unique(labels)]
    groups[0] += [child[-1] for child in longer if child not in met]
    return [group for group in groups if len(group) > 1]
