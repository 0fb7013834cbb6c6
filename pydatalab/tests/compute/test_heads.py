"""What recognition sees of a file, and how little it takes to see it."""

import bz2
import gzip
import io
import os
import struct
import time
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pydatalab.compute.heads import LARGEST_PACKED, START, head_of, packing, plain_name


def test_a_head_is_the_start_of_the_file():
    content = os.urandom(100_000)
    head = head_of(io.BytesIO(content), "Scan.RAW")
    assert (head.name, head.start, head.members) == ("Scan.RAW", content[:START], ())


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
@pytest.mark.parametrize("size", [0, 10, 5_000_000])
def test_a_packed_file_is_seen_unpacked(pack, size: int):
    content = (b"2theta,counts\n" + os.urandom(5_000_000))[:size]
    packed = pack(content)
    ending = packing(packed)
    head = head_of(io.BytesIO(packed), f"scan.xy{ending}")
    assert (head.name, head.start) == ("scan.xy", content[:START])


def test_a_packed_file_is_known_by_its_content_and_others_are_left_as_they_are():
    assert head_of(io.BytesIO(gzip.compress(b"abc")), "scan.xy").start == b"abc"
    head = head_of(io.BytesIO(b"# plain"), "scan.xy.gz")
    assert (head.name, head.start) == ("scan.xy", b"# plain")
    assert packing(b"BZh9 and so began the letter") is None


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_of_a_packed_file_that_stops_early_the_start_is_seen(pack):
    content = b"0123456789" * 20_000
    packed = pack(content)
    head = head_of(io.BytesIO(packed[:-10]), "scan.xy.gz")
    assert content.startswith(head.start)


@pytest.mark.parametrize(
    ("name", "plain"),
    [("a.xy.gz", "a.xy"), ("a.XY.BZ2", "a.XY"), (".gz", ".gz"), ("a.tgz", "a.tgz"), ("gz", "gz")],
)
def test_the_plain_name_lacks_the_ending_of_the_packing(name: str, plain: str):
    assert plain_name(name) == plain


def archive(names: list[str], comment: bytes = b"") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as zip_file:
        for name in names:
            zip_file.writestr(name, "x" * 100)
        zip_file.comment = comment
    return packed.getvalue()


def test_the_names_in_a_zip_archive_are_seen():
    names = ["1/fid", "1/acqus", "1/pdata/1/1r", "β Ni(OH)₂.txt"]
    assert head_of(io.BytesIO(archive(names)), "nmr.zip").members == tuple(names)
    commented = archive(names, comment=b"made by PK\x05\x06 somebody" + b"." * 30_000)
    assert head_of(io.BytesIO(commented), "nmr.zip").members == tuple(names)
    assert head_of(io.BytesIO(b"PK" + b"\0" * 50 + archive(names)), "x").members == tuple(names)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_the_names_in_an_archive_that_is_packed_once_more_are_seen(pack):
    names = ["1/fid", "1/acqus", "β.txt"]
    head = head_of(io.BytesIO(pack(archive(names))), "nmr.zip.bz2")
    assert (head.name, head.members) == ("nmr.zip", tuple(names))
    cut_short = head_of(io.BytesIO(pack(archive(names))[:-10]), "nmr.zip.bz2")
    assert cut_short.members == ()


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_a_large_archive_that_is_packed_once_more_is_not_unpacked_whole(pack):
    whole = archive(["1/fid"])
    packed = pack(whole + bytes(LARGEST_PACKED) + whole)
    begun = time.process_time()
    head = head_of(io.BytesIO(packed), "bomb.zip.gz")
    assert time.process_time() - begun < 2
    assert head.start.startswith(whole)
    assert head.members == ()


def test_a_large_archives_directory_is_found_by_its_64_bit_record():
    whole = archive(["1/fid", "1/acqus"])
    end = whole.rindex(b"PK\x05\x06")
    length, start = struct.unpack_from("<2L", whole, end + 12)
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 2, 2, length, start)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    last = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2, 2, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    large = whole[:end] + record + locator + last
    assert zipfile.ZipFile(io.BytesIO(large)).namelist() == ["1/fid", "1/acqus"]
    assert head_of(io.BytesIO(large), "nmr.zip").members == ("1/fid", "1/acqus")


def test_a_directory_without_end_is_looked_at_in_part():
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", *[0] * 9, 20, *[0] * 6) + b"a" * 20
    directory = entry * 1_000_000
    last = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0, 0, len(directory), 4, 0)
    begun = time.process_time()
    members = head_of(io.BytesIO(b"PK\x03\x04" + directory + last), "bomb.zip").members
    assert 50_000 < len(members) < 100_000
    assert time.process_time() - begun < 2


@given(st.binary(max_size=300), st.integers(0, 400), st.binary(max_size=30))
def test_damaged_archives_are_looked_at_without_complaint(noise: bytes, place: int, end: bytes):
    whole = archive(["1/fid", "1/acqus"])
    damaged = whole[:place] + noise + whole[place + len(noise) :] + end
    head_of(io.BytesIO(b"PK" + damaged), "nmr.zip")
    head_of(io.BytesIO(b"\x1f\x8b\x08" + noise), "nmr.gz")
    head_of(io.BytesIO(b"BZh91AY&SY" + noise), "nmr.bz2")
