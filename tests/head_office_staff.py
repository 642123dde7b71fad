"""People of head office at its pages: an operator who prepares, a director who signs.

They use the same forms as anybody; messages are read where development shows them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from office.layout import Layout
from tests.samples import Sample
from tests.visitor import Page, VisitFailed, Visitor

__all__ = ["CODE", "DOWNLOAD_LINK", "MESSAGE_LINK", "LaterClient", "Messages", "Staff", "Upload"]


@dataclass(frozen=True)
class LaterClient:
    """Who signs a document after its first client."""

    name: str
    contact: str
    layout: Layout
    kiosk_id: str = ""  # where this one signs; empty: where the first client does


@dataclass(frozen=True)
class Upload:
    """What an operator knows about a document to be made."""

    pdf: bytes
    title: str
    number: str
    client_name: str
    contact: str
    layout: Layout
    stamp_wanted: bool = False
    others: tuple[LaterClient, ...] = ()
    kiosk_id: str = ""  # where the clients sign; empty: the first kiosk of the list

    @classmethod
    def of_sample(cls, sample: Sample) -> Upload:
        """One of the sample contracts."""
        client = sample.client
        return cls(
            pdf=sample.pdf,
            title=sample.title,
            number=sample.number,
            client_name=client.name,
            contact=sample.contact,
            layout=Layout(
                fields=client.fields,
                signature=client.signature,
                stamp=client.stamp,
                director_signature=sample.director_signature,
            ),
            stamp_wanted=client.stamp is not None,
            others=tuple(
                LaterClient(
                    other.client.name,
                    other.contact,
                    Layout(
                        fields=other.client.fields,
                        signature=other.client.signature,
                        director_signature=sample.director_signature,
                    ),
                )
                for other in sample.others
            ),
        )


class Messages:
    """The page of sample messages of a head office in development."""

    def __init__(self, visitor: Visitor) -> None:
        """Read them with this visitor's browser."""
        self._http = visitor.http

    def all(self) -> list[dict[str, Any]]:
        """Every message, the newest first."""
        answer = self._http.get("/development/messages.json")
        messages: list[dict[str, Any]] = answer.json()
        return messages

    def find(self, pattern: str, *, to: str, after: int = 0) -> str | None:
        """The first group of `pattern` in the newest message to `to` with an id above `after`."""
        for message in self.all():
            found = re.search(pattern, message["text"])
            if found and _same_person(to, message["to"]) and message["id"] > after:
                return found.group(1)
        return None

    def newest(self) -> int:
        """Id of the newest message; 0 when there is none."""
        return max((int(message["id"]) for message in self.all()), default=0)


CODE = r"\b(\d{4} ?\d{4})\b"
MESSAGE_LINK = r"(https?://\S+/m/[A-Za-z0-9_-]+)"
DOWNLOAD_LINK = r"(https?://\S+/d/[A-Za-z0-9_-]+)"


class Staff:
    """Somebody with an account."""

    def __init__(self, visitor: Visitor, email: str, password: str) -> None:
        """Sign in. Raises `VisitFailed`."""
        self.visitor = visitor
        page = visitor.visit("/sign-in")
        visitor.submit(page, "/sign-in", {"email": email, "password": password})
        self.email = email

    def prepare(self, upload: Upload) -> str:
        """Upload a PDF, place its boxes, send it to the director; returns the document's id."""
        page = self.visitor.visit("/documents/new")
        offered = page.form("/documents/new").values["kiosk_id"]
        kiosks = [upload.kiosk_id] if upload.kiosk_id else [*offered]
        values: dict[str, str | list[str]] = {
            "title": upload.title,
            "number": upload.number,
            "client": [str(place) for place in range(1, len(upload.others) + 2)],
            "client_name": [upload.client_name, *(other.name for other in upload.others)],
            "contact": [upload.contact, *(other.contact for other in upload.others)],
            "kiosk_id": [*kiosks, *(other.kiosk_id or kiosks[0] for other in upload.others)],
            "stamp_wanted": "1" if upload.stamp_wanted else [],
        }
        pdf = {"pdf": ("contract.pdf", upload.pdf, "application/pdf")}
        page = self.visitor.submit(page, "/documents/new", values, files=pdf)
        document_id = self._document_of(page)
        layouts = [upload.layout, *(other.layout for other in upload.others)]
        for place, layout in enumerate(layouts, start=1):
            self._save_layout(page, f"{document_id}/layout?client={place}", layout.to_json())
        self.visitor.submit(page, f"/documents/{document_id}/send")
        return document_id

    def first_kiosk(self) -> str:
        """Id of the kiosk that stands first in the form of a new document."""
        page = self.visitor.visit("/documents/new")
        return next(iter(page.form("/documents/new").values["kiosk_id"]))

    def choose(self, *document_ids: str) -> Page:
        """As director: choose documents of the queue and have a code sent."""
        page = self.visitor.visit("/queue")
        return self.visitor.submit(page, "/queue/code", {"document": list(document_ids)})

    def sign(self, page: Page, code: str) -> Page:
        """As director: type the code; the chosen documents are signed."""
        return self.visitor.submit(page, "/queue/sign", {"code": code})

    def _save_layout(self, page: Page, address: str, layout: Mapping[str, Any]) -> None:
        answer = self.visitor.http.put(
            f"/documents/{address}",
            content=json.dumps(layout),
            headers={"Content-Type": "application/json", "X-CSRFToken": page.csrf_token},
        )
        if answer.status_code != 200:
            raise VisitFailed(f"the layout was not taken: {answer.text[:400]}")

    @staticmethod
    def _document_of(page: Page) -> str:
        found = re.search(r"/documents/([0-9a-f]{32})/fields", page.address)
        if found is None:
            raise VisitFailed(f"no draft came of it: {page.words[:600]}")
        return found.group(1)


def _same_person(wanted: str, written: str) -> bool:
    """Whether two spellings of an address or a telephone number mean the same."""
    return re.sub(r"[ +]", "", wanted).lower() == re.sub(r"[ +]", "", written).lower()
