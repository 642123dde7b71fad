"""Histories of a head office and three kiosks on a bad network, checked against what must hold."""
