"""Tests of knowledge: the library, its review and its search."""
