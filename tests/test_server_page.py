"""The page's controls of a training in a real browser, before a server with fake workers."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from anylength.experiments import Run, TrainOptions, layout
from anylength.records import Frame
from anylength.server.marks import MARKER
from tests.looking import fits
from tests.page_server import ENDLESS, SMALL, Site, epoch, fresh, serving, until

expect = pytest.importorskip("playwright.sync_api", reason="tests in a browser need playwright").expect


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with serving(tmp_path) as made:
        yield made


@pytest.fixture
def opened(tab: Any, site: Site) -> Callable[..., Any]:
    """Opens the page at a query."""

    def open_(query: str = "", **options: Any) -> Any:
        page = tab(f"{site.origin}/{query}", **options)
        page.locator("#setting-task option").first.wait_for(state="attached")
        return page

    return open_


def training(site: Site, epochs: int = 30) -> str:
    """A run in training until it is stopped."""
    name = fresh(site, ENDLESS, epochs=epochs)
    until(lambda: site.run_service.job_queue.jobs[name].status == "training")
    return name


def tell(site: Site, name: str, event: str, data: str) -> None:
    """Adds an event to a run, as its workers would do."""
    site.loop.call_soon_threadsafe(site.run_service.job_queue.jobs[name].on_event, event, data, 0.0)


def frame(update: int, at: float) -> str:
    return Frame(update=update, epoch=at, loss=1.0, curve=[], horizon=None, limit=0, stable=None, plane=None).to_json()


@pytest.mark.slow
def test_a_changed_setting_leaves_the_running_training_in_the_address(opened, site):
    name = training(site)
    page = opened(f"?run={name}")
    expect(page.locator("#live .status")).to_contain_text("Training")
    expect(page.get_by_label("Seed")).to_have_value(str(ENDLESS))
    page.get_by_label("Seed").fill("5")
    page.get_by_label("Seed").blur()
    expect(page).to_have_url(re.compile(f"run={name}&.*seed=5"))
    tell(site, name, "epoch", epoch(1).to_json())
    expect(page.locator("#live .status")).to_contain_text("epoch 1")
    expect(page.get_by_label("Seed")).to_have_value("5")
    page.reload()
    expect(page.locator("#live .status")).to_contain_text("epoch 1")
    expect(page.get_by_label("Seed")).to_have_value("5")


@pytest.mark.slow
def test_no_view_loses_the_running_training(opened, site):
    name = training(site)
    page = opened(f"?run={name}")
    status = page.locator("#live .status")
    expect(status).to_contain_text("Training")
    for view in ("Train", "Guided tour", "Train", "Gallery", "Train"):
        page.get_by_role("link", name=view, exact=True).click()
        expect(page).to_have_url(re.compile(f"run={name}"))
    expect(status).to_contain_text("Training")


def test_the_epoch_and_the_sentence_follow_the_training(opened, site):
    name = training(site)
    page = opened(f"?run={name}")
    status = page.locator("#live .status")
    expect(status).to_have_text("Training …")
    for event, data, says in (
        ("frame", frame(40, 0.4), "Training … epoch 1 of at most 30"),
        ("epoch", epoch(1).to_json(), "Training … epoch 1 of at most 30: 100 % of validation numbers right"),
        ("frame", frame(130, 1.3), "Training … epoch 2 of at most 30; after epoch 1: 100 % of validation numbers right"),
        ("status", json.dumps({"status": "testing", "message": None}), "Testing it on long and hard numbers …"),
    ):
        tell(site, name, event, data)
        expect(status).to_have_text(says)


@pytest.mark.slow
def test_a_table_that_a_reader_has_opened_stays_open_when_the_next_epoch_comes(opened, site):
    name = training(site)
    page = opened(f"?run={name}")
    expect(page.locator("#live .status")).to_have_text("Training …")
    tell(site, name, "epoch", epoch(1).to_json())
    page.locator("#live").get_by_text("the figures as a table").first.click()
    rows = page.locator("#live details[open] tbody tr")
    expect(rows).to_have_count(1)
    tell(site, name, "epoch", epoch(2).to_json())
    expect(rows).to_have_count(2)


@pytest.mark.slow
def test_a_run_without_a_film_shows_no_headings_of_one(opened, site):
    name = training(site)
    page = opened(f"?run={name}")
    expect(page.locator("#live .status")).to_contain_text("Training")
    assert page.locator("#live").get_by_text("States and fixed points").is_hidden()
    assert page.get_by_role("button", name="Play the film").is_hidden()
    assert page.locator("#live figure:visible").count() == 0
    tell(site, name, "frame", frame(40, 0.4))
    expect(page.get_by_role("button", name="Play the film")).to_be_visible()


@pytest.mark.slow
def test_a_waiting_run_tells_its_place_and_begins_when_another_is_stopped(opened, site):
    names = [training(site, epochs) for epochs in (1, 2)]
    page = opened("?task=count&recipe=blog&cell=rnn&data=hundred&hidden=2&seed=7", width=360, height=740)
    page.get_by_role("button", name="Train", exact=True).click()
    status = page.locator("#live .status")
    expect(status).to_have_text(
        f"Waiting for its turn: place 1 of 1 in the queue; in work: {names[0]} (in training) and {names[1]} (in training)"
    )
    assert fits(page)
    other = opened(f"?run={names[0]}")
    other.get_by_role("button", name="Stop").click()
    expect(other.locator("#live .status")).to_have_text("Stopped.")
    expect(other.get_by_role("button", name="Stop")).to_be_hidden()
    expect(other.get_by_role("button", name="Resume the training")).to_be_visible()
    expect(status).to_contain_text("Training")


@pytest.mark.slow
@pytest.mark.parametrize("place", ["gallery", "run"])
def test_a_run_that_was_not_started_here_is_continued_by_a_click(place, opened, site):
    Run.create(site.root / "sent", TrainOptions(**SMALL | {"seed": 3, "hidden": 20}).config())  # the size of the fake net
    (site.root / "sent" / MARKER).write_text('{"format": 1}\n')
    page = opened("?view=gallery" if place == "gallery" else "?run=sent")
    shown = page.locator("#gallery tbody" if place == "gallery" else "#live .status")
    expect(shown).to_contain_text(re.compile("interrupted; not started here", re.IGNORECASE))
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_url(re.compile(r"\?run=sent"))
    expect(page.locator("#live .status")).to_have_text("Done.")
    assert (site.root / "sent" / layout.DONE).is_file()
