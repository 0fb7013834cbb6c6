"""Hazard codes of the GHS: what they say, and the pictograms that go with them.

Source:
    United Nations, Globally Harmonized System of Classification and Labelling of Chemicals (GHS),
    tenth revised edition, annexes 1 and 3, for codes and pictograms; Regulation (EC) No 1272/2008,
    annex II for the codes ``EUH…`` and article 26 for which pictogram makes another one needless.
    The statements are put into our own words.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

SINGLE = r"(?:EUH|AUH|H)\s?-?\d{3}[A-Za-z]{0,3}"
COMBINED = re.compile(
    rf"(?<![A-Za-z0-9]){SINGLE}(?:\s*\+\s*{SINGLE})*(?![A-Za-z0-9])", re.IGNORECASE
)

PICTOGRAMS: dict[str, tuple[str, str]] = {
    "GHS01": ("Exploding bomb", "may explode"),
    "GHS02": ("Flame", "catches fire"),
    "GHS03": ("Flame over circle", "makes fires fiercer"),
    "GHS04": ("Gas cylinder", "gas under pressure"),
    "GHS05": ("Corrosion", "burns skin, eyes or metal"),
    "GHS06": ("Skull and crossbones", "acutely poisonous"),
    "GHS07": ("Exclamation mark", "irritating or harmful"),
    "GHS08": ("Health hazard", "lasting harm to health"),
    "GHS09": ("Environment", "poisons water and what lives in it"),
}
"""Of each pictogram, what it shows and what it warns of."""

_BY_PICTOGRAM: dict[str, dict[str, str]] = {
    "GHS01": {
        "H200": "Explosive, and not stable",
        "H201": "Explosive: all of it may go off at once",
        "H202": "Explosive: throws fragments far",
        "H203": "Explosive: fire, blast or fragments",
        "H204": "Fire or fragments",
        "H209": "Explosive",
        "H210": "Explosive, and very sensitive",
        "H211": "May be sensitive as an explosive is",
        "H240": "Explodes when it is heated",
    },
    "GHS01 GHS02": {"H241": "Burns or explodes when it is heated"},
    "GHS02": {
        "H206": "Fire, blast or fragments; more so if what keeps it tame dries out",
        "H207": "Fire or fragments; more so if what keeps it tame dries out",
        "H208": "Fire; more so if what keeps it tame dries out",
        "H220": "Gas that catches fire extremely easily",
        "H221": "Gas that catches fire",
        "H222": "Spray that catches fire extremely easily",
        "H223": "Spray that catches fire",
        "H224": "Liquid and vapour catch fire extremely easily",
        "H225": "Liquid and vapour catch fire very easily",
        "H226": "Liquid and vapour catch fire",
        "H228": "Solid that catches fire",
        "H230": "May explode even without air",
        "H231": "May explode even without air, where pressure or temperature is raised",
        "H232": "May catch fire by itself in air",
        "H242": "Burns when it is heated",
        "H250": "Catches fire by itself in air",
        "H251": "Heats itself, and may catch fire",
        "H252": "Heats itself in large amounts, and may catch fire",
        "H260": "With water gives gases that burn and may light themselves",
        "H261": "With water gives gases that burn",
    },
    "GHS03": {
        "H270": "Lights fires or makes them fiercer; oxidises",
        "H271": "Causes fires or explosions; oxidises strongly",
        "H272": "Makes fires fiercer; oxidises",
    },
    "GHS04": {
        "H280": "Gas under pressure: may burst when heated",
        "H281": "Very cold gas: freezes skin and eyes",
        "H284": "Under pressure: may burst when heated",
    },
    "GHS02 GHS04": {
        "H282": "Under pressure and extremely easily lit: may burst when heated",
        "H283": "Under pressure and easily lit: may burst when heated",
    },
    "GHS05": {
        "H290": "Eats into metals",
        "H314": "Burns skin and eyes severely",
        "H318": "Damages eyes severely",
    },
    "GHS06": {
        "H300": "Deadly when swallowed",
        "H301": "Poisonous when swallowed",
        "H310": "Deadly on the skin",
        "H311": "Poisonous on the skin",
        "H330": "Deadly when breathed in",
        "H331": "Poisonous when breathed in",
    },
    "GHS07": {
        "H302": "Harmful when swallowed",
        "H312": "Harmful on the skin",
        "H315": "Irritates the skin",
        "H317": "May make the skin allergic",
        "H319": "Irritates the eyes strongly",
        "H332": "Harmful when breathed in",
        "H335": "May irritate nose, throat and lungs",
        "H336": "May make drowsy or dizzy",
        "H420": "Destroys ozone high in the air, and so harms people and nature",
    },
    "GHS08": {
        "H304": "May kill when it is swallowed and gets into the lungs",
        "H305": "May harm when it is swallowed and gets into the lungs",
        "H334": "Breathed in, may cause allergy, asthma or trouble breathing",
        "H340": "May change genes for good",
        "H341": "Thought to change genes",
        "H350": "May cause cancer",
        "H351": "Thought to cause cancer",
        "H360": "May harm fertility or the unborn child",
        "H361": "Thought to harm fertility or the unborn child",
        "H370": "Damages organs",
        "H371": "May damage organs",
        "H372": "Damages organs when one is exposed long or often",
        "H373": "May damage organs when one is exposed long or often",
    },
    "GHS09": {
        "H400": "Very poisonous to life in water",
        "H410": "Very poisonous to life in water, for long",
        "H411": "Poisonous to life in water, for long",
    },
    "": {
        "H205": "May explode as a whole in a fire",
        "H227": "Liquid that can burn",
        "H229": "Container under pressure: may burst when heated",
        "H303": "May harm when swallowed",
        "H313": "May harm on the skin",
        "H316": "Irritates the skin a little",
        "H320": "Irritates the eyes",
        "H333": "May harm when breathed in",
        "H362": "May harm children that are breast-fed",
        "H401": "Poisonous to life in water",
        "H402": "Harmful to life in water",
        "H412": "Harmful to life in water, for long",
        "H413": "May harm life in water for long",
        "EUH014": "Reacts violently with water",
        "EUH018": "In use may form vapour and air that burn or explode",
        "EUH019": "May form peroxides that explode",
        "EUH029": "With water gives a poisonous gas",
        "EUH031": "With acids gives a poisonous gas",
        "EUH032": "With acids gives a very poisonous gas",
        "EUH044": "May explode when heated in a closed vessel",
        "EUH066": "Makes skin dry or cracked when it comes often",
        "EUH070": "Poisonous by the eyes",
        "EUH071": "Burns the airways",
        "EUH201": "Holds lead: not for what children chew or suck",
        "EUH201A": "Holds lead",
        "EUH202": "Cyanoacrylate: glues skin and eyes within seconds",
        "EUH203": "Holds chromium(VI): may cause allergy",
        "EUH204": "Holds isocyanates: may cause allergy",
        "EUH205": "Holds epoxides: may cause allergy",
        "EUH206": "With other products may give off chlorine",
        "EUH207": "Holds cadmium: dangerous fumes in use",
        "EUH208": "Holds what may cause allergy",
        "EUH209": "In use may catch fire very easily",
        "EUH209A": "In use may catch fire",
        "EUH210": "A safety data sheet is to be had on request",
        "EUH211": "Spraying may form droplets that are dangerous to breathe",
        "EUH212": "In use may form dust that is dangerous to breathe",
        "EUH380": "May upset hormones of people",
        "EUH381": "Thought to upset hormones of people",
        "EUH401": "Follow the instructions, for the sake of people and nature",
        "EUH430": "May upset hormones of animals",
        "EUH431": "Thought to upset hormones of animals",
        "EUH440": "Gathers in nature and in living things, people among them",
        "EUH441": "Strongly gathers in nature and in living things, people among them",
        "EUH450": "May spread lastingly in water",
        "EUH451": "May spread very lastingly in water",
    },
}  # fmt: skip

STATEMENTS = {code: said for codes in _BY_PICTOGRAM.values() for code, said in codes.items()}
"""What each code says."""

PICTOGRAMS_OF = {
    code: tuple(names.split()) for names, codes in _BY_PICTOGRAM.items() for code in codes
}
"""The pictograms that go with each code; the most severe class decides where classes differ."""

_FINER = {
    "H350i": "May cause cancer when breathed in",
    "H360F": "May harm fertility",
    "H360D": "May harm the unborn child",
    "H360FD": "May harm fertility, and the unborn child",
    "H360Fd": "May harm fertility; thought to harm the unborn child",
    "H360Df": "May harm the unborn child; thought to harm fertility",
    "H361f": "Thought to harm fertility",
    "H361d": "Thought to harm the unborn child",
    "H361fd": "Thought to harm fertility, and the unborn child",
}

_IRRITATION = frozenset({"H315", "H319"})
_SENSITISING = frozenset({"H315", "H317", "H319"})


@dataclass(frozen=True)
class Codes:
    """The codes that a text names."""

    known: tuple[str, ...]
    """As they are usually written: ``H225``, ``H360FD``, ``EUH066``, ``H301+H311``; each once."""

    unknown: tuple[str, ...]
    """What looks like a code, but is none."""


def read_codes(text: str) -> Codes:
    """The codes in a text, whatever stands around and between them, in its order."""
    known: dict[str, None] = {}
    unknown: dict[str, None] = {}
    for found in COMBINED.finditer(text):
        parts = [_written(one) for one in re.split(r"\s*\+\s*", found[0])]
        right = [part for part in parts if statement(part) is not None]
        if right:
            known["+".join(right)] = None
        unknown |= dict.fromkeys(part for part in parts if part not in right)
    return Codes(tuple(known), tuple(unknown))


def _written(code: str) -> str:
    """A code as it is usually written; the letters behind it in the case that tells them apart."""
    plain = re.sub(r"[\s-]", "", code)
    stem = re.match(r"(?:EUH|AUH|H)\d{3}", plain, re.IGNORECASE)
    if stem is None:
        return plain
    letters = plain[stem.end() :]
    head = stem[0].upper()
    for finer in (head + letters, head + letters.lower(), head + letters.upper()):
        if letters and (finer in _FINER or finer in STATEMENTS):
            return finer
    return head + letters


def statement(code: str) -> str | None:
    """What a code says, also one put together as ``H301+H311``; ``None`` if there is no such code."""
    said = [_FINER.get(one) or STATEMENTS.get(one) for one in code.split("+")]
    return None if None in said else "; ".join(one for one in said if one)


def pictograms(codes: Iterable[str]) -> list[str]:
    """The pictograms of some codes, each once, without those that a more severe one makes needless."""
    single = {_stem(one) for code in codes for one in code.split("+")}
    shown = {name for one in single for name in PICTOGRAMS_OF.get(one, ())}
    milder = {one for one in single if PICTOGRAMS_OF.get(one) == ("GHS07",)}
    if "GHS05" in shown and single & {"H314", "H318"}:
        milder -= _IRRITATION
    if "H334" in single:
        milder -= _SENSITISING
    if "GHS06" in shown or not milder:
        shown.discard("GHS07")
    return sorted(shown)


def _stem(code: str) -> str:
    """A code without the letters that make it finer."""
    return code if code in STATEMENTS else re.sub(r"[A-Za-z]+$", "", code)
