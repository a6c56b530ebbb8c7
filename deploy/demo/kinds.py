"""What the invented organisations do: a name and a sentence in bokmål and nynorsk for each kind."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Kind:
    """`nb` and `nn` are (name with `{}` for the word, description)."""

    nb: tuple[str, str]
    nn: tuple[str, str]
    stays_home: bool = False
    coastal: bool = False

    def named(self, word: str, language: str) -> str:
        return self._in(language)[0].format(word)

    def described(self, language: str) -> str:
        return self._in(language)[1]

    def _in(self, language: str) -> tuple[str, str]:
        return self.nn if language == "nn" else self.nb


BUSINESS: Final = (
    Kind(
        ("{} Energi AS", "Leverer kraft og fjernvarme, og bygger ut solenergi sammen med kundene."),
        ("{} Energi AS", "Leverer kraft og fjernvarme, og byggjer ut solenergi saman med kundane."),
    ),
    Kind(
        ("{} Bygg AS", "Rehabiliterer og bygger i tre, med ombruk i hvert prosjekt."),
        ("{} Bygg AS", "Rehabiliterer og byggjer i tre, med ombruk i kvart prosjekt."),
    ),
    Kind(
        ("{} Entreprenør AS", "Anlegg og massetransport med stadig flere elektriske maskiner."),
        ("{} Entreprenør AS", "Anlegg og massetransport med stadig fleire elektriske maskinar."),
    ),
    Kind(
        ("{} Transport AS", "Varetransport i by og distrikt med elektriske biler og biogass."),
        ("{} Transport AS", "Varetransport i by og distrikt med elektriske bilar og biogass."),
    ),
    Kind(
        ("{} Havbruk AS", "Oppdrett langs kysten, med landstrøm til fôrflåtene."),
        ("{} Havbruk AS", "Oppdrett langs kysten, med landstraum til fôrflåtane."),
        coastal=True,
    ),
    Kind(
        ("{} Rådgivning AS", "Rådgivere i klimaregnskap, miljøstyring og innkjøp."),
        ("{} Rådgjeving AS", "Rådgjevarar i klimarekneskap, miljøstyring og innkjøp."),
    ),
    Kind(
        ("{} Eiendom AS", "Eier og drifter næringsbygg, med mål om halvert energibruk."),
        ("{} Eigedom AS", "Eig og driftar næringsbygg, med mål om halvert energibruk."),
    ),
    Kind(
        ("{} Industrier AS", "Mekanisk industri som arbeider med spillvarme og gjenvunnet metall."),
        ("{} Industriar AS", "Mekanisk industri som arbeider med spillvarme og attvunne metall."),
    ),
    Kind(
        ("{} Rederi AS", "Hurtigbåter og arbeidsbåter på vei over til batteri og landstrøm."),
        ("{} Reiarlag AS", "Hurtigbåtar og arbeidsbåtar på veg over til batteri og landstraum."),
        coastal=True,
    ),
    Kind(
        ("{} Mat AS", "Foredler lokale råvarer og arbeider for mindre matsvinn."),
        ("{} Mat AS", "Foredlar lokale råvarer og arbeider for mindre matsvinn."),
    ),
    Kind(
        ("{} Hotell AS", "Hotell og møtested med kort vei til tog og buss."),
        ("{} Hotell AS", "Hotell og møtestad med kort veg til tog og buss."),
    ),
    Kind(
        ("{} Sparebank", "Lokal bank med grønne lån til næringsliv og landbruk."),
        ("{} Sparebank", "Lokal bank med grøne lån til næringsliv og landbruk."),
    ),
    Kind(
        ("{} Data AS", "IT-drift og programvare; forlenger levetiden på utstyret."),
        ("{} Data AS", "IT-drift og programvare; forlengjer levetida på utstyret."),
    ),
)

PUBLIC: Final = (
    Kind(
        ("{} kommune", "Kommune med klimabudsjett og utslippsfrie bygge- og anleggsplasser som mål."),
        ("{} kommune", "Kommune med klimabudsjett og utsleppsfrie bygge- og anleggsplassar som mål."),
        stays_home=True,
    ),
    Kind(
        ("{} havn IKS", "Havn med landstrøm og ladeplasser for tungtransport."),
        ("{} hamn IKS", "Hamn med landstraum og ladeplassar for tungtransport."),
        stays_home=True,
        coastal=True,
    ),
    Kind(
        ("{} renovasjon IKS", "Henter avfall, sorterer og selger brukte ting videre."),
        ("{} renovasjon IKS", "Hentar avfall, sorterer og sel brukte ting vidare."),
    ),
    Kind(
        ("{} sykehus", "Sykehus som kutter i energi, matsvinn og engangsutstyr."),
        ("{} sjukehus", "Sjukehus som kuttar i energi, matsvinn og eingongsutstyr."),
    ),
    Kind(
        ("{} innkjøpssamarbeid", "Felles innkjøp for flere offentlige virksomheter, med klimakrav i anbudene."),
        ("{} innkjøpssamarbeid", "Felles innkjøp for fleire offentlege verksemder, med klimakrav i anboda."),
    ),
)

ACADEMIA: Final = (
    Kind(
        ("Høgskolen i {}", "Utdanner og forsker innen energi, naturforvaltning og ledelse."),
        ("Høgskulen i {}", "Utdannar og forskar innan energi, naturforvalting og leiing."),
    ),
    Kind(
        ("{} fagskole", "Yrkesutdanning for bygg, transport og energi."),
        ("{} fagskule", "Yrkesutdanning for bygg, transport og energi."),
    ),
    Kind(
        ("{} forskningsinstitutt", "Anvendt forskning på areal, natur og sirkulær økonomi."),
        ("{} forskingsinstitutt", "Bruksretta forsking på areal, natur og sirkulær økonomi."),
    ),
)

NGO: Final = (
    Kind(
        ("Stiftelsen {}", "Ideell stiftelse som restaurerer natur sammen med skoler og grunneiere."),
        ("Stiftinga {}", "Ideell stifting som restaurerer natur saman med skular og grunneigarar."),
    ),
    Kind(
        ("{} næringsforum", "Nettverk for bedrifter som vil dele erfaringer om grønn omstilling."),
        ("{} næringsforum", "Nettverk for bedrifter som vil dele erfaringar om grøn omstilling."),
    ),
    Kind(
        ("{} reparasjonslag", "Frivillige som reparerer klær, sykler og elektronikk."),
        ("{} reparasjonslag", "Frivillige som reparerer klede, syklar og elektronikk."),
    ),
)

KINDS: Final = {"business": BUSINESS, "public": PUBLIC, "academia": ACADEMIA, "ngo": NGO}
INLAND: Final = frozenset({"innlandet"})


def kinds_for(sector: str, region: str) -> tuple[Kind, ...]:
    """What an organisation of this sector may be in this region: no fish farms inland."""
    return tuple(kind for kind in KINDS[sector] if not (kind.coastal and region in INLAND))
