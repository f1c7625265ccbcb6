"""The static site in Firefox: all pages learn, prove, break and check there as in Chromium."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from anylength.web.render import TITLES
from tests.firefox import FIREFOX, Firefox, running_firefox

pytestmark = pytest.mark.skipif(FIREFOX is None, reason="tests in Firefox need it: apt install firefox-esr")

STAMP = "document.querySelector('#said .big-stamp')?.textContent"
FITS = "document.documentElement.scrollWidth <= window.innerWidth"


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    """One window for all tests here."""
    with running_firefox(tmp_path_factory.mktemp("firefox") / "profile") as browser:
        yield browser


def moved(firefox: Firefox, slider: str, value: int) -> None:
    """Moves a slider."""
    steps = f"own.value = '{value}'; own.dispatchEvent(new Event('input'))"
    firefox.evaluate(f"(() => {{ const own = document.querySelector('{slider}'); {steps}; }})()")


def clicked(firefox: Firefox, selector: str) -> None:
    """Clicks an element as soon as it is there."""
    firefox.expect(f"document.querySelector('{selector}') !== null", value=True)
    firefox.evaluate(f"document.querySelector('{selector}').click()")


def test_a_pattern_is_learned_proved_and_broken(firefox, site_address):
    firefox.open(f"{site_address}patterns.html#p=(ab)*")
    firefox.expect(STAMP, "PROVED")
    firefox.expect("document.querySelector('#count').textContent", "0")
    moved(firefox, "#noise", 100)
    firefox.expect(STAMP, "BROKEN")
    moved(firefox, "#noise", 0)
    firefox.expect(STAMP, "PROVED")


def test_two_nets_read_nines_and_one_is_checked(firefox, site_address):
    firefox.open(f"{site_address}nines.html")
    firefox.expect("document.querySelector('#post').dataset.outcome", "wrong")
    firefox.expect("document.querySelector('#proved').dataset.outcome", "right")
    clicked(firefox, "#proof-figure button")
    firefox.expect("document.querySelector('#proof-figure strong')?.textContent.split(':')[0]", "VALID")


@pytest.mark.slow
def test_the_posts_net_is_trained_in_the_page(firefox, site_address):
    firefox.open(f"{site_address}nines.html")
    clicked(firefox, "#training-figure button")
    firefox.expect("document.querySelector('#post-title').textContent", "The net that you have trained")


def test_a_turned_weight_brings_two_fixed_points_that_are_drawn_and_counted(firefox, site_address):
    firefox.open(f"{site_address}turn.html")
    firefox.expect("document.querySelector('#says .stamp')?.textContent", "REFUTED")
    firefox.expect(
        "/1 attracting fixed point .* and 0 repelling/.test(document.querySelector('.held-says')?.textContent)", value=True
    )
    moved(firefox, "#turn-by", 0.1)
    firefox.expect("/appear together: a saddle-node/.test(document.querySelector('.held-says')?.textContent)", value=True)
    firefox.expect("document.querySelector('#held .portrait svg') !== null", value=True)


def test_a_head_looks_at_the_digit_that_is_to_be_written_and_another_is_chosen(firefox, site_address):
    firefox.open(f"{site_address}attention.html#n=1101001")
    firefox.expect("document.querySelector('#net .answer')?.textContent.includes('1001011 ✓ right')", value=True)
    moved(firefox, "#net input[id$=-step]", 8)
    told = "document.querySelector('#net .attention-told')?.textContent"
    firefox.expect(f"{told}?.startsWith('Layer 2, head 2. 1 at step 7: ')", value=True)
    firefox.expect("document.querySelectorAll('#net .arcs path').length > 0", value=True)
    clicked(firefox, '#net .attention button[value="2"]')
    firefox.expect(f"{told}?.startsWith('Layer 1, head 3. ')", value=True)


def test_brackets_become_a_proved_net_with_a_stack(firefox, site_address):
    firefox.open(f"{site_address}stacks.html#w=([()])")
    firefox.expect("document.querySelector('#said .big-stamp')?.textContent", "PROVED")
    moved(firefox, "#figure input[id$=-step]", 3)
    firefox.expect("document.querySelector('#figure .memory svg')?.getAttribute('aria-label')", "The stack, from the left: (, [, (")


@pytest.mark.parametrize("width", [500, 1440])
def test_the_pages_fit(firefox, site_address, width):
    firefox.resize(width, 900)
    for page in TITLES:
        firefox.open(f"{site_address}{page}.html")
        firefox.expect(FITS, value=True)


def test_the_folder_holds_all_pages(site_folder: Path):
    assert {"index.html", *(f"{page}.html" for page in TITLES)} <= {path.name for path in site_folder.iterdir()}
