"""Readers of impedance files: numbers as the files hold them and as other programs read them."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.eis.headings import meaning
from pydatalab.techniques.registry import FileHead, Match, technique
from pydatalab.techniques.shared.measurement import Measurement

Read = Callable[..., Measurement]
TESTS = Path(__file__).parents[2] / "data"
EIS, GAMRY, BIOLOGIC = TESTS / "eis", TESTS / "gamry", TESTS / "biologic"


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("path", "rows", "column", "first", "last"),
    [  # the first and the last value of the column, as they stand in the file
        (EIS / "exampleDataAutolab.txt", 41, "z_imag", 0.007191946305823, -0.00390292888845954),
        (EIS / "exampleDataCHInstruments.txt", 73, "z_real", 98.91, 5685.0),
        (EIS / "exampleDataPowersuite.txt", 30, "z_imag", -49014.063, -1397.7358),
        (EIS / "exampleDataVersaStudio.par", 61, "z_real", 55.31571, 1516.313),
        (EIS / "exampleDataZPlot.z", 21, "frequency", 300000.0, 3000.0),
        (GAMRY / "exampleDataGamry.DTA", 72, "frequency", 200015.6, 0.0158898),
        (GAMRY / "eispot_data.dta", 10, "z_imag", -3.767681, -7.053867),
        (BIOLOGIC / "exampleDataBioLogic.mpt", 43, "minus_z_imag", 0.38998979, 2.3458567),
        (BIOLOGIC / "peis.mpt", 32, "z_real", 10.512296, 18.024315),
        (BIOLOGIC / "zir.mpr", 1, "frequency", 10019.5, 10019.5),
    ],
)
def test_every_point_is_read_as_it_stands(
    read: Read, path: Path, rows: int, column: str, first: float, last: float
):
    measurement = read(path, "eis")
    assert len(measurement) == rows
    assert measurement[column][0] == pytest.approx(first, rel=1e-5)
    assert measurement[column][-1] == pytest.approx(last, rel=1e-5)


@pytest.mark.parametrize(
    ("name", "rows", "lowest", "highest", "smallest", "largest"),
    [  # as Zahner's own library reads them, MANIFEST.tsv
        ("rc-data.ism", 75, 0.2, 100000, 10869.4, 9.95326e7),
        ("li-ion-battery.ism", 128, 0.0005, 5000, 0.028857, 0.67871),
    ],
)
def test_zahner_files_give_the_numbers_of_zahners_library(
    read: Read, name: str, rows: int, lowest: float, highest: float, smallest: float, largest: float
):
    measurement = read(EIS / name, "eis")
    assert len(measurement) == rows  # that library leaves out 20 points measured on the way up
    assert measurement["frequency"].min() == pytest.approx(lowest, rel=1e-5)
    assert measurement["frequency"].max() == pytest.approx(highest, rel=1e-5)
    assert measurement["z_abs"].min() == pytest.approx(smallest, rel=1e-5)
    assert measurement["z_abs"].max() == pytest.approx(largest, rel=1e-5)
    assert measurement.column("z_phase").unit == "rad"


@pytest.mark.parametrize(
    "path",
    [
        EIS / "exampleDataCHInstruments.txt",
        GAMRY / "exampleDataGamry.DTA",
        BIOLOGIC / "peis.mpt",
        BIOLOGIC / "exampleDataBioLogic.mpt",
    ],
)
def test_real_and_imaginary_part_agree_with_the_modulus_and_phase_of_the_instrument(
    read: Read, path: Path
):
    measurement = read(path, "eis")
    impedance = measurement["z_real"] - 1j * measurement["minus_z_imag"]
    np.testing.assert_allclose(np.abs(impedance), measurement["z_abs"], rtol=1e-3)
    phase = np.angle(impedance, deg=True)
    np.testing.assert_allclose(phase, measurement["z_phase"], atol=0.06, rtol=1e-4)


def test_the_header_says_which_imaginary_part_the_file_held(read: Read):
    gamry, biologic = read(GAMRY / "eispot_data.dta", "eis"), read(BIOLOGIC / "peis.mpt", "eis")
    assert gamry.header["imaginary_part"] == "Im(Z)"
    assert gamry.column("minus_z_imag").computed
    assert not gamry.column("z_imag").computed
    assert biologic.header["imaginary_part"] == "-Im(Z)"
    assert not biologic.column("minus_z_imag").computed


def test_the_unit_of_an_impedance_is_the_files(read: Read, tmp_path: Path):
    path = written(tmp_path, "k.csv", "Frequency (kHz),Z' (kOhm),-Z'' (kOhm)\n10,1,0.5\n1,2,0.7\n")
    measurement = read(path, "eis")
    assert [c.unit for c in measurement] == ["kHz", "kOhm", "kOhm", "kOhm", "deg"]
    assert measurement["z_abs"][0] == pytest.approx(np.sqrt(1.25))


@pytest.mark.parametrize(
    ("titles", "row", "real", "minus_imag"),
    [
        ("freq. /Hz\tZ1 /ohm\tZ2 /ohm", "10\t3\t-4", 3, 4),  # Ivium
        ("Frequency\tZdash\tZdashneg\tZ\tPhase", "10\t3\t4\t5\t53.13", 3, 4),  # PSTrace
        ("Index;Frequency (Hz);Z' (Ω);-Z'' (Ω);Z (Ω);-Phase (°);Time (s)", "1;10;3;4;5;53,13;0", 3, 4),
        ("f/Hz, |Z|/Ohm, Phase(Z)/deg", "10, 5, -53.130102", 3, 4),
        ("freq_Hz,Re_Z,Im_Z", "10,3,-4", 3, 4),
        ("frequency real imaginary", "10 3 -4", 3, 4),
        ("Frequency [Hz];Re(Z) [mΩ];−Im(Z) [mΩ]", "10;3,0;4,0", 3, 4),
    ],
)  # fmt: skip
def test_titles_of_many_instruments_are_understood(
    read: Read, tmp_path: Path, titles: str, row: str, real: float, minus_imag: float
):
    measurement = read(written(tmp_path, "a.txt", f"{titles}\n{row}\n{row}\n"), "eis")
    assert measurement["frequency"][0] == 10
    assert measurement["z_real"][0] == pytest.approx(real, rel=1e-6)
    assert measurement["minus_z_imag"][0] == pytest.approx(minus_imag, rel=1e-6)


def test_spectra_below_one_another_are_all_read(read: Read, tmp_path: Path):
    table = "Frequency (Hz),Z' (Ohm),Z'' (Ohm)\n1e3,3,-4\n1e2,4,-5\n1e1,5,-6\n"
    text = f"Cell: A\nScan 1\n{table}\nScan 2\n{table.replace('3,-4', '7,-8')}"
    measurement = read(written(tmp_path, "a.csv", text), "eis")
    assert measurement["z_real"].tolist() == [3, 4, 5, 7, 4, 5]
    assert measurement["spectrum"].tolist() == [1, 1, 1, 2, 2, 2]
    assert measurement.header["cell"] == "A"


@pytest.mark.parametrize(
    ("titles", "row"),
    [
        ("freq/Hz\tRe(Z)/Ohm\tIm(Z)/Ohm\t", "10\t3\t-4"),
        ("freq/Hz\t|Z|/Ohm\tPhase(Z)/deg", "10\t5\t-53.130102"),
    ],
)
def test_an_export_of_ec_lab_with_other_columns_is_read(
    read: Read, tmp_path: Path, titles: str, row: str
):
    measurement = read(written(tmp_path, "a.txt", f"{titles}\n{row}\n{row}\n"), "eis")
    assert measurement["minus_z_imag"].tolist() == pytest.approx([4, 4])


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8-sig"])
def test_text_is_read_however_it_is_encoded(read: Read, tmp_path: Path, encoding: str):
    text = "Probe: µ-Zelle\r\nFrequency (Hz)\tZ' (Ohm)\tZ'' (Ohm)\r\n1e3\t3\t-4\r\n1e2\t4\t-5\r\n"
    measurement = read(written(tmp_path, "a.txt", text.encode(encoding)), "eis")
    assert measurement["minus_z_imag"].tolist() == [4, 5]
    assert measurement.header["probe"] == "µ-Zelle"


def test_titles_that_mean_something_else_are_left_alone():
    others = ("Z2 Real", "E Real", "time/s", "P/W", "control", "|Vac| (V)", "", "-", "Phase2/deg")
    assert [meaning(title) for title in others] == [None] * len(others)


def session(folder: Path, keys: Callable[[str], str]) -> Path:
    """A session of PSTrace's with a voltammogram and two impedances, as it is described in public."""

    def array(kind: int, description: str, quantity: str, unit: str, values: list[float]) -> dict:
        return {"arraytype": kind, "description": description,
                "unit": {"type": "PalmSens.Units.X", "s": unit, "q": quantity},
                "datavalues": [{"v": value} for value in values]}  # fmt: skip

    def spectrum(scale: float) -> dict:
        arrays = [
            array(5, "Frequency", "Frequency", "Hz", [1e3, 1e2]),
            array(7, "ZRe", "Z'", "Ω", [3 * scale, 4 * scale]),
            array(8, "ZIm", "-Z''", "Ω", [4 * scale, 5 * scale]),
        ]
        return {"title": "CH 1", "dataset": {"values": arrays}}

    volt = {"values": [array(1, "E", "Potential", "V", [0.1, 0.2])]}
    eis = {"title": "EIS", "method": "METHOD_ID=eis\r\n", "dataset": spectrum(1)["dataset"],
           "eisdatalist": [spectrum(1), spectrum(10)]}  # fmt: skip
    body = {"type": "PalmSens.DataFiles.SessionFile", "coreversion": "5.9",
            "measurements": [{"title": "CV", "dataset": volt}, eis]}  # fmt: skip

    def renamed(value: object) -> object:
        if isinstance(value, dict):
            return {keys(key): renamed(one) for key, one in value.items()}
        return [renamed(one) for one in value] if isinstance(value, list) else value

    text = json.dumps(renamed(body), ensure_ascii=False) + "\ufeff"
    return written(folder, "a.pssession", text.encode("utf-16"))


@pytest.mark.parametrize("keys", [str.lower, str.capitalize])
def test_a_session_of_pstrace_gives_its_impedances(
    read: Read, tmp_path: Path, keys: Callable[[str], str]
):
    measurement = read(session(tmp_path, keys), "eis")
    assert measurement["spectrum"].tolist() == [1, 1, 2, 2]
    assert measurement["minus_z_imag"].tolist() == [4, 5, 40, 50]
    assert measurement.column("minus_z_imag").title == "-Z'' (Ω)"
    assert measurement.header["imaginary_part"] == "-Im(Z)"


def test_a_session_that_stops_half_way_is_refused(read: Read, tmp_path: Path):
    whole = session(tmp_path, str.lower).read_bytes()
    with pytest.raises(UnreadableFile, match="stops early"):
        read(written(tmp_path, "cut.pssession", whole[: len(whole) // 4 * 2]), "eis")


def test_a_file_of_iviums_gives_its_impedance(read: Read, tmp_path: Path):
    text = "Version=1\x00\nMethod=Impedance\r\nprimary_data\r\n3 \r\n2 \r\n 3E0 -4E0 1E3\r\n 4 -5 1E2\r\n"
    measurement = read(written(tmp_path, "a.idf", text.encode("latin-1")), "eis")
    assert measurement["frequency"].tolist() == [1000, 100]
    assert measurement["minus_z_imag"].tolist() == [4, 5]


@pytest.mark.parametrize(
    ("path", "end"),
    [
        (EIS / "rc-data.ism", 10),
        (EIS / "rc-data.ism", 2000),
        (EIS / "exampleDataVersaStudio.par", 3000),
        (EIS / "exampleDataVersaStudio.par", 7000),
        (BIOLOGIC / "zir.mpr", 2200),
    ],
)
def test_a_file_cut_within_its_data_is_refused(read: Read, tmp_path: Path, path: Path, end: int):
    with pytest.raises(UnreadableFile):
        read(written(tmp_path, path.name, path.read_bytes()[:end]), "eis")


def test_a_table_that_stops_gives_the_rows_that_there_are(read: Read, tmp_path: Path):
    whole = (EIS / "exampleDataCHInstruments.txt").read_bytes()
    measurement = read(written(tmp_path, "cut.txt", whole[: len(whole) // 2]), "eis")
    assert 20 < len(measurement) < 40


def test_a_session_without_impedances_holds_no_data(read: Read, tmp_path: Path):
    text = '{"type":"PalmSens.DataFiles.SessionFile","measurements":[]}'
    with pytest.raises(NoData, match="no impedances"):
        read(written(tmp_path, "a.pssession", text.encode("utf-16")), "eis")


def test_content_tells_impedances_from_other_electrochemistry(
    head: Callable[[Path], FileHead], shared_data: Path
):
    eis = technique("eis")
    for path in sorted((shared_data / "eis").iterdir()):
        found = eis.format_of(head(path))
        assert found is not None, path.name
        assert found[1] == Match.CERTAIN, path.name
    others = set((shared_data / "echem").iterdir()) - {shared_data / "echem" / "zir.mpr"}
    for path in sorted(others):
        assert eis.format_of(head(path)) is None, path.name


def test_no_file_of_another_technique_is_taken_for_an_impedance(
    head: Callable[[Path], FileHead], shared_data: Path
):
    eis = technique("eis")
    for folder in shared_data.iterdir():
        if folder.is_dir() and folder.name not in ("eis", "echem"):
            for path in folder.iterdir():
                assert eis.format_of(head(path)) is None, path


def test_the_ending_alone_is_no_proof(head: Callable[[Path], FileHead], tmp_path: Path):
    for name in ("a.mpr", "a.mpt", "a.dta", "a.pssession", "a.ism", "a.idf", "a.par", "a.z"):
        foreign = written(tmp_path, name, "these are words\n")
        assert technique("eis").format_of(head(foreign)) is None, name


def impedances(*frequencies: str) -> str:
    rows = "".join(f"{frequency}\t{100 + n}\t{n}\n" for n, frequency in enumerate(frequencies))
    return f"freq/Hz\tRe(Z)/Ohm\t-Im(Z)/Ohm\n{rows}"


@pytest.mark.parametrize("frequency", ["0", "-10", "nan"])
def test_impedances_beside_no_frequency_are_no_data(read: Read, tmp_path: Path, frequency: str):
    path = written(tmp_path, "rest.txt", impedances(*[frequency] * 8))
    with pytest.raises(NoData, match="no frequency in it is above 0"):
        read(path, "eis")


def test_an_infinite_frequency_is_an_error(read: Read, tmp_path: Path):
    path = written(tmp_path, "infinite.txt", impedances("inf", "1e4", "1e3", "1e2", "10", "1"))
    with pytest.raises(UnreadableFile, match="frequency holds infinite numbers"):
        read(path, "eis")


def test_spectra_beside_one_another_are_numbered(tmp_path: Path, read: Read):
    titles = "f (Hz),Z' (Ohm),-Z'' (Ohm),f (Hz),Z' (Ohm),-Z'' (Ohm)"
    rows = "1000,10,1,1000,20,5\n100,11,2,100,21,6\n10,12,3,,,\n"
    measurement = read(written(tmp_path, "a.csv", f"{titles}\n{rows}"), "eis")
    assert measurement["spectrum"].tolist() == [1, 1, 1, 2, 2]
    assert measurement["frequency"].tolist() == [1000, 100, 10, 1000, 100]
    assert measurement["z_real"].tolist() == [10, 11, 12, 20, 21]
    assert measurement["minus_z_imag"].tolist() == [1, 2, 3, 5, 6]
