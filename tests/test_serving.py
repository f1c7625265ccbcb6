"""`serve`: the pages of a folder on a real socket, read-only, and nothing that is hidden, of another kind or outside."""

import http.client
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from anylength.web.serving import HEADERS, serving


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with a report, a site, a run without a report, and what is not served."""
    (tmp_path / "secret.html").write_text("secret")
    root = tmp_path / "runs"
    for name in ("a<b", "site", "bare", ".hidden"):
        (root / name).mkdir(parents=True)
        (root / name / "DONE").write_text("{}")
    (root / "a<b" / "report.html").write_text("<title>PROVED &amp; &lt;well&gt;</title>")
    (root / "site" / "index.html").write_text("<title>Counting nines</title>")
    (root / "site" / "nines.html").write_text("<title>nines</title>")
    (root / "site" / "nines.js").write_text("1;")
    (root / ".hidden" / "report.html").write_text("hidden")
    (root / "a<b" / "key.pem").write_text("key")
    (root / "out.html").symlink_to(tmp_path / "secret.html")
    (root / "up").symlink_to(tmp_path)
    os.mkfifo(root / "pipe.html")
    return root


@pytest.fixture
def address(root: Path) -> Iterator[str]:
    with serving(root) as address:
        yield address


def asked(address: str, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], str]:
    """Status, headers and body of an answer. The path is sent as it is."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


def test_the_first_page_lists_reports_and_sites_and_what_has_no_report(address, root):
    status, headers, body = asked(address, "/")
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert '<a href="/a%3Cb/report.html">a&lt;b/report.html</a></td><td>PROVED &amp; &lt;well&gt;</td>' in body
    assert '<a href="/site/index.html">site/index.html</a></td><td>Counting nines</td>' in body
    assert f"anylength report {root / 'bare'}" in body
    assert all(name not in body for name in ("nines.html", ".hidden/", "secret", "pipe", "out.html", "key"))


def test_an_empty_folder_says_how_pages_come_into_it(tmp_path):
    with serving(tmp_path) as address:
        assert "anylength site --out DIR" in asked(address, "/")[2]


@pytest.mark.parametrize("path", ["/a%3Cb/report.html", "/site/nines.js", "/site/", "/site/index.html?x=1"])
def test_pages_and_their_files_are_served(address, path):
    status, headers, body = asked(address, path)
    assert status == 200 and body
    assert headers.items() >= HEADERS.items()
    assert asked(address, path, "HEAD")[::2] == (200, "")


def test_a_folder_that_is_a_site_opens_its_first_page(root):
    with serving(root / "site") as address:
        assert "Counting nines" in asked(address, "/")[2]


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.html", "/%2e%2e/secret.html", "/..%2fsecret.html", "/site/../../secret.html", "//../secret.html",
        "/up/secret.html", "/out.html", "/.hidden/report.html", "/a%3Cb/key.pem", "/a%3Cb/", "/pipe.html", "/nothing.html",
        "/%00.html", f"/{'x' * 300}.html", "/bare/DONE",
    ],
)  # fmt: skip
def test_nothing_else_is_served(address, path):
    status, headers, body = asked(address, path)
    assert status == 404 and "secret" not in body.replace("secret.html", "")
    assert headers.items() >= HEADERS.items()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_nothing_can_be_changed(address, root, method):
    assert asked(address, "/a%3Cb/report.html", method)[0] == 501
    assert (root / "a<b" / "report.html").exists()


@pytest.mark.parametrize("host", ["example.org", "example.org:80", "127.0.0.1", ""])
def test_a_request_that_names_another_host_is_refused(address, host):
    status, _, body = asked(address, "/", Host=host)
    assert status == 403 and "own address" in body and "report" not in body


def test_localhost_is_this_server_too(address):
    assert asked(address, "/", Host=f"localhost:{urlsplit(address).port}")[0] == 200


def test_it_listens_on_loopback_only(address):
    assert urlsplit(address).hostname == "127.0.0.1"


@pytest.mark.parametrize("port", ["65536", "taken"])
def test_a_port_that_cannot_be_is_refused_in_one_line(called, address, root, port):
    given = str(urlsplit(address).port) if port == "taken" else port
    done = called("serve", str(root), "--no-browser", "--port", given)
    assert (done.code, done.stderr.count("\n")) == (2, 1)
    assert "pass another --port" in done.stderr or "0 to 65535" in done.stderr


def test_a_folder_that_does_not_exist_is_refused_in_one_line(called, tmp_path):
    done = called("serve", str(tmp_path / "runs"), "--no-browser", "--port", "0")
    assert (done.code, done.stderr.count("\n")) == (2, 1)
    assert "a folder to serve" in done.stderr and "anylength demo" in done.stderr
