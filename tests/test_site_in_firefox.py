"""The static site in Firefox: all pages learn, prove, break and check there as in Chromium."""

from collections.abc import Iterator
from pathlib import Path

import pytest

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


def test_the_posts_net_is_trained_in_the_page(firefox, site_address):
    firefox.open(f"{site_address}nines.html")
    clicked(firefox, "#training-figure button")
    firefox.expect("document.querySelector('#post-title').textContent", "The net that you have trained")


def test_a_net_of_the_laboratory_is_proved_and_broken_by_one_weight(firefox, site_address):
    firefox.open(f"{site_address}laboratory.html#cell=lstm&task=(ab)*&turn=readout.bias:0:20")
    firefox.expect("document.querySelector('#result .stamp')?.textContent", "PROVED")
    firefox.expect("document.querySelector('#turned .stamp')?.textContent", "REFUTED")
    firefox.expect("document.querySelectorAll('.gates svg').length", 5)


@pytest.mark.parametrize("width", [500, 1440])
def test_the_pages_fit(firefox, site_address, width):
    firefox.resize(width, 900)
    for page in ("nines", "patterns", "laboratory"):
        firefox.open(f"{site_address}{page}.html")
        firefox.expect(FITS, value=True)


def test_the_folder_holds_all_pages(site_folder: Path):
    assert {"index.html", "nines.html", "patterns.html", "laboratory.html"} <= {path.name for path in site_folder.iterdir()}
