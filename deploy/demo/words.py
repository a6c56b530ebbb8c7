"""The words that invented names are built from. Nothing here is anybody's name as a whole."""

from typing import Final

PLACE_FIRST: Final = (
    "Fjord", "Tind", "Hav", "Lyng", "Gran", "Bjørke", "Rogne", "Myr", "Bre", "Foss", "Elve", "Furu", "Vidde", "Skjær",
    "Tang", "Snø", "Sol", "Måne", "Regn", "Rype", "Terne", "Mose", "Einer", "Selje", "Hegge", "Kvarts", "Skifer",
    "Tåke", "Blåbær", "Multe",
)  # fmt: skip
PLACE_LAST: Final = (
    "bris", "lys", "vind", "skimt", "rand", "glød", "glans", "drag", "spor", "klang", "skygge", "gry", "tone", "kveld",
    "song",
)  # fmt: skip

FIRST_NAMES: Final = (
    "Kari", "Ola", "Ingrid", "Lars", "Anne", "Per", "Marit", "Knut", "Solveig", "Håkon", "Liv", "Eirik", "Randi", "Odd",
    "Synnøve", "Torbjørn", "Åse", "Magnus", "Sigrid", "Geir", "Turid", "Øyvind", "Hilde", "Sindre", "Ragnhild",
    "Jostein", "Gro", "Vegard", "Astrid", "Trond", "Maja", "Emil", "Nora", "Jakob", "Frida", "Mathias", "Tuva",
    "Henrik", "Oda", "Sander", "Amina", "Yusuf", "Linh", "Mehdi", "Katarzyna", "Piotr", "Fatima", "Daniel", "Sara",
    "Adam", "Elle", "Áilu", "Máret", "Niillas", "Hanna", "Simon", "Thea", "Ivar", "Bjørg", "Leif",
)  # fmt: skip
SURNAME_FIRST: Final = (
    "Fjell", "Skog", "Bekke", "Myr", "Lyng", "Granit", "Tinde", "Fjære", "Snø", "Sommer", "Høst", "Vinter", "Vår",
    "Bregne", "Kvist", "Stjerne", "Nordlys", "Tåke", "Hav", "Måne", "Regn", "Duggdråpe", "Rimfrost", "Multe",
)  # fmt: skip
SURNAME_LAST: Final = (
    "glimt", "stien", "bris", "blomst", "sky", "steg", "ild", "tone", "vinge", "gnist", "kveld", "drøm",
)  # fmt: skip

REGION_WEIGHTS: Final = {
    "vestland": 44, "trondelag": 38, "rogaland": 38, "agder": 38, "nordland": 32, "innlandet": 30, "ostfold": 28,
    "troms": 24, "akershus": 24, "oslo": 22, "buskerud": 20, "more-og-romsdal": 20, "telemark": 16, "vestfold": 16,
    "finnmark": 14,
}  # fmt: skip
NEIGHBOURS: Final = {
    "oslo": ("akershus",), "akershus": ("oslo", "ostfold"), "ostfold": ("akershus",),
    "buskerud": ("telemark", "innlandet"), "innlandet": ("akershus", "trondelag"), "vestfold": ("telemark",),
    "telemark": ("vestfold", "agder"), "agder": ("rogaland", "telemark"), "rogaland": ("agder", "vestland"),
    "vestland": ("rogaland", "more-og-romsdal"), "more-og-romsdal": ("vestland", "trondelag"),
    "trondelag": ("nordland", "innlandet"), "nordland": ("troms", "trondelag"), "troms": ("finnmark", "nordland"),
    "finnmark": ("troms",),
}  # fmt: skip

SECTOR_WEIGHTS: Final = {"business": 60, "public": 22, "ngo": 11, "academia": 7}
FOCUS_AREAS: Final = ("scope3", "energy", "nature", "leadership", "green_business")


def joined(first: str, last: str) -> str:
    """Two parts as one word, written as Norwegian does: never the same letter three times in a row."""
    return first + (last[1:] if first[-2:] == last[0] * 2 else last)
