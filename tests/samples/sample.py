"""What is known about a sample contract beside its pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from signing.fields import ClientPlan, DocumentPlan, Placement

__all__ = ["COMPANY", "COMPANY_LINES", "Sample"]

COMPANY = "Zielony Most sp. z o.o."
COMPANY_LINES = (
    "ul. Przykładowa 12, 00-001 Warszawa",
    "KRS 0000000000 · NIP 000-000-00-00 · REGON 000000000",
)


@dataclass(frozen=True)
class AnotherClient:
    """Who signs a contract after its first client."""

    client: ClientPlan
    contact: str
    answers: dict[str, str]


@dataclass(frozen=True)
class Sample:
    """A contract ready to be prepared and sent."""

    name: str  # file name without its ending
    number: str
    title: str
    language: str
    contact: str  # mobile number or e-mail address of the client
    channel: Literal["sms", "email"]
    client: ClientPlan
    director_signature: Placement
    pdf: bytes
    answers: dict[str, str]  # what a careful client fills in, field key -> value
    others: tuple[AnotherClient, ...] = ()  # in the order in which they sign

    def plan(self, document_id: bytes, director_name: str) -> DocumentPlan:
        """The plan of fields and signatures on this contract's dotted lines."""
        return DocumentPlan(
            document_id=document_id,
            number=self.number,
            title=self.title,
            language=self.language,
            director_name=director_name,
            director_signature=self.director_signature,
            clients=(self.client, *(other.client for other in self.others)),
        )
