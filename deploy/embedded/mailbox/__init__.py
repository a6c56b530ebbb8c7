"""A local mailbox: an SMTP server that keeps every message on disk, and pages to read them. For demo and tests only."""
