"""The nouns of the registry.

regions.py        Region
rearrangements.py Rearrangement, Assignment, PartnerWebinar, KeptDay
organisations.py  Organisation, Membership, FormerName, Alias, Logo, Distinct, Topic
claims.py         Claim
register.py       RegisterFinding, RegisterRound
people.py         Person, PersonGrant, PersonAlias, PersonDistinct
access.py         SignInRequest, SignInCount, Session, SecondStep, ApiToken
identities.py     Identity, IssuerAttempt, Passkey, PasskeyChallenge
letters.py        Letter
library.py        PartnerCase
agreements.py     Agreement, StoredFile
accounts.py       ClimateAccount
obligations.py    Certification, ActionPlan, Goal, LeadProject, Fee
rounds.py         Round, RoundException
segments.py       Segment, Rule
privacy.py       Erasure, ErasedExternalId, AuditCheck
"""

from services.partners.models.access import ApiToken, Method, SecondStep, Session, SignInCount, SignInRequest
from services.partners.models.accounts import ClimateAccount
from services.partners.models.agreements import Agreement, StoredFile
from services.partners.models.base import HOUSE, Base
from services.partners.models.claims import CLAIM_STATES, Claim, ClaimState
from services.partners.models.identities import Identity, IssuerAttempt, Passkey, PasskeyChallenge
from services.partners.models.imports import Import, ImportRow
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
from services.partners.models.people import Person, PersonAlias, PersonDistinct, PersonGrant, Place
from services.partners.models.privacy import FORGETTING, AuditCheck, ErasedExternalId, Erasure, ForgettingService
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
from services.partners.models.segments import Rule, Segment

__all__ = [
    "CLAIM_STATES",
    "FORGETTING",
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
    "AuditCheck",
    "Base",
    "Certification",
    "Claim",
    "ClaimState",
    "ClimateAccount",
    "Distinct",
    "ErasedExternalId",
    "Erasure",
    "Fee",
    "FindingState",
    "ForgettingService",
    "FormerName",
    "Goal",
    "Identity",
    "Import",
    "ImportRow",
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
    "PersonDistinct",
    "PersonGrant",
    "Place",
    "Rearrangement",
    "RearrangementKind",
    "Region",
    "RegisterFinding",
    "RegisterRound",
    "Round",
    "RoundException",
    "Rule",
    "SecondStep",
    "Segment",
    "Session",
    "SignInCount",
    "SignInRequest",
    "Status",
    "StoredFile",
    "Topic",
]
