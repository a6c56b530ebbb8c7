"""What the registry refuses of people and their roles."""

from shared.errors import Conflict, Invalid, Refusal
from shared.web.i18n import marker as _


class RoleHeld(Conflict):
    """The person holds this role here already."""

    code = "role-held"
    text = _("Personen har allerede denne rollen her.")


class RolePlace(Invalid):
    """A role is given over something it cannot be held over."""

    code = "role-place"
    text = _("Denne rollen kan ikke gjelde både en region og en virksomhet.")


class RoleBackwards(Invalid):
    """A role would end before it begins."""

    code = "role-backwards"
    text = _("Rollen kan ikke slutte før den begynner.")


class LastAdmin(Conflict):
    """A partner's own people may not leave it without anybody who answers for it."""

    code = "last-admin"
    text = _("Virksomheten må ha minst én partneransvarlig. Gi rollen til en annen først.")


class LastNational(Conflict):
    """Nobody would be left who may do everything."""

    code = "last-national"
    text = _("Nettverket må ha minst én nasjonal koordinator. Gi rollen til en annen først.")


class AddressSame(Invalid):
    """The new address is the one they have."""

    code = "address-same"
    text = _("Dette er allerede e-postadressen din.")


class TooOften(Refusal):
    """Somebody asks for more mail than anybody needs."""

    status = 429
    code = "too-often"
    text = _("Du har bedt om mange lenker den siste timen. Vent litt, og prøv igjen.")


class AddressGone(Refusal):
    """The link that confirms an address is used, too old, or the address is another's by now: nothing tells which."""

    status = 410
    code = "address-gone"
    text = _("Lenken er brukt eller for gammel, eller adressen kan ikke brukes. Be om en ny fra profilen din.")


class NotMergeable(Invalid):
    """Somebody cannot be merged with themselves, nor with one who was merged or erased before."""

    code = "not-mergeable"
    text = _("Velg to ulike personer som begge finnes i registeret.")


class BeingErased(Conflict):
    """One of two people asked to be erased: that comes first."""

    code = "being-erased"
    text = _("En av dem har bedt om å bli slettet. Vent til det er avgjort.")
