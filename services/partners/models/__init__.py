"""The nouns of the registry.

regions.py        Region
organisations.py  Organisation, Membership
people.py         Person, PersonGrant
access.py         SignInRequest, SignInCount, Session
letters.py        Letter
library.py        PartnerCase
"""

from services.partners.models.access import Session, SignInCount, SignInRequest
from services.partners.models.base import HOUSE, Base
from services.partners.models.letters import Letter
from services.partners.models.library import PartnerCase
from services.partners.models.organisations import MOST_FOLDED, Membership, Organisation
from services.partners.models.people import Person, PersonGrant
from services.partners.models.regions import Region

__all__ = [
    "HOUSE",
    "MOST_FOLDED",
    "Base",
    "Letter",
    "Membership",
    "Organisation",
    "PartnerCase",
    "Person",
    "PersonGrant",
    "Region",
    "Session",
    "SignInCount",
    "SignInRequest",
]
