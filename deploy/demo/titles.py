"""Job titles in the language of the one who has them."""

from typing import Final

TITLES: Final = {
    "ceo": {"nb": "Daglig leder", "nn": "Dagleg leiar", "en": "Managing director"},
    "director": {"nb": "Direktør", "nn": "Direktør", "en": "Director"},
    "climate_lead": {"nb": "Klimaansvarlig", "nn": "Klimaansvarleg", "en": "Climate lead"},
    "communications": {"nb": "Kommunikasjonsrådgiver", "nn": "Kommunikasjonsrådgjevar", "en": "Communications adviser"},
    "member": {"nb": "Rådgiver", "nn": "Rådgjevar", "en": "Adviser"},
    "leader": {"nb": "Regionleder", "nn": "Regionleiar", "en": "Regional leader"},
    "coordinator": {"nb": "Regional koordinator", "nn": "Regional koordinator", "en": "Regional coordinator"},
    "reviewer": {"nb": "Fagfelle", "nn": "Fagfelle", "en": "Peer reviewer"},
    "auditor": {"nb": "Revisor", "nn": "Revisor", "en": "Auditor"},
    "national_leader": {"nb": "Nasjonal leder", "nn": "Nasjonal leiar", "en": "National leader"},
    "national_coordinator": {"nb": "Nasjonal koordinator", "nn": "Nasjonal koordinator", "en": "National coordinator"},
}
LED_BY_DIRECTORS: Final = ("public", "academia")


def title(function: str, language: str, sector: str = "business") -> str:
    if function == "ceo" and sector in LED_BY_DIRECTORS:
        return TITLES["director"][language]
    return TITLES[function][language]
