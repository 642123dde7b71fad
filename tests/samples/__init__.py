"""Contracts as a Polish company would really sign them, made from text at every run.

The parties are invented; their numbers are sample numbers. Each contract knows where its dotted
lines fell, so the plan of fields and signatures lies exactly on them:

    >>> [sample.client.name for sample in samples()]
    ['Anna Wiśniewska', 'Łukasz Żółciński', 'Katarzyna Dąbrowska-Święch']
"""

from __future__ import annotations

from tests.samples.account_agreement import account_agreement
from tests.samples.garage import garage
from tests.samples.lease import lease
from tests.samples.sample import COMPANY, AnotherClient, Sample
from tests.samples.service_agreement import service_agreement

__all__ = ["COMPANY", "AnotherClient", "Sample", "garage", "samples"]


def samples() -> tuple[Sample, ...]:
    """Three with one client each: services with a stamp, a lease, an account with consents."""
    return service_agreement(), lease(), account_agreement()
