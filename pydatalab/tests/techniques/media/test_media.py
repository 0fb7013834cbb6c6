"""Pictures, TIFF, video and PDF."""

import base64
import gzip
import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.registry import FileHead, Match, technique, techniques_for
from pydatalab.techniques.shared.drawing import Drawing, Screen

DATA = Path(__file__).parents[2] / "data" / "media"

Draw = Callable[..., Drawing]

BROWSER_FORMATS = ("png", "jpeg", "gif", "webp", "bmp")


def shown_picture(drawing: Drawing) -> Image.Image:
    """The picture that a figure carries."""
    source = drawing.figure["layout"]["images"][0]["source"]
    return Image.open(io.BytesIO(base64.b64decode(source.partition(",")[2])))


def box(name: bytes, content: bytes) -> bytes:
    """A box of an MP4."""
    return struct.pack(">L4s", 8 + len(content), name) + content


def layout_of(drawing: Drawing) -> Any:
    return drawing.figure["layout"]


def test_a_picture_is_drawn_on_axes_of_pixels_from_its_upper_left(draw: Draw):
    # MANIFEST: 200 x 200 pixels.
    drawing = draw([DATA / "grey_group_logo.jpeg"], "media")
    layout = layout_of(drawing)
    assert layout["xaxis"]["title"]["text"] == "x (px)"
    assert layout["xaxis"]["range"] == [0, 200]
    assert layout["yaxis"]["range"] == [200, 0]
    assert (layout["yaxis"]["scaleanchor"], layout["yaxis"]["scaleratio"]) == ("x", 1)
    image = layout["images"][0]
    assert (image["x"], image["y"], image["sizex"], image["sizey"]) == (0, 0, 200, 200)
    assert drawing.metadata == {"show": "image", "width_px": 200, "height_px": 200}


@pytest.mark.parametrize("form", BROWSER_FORMATS)
def test_pictures_of_all_kinds_are_whole_or_refused(draw: Draw, tmp_path: Path, form: str):
    noise = np.random.default_rng(1).integers(0, 255, (60, 80, 3), np.uint8)
    path = tmp_path / f"picture.{form}"
    Image.fromarray(noise).save(path)
    assert shown_picture(draw([path], "media")).size == (80, 60)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(UnreadableFile, match="cut short"):
        draw([path], "media")


def test_large_pictures_are_bounded_to_the_screen_but_keep_their_scale(draw: Draw, tmp_path: Path):
    path = tmp_path / "wide.png"
    Image.new("RGB", (3000, 1500), "red").save(path)
    drawing = draw([path], "media", screen=Screen(width=600))
    assert shown_picture(drawing).size == (600, 300)
    assert layout_of(drawing)["xaxis"]["range"] == [0, 3000]


def test_photographs_are_turned_upright(draw: Draw, tmp_path: Path):
    path = tmp_path / "phone.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    Image.new("RGB", (80, 60)).save(path, exif=exif)
    drawing = draw([path], "media")
    assert shown_picture(drawing).size == (60, 80)
    assert layout_of(drawing)["xaxis"]["range"] == [0, 60]


def test_16_bits_are_scaled_between_percentiles(draw: Draw, tmp_path: Path):
    path = tmp_path / "deep.tif"
    pixels = np.linspace(1000, 2000, 10_000).reshape(100, 100).astype(np.uint16)
    pixels[50, 50] = 65_535  # a cosmic ray
    tifffile.imwrite(path, pixels)
    drawing = draw([path], "media")
    picture = np.asarray(shown_picture(drawing)).astype(int)
    assert (picture[0, 0], picture[99, 99]) == (0, 255)
    assert picture[49, 99] == pytest.approx(127, abs=3)
    assert drawing.metadata["bits"] == 16


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "float32", "float64"])
def test_numbers_of_all_types_are_shown(draw: Draw, tmp_path: Path, dtype: str):
    path = tmp_path / "any.tif"
    pixels = np.arange(200).reshape(10, 20).astype(dtype)
    if dtype.startswith("float"):
        pixels[0, 0] = np.nan
    tifffile.imwrite(path, pixels)
    picture = np.asarray(shown_picture(draw([path], "media")))
    assert picture.shape == (10, 20)
    assert picture[9, 19] > picture[5, 10] > picture[1, 1]


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"])
def test_compressed_pages_are_read(draw: Draw, tmp_path: Path, compression: str):
    path = tmp_path / "packed.tif"
    Image.new("RGB", (64, 48), (200, 100, 50)).save(path, compression=compression)
    picture = np.asarray(shown_picture(draw([path], "media")).convert("RGB")).astype(int)
    assert picture.shape == (48, 64, 3)
    assert np.abs(picture - [200, 100, 50]).max() < 8


def test_one_page_of_several_is_chosen(draw: Draw, tmp_path: Path):
    path = tmp_path / "pages.tif"
    tifffile.imwrite(path, np.full((3, 8, 8), 7, np.uint8) * np.array([1, 2, 3], np.uint8)[:, None, None],
                     photometric="minisblack")  # fmt: skip
    drawing = draw([path], "media", page=3)
    assert np.asarray(shown_picture(drawing))[0, 0] == 21
    assert drawing.computed == {"available_pages": 3}
    with pytest.raises(UnreadableFile, match=r"no page 4.*has 3"):
        draw([path], "media", page=4)


def test_imagej_and_ome_say_how_long_a_pixel_is(draw: Draw, tmp_path: Path):
    pixels = np.zeros((50, 100), np.uint16)
    imagej, ome = tmp_path / "imagej.tif", tmp_path / "ome.ome.tif"
    tifffile.imwrite(imagej, pixels, imagej=True, resolution=(4.0, 4.0), metadata={"unit": "um"})
    tifffile.imwrite(ome, pixels, metadata={"axes": "YX", "PhysicalSizeX": 2.5, "PhysicalSizeXUnit": "nm"})  # fmt: skip
    in_micrometres = layout_of(draw([imagej], "media"))["xaxis"]
    assert in_micrometres["title"]["text"] == "x (µm)"
    assert in_micrometres["range"] == pytest.approx([0, 25])
    in_nanometres = layout_of(draw([ome], "media"))["xaxis"]
    assert in_nanometres["title"]["text"] == "x (nm)"
    assert in_nanometres["range"] == pytest.approx([0, 250])


def test_microscopes_say_how_long_a_pixel_is(draw: Draw, shared_data: Path, tmp_path: Path):
    # MANIFEST: FEI 3.3724e-6 m, 5 kV; Zeiss 2.615 µm, 25 kV, and 12.3262 nm of the pages of another.
    with zipfile.ZipFile(shared_data / "em" / "tiff_FEI_Helios.zip") as archive:
        archive.extractall(tmp_path)
    with zipfile.ZipFile(shared_data / "em" / "tiff_Zeiss_SEM.zip") as archive:
        archive.extractall(tmp_path)
    fei = draw([tmp_path / "FEI-Helios-Ebeam-16bits.tif"], "media")
    assert fei.metadata["pixel_size"] == pytest.approx(3.3724e-6)
    assert fei.metadata["voltage"] == 5000
    assert layout_of(fei)["xaxis"]["range"][1] == pytest.approx(512 * 3.3724)
    zeiss = draw([tmp_path / "test_tiff_Zeiss_SEM_1k.tif"], "media")
    assert zeiss.metadata["pixel_size"] == pytest.approx(2.615e-6)
    assert zeiss.metadata["voltage"] == pytest.approx(25_000)
    pages = draw([tmp_path / "ZEISS_SEM_multipage.tif"], "media", page=2)
    assert pages.metadata["pixel_size"] == pytest.approx(1.23262e-8, rel=1e-3)
    bad = draw([tmp_path / "FEI-Helios-navcam-with-no-IRBeam-bad-floats.tif"], "media")
    assert "voltage" not in bad.metadata


@pytest.mark.parametrize("part", [0.1, 0.5, 0.95])
def test_a_tiff_cut_short_is_refused(draw: Draw, tmp_path: Path, part: float):
    whole = tmp_path / "whole.tif"
    tifffile.imwrite(whole, np.ones((100, 100), np.uint16))
    cut = tmp_path / "cut.tif"
    cut.write_bytes(whole.read_bytes()[: int(whole.stat().st_size * part)])
    with pytest.raises(UnreadableFile, match="cut short"):
        draw([cut], "media")


def test_packed_files_of_the_lab_are_read(draw: Draw, shared_data: Path):
    # MANIFEST: 556 x 556 pixels of 16 bits.
    drawing = draw([shared_data / "em" / "JEOL-SightX-TEM-mag-dummy.tif.gz"], "media")
    assert (drawing.metadata["width_px"], drawing.metadata["bits"]) == (556, 16)
    assert drawing.metadata["instrument"] == "JEM-ARM200F"


def test_a_drawing_is_shown_as_a_picture_in_which_no_script_runs(draw: Draw, tmp_path: Path):
    path = tmp_path / "scheme.svg"
    path.write_text(
        '<?xml version="1.0"?><!-- a --><!-- b -->\n<svg xmlns="http://www.w3.org/2000/svg" '
        'viewBox="0 0 300 100"><script>alert(1)</script></svg>'
    )
    drawing = draw([path], "media")
    assert drawing.metadata["show"] == "figure"
    assert layout_of(drawing)["images"][0]["source"].startswith("data:image/svg+xml;base64,")
    assert layout_of(drawing)["xaxis"]["range"] == [0, 300]
    path.write_text(path.read_text()[:-10])
    with pytest.raises(UnreadableFile, match="cut short"):
        draw([path], "media")


def test_a_drawing_that_refers_to_files_of_the_server_is_refused(draw: Draw, tmp_path: Path):
    path = tmp_path / "evil.svg"
    path.write_text(
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        '<svg xmlns="http://www.w3.org/2000/svg"><text>&x;</text></svg>'
    )
    with pytest.raises(UnreadableFile):
        draw([path], "media")


def test_videos_and_pdf_are_left_to_the_page(draw: Draw, tmp_path: Path, shared_data: Path):
    film = tmp_path / "film.mp4"
    film.write_bytes(box(b"ftyp", b"isom" + bytes(8)) + box(b"mdat", bytes(99)) + box(b"moov", b""))
    drawing = draw([film], "media")
    assert (drawing.metadata, drawing.figure["data"]) == ({"show": "video"}, [])
    assert draw([shared_data / "media" / "paper.pdf"], "media").metadata == {"show": "pdf"}


def test_videos_and_pdf_cut_short_are_refused(draw: Draw, tmp_path: Path, shared_data: Path):
    film = tmp_path / "film.mp4"
    film.write_bytes(box(b"ftyp", b"isom" + bytes(8)) + box(b"mdat", bytes(99))[:50])
    pdf = tmp_path / "paper.pdf"
    pdf.write_bytes((shared_data / "media" / "paper.pdf").read_bytes()[:12_000])
    for path in (film, pdf):
        with pytest.raises(UnreadableFile, match="cut short"):
            draw([path], "media")


@pytest.mark.parametrize("content", [b"%PDF-1.4\n", b"%PDF-1.4\n%%EOF\n", b"%PDF-1.4\nstartxref\n"])
def test_a_pdf_of_its_mark_alone_is_refused(draw: Draw, tmp_path: Path, content: bytes):
    (tmp_path / "paper.pdf").write_bytes(content)
    with pytest.raises(UnreadableFile, match="cut short"):
        draw([tmp_path / "paper.pdf"], "media")


def test_a_picture_that_would_fill_the_memory_is_refused(draw: Draw, tmp_path: Path):
    path = tmp_path / "bomb.png"
    header = struct.pack(">LLBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + struct.pack(">L", 13) + b"IHDR" + header + bytes(200))
    with pytest.raises(UnreadableFile):
        draw([path], "media")


@pytest.mark.parametrize(
    ("start", "name", "expected"),
    [
        (b"\x89PNG\r\n\x1a\n", "x.txt", "picture"),
        (b"\xff\xd8\xff\xe0", "x.jpg", "picture"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "x.webp", "picture"),
        (b"RIFF\0\0\0\0AVI LIST", "x.avi", None),
        (b"BMW has columns\n1 2\n", "x.bmp", None),
        (b"MM\0*\0\0\0\x08", "x.tif", "tiff"),
        (b"\0\0\0\x18ftypqt  ", "x.mov", "video"),
        (b"\0\0\0\x18ftypheic", "x.heic", None),
        (b"\x1a\x45\xdf\xa3\x01\0\0\0\0\0\0\x1f\x42\x82\x84webm", "x.webm", "video"),
        (b"%PDF-1.7\n", "x.bin", "pdf"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", "x.svg", "svg"),
        (b"<html><svg></svg></html>", "x.svg", None),
        (b"<!---->" * 9000 + b"<x>", "x.svg", None),
        (b"plain text", "x.png", None),
        (b"", "x.png", None),
    ],
)
def test_media_are_known_by_their_content(start: bytes, name: str, expected: str | None):
    found = technique("media").format_of(FileHead(name=name, start=start))
    assert (found[0].id if found else None) == expected
    assert found is None or found[1] == Match.CERTAIN


def test_compressed_pictures_are_recognised(head: Callable[[Path], FileHead], tmp_path: Path):
    path = tmp_path / "logo.jpeg.gz"
    path.write_bytes(gzip.compress((DATA / "grey_group_logo.jpeg").read_bytes()))
    assert technique("media").format_of(head(path)) is not None


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK", "I;16"])
def test_pictures_of_all_modes_are_shown(draw: Draw, tmp_path: Path, mode: str):
    path = tmp_path / ("picture.jpg" if mode == "CMYK" else "picture.png")
    if mode == "I;16":
        Image.fromarray(np.arange(0, 60_000, 100, np.uint16).reshape(20, 30)).save(path)
    else:
        Image.linear_gradient("L").resize((30, 20)).convert(mode).save(path)
    picture = np.asarray(shown_picture(draw([path], "media")).convert("L")).astype(int)
    assert picture[-3:].mean() > picture[:3].mean() + 100


@pytest.mark.parametrize("mode", ["RGB", "L", "1", "P"])
@pytest.mark.parametrize("name", ["a.bmp", "a.spc", "a"])
def test_a_bitmap_is_no_spectrum(mode: str, name: str):
    raw = io.BytesIO()
    Image.new(mode, (64, 64), 1).save(raw, "BMP")
    found = techniques_for(FileHead(name, raw.getvalue()))
    assert found == (["media"] if name == "a.bmp" else [])
