"""Formulas as people write them. Masses are those of PubChem and the CRC Handbook, 97th edition."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pydatalab.chemistry.formulas import composition, mass_of, molar_mass
from pydatalab.errors import Invalid


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("H2O", 18.015),
        ("NaCl", 58.44),
        ("LiFePO4", 157.76),
        ("LiCoO2", 97.87),
        ("Li2CO3", 73.89),
        ("C9H8O4", 180.16),
        ("C12H22O11", 342.30),
        ("C76H52O46", 1701.2),
        ("CH3(CH2)4CH3", 86.18),
        ("K3[Fe(CN)6]", 329.24),
        ("Ca3(PO4)2", 310.18),
        ("Pb(Zr0.52Ti0.48)O3", 325.6),
        ("YBa2Cu3O7", 666.2),
        ("CO", 28.010),
        ("Co", 58.933),
        ("D2O", 20.028),
    ],
)
def test_masses_are_those_of_the_tables(formula: str, expected: float):
    assert mass_of(formula) == pytest.approx(expected, rel=2e-4)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("CuSO4·5H2O", 249.68),
        ("CuSO4.5H2O", 249.68),
        ("CuSO4*5H2O", 249.68),
        ("CuSO4 • 5 H2O", 249.68),
        ("CuSO4‧5H2O", 249.68),
        ("CuSO4●5H2O", 249.68),
        ("CuSO4․5H2O", 249.68),
        ("CuSO4 x 5H2O", 249.68),
        ("CuSO4 5H2O", 249.68),
        ("Na2CO3.10H2O", 286.14),
        ("CaSO4.0.5H2O", 145.15),
        ("CaSO4·0.5H2O", 145.15),
        ("CaSO4·1/2H2O", 145.15),
        ("CaSO4·½H2O", 145.15),
        ("KAl(SO4)2·12H2O", 474.39),
        ("(NH4)2Fe(SO4)2·6H2O", 392.14),
        ("LiOH.H2O", 41.96),
        ("ZrOCl2.8H2O", 322.25),
        ("C6H12O6.H2O", 198.17),
        ("NaBr.2H2O", 138.92),
        ("Na2S.9H2O", 240.18),
        ("LiI.3H2O", 187.89),
        ("CH3COONa.3H2O", 136.08),
        ("Co(NO3)2.6(H2O)", 291.03),
        ("CaSO4.1/2H2O", 145.15),
        ("KOH.0.5H2O", 65.11),
        ("K2CO3·1.5H2O", 165.23),
        ("K2CO3.1.5H2O", 165.23),
        ("K2CO3·1.5(H2O)", 165.23),
        ("1.5H2O·K2CO3", 165.23),
        ("MgO.2SiO2", 160.47),
    ],
)
def test_hydrates_are_understood_however_they_are_set_off(formula: str, expected: float):
    assert mass_of(formula) == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize(
    "formula",
    [
        "LiNi1/3Co1/3Mn1/3O2",
        "LiNi⅓Co⅓Mn⅓O2",
        "LiNi(1/3)Co(1/3)Mn(1/3)O2",
        "Li(Ni1/3Co1/3Mn1/3)O2",
        "LiNi<sub>1/3</sub>Co<sub>1/3</sub>Mn<sub>1/3</sub>O<sub>2</sub>",
        "LiNi₁/₃Co₁/₃Mn₁/₃O₂",
        "LiNi$_{1/3}$Co$_{1/3}$Mn$_{1/3}$O$_2$",
        r"$\mathrm{LiNi_{1/3}Co_{1/3}Mn_{1/3}O_2}$",
        "LiCo1/3Ni1/3Mn1/3O2",
        "  LiNi1/3 Co1/3 Mn1/3 O2 ",
    ],
)
def test_fractions_and_subscripts_of_all_kinds_give_one_mass(formula: str):
    assert mass_of(formula) == pytest.approx(96.46, abs=0.005)


@pytest.mark.parametrize(
    ("formula", "neutral"),
    [
        ("Na+", "Na"), ("Ca2+", "Ca"), ("Fe3+", "Fe"), ("Ca<sup>2+</sup>", "Ca"), ("Ca^{2+}", "Ca"),
        ("SO4 2-", "SO4"), ("SO4^2-", "SO4"), ("SO4²⁻", "SO4"), ("SO<sub>4</sub><sup>2−</sup>", "SO4"),
        ("PO4 3-", "PO4"), ("MnO4-", "MnO4"), ("NH4+", "NH4"), ("[Fe(CN)6]4-", "Fe(CN)6"),
        ("O^2-", "O"), ("O₂⁻", "O2"), ("Hg2 2+", "Hg2"),
    ],
)  # fmt: skip
def test_charges_weigh_nothing(formula: str, neutral: str):
    assert composition(formula) == composition(neutral)


@pytest.mark.parametrize("formula", ["O2-", "S2-", "SO42-", "PO43-"])
def test_a_charge_that_can_be_read_in_two_ways_is_asked_for(formula: str):
    with pytest.raises(Invalid, match="two ways"):
        mass_of(formula)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("^13C", 13.0034), ("[13C]", 13.0034), ("¹³C", 13.0034), ("<sup>13</sup>C", 13.0034),
        ("^6Li2CO3", 72.04), ("D", 2.0141), ("T2", 6.0321), ("^2H2O", 20.028),
    ],
)  # fmt: skip
def test_isotopes_have_their_own_masses(formula: str, expected: float):
    # Atomic masses: AME2020.
    assert mass_of(formula) == pytest.approx(expected, rel=2e-4)


@pytest.mark.parametrize("formula", ["13CH4", "57Fe2O3", "6Li2CO3", "15NH3", "18O2"])
def test_a_number_that_may_be_an_amount_or_an_isotope_is_asked_for(formula: str):
    with pytest.raises(Invalid, match="two ways: write \\^"):
        mass_of(formula)


@pytest.mark.parametrize(
    ("formula", "plain"),
    [("3CaO·Al2O3", "Ca3Al2O6"), ("12(CH4)", "C12H48"), ("0.5Li2MnO3·0.5LiCoO2", "Li1.5Mn0.5Co0.5O2.5"),
     ("6Li2O·B2O3", "Li12B2O9")],
)  # fmt: skip
def test_an_amount_before_one_of_several_substances_is_no_isotope(formula: str, plain: str):
    assert mass_of(formula) == pytest.approx(mass_of(plain))


def test_two_dots_around_one_number_are_not_guessed_at():
    with pytest.raises(Invalid):
        mass_of("TiO1.7.2H2O")


@pytest.mark.parametrize(
    "formula",
    [r"$\mathrm{CuSO_4\cdot 5H_2O}$", r"\ce{CuSO4\cdot5H2O}", r"CuSO_{4} \bullet 5 H_{2}O"],
)
def test_a_dot_in_latex_sets_water_off(formula: str):
    # CRC Handbook: copper(II) sulfate pentahydrate, 249.685 g/mol.
    assert mass_of(formula) == pytest.approx(249.68, abs=0.02)


@pytest.mark.parametrize(
    ("formula", "named"),
    [
        ("MnO2·xH2O", "x"), ("MnO2 · nH2O", "n"), ("LixCoO2", "x"), ("LiₓCoO₂", "x"),
        ("Li1-xCoO2", "x"), ("Li(1-x)CoO2", "x"), ("Li1+xMn2-xO4", "x"), ("BaTiO3-δ", "δ"),
        ("La2NiO4+δ", "δ"), ("LiNiyMn2-yO4", "y"),
    ],
)  # fmt: skip
def test_an_unknown_amount_is_named(formula: str, named: str):
    with pytest.raises(Invalid, match=f"amount {named} is unknown"):
        mass_of(formula)


@pytest.mark.parametrize(
    "formula", ["LiTFSI", "NaFSI", "LiBOB", "LiDFOB", "PVDF", "PC", "Pd(OAc)2", "AlCl3.THF", "CNT"]
)
def test_an_abbreviation_is_no_formula_although_its_letters_are_elements(formula: str):
    with pytest.raises(Invalid, match="abbreviation"):
        mass_of(formula)


def test_a_raised_point_of_a_decimal_is_asked_for():
    with pytest.raises(Invalid, match="with a point"):
        mass_of("LiNi0·8Co0·15Al0·05O2")


@pytest.mark.parametrize("formula", ["Al2O3.2SiO2", "3Al2O3.2SiO2"])
def test_a_dot_that_may_be_of_a_decimal_is_asked_for(formula: str):
    with pytest.raises(Invalid, match="Set substances off by ·"):
        mass_of(formula)


@pytest.mark.parametrize(
    "formula",
    ["C@Si", "C-coated LiFePO4", "LiFePO4/C", "LiFePO4 / C", "Al2O3-coated LiCoO2", "LiFePO4 + C",
     "LiPF6 in EC", "LiNi0.5Mn1.5O4 (5% Al)", "Al-doped ZnO", "ZnO:Al", "Pb(Zr,Ti)O3", "(La,Sr)MnO3"],
)  # fmt: skip
def test_mixtures_coatings_and_doping_have_no_mass_and_say_why(formula: str):
    with pytest.raises(Invalid, match="unknown amount"):
        mass_of(formula)
    assert molar_mass(formula) is None


@pytest.mark.parametrize(
    "formula",
    [
        "α-Fe2O3",
        "γ-Fe2O3",
        "alpha-Fe2O3",
        "&alpha;-Fe2O3",
        "Fe2O3 (s)",
        "Fe2O3 (hematite)",
        "Fe 2 O 3",
    ],
)
def test_a_phase_weighs_nothing(formula: str):
    assert mass_of(formula) == pytest.approx(159.69, abs=0.01)


@pytest.mark.parametrize(
    ("formula", "plain"),
    [("Fe(II)SO4", "FeSO4"), ("Zr(IV)O2", "ZrO2"), ("Cu(I)Cl", "CuCl"), ("Fe2(III)O3", "Fe2O3"),
     ("K2Cr(VI)O4", "K2CrO4"), ("Pb(I)2", "PbI2")],
)  # fmt: skip
def test_an_oxidation_state_weighs_nothing(formula: str, plain: str):
    assert mass_of(formula) == mass_of(plain)


def test_coefficients_count_their_whole_part():
    assert mass_of("0.5Li2MnO3·0.5LiCoO2") == pytest.approx(107.34, abs=0.01)
    assert mass_of("2H2O") == pytest.approx(36.03, abs=0.001)


def test_decimal_commas_are_decimals():
    assert mass_of("Li1,2Mn0,8O2") == mass_of("Li1.2Mn0.8O2")


@pytest.mark.parametrize(
    "formula",
    ["", " ", "12", "()", "(H", "H)", "((H)", "H1/0", "X2O", "Uue", "·H2O", "LiFePO4·", "Li2.5.3O", "H0",
     "co", "water", "Fe2 3", "H 1 2", "^H", "^9999H", "^1000000000000Li", "H99999999999999", "(((H999)999)999)999",
     "<", "$", "\\", "\0", "🧪", "H2O\n;DROP"],
)  # fmt: skip
def test_what_is_no_formula_is_refused_with_a_reason(formula: str):
    with pytest.raises(Invalid) as refused:
        mass_of(formula)
    assert refused.value.message.endswith(".")


@pytest.mark.parametrize(
    "formula",
    ["(" * 100_000, "(" * 5000 + "H" + ")" * 5000, "(" * 240 + "H" + ")" * 240, "<" * 500, "H" * 100_000,
     "9" * 5000, "H2O·" * 25_000, "<sup>" * 100, "^" * 500, "1/" * 250, "[" * 499, " " * 499 + "x"],
)  # fmt: skip
def test_hostile_formulas_are_refused_at_once(formula: str):
    begun = time.process_time()
    with pytest.raises(Invalid):
        mass_of(formula)
    assert time.process_time() - begun < 0.2


@given(st.text(max_size=600))
def test_any_text_has_a_mass_or_a_reason(text: str):
    mass = molar_mass(text)
    assert mass is None or 0 < mass < 1e12


@given(st.text(alphabet="HLiONaC()[]{}0123456789.·*^+-/x<sup> ₂²", max_size=60))
def test_any_text_like_a_formula_has_a_mass_or_a_reason(text: str):
    mass = molar_mass(text)
    assert mass is None or 0 < mass < 1e12


PART = st.tuples(st.sampled_from(["H", "Li", "Fe", "O", "Na", "Co", "C"]), st.integers(1, 99))


@given(
    st.lists(PART, min_size=1, max_size=6),
    st.lists(PART, min_size=1, max_size=4),
    st.integers(1, 12),
)
def test_a_formula_weighs_what_its_parts_weigh(
    salt: list[tuple[str, int]], inner: list[tuple[str, int]], times: int
):
    written = "".join(f"{symbol}{amount}" for symbol, amount in salt)
    bracket = "".join(f"{symbol}{amount}" for symbol, amount in inner)
    together = mass_of(written) + times * mass_of(bracket)
    assert mass_of(f"{written}({bracket}){times}") == pytest.approx(together)
    assert mass_of(f"{written}·{times}{bracket}") == pytest.approx(together)
