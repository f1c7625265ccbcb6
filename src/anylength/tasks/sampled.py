"""Data sets of the words that a task's own sampler draws, for finite-state tasks whose source does not draw symbols uniformly."""

import numpy as np

from anylength.tasks.data import POST_TRAIN, POST_VALIDATION
from anylength.tasks.task import DataMaker, Dataset, WordSampler


def sampled_up_to(sampler: WordSampler, max_length: int) -> DataMaker:
    """The data set `sampled-K`: 10,000 words, their lengths drawn uniformly from 1 to K, graded at their ends."""

    def sampled(rng: np.random.Generator, base: int) -> Dataset:
        del base
        lengths = rng.integers(1, max_length + 1, POST_TRAIN + POST_VALIDATION)
        words, ends = np.zeros((len(lengths), max_length), np.uint16), np.zeros(len(lengths), np.int64)
        for length in np.unique(lengths).tolist():
            rows = np.flatnonzero(lengths == length)
            drawn = sampler(rng, length, len(rows)).T
            words[rows, : drawn.shape[1]], ends[rows] = drawn, drawn.shape[1]
        return Dataset(words[:POST_TRAIN], words[POST_TRAIN:], ends[:POST_TRAIN], ends[POST_TRAIN:])

    return sampled


def sampled_of(sampler: WordSampler, length: int) -> DataMaker:
    """The data set `sampled-all-K`: 10,000 words of K symbols, graded at every symbol."""

    def sampled_all(rng: np.random.Generator, base: int) -> Dataset:
        del base
        words = sampler(rng, length, POST_TRAIN + POST_VALIDATION).T
        return Dataset(words[:POST_TRAIN], words[POST_TRAIN:])

    return sampled_all
