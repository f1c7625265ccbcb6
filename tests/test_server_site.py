"""The pages of the static site on the server: made once, at the first request, by a process of their own."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from anylength.server.site_pages import Build, SitePages, built_by_a_process
from tests.looking import fits, missed_by_tab, serious_findings
from tests.page_server import serving, until

PAGE = '<title>patterns</title><link rel="icon" href="data:,">'


def writes(seconds: float, made: list[Path], code: str = "") -> Build:
    """A fake making of the site: one page and one script."""

    async def build(folder: Path) -> None:
        made.append(folder)
        await asyncio.sleep(seconds)
        if code:
            raise RuntimeError(code)
        folder.mkdir()
        (folder / "patterns.html").write_text(PAGE)
        (folder / "patterns.js").write_text("let a;")

    return build


def test_the_site_is_made_once_and_a_page_waits_for_it_meanwhile(tmp_path):
    made: list[Path] = []
    with serving(tmp_path, site=SitePages(writes(0.5, made))) as site:
        assert made == []
        status, headers, content = site.ask("GET", "/site/patterns.html")
        assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert b"The page is being made" in content
        until(lambda: b"being made" not in site.ask("GET", "/site/patterns.html")[2])
        assert site.ask("GET", "/site/patterns.html")[2] == PAGE.encode()
        status, headers, content = site.ask("GET", "/site/patterns.js")
        assert (status, headers["content-type"], content) == (200, "text/javascript; charset=utf-8", b"let a;")
        assert "script-src 'self'" in headers["content-security-policy"]
    assert len(made) == 1
    assert not made[0].parent.exists()


@pytest.mark.parametrize("name", ["other.html", "..%2Fpatterns.html", "%2e%2e%2f%2e%2e%2fetc%2fpasswd"])
def test_a_file_that_the_site_does_not_have_is_refused(tmp_path, name):
    with serving(tmp_path, site=SitePages(writes(0, []))) as site:
        until(lambda: b"being made" not in site.ask("GET", "/site/patterns.html")[2])
        status, answer = site.json("GET", f"/site/{name}")
        assert status == 404
        assert answer["error"].startswith("expected ")


def test_a_failure_is_said_and_the_next_request_tries_again(tmp_path):
    made: list[Path] = []
    with serving(tmp_path, site=SitePages(writes(0, made, "no disk"))) as site:
        refused: list[bytes] = []

        def is_refused() -> bool:
            status, _, content = site.ask("GET", "/site/patterns.html")
            refused.extend([content] if status == 500 else [])
            return status == 500

        until(is_refused)
        assert b"see the messages of the server" in refused[0]
        assert len(made) == 1
        until(is_refused)
        assert len(made) == 2


def test_a_closing_server_ends_the_making(tmp_path):
    made: list[Path] = []
    with serving(tmp_path, site=SitePages(writes(600, made))) as site:
        site.ask("GET", "/site/patterns.html")
        until(lambda: bool(made))
    assert not made[0].parent.exists()


def in_a_thread(work: Coroutine[Any, Any, None]) -> None:
    """Runs a coroutine where no other event loop runs: tests in a browser leave one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


@pytest.mark.slow
def test_a_process_that_fails_is_said(tmp_path):
    (tmp_path / "site").mkdir()
    with pytest.raises(RuntimeError, match="ended with 1"):
        in_a_thread(built_by_a_process(tmp_path / "site"))


def test_a_process_is_killed_when_nobody_waits_any_more(tmp_path):
    async def cancelled() -> None:
        making = asyncio.create_task(built_by_a_process(tmp_path / "site"))
        await asyncio.sleep(0.5)
        making.cancel()
        await asyncio.gather(making, return_exceptions=True)

    in_a_thread(cancelled())
    assert not (tmp_path / "site").exists()


@pytest.fixture
def opened(tab: Any, tmp_path: Path) -> Callable[..., Any]:
    return lambda site, path, **options: tab(f"{site.origin}/{path}", **options)


@pytest.mark.slow
def test_the_waiting_page_opens_the_asked_one_by_itself(opened, tmp_path):
    expect = pytest.importorskip("playwright.sync_api", reason="tests in a browser need playwright").expect
    with serving(tmp_path, site=SitePages(writes(1, []))) as site:
        page = opened(site, "site/patterns.html#p=(ab)*")
        expect(page).to_have_title("The page is being made")
        expect(page).to_have_title("patterns")
        assert page.url.endswith("#p=(ab)*")


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1440])
def test_the_playground_has_the_navigation_of_the_site(opened, tmp_path, width):
    with serving(tmp_path) as site:
        page = opened(site, "", width=width)
        page.locator("#setting-task option").first.wait_for(state="attached")
        links = page.get_by_role("navigation", name="Pages").get_by_role("link")
        assert links.all_inner_texts() == ["Counting nines", "Type a pattern", "Laboratory", "Playground"]
        assert page.locator("nav [aria-current='page']").all_inner_texts() == ["Playground", "Train"]
        assert fits(page)
        assert serious_findings(page) == []
        assert missed_by_tab(page) == []


@pytest.mark.slow
def test_the_pages_of_the_server_prove_a_net_and_link_to_the_playground(opened, tmp_path):
    expect = pytest.importorskip("playwright.sync_api", reason="tests in a browser need playwright").expect
    with serving(tmp_path) as site:
        page = opened(site, "site/patterns.html#p=(ab)*", reduced_motion="reduce")
        expect(page.locator("#said .big-stamp")).to_have_text("PROVED")
        page.get_by_role("link", name="Laboratory").click()
        expect(page.locator("#result .stamp")).to_have_text("PROVED")
        page.get_by_role("link", name="Counting nines").click()
        page.locator("#post[data-outcome]").wait_for(state="attached")
        page.get_by_role("link", name="Playground").click()
        expect(page).to_have_title("anylength playground")
        page.goto("about:blank")  # the playground would ask a server that has ended
