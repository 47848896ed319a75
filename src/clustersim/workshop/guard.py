"""Who is let in to a live room, and what every answer tells the browser to refuse."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any

from clustersim.workshop.page import policy

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

COOKIE = "clustersim"


class Guard:
    """Lets in who asks this server by its own name, from its own page and, where there is a token, with it."""

    def __init__(self, app: Any, *, hosts: frozenset[str], token: str | None) -> None:
        self.app, self.hosts, self.token = app, hosts, token

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Refuse with 400, 403 or 405, or pass on."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        from starlette.requests import Request

        refused = self._refused(Request(scope))
        await (refused or self.app)(scope, receive, send)

    def _refused(self, request: Request) -> Response | None:
        from starlette.responses import PlainTextResponse, RedirectResponse

        names = request.headers.getlist("host")
        if len(names) != 1 or names[0].lower() not in self.hosts:
            return PlainTextResponse("not the name of this server", 400)
        origin = request.headers.get("origin")
        if origin is not None and origin.lower() != f"http://{names[0].lower()}":
            return PlainTextResponse("asked from another page", 403)
        if (
            request.headers.get("sec-fetch-site") == "cross-site"
            and request.headers.get("sec-fetch-mode") != "navigate"
        ):
            return PlainTextResponse("asked from another page", 403)
        if self.token is None:
            return None
        given = request.query_params.get("token", "")
        if request.url.path == "/" and hmac.compare_digest(given.encode(), self.token.encode()):
            welcome = RedirectResponse("/", 303)
            welcome.set_cookie(COOKIE, self.token, httponly=True, samesite="strict")
            return welcome
        if hmac.compare_digest(request.cookies.get(COOKIE, "").encode(), self.token.encode()):
            return None
        return PlainTextResponse("the address ends in ?token=..., as printed where the workshop was started", 403)


class Headers:
    """Adds to every answer what browsers are to refuse."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.headers = [
            (name.encode(), value.encode())
            for name, value in {
                "content-security-policy": policy(live=True, header=True), "x-content-type-options": "nosniff",
                "referrer-policy": "no-referrer", "cache-control": "no-store", "x-frame-options": "DENY",
                "cross-origin-resource-policy": "same-origin",
            }.items()
        ]  # fmt: skip

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass on, with the headers."""

        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), *self.headers]}
            await send(message)

        await self.app(scope, receive, with_headers)
