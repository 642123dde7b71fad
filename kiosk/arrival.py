"""Whether a document has come to this kiosk with all that signing it needs.

Its PDF must be here, and the trust list here must name the service that time-stamped the
director's signature: a document can overtake the list when the list could not be fetched. What is
sealed then would be refused by the kiosk's own verifier, after the client has done everything; so
it counts as still on its way.
"""

from __future__ import annotations

import logging
from typing import Final

from kiosk.documents import Documents
from kiosk.standing import has_file
from kiosk.store import Store
from kiosk.trust import TrustKeeper
from signing.errors import SigningError
from signing.signature_facts import stamp_certificates
from verifier.trust_list import TrustList

__all__ = ["Arrival"]

KEPT: Final = 64
"""So many documents' services are remembered; reading them anew costs little."""

log = logging.getLogger(__name__)


class Arrival:
    """Looks after the documents of one kiosk."""

    def __init__(self, store: Store, documents: Documents, trust: TrustKeeper) -> None:
        self._store = store
        self._documents = documents
        self._trust = trust
        self._services: dict[str, frozenset[bytes]] = {}

    def has_come(self, document_id: str, pdf_sha256: str) -> bool:
        """Tell whether a due document can be shown and signed."""
        if not has_file(self._store, document_id):
            return False
        trust = self._trust.or_none()
        if trust is None or self._service_named(document_id, pdf_sha256, trust):
            return True
        log.warning("document_waits document=%s for=trust_list", document_id)
        return False

    def _service_named(self, document_id: str, pdf_sha256: str, trust: TrustList) -> bool:
        carried = self._services.get(pdf_sha256)
        if carried is None:
            content = self._documents.due_pdf(document_id)
            try:
                carried = frozenset() if content is None else stamp_certificates(content)
            except SigningError:
                carried = frozenset()  # what cannot be read is refused elsewhere
            while len(self._services) >= KEPT:
                self._services.pop(next(iter(self._services)))
            self._services[pdf_sha256] = carried
        return not carried or any(der in trust.by_certificate for der in carried)
