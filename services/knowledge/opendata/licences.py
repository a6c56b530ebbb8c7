"""Licences of cases, and what they allow."""

CC_BY_ADDRESS = "https://creativecommons.org/licenses/by/4.0/"
ADDRESSES = {
    "cc-by-4.0": CC_BY_ADDRESS,
    "cc-by-sa-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "cc0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "nlod-2.0": "https://data.norge.no/nlod/no/2.0",
}
"""Where licences stand, by their codes; one that is not here allows nothing."""
AS_CC_BY = ("cc-by-4.0", "cc0-1.0", "nlod-2.0")
"""Licences whose cases may be handed on under CC BY 4.0."""
