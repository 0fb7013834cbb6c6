"""How reference electrodes are named in the titles of axes."""

import pytest

from pydatalab.techniques.shared.reference import reference_of


@pytest.mark.parametrize(
    ("unit", "written", "short"),
    [
        ("V", "SCE Saturated Calomel Electrode (0.241 V)", "SCE"),
        ("V", "NHE Normal Hydrogen Electrode (0.000 V)", "NHE"),
        ("V", "Ag/AgCl / KCl (sat'd) (0.197 V)", "Ag/AgCl / KCl (sat'd)"),
        ("V", "Hg/HgO (0.098 Volts)", "Hg/HgO"),
        ("V vs. Ref.", "SCE (0.241 V vs SHE)", "SCE"),
        ("V", "Li/Li+ (-3.040 V)", "Li/Li⁺"),
        ("V vs Li/Li+", "", "Li/Li⁺"),
        ("V vs. Na+/Na", "", "Na⁺/Na"),
        ("V vs Zn/Zn2+", "", "Zn/Zn²⁺"),
        ("V vs Mg/Mg++", "", "Mg/Mg²⁺"),
        ("V vs Ag/Ag+ (0.01 M)", "", "Ag/Ag⁺ (0.01 M)"),
        ("V", "Hg/Hg2SO4 / K2SO4", "Hg/Hg2SO4 / K2SO4"),
        ("V vs. Ref.", "", ""),
        ("V", "Ref", ""),
        ("V", "Reference Electrode", ""),
        ("V", "(unspecified)", ""),
        ("V", "unspecified (0.000 V)", ""),
        ("V", "", ""),
    ],
)
def test_the_reference_is_named_in_short(unit: str, written: str, short: str):
    header = {"reference_electrode": written} if written else {}
    assert reference_of(header, unit) == short
