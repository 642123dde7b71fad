"""How far one client has come with one document: a pure state machine without I/O or clock.

What is complete is always worked out from what was given (`missing_step`), never from a flag, so
that a crash, a reload or a step back can neither skip a step nor lose one. `Progress` is immutable;
each change returns a new one, which the caller saves before showing it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from signing.errors import SigningError

if TYPE_CHECKING:
    from signing.ceremony.desk import CeremonyDocument

__all__ = [
    "CEREMONY_LANGUAGES",
    "DISPLAY_OPTIONS",
    "Progress",
    "ProgressRefused",
    "StampChoice",
    "Step",
]

CEREMONY_LANGUAGES = ("pl", "en", "de", "uk")
DISPLAY_OPTIONS = ("large_text", "high_contrast", "left_handed", "read_aloud")

MAX_SECONDS_PER_VIEW = 600.0  # a page left open over lunch was not read for an hour
MAX_SECONDS_PER_PAGE = 86_400.0
MAX_PAGE_NUMBER = 5000
MAX_VALUES = 100
MAX_VALUE_CHARACTERS = 10_000
CEREMONY_ID_PATTERN = re.compile(r"(?:[A-Za-z0-9_-]{32,64})?\Z")
DOCUMENT_ID_PATTERN = re.compile(r"[0-9a-f]{32}\Z")
SHA256_PATTERN = re.compile(r"(?:[0-9a-f]{64})?\Z")


class ProgressRefused(SigningError):
    """Saved progress that cannot be read; the ceremony starts again from the code."""


class Step(StrEnum):
    """The steps of a ceremony, in their order."""

    CODE = "code"  # it is you: the code from the message
    READ = "read"  # every page is shown
    FILL = "fill"  # the client's fields
    STAMP = "stamp"  # the company's stamp, if asked for
    SIGN = "sign"  # the handwritten mark
    REVIEW = "review"  # everything in place, consent, signing
    DONE = "done"  # sealed


class StampChoice(StrEnum):
    """What the client said about the stamp."""

    OPEN = "open"  # nothing yet
    GIVEN = "given"  # its picture is with the desk


@dataclass(frozen=True)
class Progress:
    """What was given so far. Times are aware UTC; page numbers count from 1."""

    document_id: str  # 32 hex digits
    pdf_sha256: str = ""  # what all of this was given for; another PDF starts from nothing
    ceremony_id: str = ""  # random, in the browser's cookie; empty when no session is open
    step: Step = Step.CODE  # where the client was last
    code_ok_at: datetime | None = None  # when this session's code was accepted
    pages_seen: Mapping[int, float] = field(default_factory=dict)  # page -> seconds on screen
    open_page: int | None = None  # the page on the screen now
    open_page_since: datetime | None = None
    values: Mapping[str, str] = field(default_factory=dict)  # canonical, by field key
    drafts: Mapping[str, str] = field(default_factory=dict)  # as typed so far, not yet checked
    stamp: StampChoice = StampChoice.OPEN
    mark: Mapping[str, Any] | None = None  # see signing.ceremony.mark_screens
    consent_version: str = ""
    consent_at: datetime | None = None
    language: str = "pl"
    options: frozenset[str] = frozenset()  # of DISPLAY_OPTIONS
    read_with: frozenset[str] = frozenset()  # those that were on while pages were shown

    @property
    def seconds_reading(self) -> float:
        """Seconds during which pages were on the screen."""
        return sum(self.pages_seen.values())

    def first_unseen(self, pages: int) -> int | None:
        """The first page that was never shown, of a document with `pages` pages."""
        return next((page for page in range(1, pages + 1) if page not in self.pages_seen), None)

    def has_answer(self, key: str) -> bool:
        """Whether the client has been through the field, even if it was left empty."""
        return key in self.values

    def missing_step(self, document: CeremonyDocument) -> Step:
        """The first step that is not complete; `REVIEW` when only the signing is left."""
        if self.step is Step.DONE:
            return Step.DONE
        if self.code_ok_at is None:
            return Step.CODE
        if self.first_unseen(document.pages) is not None:
            return Step.READ
        if not all(self.has_answer(spec.key) for spec in document.client.asked):
            return Step.FILL
        if document.stamp_wanted and self.stamp is StampChoice.OPEN:
            return Step.STAMP
        return Step.SIGN if self.mark is None else Step.REVIEW

    def may_open(self, step: Step, document: CeremonyDocument) -> bool:
        """Whether the client may go to `step`: back always, forward only when all before is done.

        After sealing only `DONE` is left.
        """
        order = list(Step)
        missing = self.missing_step(document)
        if Step.DONE in {step, missing}:
            return step is missing
        return order.index(step) <= order.index(missing)

    def at(self, step: Step) -> Progress:
        """The same, with the client now at `step`."""
        return replace(self, step=step)

    def with_session(self, ceremony_id: str) -> Progress:
        """A new session: the code must be entered again, everything given stays."""
        return replace(
            self,
            ceremony_id=ceremony_id,
            code_ok_at=None,
            consent_version="",
            consent_at=None,
            open_page=None,
            open_page_since=None,
            step=Step.DONE if self.step is Step.DONE else Step.CODE,
        )

    def with_page_closed(self, now: datetime) -> Progress:
        """The page on the screen was left: it counts as shown, with its seconds added."""
        if self.open_page is None or self.open_page_since is None:
            return self
        elapsed = (now - self.open_page_since).total_seconds()
        seconds = min(max(elapsed, 0.0), MAX_SECONDS_PER_VIEW)
        total = min(self.pages_seen.get(self.open_page, 0.0) + seconds, MAX_SECONDS_PER_PAGE)
        seen = {**self.pages_seen, self.open_page: round(total, 1)}
        return replace(self, pages_seen=seen, open_page=None, open_page_since=None)

    def with_page_open(self, page: int, now: datetime) -> Progress:
        """`page` comes to the screen; the one before it counts as shown."""
        closed = self.with_page_closed(now)
        read_with = self.read_with | self.options
        return replace(closed, open_page=page, open_page_since=now, read_with=read_with)

    def with_values(self, values: Mapping[str, str]) -> Progress:
        """Canonical values of some fields, added to or replacing what was there."""
        drafts = {key: text for key, text in self.drafts.items() if key not in values}
        return replace(self, values={**self.values, **values}, drafts=drafts)

    def with_drafts(self, drafts: Mapping[str, str]) -> Progress:
        """What was typed into some fields so far; it is no answer yet."""
        return replace(self, drafts={**self.drafts, **drafts})

    def to_json(self) -> dict[str, Any]:
        """A plain JSON object."""
        return {
            "document_id": self.document_id,
            "pdf_sha256": self.pdf_sha256,
            "ceremony_id": self.ceremony_id,
            "step": self.step.value,
            "code_ok_at": _written(self.code_ok_at),
            "pages_seen": {str(page): seconds for page, seconds in self.pages_seen.items()},
            "open_page": self.open_page,
            "open_page_since": _written(self.open_page_since),
            "values": dict(self.values),
            "drafts": dict(self.drafts),
            "stamp": self.stamp.value,
            "mark": None if self.mark is None else dict(self.mark),
            "consent_version": self.consent_version,
            "consent_at": _written(self.consent_at),
            "language": self.language,
            "options": sorted(self.options),
            "read_with": sorted(self.read_with),
        }

    @classmethod
    def from_json(cls, data: object) -> Progress:
        """Read what `to_json` wrote. Raises `ProgressRefused` for anything else.

        Progress of an older release, which kept less, is read as well.
        """
        if isinstance(data, dict):
            data = {"drafts": {}, "read_with": [], **data}
        if not isinstance(data, dict) or set(data) != set(cls.__dataclass_fields__):
            raise _unreadable("missing or unknown entries")
        try:
            return cls._read(data)
        except (KeyError, TypeError, ValueError, AttributeError) as problem:
            raise _unreadable(type(problem).__name__) from problem

    @classmethod
    def _read(cls, data: Mapping[str, Any]) -> Progress:
        mark = data["mark"]
        open_page = data["open_page"]
        options = frozenset(_strings(data["options"]))
        _require(mark is None or isinstance(mark, dict))
        _require(open_page is None or _is_page(open_page))
        read_with = frozenset(_strings(data["read_with"]))
        _require(options | read_with <= set(DISPLAY_OPTIONS))
        _require(data["language"] in CEREMONY_LANGUAGES)
        return cls(
            document_id=_matching(DOCUMENT_ID_PATTERN, data["document_id"]),
            pdf_sha256=_matching(SHA256_PATTERN, data["pdf_sha256"]),
            ceremony_id=_matching(CEREMONY_ID_PATTERN, data["ceremony_id"]),
            step=Step(data["step"]),
            code_ok_at=_moment(data["code_ok_at"]),
            pages_seen=_pages(data["pages_seen"]),
            open_page=open_page,
            open_page_since=_moment(data["open_page_since"]),
            values=_values(data["values"]),
            drafts=_values(data["drafts"]),
            stamp=StampChoice(data["stamp"]),
            mark=mark,
            consent_version=_matching(re.compile(r"[0-9a-z.-]{0,40}\Z"), data["consent_version"]),
            consent_at=_moment(data["consent_at"]),
            language=data["language"],
            options=options,
            read_with=read_with,
        )


def _unreadable(what: str) -> ProgressRefused:
    return ProgressRefused(
        "progress_unreadable",
        f"What was saved of this ceremony cannot be read ({what}).",
        "Start again with a new code; nothing has been signed.",
    )


def _require(truth: bool) -> None:
    if not truth:
        raise ValueError


def _matching(pattern: re.Pattern[str], value: object) -> str:
    _require(isinstance(value, str) and pattern.match(value) is not None)
    return str(value)


def _is_page(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_PAGE_NUMBER


def _pages(data: Mapping[str, Any]) -> dict[int, float]:
    pages: dict[int, float] = {}
    for written, seconds in data.items():
        page = int(written)
        _require(_is_page(page) and str(page) == written)
        _require(isinstance(seconds, int | float) and 0 <= seconds <= MAX_SECONDS_PER_PAGE)
        pages[page] = float(seconds)
    return pages


def _values(data: Mapping[Any, Any]) -> dict[str, str]:
    _require(len(data) <= MAX_VALUES)
    for key, value in data.items():
        _require(isinstance(key, str) and isinstance(value, str))
        _require(len(value) <= MAX_VALUE_CHARACTERS)
    return dict(data)


def _strings(data: object) -> list[str]:
    if not isinstance(data, list):
        raise TypeError
    _require(all(isinstance(item, str) for item in data))
    return data


def _moment(value: object) -> datetime | None:
    if value is None:
        return None
    _require(isinstance(value, str))
    moment = datetime.fromisoformat(str(value))
    _require(moment.tzinfo is not None)
    return moment.astimezone(UTC)


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat()
