"""The nouns of the registry.

regions.py        Region
rearrangements.py Rearrangement, Assignment, PartnerWebinar, KeptDay
organisations.py  Organisation, Membership, FormerName, Alias, Logo, Distinct, Topic
claims.py         Claim
register.py       RegisterFinding, RegisterRound
people.py         Person, PersonGrant, PersonAlias
access.py         SignInRequest, SignInCount, Session, SecondStep, ApiToken
identities.py     Identity, IssuerAttempt, Passkey, PasskeyChallenge
letters.py        Letter
library.py        PartnerCase
agreements.py     Agreement, StoredFile
accounts.py       ClimateAccount
obligations.py    Certification, ActionPlan, Goal, LeadProject, Fee
rounds.py         Round, RoundException
"""

from services.partners.models.access import ApiToken, Method, SecondStep, Session, SignInCount, SignInRequest
from services.partners.models.accounts import ClimateAccount
from services.partners.models.agreements import Agreement, StoredFile
from services.partners.models.base import HOUSE, Base
from services.partners.models.claims import CLAIM_STATES, Claim, ClaimState
from services.partners.models.identities import Identity, IssuerAttempt, Passkey, PasskeyChallenge
from services.partners.models.letters import Letter
from services.partners.models.library import PartnerCase
from services.partners.models.obligations import ActionPlan, Certification, Fee, Goal, LeadProject
from services.partners.models.organisations import (
    LEVELS,
    MOST_FOLDED,
    PARTNERS,
    STATUSES,
    Alias,
    Distinct,
    FormerName,
    Level,
    Logo,
    Membership,
    Organisation,
    Status,
    Topic,
)
from services.partners.models.people import Person, PersonAlias, PersonGrant, Place
from services.partners.models.rearrangements import (
    Assignment,
    KeptDay,
    MovedKind,
    PartnerWebinar,
    Rearrangement,
    RearrangementKind,
)
from services.partners.models.regions import Region
from services.partners.models.register import FindingState, RegisterFinding, RegisterRound
from services.partners.models.rounds import Round, RoundException

__all__ = [
    "CLAIM_STATES",
    "HOUSE",
    "LEVELS",
    "MOST_FOLDED",
    "PARTNERS",
    "STATUSES",
    "ActionPlan",
    "Agreement",
    "Alias",
    "ApiToken",
    "Assignment",
    "Base",
    "Certification",
    "Claim",
    "ClaimState",
    "ClimateAccount",
    "Distinct",
    "Fee",
    "FindingState",
    "FormerName",
    "Goal",
    "Identity",
    "IssuerAttempt",
    "KeptDay",
    "LeadProject",
    "Letter",
    "Level",
    "Logo",
    "Membership",
    "Method",
    "MovedKind",
    "Organisation",
    "PartnerCase",
    "PartnerWebinar",
    "Passkey",
    "PasskeyChallenge",
    "Person",
    "PersonAlias",
    "PersonGrant",
    "Place",
    "Rearrangement",
    "RearrangementKind",
    "Region",
    "RegisterFinding",
    "RegisterRound",
    "Round",
    "RoundException",
    "SecondStep",
    "Session",
    "SignInCount",
    "SignInRequest",
    "Status",
    "StoredFile",
    "Topic",
]
