"""What imports refuse."""

from shared.errors import Conflict, Forbidden, Invalid
from shared.web.i18n import marker as _


class ImportConfirmed(Conflict):
    """The import was confirmed before."""

    code = "import-confirmed"
    text = _("Importen er allerede bekreftet. Last opp filen på nytt hvis du vil importere igjen.")


class RightsLost(Forbidden):
    """Whoever confirmed an import may not enter this row when its turn comes."""

    code = "rights-lost"
    text = _(
        "Den som bekreftet filen, har ikke lenger rett til å importere raden. Be regionen deres eller nasjonalt kontor importere den."
    )


class ReasonForUnlikely(Invalid):
    """An unlikely row is to be entered, and nobody says why it is right."""

    code = "reason-for-unlikely"
    text = _("Skriv hvorfor det er riktig, for alle radene du har krysset av.")


class NoSuchRow(Invalid):
    """Somebody chose a row that is not one of the doubtful ones."""

    code = "no-such-row"
    text = _("Rad %(row)s er ikke en av dem som må bekreftes.")
