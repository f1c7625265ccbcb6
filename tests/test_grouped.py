"""Whole numbers in the pages have commas as Python writes them."""

import pytest

from tests.in_node import NODE, in_node


@pytest.mark.skipif(NODE is None, reason="the pages' modules need node: apt install nodejs")
def test_commas_stand_between_groups_of_three_digits():
    numbers = [0, 7, 999, 1000, -999, -1000, 12_345, 1_000_000, 2**53]
    body = """const { grouped } = await module("shared/grouped.js");
    return given.map(grouped);"""
    assert in_node(body, numbers) == [f"{number:,}" for number in numbers]
