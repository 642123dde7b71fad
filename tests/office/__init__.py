"""Tests of head office: a real database, real keys, a kiosk with real ones."""
