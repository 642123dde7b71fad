"""A person at a browser without scripts: follows links, fills forms, keeps cookies.

Works on anything `httpx` can reach: a server on the network, or an app in this process through
`httpx.WSGITransport`. What a script would draw it cannot see; journeys use Chromium for that.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx

__all__ = ["Form", "Page", "VisitFailed", "Visitor"]


class VisitFailed(AssertionError):
    """A page did not come, or is not the one that was expected."""


@dataclass
class Form:
    """A form with what its fields hold when the page opens."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)  # name and value of each


@dataclass(frozen=True)
class Page:
    """A page as it came."""

    address: str  # path with its query
    status: int
    text: str
    forms: tuple[Form, ...]
    csrf_token: str

    @property
    def words(self) -> str:
        """What a person reads, in one line."""
        visible = re.sub(r"(?s)<(script|style|svg|template)\b.*?</\1>", " ", self.text)
        return " ".join(html.unescape(re.sub(r"(?s)<[^>]*>", " ", visible)).split())

    def form(self, action: str) -> Form:
        """The first form whose action ends with `action`. Raises `VisitFailed`."""
        for form in self.forms:
            if form.action.split("?")[0].rstrip("/").endswith(action.rstrip("/")):
                return form
        offered = ", ".join(form.action for form in self.forms) or "none"
        raise VisitFailed(f"{self.address} has no form for {action}, only: {offered}")


class Visitor:
    """Somebody at a browser."""

    def __init__(self, http: httpx.Client, language: str = "pl") -> None:
        """Use this client, whose base_url is the site."""
        self.http = http
        self.http.headers["Accept-Language"] = language

    def visit(self, path: str, *, expect: int = 200) -> Page:
        """Open a page, following redirects. Raises `VisitFailed`."""
        return self._page(self.http.get(path, follow_redirects=True), expect)

    def submit(
        self,
        page: Page,
        action: str,
        values: Mapping[str, str | list[str]] | None = None,
        *,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        expect: int = 200,
    ) -> Page:
        """Fill in the page's form for `action` and send it. Raises `VisitFailed`."""
        form = page.form(action)
        filled: dict[str, str | list[str]] = {**form.values, **(values or {})}
        address = urljoin(page.address, form.action)
        if form.method == "get":
            answer = self.http.get(address, params=filled, follow_redirects=True)
        else:
            answer = self.http.post(address, data=filled, files=files, follow_redirects=True)
        return self._page(answer, expect)

    def send(
        self, page: Page, path: str, content: bytes, mimetype: str, *, expect: int = 200
    ) -> httpx.Response:
        """Post as one of the page's scripts would, with the page's token. Raises `VisitFailed`."""
        answer = self.http.post(
            path,
            content=content,
            headers={
                "Content-Type": mimetype,
                "Accept": "application/json",
                "X-CSRFToken": page.csrf_token,
            },
        )
        if answer.status_code != expect:
            raise VisitFailed(f"{path} answered {answer.status_code}: {answer.text[:600]}")
        return answer

    def _page(self, answer: httpx.Response, expect: int) -> Page:
        parser = _PageParser()
        if "html" in answer.headers.get("Content-Type", ""):
            parser.feed(answer.text)
        address = answer.url.raw_path.decode("ascii")
        page = Page(
            address, answer.status_code, answer.text, tuple(parser.forms), parser.csrf_token
        )
        if answer.status_code != expect:
            raise VisitFailed(f"{address} answered {answer.status_code}: {page.words[:600]}")
        return page


class _PageParser(HTMLParser):
    """Collects forms and the token that scripts send."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.csrf_token = ""
        self._named: dict[str, Form] = {}
        self._open: Form | None = None
        self._select: tuple[Form, str, list[tuple[str, bool]]] | None = None
        self._textarea: tuple[Form, str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "meta" and given.get("name") == "csrf-token":
            self.csrf_token = given.get("content", "")
        elif tag == "form":
            self._open = self._form(given.get("id", ""))
            self._open.action = given.get("action", "")
            self._open.method = given.get("method", "get").lower()
        elif tag == "option" and self._select is not None:
            self._select[2].append((given.get("value", ""), "selected" in given))
        elif tag in {"input", "select", "textarea", "button"}:
            self._control(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select" and self._select is not None:
            form, name, options = self._select
            chosen = [value for value, selected in options if selected]
            first = [value for value, _ in options][:1]
            form.values.setdefault(name, []).extend(chosen or first)
            self._select = None
        elif tag == "textarea" and self._textarea is not None:
            form, name, pieces = self._textarea
            form.values.setdefault(name, []).append("".join(pieces).removeprefix("\n"))
            self._textarea = None

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            self._textarea[2].append(data)

    def _control(self, tag: str, given: Mapping[str, str]) -> None:
        form = self._form(given["form"]) if "form" in given else self._open
        name = given.get("name", "")
        if form is None or not name or "disabled" in given:
            return
        kind = given.get("type", "submit" if tag == "button" else "text")
        if tag == "select":
            self._select = (form, name, [])
        elif tag == "textarea":
            self._textarea = (form, name, [])
        elif kind in {"submit", "image", "button", "reset"}:
            form.buttons.append((name, given.get("value", "")))
        elif kind in {"checkbox", "radio"}:
            if "checked" in given:
                form.values.setdefault(name, []).append(given.get("value", "on"))
        elif kind != "file":
            form.values.setdefault(name, []).append(given.get("value", ""))

    def _form(self, identifier: str) -> Form:
        if identifier and identifier in self._named:
            return self._named[identifier]
        form = Form(action="", method="get")
        self.forms.append(form)
        if identifier:
            self._named[identifier] = form
        return form
