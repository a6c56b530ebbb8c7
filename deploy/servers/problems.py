"""The one error a person meets while setting up: a cause and a remedy, each on one line."""


class SetupProblem(Exception):
    """Something on this machine keeps the network from starting; says what, and what to do about it."""

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(f"{cause} {remedy}")
        self.cause = cause
        self.remedy = remedy
