"""The live page: who is let in, what may be asked, how much is kept."""

from __future__ import annotations

import re
import time
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from clustersim.errors import InputError
from clustersim.workshop import server
from clustersim.workshop.guard import COOKIE
from clustersim.workshop.pack import unpack
from clustersim.workshop.room import Room

HOST = "127.0.0.1:8765"
HOSTS = frozenset({HOST, "localhost:8765"})
JSON = {"content-type": "application/json"}
ME = {"page": "me"}


@pytest.fixture(scope="module")
def client(room: Room) -> Iterator[TestClient]:
    with TestClient(server.application(room, language="en", hosts=HOSTS), base_url=f"http://{HOST}") as found:
        yield found


@pytest.fixture(scope="module")
def lan(room: Room) -> Iterator[TestClient]:
    app = server.application(room, language="en", hosts=HOSTS, token="let-me-in")
    with TestClient(app, base_url=f"http://{HOST}") as found:
        yield found


def test_the_page_and_its_headers(client: TestClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "server" not in answer.headers


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8765", "127.0.0.1:80", "127.0.0.1", "", "localhost:8765.evil"])
def test_a_foreign_host_is_refused(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"host": host}).status_code == 400


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1:8765", "http://127.0.0.1:9"])
def test_a_foreign_origin_is_refused(client: TestClient, origin: str) -> None:
    assert client.post("/api/pair", json=ME, headers={"origin": origin}).status_code == 403
    assert client.post("/api/pair", json=ME, headers={"origin": f"http://{HOST}"}).status_code == 200


def test_another_page_cannot_read_this_one(client: TestClient) -> None:
    headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}
    assert client.get("/api/lucks", headers=headers).status_code == 403
    assert client.get("/", headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/api/lucks", "/api/pair"])
def test_a_lan_wants_the_token(lan: TestClient, path: str) -> None:
    lan.cookies.clear()
    assert lan.get(path).status_code == 403
    assert lan.get(f"{path}?token=guess").status_code == 403
    assert lan.get(path, headers={"cookie": f"{COOKIE}=guess"}).status_code == 403


def test_the_token_opens_and_is_kept_out_of_reach(lan: TestClient) -> None:
    lan.cookies.clear()
    first = lan.get("/?token=let-me-in", follow_redirects=False)
    assert first.status_code == 303
    assert first.headers["location"] == "/"
    assert re.search("httponly.*samesite=strict", first.headers["set-cookie"], re.IGNORECASE)
    assert lan.get("/").status_code == 200


@pytest.mark.parametrize(
    "path", ["/../pyproject.toml", "/%2e%2e/%2e%2e/etc/passwd", "/scenarios/jaipur.toml", "//etc/passwd", "/api/../../x"]
)
def test_no_path_leads_to_a_file(client: TestClient, path: str) -> None:
    assert client.get(path).status_code in (400, 404)


@pytest.mark.parametrize(
    ("path", "body"),
    [("/api/pair", {"luck": -1}), ("/api/pair", {"luck": 10_000}), ("/api/pair", {"luck": True}), ("/api/pair", {"luck": "0"}),
     ("/api/pair", {"changes": {"firms": 10**6}}), ("/api/pair", {"changes": {"trust": 7}}), ("/api/pair", {"changes": [1]}),
     ("/api/pair", {"changes": {"trust": None}}), ("/api/plan", {}), ("/api/plan", {"tokens": {"visits": 1000}}),
     ("/api/plan", {"tokens": {"../x": 1}}), ("/api/plan", {"tokens": {}, "bitter": 1}), ("/api/plan", {"tokens": {"visits": 1.5}}),
     ("/api/plan", {"tokens": {}, "opening": "x"}), ("/api/few", {"changes": {"trust": 7}}), ("/api/pair", {"page": ""}),
     ("/api/pair", {"page": 7}), ("/api/pair", {"page": "x" * 50}), ("/api/plan", {"tokens": {}, "changes": {"firms": 9}})],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_in_words(client: TestClient, path: str, body: Any) -> None:
    answer = client.post(path, json=ME | body)
    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.parametrize("body", [b"", b"[]", b"nonsense", b"[" * 4000, b"\xff\xfe", b'{"luck": NaN}', b'{"a": "' + b"x" * 5000])
def test_bodies_that_are_no_small_json_are_refused(client: TestClient, body: bytes) -> None:
    assert client.post("/api/pair", content=body, headers=JSON).status_code == 400


def test_a_form_of_another_page_is_refused(client: TestClient) -> None:
    assert client.post("/api/pair", content=b"{}", headers={"content-type": "text/plain"}).status_code == 400
    assert client.get("/api/pair").status_code == 405


def answered(client: TestClient, path: str, **asked: Any) -> Any:
    """Ask as the page does, again and again until the answer is there."""
    for _ in range(60):
        answer = client.post(path, json=ME | asked)
        if answer.status_code == 200:
            return unpack(zlib.decompress(answer.content))
        assert answer.status_code == 202
        assert answer.json()["place"] >= 0
    raise AssertionError("no answer")


def test_the_answer_is_what_the_room_says(client: TestClient, room: Room) -> None:
    found = answered(client, "/api/pair", luck=2, changes={"trust": 0.4})
    asked = room.pair(2, {"trust": 0.4})
    assert (found["arms"]["with"]["trust"] == asked["arms"]["with"]["trust"].values).all()
    assert found["luck"] == 2
    plan = answered(client, "/api/plan", tokens={"visits": 100}, bitter=True, opening="token")
    assert set(plan) == {"plan", "alone"}
    few = answered(client, "/api/few", changes={"trust": 0.4})
    np.testing.assert_array_equal(few["arms"]["with"], room.few_lucks({"trust": 0.4})["arms"]["with"])


def test_questions_that_mean_the_same_are_one(client: TestClient, room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[Any] = []

    def remember(asked: Any) -> dict[str, Any]:
        ran.append(asked)
        return {}

    monkeypatch.setattr(room, "pair", lambda luck, changes: remember(changes))
    monkeypatch.setattr(room, "plan", lambda tokens, **more: remember(tokens))
    for changes in ({"trust": 0.61, "days": 5}, {"days": 5.0, "trust": 0.6}, {"trust": 0.6000001, "days": 5.2}):
        answered(client, "/api/pair", luck=7, changes=changes)
    for tokens in ({"visits": 55, "fairs": 0}, {"visits": 55}):
        answered(client, "/api/plan", tokens=tokens)
    assert ran == [{"days": 5.0, "trust": 0.6}, {"visits": 55}]


def test_lucks_come_when_they_are_ready(client: TestClient, room: Room) -> None:
    for _ in range(600):
        answer = client.get("/api/lucks")
        if answer.status_code == 200:
            break
        assert answer.status_code == 202
        assert set(answer.json()) == {"done", "total"}
        time.sleep(0.05)
    assert unpack(zlib.decompress(answer.content))["count"] == room.lucks_wanted


def test_a_taken_port_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with server.free_port(0, "127.0.0.1") as taken:
        taken.listen()
        with pytest.raises(InputError, match="is taken; --port 0"):
            server.free_port(taken.getsockname()[1], "127.0.0.1")

