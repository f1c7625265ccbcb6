"""Numbers as text, integers and digit arrays: the conversions agree at every size and in every base."""

import random
import sys

import gmpy2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anylength.base import InputError
from anylength.rules import DIGIT_CHARACTERS, check_base, complement, digits_of, from_int, from_text, to_text, trimmed
from anylength.rules.digits import successor, to_full_text, to_int

BASES = st.integers(2, 36)
NUMBERS = st.one_of(st.integers(0, 50), st.integers(0, 10**30), st.integers(0, 2**4000))


@given(NUMBERS, BASES)
def test_text_digits_and_integers_agree_in_every_base(number, base):
    text = gmpy2.mpz(number).digits(base)
    digits = from_text(text, base)
    assert digits.dtype == np.uint8
    assert to_text(digits) == text
    assert to_int(digits, base) == number
    assert np.array_equal(from_int(number, base), digits)


@pytest.mark.parametrize("base", range(2, 37))
@pytest.mark.parametrize("size", [255, 256, 257, 512, 1025])
def test_sizes_around_the_block_boundaries_agree(base, size):
    for number in (base**size - 1, base**size, base**size + 1):
        text = gmpy2.mpz(number).digits(base)
        assert to_text(from_int(number, base)) == text
        assert to_int(from_text(text, base), base) == number


@pytest.mark.parametrize("base", [2, 7, 10, 36])
def test_twenty_thousand_digits_pass_both_ways_under_the_interpreters_limit(base):
    limit = sys.get_int_max_str_digits()
    text = "1" + "".join(random.Random(base).choices(DIGIT_CHARACTERS[:base], k=19_999))
    digits = from_text(text, base)
    number = to_int(digits, base)
    assert number == int(gmpy2.mpz(text, base))
    assert to_text(from_int(number, base)) == text
    assert sys.get_int_max_str_digits() == limit <= 4300


def test_ten_million_digits_pass_from_text_to_text():
    text = "1" + "9" * 9_999_999
    assert to_text(successor(from_text(text))) == "2" + "0" * 9_999_999


@given(NUMBERS, BASES)
def test_the_successor_is_the_number_plus_one(number, base):
    digits = from_int(number, base)
    after = successor(digits, base)
    assert to_int(after, base) == number + 1
    assert len(after) == len(digits) + 1
    assert to_int(digits, base) == number


@given(NUMBERS, BASES)
def test_a_number_and_its_complement_add_up_to_a_power_of_the_base(number, base):
    digits = from_int(number, base)
    assert to_int(complement(digits, base), base) == -number % base ** len(digits)


def test_digits_come_least_significant_first():
    assert from_text("120").tolist() == from_int(120).tolist() == [0, 2, 1]


def test_leading_zeros_are_kept_as_read_and_dropped_as_written():
    digits = from_text("007")
    assert digits.tolist() == [7, 0, 0]
    assert to_full_text(digits) == "007"
    assert to_text(digits) == "7"
    assert trimmed(digits).tolist() == [7]
    assert to_text(from_text("000")) == "0"
    assert successor(from_text("0099")).tolist() == [0, 0, 1, 0, 0]


def test_zero_is_one_digit():
    assert from_int(0).tolist() == [0]
    assert to_text(from_int(0)) == "0"


def test_capital_letters_are_digits_too():
    assert to_int(from_text("fF", 16), 16) == 255


def test_both_ways_of_giving_a_number_mean_the_same():
    assert np.array_equal(digits_of("255", 10), digits_of(255, 10))
    assert np.array_equal(digits_of("ff", 16), digits_of(255, 16))


@pytest.mark.parametrize(
    "text", ["-5", "+5", "1.5", "1 2", " 12", "12\n", "1_00", "1e5", "0x1f", "²", "１２", "٣", "\x00", "\ud800"]
)
def test_a_text_that_is_no_number_is_refused(text):
    with pytest.raises(InputError, match="expected digits"):
        from_text(text)


def test_an_empty_text_is_refused():
    with pytest.raises(InputError, match="empty string"):
        from_text("")


@pytest.mark.parametrize(("text", "base", "digit"), [("12a", 10, "'a'"), ("102", 2, "'2'"), ("Z", 35, "'z'")])
def test_a_digit_outside_the_base_is_named(text, base, digit):
    with pytest.raises(InputError, match=f"digits of base {base}.*{digit}"):
        from_text(text, base)


def test_a_long_bad_text_is_cut_in_the_message():
    with pytest.raises(InputError) as caught:
        from_text("9" * 1_000_000 + "x")
    assert len(str(caught.value)) < 200


def test_a_negative_integer_is_refused():
    with pytest.raises(InputError, match="0 or more"):
        from_int(-1)


@pytest.mark.parametrize("base", [-1, 0, 1, 37])
def test_a_base_outside_2_to_36_is_refused(base):
    with pytest.raises(InputError, match=str(base)):
        check_base(base)


@pytest.mark.parametrize("base", range(2, 37))
def test_every_base_from_2_to_36_is_accepted(base):
    assert check_base(base) == base


@pytest.mark.parametrize("separator", [",", "_", " ", "'", "’", "\u00a0", "\u2009", "\u202f"])
def test_separators_between_groups_of_digits_are_read_over(separator):
    for text, base in (("1,000", 10), ("12,345,678", 10), ("007,000", 10), ("1,0000,0000", 2), ("dead,beef", 16)):
        assert np.array_equal(from_text(text.replace(",", separator), base), from_text(text.replace(",", ""), base))


@pytest.mark.parametrize(
    "text", ["1,5", "1,00", ",000", "1,", "1,,000", "1,000,00", "1000,000", "1,000 000", "1 2", "1.000", "-1,000", "1, 000", ","]
)
def test_separators_elsewhere_are_refused_with_an_example_of_right_ones(text):
    with pytest.raises(InputError, match="leave out signs and points; write for example 1000 or 1,000"):
        from_text(text)
