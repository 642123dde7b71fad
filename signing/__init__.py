"""Making what the verifier accepts: keys, fields, appearances, signatures, certificate pages.

    >>> from datetime import UTC, datetime
    >>> from signing.fields import ClientPlan, DocumentPlan
    >>> from signing.normalise import normalise
    >>> from signing.prepare import prepare
    >>> document = normalise(any_pdf)
    >>> len(document.pages)
    2
    >>> client = ClientPlan(name="Anna Nowak", fields=(), signature=None, stamp=None)
    >>> plan = DocumentPlan(
    ...     document_id=bytes(16),
    ...     number="UM/2026/118",
    ...     title="Umowa najmu",
    ...     language="pl",
    ...     director_name="Jan Kowalski",
    ...     director_signature=None,
    ...     clients=(client,),
    ... )
    >>> prepared = prepare(document, plan, now=datetime(2026, 11, 24, 9, 30, tzinfo=UTC))

From there on the file only grows: `signing.director` appends the director's signature, and
`signing.completion` the client's update and the seal, which the verifier must find genuine
(docs/final-pdf.md). The client's screens are in `signing.ceremony`.
"""
