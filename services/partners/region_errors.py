"""What the registry refuses about regions, and about their splitting, merging and renaming."""

from shared.errors import Conflict, Invalid
from shared.web.i18n import marker as _


class SlugTaken(Invalid):
    """A region has or had this slug: old addresses lead somewhere, so no slug is used twice."""

    code = "slug-taken"
    text = _("Kortnavnet «%(slug)s» er eller var en regions. Velg et annet, for gamle adresser skal fortsatt virke.")


class TileTaken(Invalid):
    """Another region stands in this place of the tile map."""

    code = "tile-taken"
    text = _("Denne plassen på rutekartet har %(name)s.")


class RegionInUse(Conflict):
    """A region is to end while organisations or people are in it."""

    code = "region-in-use"
    text = _(
        "Regionen har virksomheter eller personer. Del den, slå den sammen eller gi den nytt navn i stedet for å avslutte den."
    )


class WrongOrder(Invalid):
    """Something ends before it begins."""

    code = "wrong-order"
    text = _("Sluttdatoen må være etter startdatoen.")


class GuestNeedsEnd(Invalid):
    """A guest's membership has no end."""

    code = "guest-needs-end"
    text = _("Gjester har alltid en sluttdato. Velg når gjestetilgangen slutter.")


class OutsideRegion(Invalid):
    """A membership begins when its region does not hold."""

    code = "outside-region"
    text = _("Regionen %(region)s gjelder ikke den dagen.")


class AlreadyMember(Conflict):
    """The organisation is in the region in those days already."""

    code = "already-member"
    text = _("Virksomheten er allerede med i regionen i denne perioden.")


class MembershipOver(Conflict):
    """The membership has ended before."""

    code = "membership-over"
    text = _("Dette medlemskapet er allerede avsluttet.")


class RegionClosed(Conflict):
    """The region was split, merged or renamed before."""

    code = "region-closed"
    text = _("Regionen %(region)s er avsluttet eller ikke startet, og kan ikke endres slik.")


class RegionBusy(Conflict):
    """The region already takes part in a rearrangement that is not executed or given up."""

    code = "region-busy"
    text = _("Regionen %(region)s er allerede med i en omorganisering som ikke er ferdig.")


class WrongShape(Invalid):
    """The number of regions does not fit what is to be done."""

    code = "wrong-shape"
    text = _(
        "En deling går fra én region til minst to, en sammenslåing fra minst to regioner til én, et nytt navn fra én til én."
    )


class WrongTarget(Invalid):
    """Something is sent to a region that is none of those that take over."""

    code = "wrong-target"
    text = _("Velg blant regionene som tar over: %(regions)s.")


class OneTarget(Invalid):
    """A case belongs to one region."""

    code = "one-target"
    text = _("Velg én region.")


class NotReady(Conflict):
    """Something has nowhere to go."""

    code = "not-ready"
    text = _("Omorganiseringen kan ikke gjennomføres ennå: %(count)s er uten ny region.")


class NoTargets(Conflict):
    """The regions that take over are not defined."""

    code = "no-targets"
    text = _("Bestem hvilke regioner som tar over, først.")


class DayPassed(Invalid):
    """The day is over."""

    code = "day-passed"
    text = _("Velg en dag i dag eller senere.")


class AlreadyExecuted(Conflict):
    """It was executed before."""

    code = "already-executed"
    text = _("Omorganiseringen er allerede gjennomført.")


class GivenUp(Conflict):
    """It was given up before."""

    code = "given-up"
    text = _("Omorganiseringen er avbrutt.")
