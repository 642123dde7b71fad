"""Tests of verifier.command."""
