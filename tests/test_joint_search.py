"""Joint weights in the search: they meet the format's conditions, bound all images, and close steps that do not close otherwise."""

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from by_hand import switch
from sliced_counter import FOLDER, sliced_counter

from anylength.nets import Net, load, to_bytes
from anylength.nets.weights import describe
from anylength.ops.forms import Form, in_numpy
from anylength.tasks import task_named
from anylength.verification.certify import certificate_bytes, parse_certificate
from anylength.verification.certify.ellipsoid_cover import UNIT
from anylength.verification.certify.ellipsoid_images import cut_forms, image_forms, state_forms
from anylength.verification.ellipsoids import find_ellipsoid_proof, levels
from anylength.verification.ellipsoids.joint import (
    HALF,
    JOINT_BLOCKS,
    NEARLY,
    SHARE_OF_WHOLE,
    ImageParts,
    joint_rows,
    levels_with,
    parts_of_images,
)
from anylength.verification.ellipsoids.levels import Ellipsoids, levels_of, spread_of
from anylength.verification.ellipsoids.problem import Problem
from anylength.verification.ellipsoids.slices import SLICES, as_integers

COUNTER = Path(__file__).parent / "fixtures" / "ellipsoids"


@pytest.fixture(scope="module")
def counter() -> Problem:
    """A net of 12 units by the post's recipe, which is right."""
    net = load(COUNTER / "model.safetensors")[0]
    assert isinstance(net, Net)
    return Problem(net, task_named("count").machine, 1.2e-5, 1e-3)


@pytest.fixture(scope="module")
def regions() -> Ellipsoids:
    """The ellipsoids of its proof."""
    cover = parse_certificate((COUNTER / "certificate.json").read_bytes()).proofs[0].cover
    shape = cover.shape * UNIT
    return Ellipsoids(cover.center * UNIT, shape, spread_of(shape))


def parts_by_chance(seed: int, steps: int = 5, size: int = 4, blocks: int = 3) -> tuple[Form, ImageParts]:
    """Images in the unit ball's own measure."""
    rng = np.random.default_rng(seed)
    form = Form(
        0.1 * rng.normal(size=(size, steps)), 0.3 * rng.normal(size=(size, steps, size)),
        0.2 * rng.normal(size=(size, steps, blocks, size)), 0.02 * rng.random((size, steps)),
        np.full((size, steps), 1e9),
    )  # fmt: skip
    unit = np.repeat(np.eye(size)[None], steps, 0)
    return form, parts_of_images(form, np.zeros((steps, size)), unit, np.ones((steps, size)))


@pytest.mark.parametrize("seed", range(3))
def test_rows_meet_the_conditions_of_the_format(seed):
    _, parts = parts_by_chance(seed)
    rows = joint_rows(parts)
    assert rows.shape == (5, 2 * 3 + 4) and (rows[:, :7] >= 1).all()
    squares, shifts = rows[:, 4:7], rows[:, 7:]
    assert (shifts >= 0).all() and (shifts <= HALF).all() and (squares * (HALF - shifts) <= HALF * rows[:, 2:3]).all()
    broken = joint_rows(parts._replace(misfit=np.full_like(parts.misfit, np.nan)))
    assert (broken[:, :7] >= 1).all() and (broken[:, 7:] >= 0).all()


@pytest.mark.parametrize("seed", range(3))
def test_no_point_of_an_image_is_farther_than_the_level(seed):
    form, parts = parts_by_chance(seed)
    found = levels_with(parts, joint_rows(parts))
    rng = np.random.default_rng(seed)
    u = rng.normal(size=(4, 4000))
    u /= np.maximum(np.linalg.norm(u, axis=0), rng.random(4000))
    bends = np.einsum("rbkn,kp,np->rbp", form.curved, u[:3], u) - 0.5 * np.einsum("rbkk->rb", form.curved[:, :, :, :3])[..., None]
    signs = rng.choice([-1.0, 1.0], (4, 1, 4000))
    points = form.center[..., None] + form.linear @ u + bends + form.error[..., None] * signs
    farthest = np.linalg.norm(points, axis=0).max(1)
    assert (farthest <= found).all() and (found < 2.5 * farthest).all()


def test_joint_weights_close_a_step_that_does_not_close_otherwise(counter, regions):
    edges = np.array([[node, symbol, 9 * (symbol + 1), symbol] for node in (20, 40, 60) for symbol in (2, 5)])
    cover = parse_certificate((COUNTER / "certificate.json").read_bytes()).proofs[0].cover
    edges[:, 2] = cover.successors[edges[:, 0], edges[:, 1]]
    for factor in np.linspace(1.0, 2.0, 21):
        wide = replace(regions, shape=factor * regions.shape)
        both = Ellipsoids(
            *(np.concatenate([getattr(each, name) for each in (wide, regions)]) for name in ("center", "shape", "spread"))
        )
        table = edges + np.array([0, 0, len(regions.center), 0])
        separate = levels_of(counter, both, table)
        if (near := (separate.level > 1.003) & (separate.level < 1.02)).any():
            break
    assert near.any() and not separate.is_joint.any()
    found = levels_of(counter, both, table, nearly=NEARLY)
    is_joint = found.is_joint[:, 0]
    assert is_joint[near].all() and (found.level[near] < separate.level[near]).all()
    assert (found.level[~is_joint] == separate.level[~is_joint]).all()
    assert not is_joint[separate.closes(counter.eta)].any()
    number = int(np.flatnonzero(near)[0])
    problem = replace(counter, most_blocks=JOINT_BLOCKS)
    cut = cut_forms(problem.program, in_numpy, problem.tensors, state_forms(both.center, both.shape, JOINT_BLOCKS))
    source, symbol, target, _ = table[[number]].T
    image = image_forms(problem.program, in_numpy, problem.tensors, cut, source, problem.symbols[:, symbol]).widened(
        problem.epsilon
    )
    parts = parts_of_images(image, both.center[target], np.linalg.pinv(both.shape[target]), both.spread[target])
    assert levels_with(parts, found.joint[[number], 0])[0] == pytest.approx(found.level[number])


def test_joint_weights_make_levels_of_slices_lower():
    problem, _, regions, edges = sliced_counter()
    wide = replace(regions, shape=1.1 * regions.shape)  # slices of most steps do not close by a little
    both = Ellipsoids(
        *(np.concatenate([getattr(each, name) for each in (wide, regions)]) for name in ("center", "shape", "spread"))
    )
    table = edges + np.array([0, 0, len(regions.center), 0])
    separate, found = (levels_of(problem, both, table, slices=SLICES, nearly=nearly) for nearly in (0.0, NEARLY))
    is_cut_jointly = found.is_sliced & found.is_joint.any(1)
    assert not separate.is_joint.any() and is_cut_jointly.any() and (found.joint[~found.is_joint] == 1).all()
    assert (found.level[is_cut_jointly] < separate.level[is_cut_jointly]).any()
    assert (found.level <= separate.level).all() and not is_cut_jointly[separate.closes(problem.eta)].any()


def test_a_cover_with_joint_weights_of_slices_is_valid(tmp_path, monkeypatch):
    """The proof's own ellipsoids, whose cut steps get weights anew, joint ones in most slices."""
    from anylength_check import check

    problem, proof, regions, edges = sliced_counter()
    plain = levels._levels

    def pessimistic(*arguments):
        level, *others = plain(*arguments)
        return np.maximum(level, 1.01), *others  # other weights have to close these

    monkeypatch.setattr(levels, "_levels", pessimistic)
    found = levels_of(problem, regions, edges, slices=SLICES, nearly=1.5)
    cover, (source, symbol) = proof.cover, edges[:, :2].T
    assert found.closes(problem.eta).all() and found.is_sliced.sum() > 20 and found.is_joint[found.is_sliced].any(1).all()
    weights, joint = cover.weights.copy(), np.ones((*cover.weights.shape[:3], found.joint.shape[2]), np.int64)
    is_joint, is_sliced = np.zeros(joint.shape[:3], bool), np.zeros(joint.shape[:2], bool)
    weights[source, symbol] = np.ceil(found.sliced_shares * SHARE_OF_WHOLE)
    joint[source, symbol], is_joint[source, symbol] = found.joint, found.is_joint
    is_sliced[source, symbol] = found.is_sliced
    cover = replace(cover, weights=weights, slices=as_integers(SLICES), is_sliced=is_sliced, joint=joint, is_joint=is_joint)
    text = certificate_bytes(problem.net, problem.machine, [replace(proof, cover=cover)])
    (tmp_path / "certificate.json").write_bytes(text)
    assert check(tmp_path / "certificate.json", FOLDER / "model.safetensors").valid
    assert certificate_bytes(problem.net, problem.machine, list(parse_certificate(text).proofs)) == text


@pytest.mark.slow
def test_a_proof_with_joint_weights_is_valid(tmp_path, monkeypatch):
    from anylength_check import check

    plain = levels._levels

    def pessimistic(*arguments):
        level, *others = plain(*arguments)
        return np.where((level > 0.01) & (level < 0.99), 1.01, level), *others  # other weights have to close these

    monkeypatch.setattr(levels, "_levels", pessimistic)
    net, machine = switch()
    found = find_ellipsoid_proof(net, machine, time.monotonic() + 200)
    assert found is not None and found.scope is None
    cover = found.proof.cover
    assert cover.is_joint is not None and cover.is_joint.sum() > 3
    (tmp_path / "certificate.json").write_bytes(certificate_bytes(net, machine, [found.proof]))
    (tmp_path / "model.safetensors").write_bytes(to_bytes(net, describe(net, task_named("flip-flop"))))
    assert check(tmp_path / "certificate.json", tmp_path / "model.safetensors").valid
