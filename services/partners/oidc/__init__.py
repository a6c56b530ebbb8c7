"""OpenID Connect, for any issuer the settings name.

config.py    Issuer: what is known of an issuer beforehand
provider.py  Provider: what it says of itself, kept for an hour, and the two requests of a sign-in
tokens.py    what makes an ID token or a logout token hold
claims.py    Said: what an issuer said of a person
"""
