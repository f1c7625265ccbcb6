"""The static site in a real browser: its page of patterns learns, proves, breaks and hands out proofs, and tells what is wrong."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from tests.in_node import NODE, in_node
from tests.looking import assert_fits_and_is_accessible, assert_saved_proof_is_valid
from tests.selection import thorough

expect = pytest.importorskip("playwright.sync_api", reason="tests in a browser need playwright").expect

CALM = {"reduced_motion": "reduce"}
"""No film: what is learned is shown at once."""

STAMP = "#said .big-stamp"


@pytest.fixture
def patterns(tab: Any, site_address: str) -> Callable[..., Any]:
    """Opens the page with a pattern."""
    return lambda pattern="(b|ab*a)*", **options: tab(f"{site_address}patterns.html#p={pattern}", **(CALM | options))


@pytest.fixture
def proved(patterns: Callable[..., Any]) -> Callable[..., Any]:
    """Opens the page with a pattern, whose net is proved."""

    def page_of(*pattern: str, **options: Any) -> Any:
        page = patterns(*pattern, **options)
        expect(page.locator(STAMP)).to_have_text("PROVED")
        return page

    return page_of


def test_the_page_learns_and_proves_by_itself(tab, site_address):
    page = tab(f"{site_address}patterns.html", **CALM)
    expect(page.locator(STAMP)).to_have_text("PROVED")
    expect(page.locator("#count")).to_have_text("0")
    expect(page.locator("#said")).to_contain_text("'.*abb.*': right on every word of every length")


@pytest.mark.slow
def test_the_proof_comes_first_and_the_film_of_the_learning_where_it_is_asked_for(tab, site_address):
    page = tab(f"{site_address}patterns.html")
    expect(page.locator(STAMP)).to_have_text("PROVED")
    expect(page.locator("#said")).not_to_contain_text("slower")
    page.get_by_role("button", name="Play the film").click()
    expect(page.locator("#said")).to_contain_text("learning: update")
    expect(page.locator(STAMP)).to_have_text("PROVED")
    expect(page.locator("#said")).to_contain_text("slower")


@pytest.mark.slow
@pytest.mark.parametrize("pattern", ["(b|ab*a)*", "count"])
def test_its_files_are_accepted_by_the_checker_in_python(proved, pattern, tmp_path):
    page = proved(pattern)
    assert_saved_proof_is_valid(page, tmp_path)


def test_a_typed_pattern_is_learned_without_a_button_and_kept_in_the_address(proved):
    page = proved()
    page.get_by_label("A regular expression").fill("(ab)*")
    expect(page.locator("#count-caption")).to_contain_text("of 6 arrows")
    expect(page.locator(STAMP)).to_have_text("PROVED")
    page.reload()
    expect(page.get_by_label("A regular expression")).to_have_value("(ab)*")


@pytest.mark.parametrize(
    ("pattern", "message"),
    thorough(
        [
            ("(ab", "expected balanced brackets, got the pattern's end: close each group with )"),
            ("a|^b", "expected a pattern without anchors"),
            ("", "expected a pattern with letters, got none"),
            ("(a|b)*a(a|b){20}", "expected a machine of up to"),
            (
                "table: 0 a 1, 0 b 0, 1 a 0; accept 1",
                "expected a transition for each state and letter, got none for 1 and b: add 1 b …",
            ),
            ("table: 0 a 1; accept 2", "expected accepting states that have transitions, got '2'"),
            ("[ab]*a[ab]{5}", "expected a machine of up to 26 states, got 64"),
        ],
        quick=2,
        unpack=True,
    ),
)
def test_what_is_wrong_with_a_pattern_is_said_in_place_and_the_page_goes_on(proved, pattern, message):
    page = proved()
    page.get_by_label("A regular expression").fill(pattern)
    expect(page.get_by_role("alert")).to_contain_text(message)
    expect(page.locator(STAMP)).to_have_count(0)
    expect(page.locator("#said")).to_contain_text("The picture is about the pattern '(b|ab*a)*'.")
    expect(page.locator("#count")).to_have_text("–")
    expect(page.locator("#after")).to_have_attribute("inert", "")
    page.get_by_label("A regular expression").fill("(a|bb)*")
    expect(page.get_by_role("alert")).to_be_empty()
    expect(page.locator("#count-caption")).to_contain_text("arrows miss their box")
    expect(page.locator(STAMP)).to_have_text("PROVED")


@pytest.mark.slow
def test_a_table_of_ones_own_is_learned(proved):
    page = proved("table: even a odd, even b even, odd a even, odd b odd; accept odd")
    page.get_by_label("A word for the net").fill("aba")
    labels = [cell.get_attribute("aria-label") for cell in page.locator(".tape .cell").all()]
    assert labels == ["start", "a: yes", "b: yes", "a: no"]


@pytest.mark.slow
def test_symbols_that_are_words_have_buttons(proved):
    page = proved("s3-generators")
    keys = page.locator("#keys button")
    expect(keys).to_have_count(2)
    first, second = keys.all_inner_texts()
    for key in (first, second):
        page.get_by_role("button", name=key, exact=True).click()
    expect(page.get_by_label("A word for the net")).to_have_value(f"{first} {second}")
    page.get_by_label("A word for the net").fill(f"{first} left")
    expect(page.locator("#tape")).to_have_text(f"expected letters out of {first} {second}, got “left”: correct it")
    page.get_by_label("A regular expression").fill("(ab)*")
    expect(page.locator("#count-caption")).to_contain_text("of 6 arrows")
    expect(keys).to_have_count(0)


@pytest.mark.slow
def test_a_word_travels_and_a_foreign_letter_is_refused(proved):
    page = proved()
    page.get_by_label("A word for the net").fill("aab")
    labels = [cell.get_attribute("aria-label") for cell in page.locator(".tape .cell").all()]
    assert labels == ["start", "a: no", "a: yes", "b: yes"]
    page.get_by_label("A word for the net").fill("ax")
    expect(page.locator("#tape")).to_have_text("expected letters out of a b, got “x”: correct it")


@pytest.mark.slow
def test_two_numbers_are_typed_and_added_from_the_right(proved):
    page = proved("add")
    page.get_by_label("A word for the net").fill("947 + 58")
    answers = [str(cell.get_attribute("aria-label")).rpartition(": ")[2] for cell in page.locator(".tape .cell").all()]
    assert answers == ["start", *"5001"]
    page.get_by_label("A word for the net").fill("947")
    expect(page.locator("#tape")).to_contain_text("expected 2 numbers, as in 947 + 58, got '947': correct them")


@pytest.mark.slow
def test_ten_thousand_random_symbols_stay_in_their_boxes(proved):
    page = proved("(a|bb)*c?")
    page.get_by_role("button", name="10,000 random symbols").click()
    expect(page.locator("#tape")).to_have_text("One random word of 10,000 symbols: 0 times outside its box, 0 wrong answers.")


def moved(page: Any, name: str, value: int) -> None:
    """Moves a slider."""
    page.locator(name).fill(str(value))


@pytest.mark.slow
def test_noise_breaks_the_proof_and_then_the_net(proved):
    page = proved()
    moved(page, "#noise", 5)
    expect(page.locator(STAMP)).to_have_text("STILL PROVED")
    moved(page, "#noise", 100)
    expect(page.locator(STAMP)).to_have_text("BROKEN")
    expect(page.locator("#said")).to_contain_text("The noise is chosen against the net.")
    expect(page.locator(".cell.mistaken")).to_have_count(1)
    moved(page, "#noise", 0)
    expect(page.locator(STAMP)).to_have_text("PROVED")


@pytest.mark.slow
def test_moved_weights_break_the_net_with_a_word_that_is_replayed(proved):
    page = proved()
    moved(page, "#harm", 100)
    expect(page.locator(STAMP)).to_have_text("BROKEN")
    last = page.locator(".tape .cell.mistaken.past")
    expect(last).to_have_count(1)
    assert "wrong" in (last.get_attribute("aria-label") or "")


@pytest.mark.slow
def test_another_net_is_learned_on_the_same_pattern(proved):
    page = proved()
    page.get_by_role("button", name="Learn").click()
    expect(page.locator("body")).to_have_attribute("data-proved", "2")
    expect(page.locator(STAMP)).to_have_text("PROVED")
    assert "seed=2" in page.url


@pytest.mark.slow
def test_a_worker_that_cannot_be_loaded_is_said_in_place(tab, site_address):
    page = tab("about:blank", **CALM)
    page.route(
        "**/patterns-worker.js", lambda route: route.fulfill(body="throw new Error('no memory');", content_type="text/javascript")
    )
    page.goto(f"{site_address}patterns.html")
    expect(page.locator(STAMP)).to_have_text("STOPPED")
    expect(page.locator("#said")).to_contain_text("no memory")
    page.unroute("**/patterns-worker.js")
    page.get_by_role("button", name="Learn").click()
    expect(page.locator(STAMP)).to_have_text("PROVED")


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_and_is_accessible(proved, width, scheme):
    page = proved("(aa|bb|(ab|ba)(aa|bb)*(ab|ba))*", width=width, color_scheme=scheme)
    page.get_by_text("the figures as a table").click()
    assert_fits_and_is_accessible(page)


@pytest.mark.slow
def test_nothing_but_its_own_files_is_asked_for(tab, site_address):
    page = tab("about:blank", **CALM)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site_address}patterns.html")
    expect(page.locator(STAMP)).to_have_text("PROVED")
    own = {url.removeprefix(site_address).split("#")[0] for url in asked if not url.startswith("data:")}
    fonts = {"newsreader-400.woff2", "newsreader-600.woff2"}
    assert own == {"patterns.html", "patterns.css", "patterns.js", "patterns-worker.js"} | fonts


PLACED = """
const { bundles, fixedPlaces, hasFixedPlaces } = await module("patterns/fixed-places.js");
const { machineOfPattern } = await module("learning/machines.js");
return given.map((pattern) => {
  const machine = machineOfPattern(pattern);
  const places = fixedPlaces(machine, { width: 900, height: 580 });
  return { isFixed: hasFixedPlaces(machine), states: machine.names.length, places,
    pairs: bundles(machine).map(({ pairs }) => pairs), delta: [...machine.delta], symbols: machine.symbols.length };
});
"""


@pytest.mark.skipif(NODE is None, reason="the pages' modules need node: apt install nodejs")
def test_boxes_of_larger_machines_have_places_apart_and_arrows_to_the_same_box_are_one():
    small, *large = in_node(PLACED, ["(ab)*", ".*hello world.*", "a{24}", "[ab]*a[ab]{3}"])
    assert not small["isFixed"]
    for found in large:
        places = found["places"]
        assert found["isFixed"]
        assert len(places) == found["states"]
        assert all(0 <= place["left"] < place["right"] <= 900 and 20 <= place["top"] < place["bottom"] <= 580 for place in places)
        for one, other in itertools.combinations(places, 2):
            is_beside = one["right"] < other["left"] or other["right"] < one["left"]
            assert is_beside or one["bottom"] < other["top"] or other["bottom"] < one["top"]
        assert sorted(pair for pairs in found["pairs"] for pair in pairs) == list(range(len(found["delta"])))
        ends = [{(pair // found["symbols"], found["delta"][pair]) for pair in pairs} for pairs in found["pairs"]]
        assert all(len(pairs) == 1 for pairs in ends)
        assert len(set.union(*ends)) == len(ends)


def test_an_existing_folder_is_not_overwritten(called, site_folder):
    done = called("site", "--out", str(site_folder))
    assert done.code == 2
    assert "expected a new folder for the site" in done.stderr
