"""What Norway's register of organisations (Enhetsregisteret) says: asking it, and reading its answers.

`client` asks; `unit` is what it answers; `naming`, `sectors` and `nace` make proposals of it; `verdicts` compares it with what
the registry keeps. Nothing here knows a database or a page, and only `client` knows the network.
"""
