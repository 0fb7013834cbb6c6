"""The wavelength that columns of text name, whatever its unit."""

import pytest


@pytest.mark.parametrize(
    ("header", "wavelength"),
    [
        ("# Wavelength: 0.4137 A", 0.4137),
        ("# Wavelength: 0,4137 A", 0.4137),
        ("# Wavelength (Å): 0.4137", 0.4137),
        ("# Wavelength: 0.15406 nm", 1.5406),
        ("# Wavelength: 4.137e-11 m", 0.4137),
        ("# Wavelength: 4.137e-11", 0.4137),
        ("# Wavelength: 154.06 pm", 1.5406),
        ("# Wavelength: 1.5406 Cu", 1.5406),
        ("# Wavelength: 1.5406\nNm spec", 1.5406),
        ("# Wavelength (nm): 0.15406", 1.5406),
        ("# Wavelength [A] = 0.4137", 0.4137),
    ],
)
def test_a_wavelength_is_read_in_angstrom(tmp_path, read, header, wavelength):
    path = tmp_path / "scan.xy"
    rows = "\n".join(f"{10 + n / 50:.2f} {100 + n}" for n in range(50))
    path.write_text(f"{header}\n{rows}\n", encoding="utf-8")
    assert read(path, "xrd").header["wavelength"] == pytest.approx(wavelength)
