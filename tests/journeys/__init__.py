"""Whole stories, played with real processes and a real browser."""
