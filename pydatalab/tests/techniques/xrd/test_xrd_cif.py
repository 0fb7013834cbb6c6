"""Structures and powder patterns in CIF. Numbers: the literature, the powder diffraction file."""

import numpy as np
import pytest

from pydatalab.errors import NoData, UnreadableFile

HALITE = """data_halite
_cell_length_a 5.6402
_cell_length_b 5.6402
_cell_length_c 5.6402
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_space_group_name_H-M_alt 'F m -3 m'
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_U_iso_or_equiv
Na Na 0 0 0 0.0216
Cl Cl 0.5 0.5 0.5 0.0177
"""
HALITE_CARD = {  # PDF 5-628: indices, 2θ at Cu Kα1 from the spacing, intensity
    (1, 1, 1): (27.37, 13),
    (2, 0, 0): (31.70, 100),
    (2, 2, 0): (45.45, 55),
    (2, 2, 2): (56.48, 15),
    (4, 0, 0): (66.23, 6),
    (4, 2, 0): (75.29, 11),
}


def test_rock_salt_has_the_peaks_of_its_card(draw, saved):
    drawn = draw([saved("halite.cif", HALITE)], "xrd")
    peaks = drawn.computed["peak_data"]["0"]
    assert peaks["theoretical"] is True
    found = {
        tuple(sorted(map(abs, hkl), reverse=True)): (place, height)
        for hkl, place, height in zip(
            peaks["hkls"], peaks["positions"], peaks["intensities"], strict=True
        )
    }
    for hkl, (place, height) in HALITE_CARD.items():
        assert found[hkl][0] == pytest.approx(place, abs=0.03)
        assert found[hkl][1] == pytest.approx(height, abs=6)


def test_reflections_are_listed_with_spacing_and_multiplicity(read, saved):
    reflections = read(saved("halite.cif", HALITE), "xrd")
    first = [abs(int(reflections[name][0])) for name in "hkl"]
    assert sorted(first) == [1, 1, 1]
    assert reflections["d_spacing"][0] == pytest.approx(5.6402 / np.sqrt(3), abs=1e-4)
    counts = dict(
        zip(np.round(reflections["d_spacing"], 3), reflections["multiplicity"], strict=True)
    )
    for hkl, multiplicity in (((1, 1, 1), 8), ((2, 0, 0), 6), ((2, 2, 0), 12), ((3, 1, 1), 24)):
        assert counts[round(5.6402 / np.linalg.norm(hkl), 3)] == multiplicity
    # All ions scatter in phase at (200): F = 4 (f_Na + f_Cl), lowered by thermal motion.
    at_200 = np.argmin(np.abs(reflections["d_spacing"] - 5.6402 / 2))
    assert 70 < np.sqrt(reflections["structure_factor_squared"][at_200]) < 112
    assert all(column.computed for column in reflections)


def test_a_monoclinic_structure_splits_what_a_cubic_one_does_not(read, real):
    reflections = read(real("cod_9004112.cif"), "xrd")
    a, b, c, beta = 4.661, 5.602, 3.411, np.radians(90.2)
    hkl = np.stack([reflections[name] for name in "hkl"], axis=1)
    h, k, l = hkl.T  # noqa: E741
    inverse = (
        h**2 / a**2
        + k**2 * np.sin(beta) ** 2 / b**2
        + l**2 / c**2
        - 2 * h * l * np.cos(beta) / (a * c)
    ) / np.sin(beta) ** 2
    np.testing.assert_allclose(reflections["d_spacing"], inverse**-0.5, rtol=1e-6)
    assert not ((h == 0) & (l == 0) & (k % 2 == 1)).any()  # the screw axis of P 2₁
    assert set(reflections["multiplicity"].tolist()) == {2, 4}


@pytest.mark.parametrize(
    ("name", "group"),
    [("1011031.cif", "F -4 3 m"), ("2013551.cif", "P -3 m 1"), ("tBu3CpRu2H4.cif", "P -1")],
)
def test_other_structures_are_calculated(draw, shared_data, name, group):
    drawn = draw([shared_data / "structure" / name], "xrd")
    assert drawn.metadata["space_group"] == group
    assert len(drawn.figure["data"]) == 1


def test_a_calculated_pattern_follows_the_wavelength(draw, saved):
    file = saved("halite.cif", HALITE)
    short = draw([file], "xrd", wavelength=0.7093).computed["peak_data"]["0"]
    place = short["positions"][short["intensities"].index(max(short["intensities"]))]
    assert place == pytest.approx(2 * np.degrees(np.arcsin(0.7093 / 5.6402)), abs=0.01)


def test_a_calculated_pattern_takes_the_wavelength_of_the_measured_one_beside_it(draw, saved, real):
    drawn = draw([saved("halite.cif", HALITE), real("example_bmb.xye")], "xrd")
    assert drawn.computed["peak_data"]["0"]["wavelength"] == 0.414581
    assert drawn.metadata["halite.cif"]["wavelength_from"] == "the measured pattern beside it"


PATTERN = """data_pattern
_diffrn_radiation_wavelength 1.54059(2)
_pd_char_special_details 'a rock'
{places}
loop_
{tags}
{rows}
"""


def test_a_measured_pattern_in_a_cif_goes_before_the_structure(read, saved):
    rows = "\n".join(f"{10 + n} {100 + n}({n}) {90 + n}.5 ." for n in range(12))
    tags = "\n".join(
        (
            "_pd_proc_2theta_corrected",
            "_pd_meas_counts_total",
            "_pd_calc_intensity_total",
            "_pd_proc_ls_weight",
        )
    )
    text = HALITE + PATTERN.format(places="", tags=tags, rows=rows)
    pattern = read(saved("rietveld.cif", text), "xrd")
    assert pattern["two_theta"].tolist() == [10.0 + n for n in range(12)]
    assert pattern["intensity"].tolist() == [100 + n for n in range(12)]
    assert pattern["intensity_error"].tolist() == list(range(12))
    assert pattern["intensity_calculated"][0] == 90.5
    assert pattern.column("intensity").unit == "counts"
    assert (pattern.header["wavelength"], pattern.header["sample_name"]) == (1.54059, "a rock")


def test_a_range_in_the_cif_gives_the_angles(read, saved):
    places = (
        "_pd_meas_2theta_range_min 5\n_pd_meas_2theta_range_max 6\n_pd_meas_2theta_range_inc 0.5"
    )
    text = PATTERN.format(places=places, tags="_pd_meas_intensity_total", rows="1.5\n?\n3.5")
    pattern = read(saved("range.cif", text), "xrd")
    assert pattern["two_theta"].tolist() == [5, 5.5, 6]
    np.testing.assert_array_equal(pattern["intensity"], [1.5, np.nan, 3.5])


def test_intensities_without_places_are_an_error(read, saved):
    text = PATTERN.format(places="", tags="_pd_meas_intensity_total", rows="1\n2")
    with pytest.raises(UnreadableFile, match="at which 2θ"):
        read(saved("nowhere.cif", text), "xrd")


def test_a_truncated_cif_is_an_error(read, real, saved):
    raw = real("cod_9004112.cif").read_bytes()
    with pytest.raises(UnreadableFile, match="damaged"):
        read(saved("cut.cif", raw[: len(raw) // 2]), "xrd")


def test_a_cif_without_atoms_is_no_data(read, saved):
    with pytest.raises(NoData):
        read(saved("empty.cif", HALITE[: HALITE.index("loop_")]), "xrd")


def test_a_structure_of_unknown_symmetry_is_an_error(read, saved):
    text = HALITE.replace("'F m -3 m'", "'Q 17'")
    with pytest.raises(UnreadableFile, match="space group"):
        read(saved("odd.cif", text), "xrd")
