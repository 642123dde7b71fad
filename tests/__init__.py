"""Tests; each folder mirrors a package, journeys/ holds whole stories in a real browser."""
