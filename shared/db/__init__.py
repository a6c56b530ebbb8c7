"""Databases: an engine per service, a unit of work per request, message or job, and migrations."""
