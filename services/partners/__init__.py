"""partners: the registry of organisations, people and regions; it signs everybody in.

Owns: regions, organisations, memberships, people, grants, agreements, climate accounts and other obligations, annual rounds,
sign-in requests, sessions, linked accounts, passkeys, API tokens.
Says: region recorded, organisation recorded, person stated, sign-in requested, session ended.
Hears: case published, case archived (for the cases on a partner's page).
Needs: a database, NATS, the session's private key.
"""
