"""The page's server: who may ask what, events from any place on, trainings that survive the server, and many clients at a time."""

import asyncio
import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from anylength.experiments import Run, TrainOptions, layout, train
from anylength.experiments.runs.layout import FILM
from anylength.server import limits
from anylength.server.assets import assets
from anylength.server.events import EventLog
from anylength.server.marks import MARKER, Marks
from anylength.server.middleware import HEADERS, POLICY
from anylength.server.run_index import RunIndex
from anylength.server.serving import listening_socket
from tests.page_server import KEY, SMALL, TOKEN, WAIT, Site, events_of, fresh, serving, stream, until


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server that all tests of the module share."""
    with serving(tmp_path_factory.mktemp("site")) as made:
        yield made


def test_the_page_carries_the_token_of_this_start_and_a_strict_policy(site):
    status, headers, content = site.ask("GET", "/?task=count&cell=rnn&seed=3")
    assert status == 200
    assert f'name="token" content="{TOKEN}"'.encode() in content
    assert b"{{" not in content
    assert headers["content-security-policy"] == POLICY
    assert "unsafe" not in POLICY
    assert b"<script>" not in content
    assert b"style=" not in content


@pytest.mark.parametrize("path", ["/", "/api/choices", "/api/runs", "/nowhere", "/api/runs/nobody", "/assets/shared/theme.css"])
def test_every_answer_has_the_headers_that_shut_the_door(site, path):
    _, headers, _ = site.ask("GET", path)
    for name, value in HEADERS.items():
        if name != "cache-control" or not path.startswith("/assets"):
            assert headers[name] == value
    assert "server" not in headers


def test_the_files_of_the_page_are_a_fixed_set(site):
    for name, asset in assets().items():
        status, headers, content = site.ask("GET", f"/assets/{name}")
        assert (status, headers["content-type"], content) == (200, asset.kind, asset.content)
    assert site.ask("HEAD", "/assets/shared/theme.css")[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../app.py", "/assets/..%2fapp.py", "/assets/%2e%2e/app.py", "/assets/playground.html", "/assets/", "/static/x.js",
        "/api/runs/..", "/api/runs/../../etc/passwd", "/api/runs/%2e%2e", "/api/runs/..%2f..%2fetc", "/api/runs/%00",
        "/api/runs/%2fetc%2fpasswd/events", "/runs/../report", "/runs/%2e%2e%2f/report", "/api/runs/" + "x" * 5000, "//etc/passwd",
    ],
)  # fmt: skip
def test_no_path_from_outside_leads_anywhere(site, path):
    status, found = site.json("GET", path)
    assert status == 404
    assert re.match(r"expected .*, got .*: .*", found["error"])
    assert len(found["error"]) < 300


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1", "localhost", "127.0.0.1:1", "0.0.0.0:PORT", "[::1]:PORT", "LOCALHOST:PORT.evil.example", ""],
)
def test_a_foreign_host_is_refused_whatever_it_asks(site, host):
    for method, path in (("GET", "/"), ("GET", "/api/runs"), ("POST", "/api/runs")):
        status, found = site.json(method, path, SMALL if method == "POST" else None, Host=host.replace("PORT", str(site.port)))
        assert status == 421
        assert "this server's own address" in found["error"]


def test_localhost_is_this_server_too(site):
    named = f"localhost:{site.port}"
    assert site.ask("GET", "/api/runs", Host=named)[0] == 200
    assert site.ask("POST", "/api/runs/nobody/stop", {}, Host=named, Origin=f"http://{named}")[0] == 404


def test_a_request_without_a_host_or_with_two_is_refused(site):
    own = f"Host: 127.0.0.1:{site.port}\r\n".encode()
    assert site.raw(b"GET / HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 421")
    assert site.raw(b"GET / HTTP/1.1\r\n" + own + b"Host: evil\r\n\r\n").startswith(b"HTTP/1.1 400")
    assert site.raw(b"nonsense\r\n\r\n").startswith(b"HTTP/1.1 400")


FORGED = {
    "no origin": {"Origin": "none"},
    "a foreign origin": {"Origin": "http://evil.example"},
    "the null origin": {"Origin": "null"},
    "another port": {"Origin": "http://127.0.0.1:1"},
    "https": {"Origin": "https://127.0.0.1:PORT"},
    "a longer origin": {"Origin": "http://127.0.0.1:PORT.evil.example"},
    "no token": {"X_Token": "none"},
    "another token": {"X_Token": "x" * 43},
    "a part of the token": {"X_Token": TOKEN[:-1]},
    "a token of odd letters": {"X_Token": "\xff\xfe"},
}


@pytest.mark.parametrize("path", ["/api/runs", "/api/runs/nobody/stop", "/api/runs/nobody/resume"])
@pytest.mark.parametrize("kind", FORGED)
def test_a_forged_request_changes_nothing(site, kind, path):
    before = sorted(site.root.iterdir())
    headers = {name: value.replace("PORT", str(site.port)) for name, value in FORGED[kind].items()}
    status, found = site.json("POST", path, SMALL, **headers)
    assert status == 403
    assert "expected" in found["error"]
    assert sorted(site.root.iterdir()) == before


def test_a_foreign_origin_may_not_even_read(site):
    assert site.ask("GET", "/api/runs", Origin="http://evil.example")[0] == 403
    assert site.ask("GET", "/api/runs", Origin=site.origin)[0] == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "none"])
def test_a_body_that_a_form_could_send_is_refused(site, kind):
    status, found = site.json("POST", "/api/runs", SMALL, Content_Type=kind)
    assert (status, "application/json" in found["error"]) == (400, True)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
def test_other_methods_are_refused_with_those_that_are_not(site, method):
    status, headers, content = site.ask(method, "/api/runs")
    assert (status, headers["allow"]) == (405, "GET, HEAD, POST")
    assert "expected GET, HEAD, POST" in json.loads(content)["error"]


def test_a_method_that_a_path_does_not_have_is_refused(site):
    assert site.ask("POST", "/api/choices", {})[0] == 405
    assert site.ask("GET", "/api/runs/nobody/stop")[0] == 405


def head(site: Site, more: str) -> bytes:
    return (
        f"POST /api/runs HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\nOrigin: {site.origin}\r\nX-Token: {TOKEN}\r\n"
        f"Content-Type: application/json\r\n{more}\r\n\r\n"
    ).encode()


def test_a_body_that_is_too_long_is_cut_off_whether_or_not_it_says_so(site):
    assert site.raw(head(site, "Content-Length: 5000") + b"x" * 5000).startswith(b"HTTP/1.1 413")
    chunk = b"800\r\n" + b" " * 2048 + b"\r\n"
    assert site.raw(head(site, "Transfer-Encoding: chunked") + 40 * chunk).startswith(b"HTTP/1.1 413")
    assert site.raw(head(site, "Content-Length: 99999999999999999999")).startswith(b"HTTP/1.1 4")
    assert site.ask("POST", "/api/runs", b" " * 4096)[0] == 400


def test_a_body_that_never_comes_is_not_waited_for(site, monkeypatch):
    monkeypatch.setattr(limits, "BODY_SECONDS", 0.2)
    with socket.create_connection(("127.0.0.1", site.port), timeout=WAIT) as connection:
        connection.sendall(head(site, "Content-Length: 100") + b"{")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 400")


BAD = {
    "no JSON": (b"{", "a training as JSON"),
    "no object": (b"[]", "a training as JSON"),
    "no text": (b"\xff\xfe", "a training as JSON"),
    "very deep": (b"[" * 4000, "a training as JSON"),
    "no task": ({}, "task"),
    "a field too many": ({"task": "count", "out": "/etc"}, "out"),
    "a number as a task": ({"task": 3}, "task"),
    "a truth as a seed": ({"task": "count", "seed": True}, "seed"),
    "half a seed": ({"task": "count", "seed": 0.5}, "seed"),
    "a file as a task": ({"task": "/etc/passwd.json"}, "the name of a task"),
    "a file beside": ({"task": "machine.toml"}, "the name of a task"),
    "a folder above": ({"task": "../count"}, "the name of a task"),
    "an unknown task": ({"task": "cuont"}, "did you mean 'count'"),
    "a huge K": ({"task": "multiply-999999999"}, "expected"),
    "an unknown cell": ({"task": "count", "cell": "rn"}, "did you mean 'rnn'"),
    "an unknown recipe": ({"task": "count", "recipe": "blob"}, "did you mean 'blog'"),
    "unknown data": ({"task": "count", "data": "hundert"}, "did you mean 'hundred'"),
    "no units": ({"task": "count", "hidden": 0}, "1 to 128"),
    "too many units": ({"task": "count", "hidden": 129}, "1 to 128"),
    "more than a number can hold": ({"task": "count", "hidden": 10**30}, "expected"),
    "a negative seed": ({"task": "count", "seed": -1}, "0 to 2,147,483,647"),
    "a huge seed": ({"task": "count", "seed": 2**31}, "0 to 2,147,483,647"),
    "no epochs": ({"task": "count", "epochs": 0}, "1 to 200"),
    "too many epochs": ({"task": "count", "epochs": 201}, "1 to 200"),
    "a pair that cannot be": ({"task": "reverse", "cell": "rnn"}, "memory"),
    "a recipe that cannot": ({"task": "count", "cell": "transformer-rotary", "recipe": "blog"}, "plain"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_training_is_refused_in_words_and_leaves_nothing(site, kind):
    body, says = BAD[kind]
    before = sorted(site.root.iterdir())
    status, found = site.json("POST", "/api/runs", body)
    assert status == 400
    assert re.match(r"expected .*, got .*: .*", found["error"])
    assert says in found["error"]
    assert len(found["error"]) < 700
    assert sorted(site.root.iterdir()) == before


def test_the_choices_name_what_goes_well_together(site):
    status, found = site.json("GET", "/api/choices")
    assert status == 200
    assert {"count", "add", "divide-3", "reverse"} <= {task["name"] for task in found["tasks"]}
    assert found["best"]["count"]["rnn"] == "certified"
    assert found["best"]["reverse"]["rnn"] is None
    assert found["sizes"]["blog"] == 12
    assert {task["name"]: task["cell"] for task in found["tasks"]}["reverse"] == "stack-rnn"
    assert all(found["best"][task["name"]][task["cell"]] for task in found["tasks"])
    limited = {"hidden": 128, "epochs": 200, "seed": 2**31 - 1, "trainings": 2, "waiting": 8}
    assert found["limits"].items() >= limited.items()
    assert all(set(found["best"][task["name"]]) == {cell["name"] for cell in found["cells"]} for task in found["tasks"])


def test_a_training_is_begun_told_and_listed(site):
    name = fresh(site, 1)
    events = stream(site, name)
    statuses = [data["status"] for _, event, data in events if event == "status"]
    assert statuses[-1] == "done"
    assert [data["epoch"] for _, event, data in events if event == "epoch"] == [1, 2, 3]
    assert events[-1][1:] == ("end", {})
    assert [number for number, _, _ in events] == list(range(events[0][0], events[0][0] + len(events)))
    row = next(row for row in site.json("GET", "/api/runs")[1]["runs"] if row["name"] == name)
    assert (row["task"], row["status"], row["epochs"], row["verdict"]) == ("count", "done", 3, None)
    assert not (site.root / name / MARKER).exists()


def test_two_clients_on_one_run_and_one_that_comes_back(site):
    name = fresh(site, 7)
    until(lambda: site.run_service.job_queue.jobs[name].status == "training")
    with (
        contextlib.closing(http.client.HTTPConnection("127.0.0.1", site.port, timeout=WAIT)) as first,
        ThreadPoolExecutor() as pool,
    ):
        first.request("GET", f"/api/runs/{name}/events")
        response, text = first.getresponse(), b""
        while b"training" not in text:
            text += response.read1(65_536)
        seen = events_of(text)
        assert [data["status"] for _, _, data in seen] == ["waiting", "training"]
        whole, rest = pool.submit(stream, site, name), pool.submit(stream, site, name, seen[0][0])
        time.sleep(0.1)
        assert site.json("POST", f"/api/runs/{name}/stop", {}) == (200, {"name": name, "status": "stopped"})
        assert [event for _, event, _ in rest.result()] == ["status", "status", "end"]
        assert whole.result() == [seen[0], *rest.result()]
        assert events_of(text + response.read()) == whole.result()
    until(lambda: name not in site.run_service.job_queue.jobs)
    assert [data.get("status") for _, event, data in stream(site, name) if event == "status"] == ["stopped"]
    assert site.json("POST", f"/api/runs/{name}/stop", {})[0] == 409
    assert (site.root / name / layout.CONFIG).is_file()
    assert not (site.root / name / MARKER).exists()


def run_in_thread(scenario: Coroutine[Any, Any, None]) -> None:
    """Runs a coroutine on an event loop of its own thread: in this thread a browser's loop may be running."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, scenario).result()


def test_a_log_gives_every_client_what_it_has_not_seen():
    async def scenario() -> None:
        log = EventLog()
        log.status("waiting")
        log.add("epoch", "{}")

        async def collect(seen: int) -> list[tuple[int, str, Any]]:
            return events_of("".join([text async for text in log.stream(seen, lambda: False)]).encode())

        whole, rest = asyncio.create_task(collect(0)), asyncio.create_task(collect(1))
        await asyncio.sleep(0.05)
        log.add("frame", '{"a":1}')
        log.add("end", "{}")
        log.add("epoch", "{}")
        numbers = [number for number, _, _ in await whole]
        assert [event for _, event, _ in await whole] == ["status", "epoch", "frame", "end"]
        assert (await rest) == (await whole)[1:]
        assert log.position_after(str(numbers[1])) == 2
        for odd in (None, "", "x", "-1", "0", str(numbers[-1] + 1), "9" * 400, "²"):
            assert log.position_after(odd) == 0
        assert EventLog().position_after(str(numbers[1])) == 0
        shut = EventLog()
        assert [text async for text in shut.stream(0, lambda: True)] == ["retry: 2000\n\n"]

    run_in_thread(scenario())


def test_a_silent_stream_gives_a_sign_of_life(monkeypatch):
    monkeypatch.setattr("anylength.server.events.HEARTBEAT_SECONDS", 0.02)
    monkeypatch.setattr("anylength.server.events.CLOSE_CHECK_SECONDS", 0.02)

    async def scenario() -> None:
        texts = EventLog().stream(0, lambda: False)
        assert await anext(texts) == "retry: 2000\n\n"
        assert await anext(texts) == ": heartbeat\n\n"
        await texts.aclose()

    run_in_thread(scenario())


def test_a_client_that_vanishes_stops_its_stream_and_nothing_else(site):
    name = fresh(site, 7, epochs=3)
    until(lambda: site.run_service.job_queue.jobs[name].status == "training")
    routes = site.app.app.router.routes[0].endpoint.__self__
    before = routes.streams
    vanishing = [http.client.HTTPConnection("127.0.0.1", site.port, timeout=WAIT) for _ in range(3)]
    for each in vanishing:
        each.request("GET", f"/api/runs/{name}/events")
        response = each.getresponse()
        assert response.status == 200
        response.close()
    assert routes.streams >= before
    for each in vanishing:
        each.close()
    until(lambda: routes.streams == before)
    assert site.run_service.job_queue.jobs[name].status == "training"
    site.json("POST", f"/api/runs/{name}/stop", {})
    until(lambda: name not in site.run_service.job_queue.jobs)


def test_the_very_same_training_is_not_trained_again(site):
    name = fresh(site, 2)
    stream(site, name)
    metrics = (site.root / name / layout.METRICS).stat().st_mtime_ns
    monkey = site.root / name
    for file in (layout.VERDICT, "explain.json", layout.STRESS):
        (monkey / file).write_text("{}")
    assert site.json("POST", "/api/runs", {**SMALL, "seed": 2}) == (200, {"name": name, "status": "done"})
    assert (site.root / name / layout.METRICS).stat().st_mtime_ns == metrics
    assert [event for _, event, _ in stream(site, name)][-2:] == ["status", "end"]


def test_workers_that_break_are_told_and_replaced(site):
    for seed, says in ((8, "the workers collapse"), (9, "the training process has ended")):
        name = fresh(site, seed)
        events_of = [data for _, event, data in stream(site, name) if event == "status"][-1]
        assert events_of["status"] == "failed"
        assert says in events_of["message"]
        row = next(row for row in site.json("GET", "/api/runs")[1]["runs"] if row["name"] == name)
        assert row["status"] == "failed"
    assert stream(site, fresh(site, 10))[-1][1] == "end"


@pytest.mark.slow
def test_more_than_may_wait_are_told_to_come_back(tmp_path):
    with serving(tmp_path) as site:
        names = []
        for number in range(limits.MAX_TRAININGS):
            names.append(fresh(site, 7, epochs=number + 1))
            until(lambda: site.run_service.job_queue.jobs[names[-1]].status == "training")
        names += [fresh(site, 7, epochs=number + 20) for number in range(limits.MAX_WAITING)]
        status, headers, content = site.ask("POST", "/api/runs", {**SMALL, "seed": 7, "epochs": 90})
        assert (status, headers["retry-after"]) == (429, "5")
        assert "at most 2 trainings and 8 waiting ones" in json.loads(content)["error"]
        assert site.json("POST", f"/api/runs/{names[-1]}/stop", {})[1]["status"] == "stopped"
        assert site.json("POST", "/api/runs", {**SMALL, "seed": 7, "epochs": 90})[0] == 201
        assert site.json("POST", f"/api/runs/{names[-1]}/resume", {})[0] == 429
    assert sum((path / MARKER).is_file() for path in tmp_path.iterdir()) == 10


def test_what_a_server_has_left_is_taken_up_by_the_next(tmp_path):
    wanted = TrainOptions(recipe="blog", data="hundred", hidden=2, seed=3)
    Run.create(tmp_path / "group" / "left", wanted.config())
    Marks(KEY).add(tmp_path / "group" / "left")
    with serving(tmp_path) as site:
        until(lambda: not site.run_service.job_queue.jobs)
        row = site.json("GET", "/api/runs")[1]["runs"][0]
        assert (row["name"], row["status"]) == ("group:left", "done")
        assert [event for _, event, _ in stream(site, "group:left")] == ["epoch"] * 3 + ["status", "end"]


def test_only_real_folders_two_levels_deep_are_runs(run_folder, tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / layout.CONFIG).write_bytes((run_folder / layout.CONFIG).read_bytes())
    root = tmp_path / "root"
    for place in ("run", "group/run", "group/deep/run", ".hidden", "damaged"):
        (root / place).mkdir(parents=True)
        (root / place / layout.CONFIG).write_bytes((run_folder / layout.CONFIG).read_bytes())
    (root / "damaged" / layout.CONFIG).write_text("{")
    (root / "linked").symlink_to(tmp_path / "outside")
    (root / "odd").mkdir()
    (root / "odd" / layout.CONFIG).symlink_to(tmp_path / "outside" / layout.CONFIG)
    (root / "file").touch()
    index = RunIndex(root, Marks(KEY))
    assert set(index.paths()) == {"run", "group:run", "damaged"}
    assert {row.name for row in index.rows()} == {"run", "group:run"}
    assert index.path("../outside") is None
    assert RunIndex(tmp_path / "nowhere", Marks(KEY)).rows() == []


def test_a_run_and_its_report_can_be_seen(run_folder, tmp_path):
    import shutil

    shutil.copytree(run_folder, tmp_path / "a run")
    with serving(tmp_path) as site:
        status, found = site.json("GET", "/api/runs/a%20run")
        assert (status, found["status"], found["run"]["name"]) == (200, "done", "a run")
        status, headers, content = site.ask("GET", "/runs/a%20run/report")
        assert status == 200
        assert content.startswith(b"<!doctype html>")
        policy = headers["content-security-policy"]
        assert "sandbox allow-scripts" in policy
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "connect-src" not in policy


def test_two_hundred_clients_at_a_time_get_answers_or_are_told_to_wait(site):
    name = fresh(site, 7, epochs=5)
    until(lambda: site.run_service.job_queue.jobs[name].status == "training")

    def one(number: int) -> tuple[int, float]:
        path = ("/", "/api/runs", f"/api/runs/{name}/events", "/assets/shared/theme.css")[number % 4]
        started = time.perf_counter()
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", site.port, timeout=WAIT)) as connection:
            connection.request("GET", path)
            found = connection.getresponse()
            found.read1(10_000)
            return found.status, time.perf_counter() - started

    with ThreadPoolExecutor(200) as pool:
        found = list(pool.map(one, range(200)))
    assert {status for status, _ in found} <= {200, 503}
    assert sum(status == 200 for status, _ in found) >= 190
    assert max(seconds for _, seconds in found) < 20
    site.json("POST", f"/api/runs/{name}/stop", {})


def test_more_streams_than_there_may_be_are_told_to_come_back(site, monkeypatch):
    monkeypatch.setattr(limits, "MAX_STREAMS", 0)
    name = fresh(site, 11)
    status, headers, content = site.ask("GET", f"/api/runs/{name}/events")
    assert (status, headers["retry-after"]) == (503, "5")
    assert "open streams" in json.loads(content)["error"]


# With real processes


@contextlib.contextmanager
def command(root: Path) -> Iterator[tuple[subprocess.Popen[str], Site]]:
    """The command itself."""
    given = [sys.executable, "-m", "anylength", "serve", str(root), "--port", "0", "--no-browser", "--json"]
    with subprocess.Popen(given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            url = json.loads(process.stdout.readline())["url"]
            yield process, Site(root, int(url.rstrip("/").rpartition(":")[2]), None, None, None)  # type: ignore[arg-type]
        finally:
            process.kill()
            process.communicate()


def token_of(site: Site) -> str:
    return re.search(rb'name="token" content="([^"]+)"', site.ask("GET", "/")[2]).group(1).decode()


def children(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True).stdout
    return [int(each) for each in listed.split()]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.slow
def test_from_a_request_to_the_verdict_and_through_a_kill_to_the_same_bits(tmp_path):
    root = tmp_path / "runs"
    long = {"task": "count", "recipe": "blog", "data": "post", "hidden": 3, "epochs": 200, "seed": 1}
    plain = TrainOptions(recipe="blog", data="post", hidden=3, epochs=200, seed=1)
    train(plain, tmp_path / "plain")
    with command(root) as (process, site):
        token = token_of(site)
        status, found = site.json("POST", "/api/runs", {**SMALL, "epochs": 4}, X_Token=token)
        assert status == 201
        events = stream(site, found["name"])
        kinds = [event for _, event, _ in events]
        assert {"status", "epoch", "frame", "verdict", "explanation", "stress"} <= set(kinds)
        assert kinds.index("verdict") > max(at for at, kind in enumerate(kinds) if kind == "frame")
        statuses = [data["status"] for _, event, data in events if event == "status"]
        assert list(dict.fromkeys(statuses)) == ["waiting", "training", "judging", "explaining", "testing", "done"]
        frames = [data for _, event, data in events if event == "frame"]
        assert [json.loads(each.to_json()) for each in Run(root / found["name"]).film] == frames
        assert frames[-1]["epoch"] == 4
        replayed = stream(site, found["name"])
        assert [(event, data) for _, event, data in replayed if event not in ("status", "epoch")] == [
            (event, data) for _, event, data in events if event not in ("status", "epoch")
        ]
        status, found = site.json("POST", "/api/runs", long, X_Token=token)
        run = root / found["name"]
        until(lambda: (run / layout.METRICS).is_file() and (run / layout.METRICS).read_bytes().count(b"\n") > 3)
        workers = children(process.pid)
        assert len(workers) == 4
        os.kill(process.pid, signal.SIGKILL)
        until(lambda: not any(alive(pid) for pid in workers), 10)
        assert (run / MARKER).is_file()
        assert not (run / layout.DONE).is_file()
    with command(root) as (process, site):
        until(lambda: not (run / MARKER).is_file())
        workers = children(process.pid)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        assert not any(alive(pid) for pid in workers)
    assert (run / layout.MODEL).read_bytes() == (tmp_path / "plain" / layout.MODEL).read_bytes()
    updates = [json.loads(line)["update"] for line in (run / FILM).read_text().splitlines()]
    assert updates == sorted(set(updates))
    assert len(updates) >= 40
    assert (run / layout.VERDICT).is_file()


def test_a_port_that_is_taken_or_none_and_a_file_for_a_folder_are_one_line_and_exit_code_2(called, tmp_path):
    (tmp_path / "file").touch()
    with listening_socket(0) as taken:
        taken.listen()
        port = str(taken.getsockname()[1])
        for given, says in (
            ([str(tmp_path), "--port", port], f"a free port, got {port}: "),
            ([str(tmp_path), "--port", "65536"], "a port of 0 to 65535, got 65536: pass for example --port 8765"),
            ([str(tmp_path / "file")], "a folder for runs, got "),
        ):
            found = called("serve", *given, "--no-browser")
            assert (found.code, found.stdout, found.stderr.count("\n")) == (2, "", 1)
            assert says in found.stderr
