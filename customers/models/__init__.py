from customers.models.consents import Consent
from customers.models.development import RecordedMail
from customers.models.messages import Channel, Message
from customers.models.parties import IdentityCheck, IdentityType, Party, PartyKind, Sex
from customers.models.privacy import PrivacyRequest, PrivacyRequestKind
from customers.models.security import FailureKind, LoginFailure
from customers.models.staff import StaffProfile, Team, Unit
from customers.models.users import Language, User, UserRole

__all__ = [
    "Channel",
    "Consent",
    "FailureKind",
    "IdentityCheck",
    "IdentityType",
    "Language",
    "LoginFailure",
    "Message",
    "Party",
    "PartyKind",
    "PrivacyRequest",
    "PrivacyRequestKind",
    "RecordedMail",
    "Sex",
    "StaffProfile",
    "Team",
    "Unit",
    "User",
    "UserRole",
]
