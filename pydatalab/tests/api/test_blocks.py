"""Blocks of items: parameters, order, deletion, and what they draw."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient

from pydatalab.api.server import build
from pydatalab.app import open_lab
from pydatalab.config import Config
from pydatalab.lab import Lab
from pydatalab.services import accounts, people

PATTERN = b"".join(b"%.1f %d\n" % (n / 10, 100 + n % 17) for n in range(100, 900))


@pytest.fixture(scope="module")
def open_once(tmp_path_factory: pytest.TempPathFactory, engines: Any) -> Iterator[Lab]:
    """A lab with workers that the tests of this module share: those are slow to start."""
    folder = tmp_path_factory.mktemp("lab")
    with open_lab(Config(DATA_DIRECTORY=folder, **engines.of(folder)), working=True) as lab:
        yield lab


@pytest.fixture(scope="module")
def ada(open_once: Lab, tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    person = people.add_person(open_once, "ada")
    key = accounts.make_api_key(open_once, person["immutable_id"], "test")["key"]
    app = build(open_once, tmp_path_factory.mktemp("page"))
    return TestClient(app, headers={"DATALAB-API-KEY": key}, raise_server_exceptions=False)


@pytest.fixture
def place(ada: TestClient) -> str:
    return f"/v1/items/{ada.post('/v1/items', json={'type': 'samples'}).json()['refcode']}"


Add = Callable[..., dict[str, Any]]


@pytest.fixture
def add(ada: TestClient, place: str) -> Add:
    """``add("xrd", …)``: a block that was just added."""

    def added(technique: str = "comment", **fields: Any) -> dict[str, Any]:
        answer = ada.post(f"{place}/blocks", json={"technique": technique, **fields})
        assert answer.status_code == 201, answer.text
        block: dict[str, Any] = answer.json()
        return block

    return added


@pytest.fixture
def pattern(ada: TestClient, place: str) -> str:
    """A file that can be drawn."""
    found: str = ada.post(f"{place}/files?name=a.xy", content=PATTERN).json()["file_id"]
    return found


def test_a_block_has_the_name_of_its_technique_until_it_gets_another(
    ada: TestClient, place: str, add: Add
):
    block = add("xrd")
    assert block == {
        "block_id": block["block_id"], "technique": "xrd", "title": "Powder XRD", "file_ids": [],
        "parameters": {}, "freeform_comment": None, "collapsed": False,
    }  # fmt: skip
    assert add("xrd", title="Mine")["title"] == "Mine"
    there = f"{place}/blocks/{block['block_id']}"
    assert ada.get(there).json() == block
    change = {"title": "New", "freeform_comment": "<p>Why</p>", "collapsed": True}
    changed = ada.patch(there, json=change).json()
    assert changed == block | change
    assert ada.patch(there, json={"freeform_comment": None}).json()["freeform_comment"] is None
    assert ada.get(place).json()["blocks_obj"][block["block_id"]]["title"] == "New"


def test_parameters_change_one_by_one_and_null_sets_one_back(ada: TestClient, place: str, add: Add):
    block = add("xrd", parameters={"wavelength": "0.7", "x_axis": "Q"})
    there = f"{place}/blocks/{block['block_id']}"
    assert block["parameters"] == {"wavelength": 0.7, "x_axis": "Q"}
    changed = ada.patch(there, json={"parameters": {"baseline": True}}).json()
    assert changed["parameters"] == {"wavelength": 0.7, "x_axis": "Q", "baseline": True}
    back = ada.patch(there, json={"parameters": {"wavelength": None, "baseline": None}}).json()
    assert back["parameters"] == {"x_axis": "Q"}


def test_parameters_that_a_technique_has_not_are_refused_but_kept_where_old_clients_wrote_them(
    ada: TestClient, place: str, add: Add
):
    wrong = {"technique": "xrd", "parameters": {"wavelenght": 0.7}}
    refused = ada.post(f"{place}/blocks", json=wrong)
    assert refused.status_code == 422
    assert "no parameter wavelenght. Is wavelength meant?" in refused.json()["detail"]
    block = add("xrd")
    there = f"{place}/blocks/{block['block_id']}"
    assert ada.patch(there, json={"parameters": {"other": 1}}).status_code == 422
    item_id = ada.get(place).json()["item_id"]
    data = {"item_id": item_id, "block_id": block["block_id"], "other": [1], "none": None}
    assert ada.post("/update-block/", json={"block_data": data}).status_code == 200
    kept = ada.patch(there, json={"parameters": {"other": [2], "x_axis": "d"}}).json()
    assert kept["parameters"] == {"other": [2], "none": None, "x_axis": "d"}
    gone = ada.patch(there, json={"parameters": {"other": None}}).json()
    assert "other" not in gone["parameters"]


@pytest.mark.parametrize(
    "new",
    [
        {"technique": "astrology"},
        {"technique": "xrd", "parameters": {"wavelength": -1}},
        {"technique": "xrd", "parameters": {"wavelength": "short"}},
        {"technique": "xrd", "parameters": {"block_id": "mine"}},
        {"technique": "xrd", "parameters": []},
        {"technique": "xrd", "file_ids": ["x"]},
        {"technique": "xrd", "index": -1},
        {"technique": "xrd", "index": 10**30},
        {"technique": "xrd", "colour": "red"},
        {"technique": None},
        {},
    ],
)
def test_a_block_that_breaks_a_rule_is_refused(ada: TestClient, place: str, new: dict[str, Any]):
    assert ada.post(f"{place}/blocks", json=new).status_code == 422
    assert ada.get(place).json()["blocks_obj"] == {}


@pytest.mark.parametrize(
    "change",
    [
        {"parameters": {"wavelength": -1}},
        {"parameters": {"blocktype": "nmr"}},
        {"parameters": {"block_id": None}},
        {"technique": "nmr"},
        {"title": 5 * ["a"]},
        {"collapsed": "perhaps"},
    ],
)
def test_a_change_that_breaks_a_rule_changes_nothing(
    ada: TestClient, place: str, add: Add, change: dict[str, Any]
):
    block = add("xrd", parameters={"wavelength": 0.7})
    there = f"{place}/blocks/{block['block_id']}"
    assert ada.patch(there, json=change).status_code == 422
    assert ada.get(there).json() == block


def test_blocks_stand_where_they_are_put(ada: TestClient, place: str, add: Add):
    a, b = add()["block_id"], add()["block_id"]
    first, middle, last = (add(index=n)["block_id"] for n in (0, 2, 99))
    order = [first, a, middle, b, last]
    assert ada.get(place).json()["display_order"] == order
    wanted = {"display_order": [last, "unknown", a, last]}
    found = ada.put(f"{place}/display-order", json=wanted).json()["display_order"]
    assert found[:2] == [last, a]
    assert sorted(found) == sorted(order)
    assert ada.put(f"{place}/display-order", json={"display_order": "a"}).status_code == 422


def test_a_deleted_block_comes_back_to_its_place(ada: TestClient, place: str, add: Add):
    ids = [add(title=f"{n}")["block_id"] for n in range(3)]
    there = f"{place}/blocks/{ids[1]}"
    assert ada.delete(there).status_code == 204
    item = ada.get(place).json()
    assert item["display_order"] == [ids[0], ids[2]]
    assert ids[1] not in item["blocks_obj"]
    for answer in (ada.get(there), ada.delete(there), ada.patch(there, json={"title": "x"})):
        assert answer.status_code == 404
    assert ada.post(f"{there}/restore").json()["title"] == "1"
    assert ada.get(place).json()["display_order"] == ids
    assert ada.post(f"{there}/restore").status_code == 404


# Figures and measurements


@pytest.fixture
def drawn(place: str, add: Add, pattern: str) -> str:
    """A block with a pattern."""
    return f"{place}/blocks/{add('xrd', file_ids=[pattern])['block_id']}"


def test_a_figure_is_plotly_json_with_what_was_extracted(ada: TestClient, drawn: str):
    answer = ada.get(f"{drawn}/figure")
    assert answer.status_code == 200
    figure = answer.json()
    assert figure["data"]
    assert {"computed", "metadata", "warnings", "parameters"} <= figure["layout"]["meta"].keys()
    again = ada.get(f"{drawn}/figure", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    ada.patch(drawn, json={"parameters": {"wavelength": 0.7}})
    changed = ada.get(f"{drawn}/figure", headers={"If-None-Match": answer.headers["etag"]})
    assert changed.status_code == 200
    assert changed.headers["etag"] != answer.headers["etag"]


@pytest.mark.parametrize("accepted", ["identity", "gzip;q=0", "br", ""])
def test_a_figure_is_unpacked_for_whoever_cannot(ada: TestClient, drawn: str, accepted: str):
    packed = ada.get(f"{drawn}/figure", headers={"Accept-Encoding": "br, gzip;q=0.5"})
    plain = ada.get(f"{drawn}/figure", headers={"Accept-Encoding": accepted})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert json.loads(plain.content) == packed.json()
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert packed.headers["etag"] != plain.headers["etag"]
    known = {"Accept-Encoding": accepted, "If-None-Match": plain.headers["etag"]}
    assert ada.get(f"{drawn}/figure", headers=known).status_code == 304


def test_a_figure_is_made_for_a_screen_and_a_part(ada: TestClient, drawn: str):
    assert ada.get(f"{drawn}/figure?width=300&range=20,30").status_code == 200


@pytest.mark.parametrize(
    "query",
    ["width=0", "width=x", "range=5", "range=a,b", "range=5,2", "range=nan,nan", "range=-inf,inf",
     "range=1,2,3", "range=1,1"],
)  # fmt: skip
def test_what_is_no_part_of_a_figure_is_refused(ada: TestClient, drawn: str, query: str):
    assert ada.get(f"{drawn}/figure?{query}").status_code == 422


def test_all_points_come_in_each_format(ada: TestClient, drawn: str):
    csv = ada.get(f"{drawn}/measurement")
    lines = csv.text.splitlines()
    assert len(lines) == 801
    assert csv.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in csv.headers["content-disposition"]
    parquet = ada.get(f"{drawn}/measurement?format=parquet")
    assert parquet.content.startswith(b"PAR1")
    netcdf = ada.get(f"{drawn}/measurement?format=netcdf")
    assert netcdf.content[1:4] == b"HDF"
    assert ada.get(f"{drawn}/measurement?format=xls").status_code == 422
    assert ada.get(f"{drawn}/measurement?file_id={'0' * 24}").status_code == 404


def test_exports_of_a_block_with_several_files_are_told_apart_by_name(
    ada: TestClient, place: str, add: Add, pattern: str
):
    def name_of(block: dict[str, Any], query: str = "") -> str:
        answer = ada.get(f"{place}/blocks/{block['block_id']}/measurement{query}")
        return unquote(answer.headers["content-disposition"].partition("filename*=UTF-8''")[2])

    content = ada.get(f"/v1/files/{pattern}/content").content
    other = ada.post(f"{place}/files?name=scan.2.xy", content=content + b"99 1\n").json()["file_id"]
    item_id = ada.get(place).json()["item_id"]
    assert name_of(add("xrd", file_ids=[other])) == f"{item_id}-Powder XRD.csv"
    both = add("xrd", file_ids=[pattern, other])
    assert name_of(both, f"?file_id={other}") == f"{item_id}-Powder XRD-scan.2.csv"
    assert (
        name_of(both) == name_of(both, f"?file_id={pattern}") != name_of(both, f"?file_id={other}")
    )


def test_a_block_that_cannot_be_drawn_says_why(ada: TestClient, place: str, add: Add):
    def problem(block: dict[str, Any]) -> str:
        answer = ada.get(f"{place}/blocks/{block['block_id']}/figure")
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        detail: str = answer.json()["detail"]
        return detail

    assert "no plot" in problem(add("comment"))
    assert "no file" in problem(add("xrd"))
    broken = ada.post(f"{place}/files?name=a.xrdml", content=b"<xrdMeasurements>").json()
    assert "cut short" in problem(add("xrd", file_ids=[broken["file_id"]]))
    empty = ada.post(f"{place}/files?name=a.xy", content=b"").json()
    assert problem(add("xrd", file_ids=[empty["file_id"]]))


@pytest.mark.parametrize(
    ("technique", "name", "content", "words"),
    [
        ("media", "a.pdf", b"%PDF-1.4\n", "cut short"),
        ("media", "a.png", b"\x89PNG\r\n\x1a\n", "cut short"),
        ("tabular", "a.csv", b'a,b\n1,"' + b"x" * 140_000 + b'"\n', "131,072"),
        ("xrd", "a.xy", PATTERN.replace(b" 105\n", b" inf\n"), "infinite"),
        (
            "xrd",
            "a.xy",
            b"2theta I\n" + b"".join(b"%d nan\n" % n for n in range(9, 50)),
            "no number",
        ),
    ],
)
def test_nonsense_is_no_plot_but_a_sentence(
    ada: TestClient, place: str, add: Add, technique: str, name: str, content: bytes, words: str
):
    file_id = ada.post(f"{place}/files?name={name}", content=content).json()["file_id"]
    block = add(technique, file_ids=[file_id])
    answer = ada.get(f"{place}/blocks/{block['block_id']}/figure")
    assert (answer.status_code, words in answer.text) == (422, True), answer.text


def test_the_wrong_technique_for_a_file_names_those_that_can(ada: TestClient, place: str, add: Add):
    file = ada.post(f"{place}/files?name=a.jdx", content=RAMAN).json()
    assert file["techniques"] == ["raman"]
    block = add("nmr", file_ids=[file["file_id"]])
    answer = ada.get(f"{place}/blocks/{block['block_id']}/figure")
    assert answer.status_code == 422
    assert "raman" in str(answer.json()).lower()


RAMAN = b"""##TITLE= quartz
##JCAMP-DX= 4.24
##DATA TYPE= RAMAN SPECTRUM
##XUNITS= 1/CM
##YUNITS= ARBITRARY UNITS
##FIRSTX= 100
##LASTX= 103
##XFACTOR= 1
##YFACTOR= 1
##NPOINTS= 4
##XYDATA= (X++(Y..Y))
100 1 2 3 2
##END=
"""


def test_a_block_whose_file_was_detached_says_so(
    ada: TestClient, place: str, drawn: str, pattern: str
):
    ada.delete(f"{place}/files/{pattern}")
    assert ada.get(f"{drawn}/figure").status_code == 404
    ada.post(f"{place}/files/{pattern}/restore")
    assert ada.get(f"{drawn}/figure").status_code == 200


def test_slow_figures_do_not_keep_others_waiting(
    ada: TestClient, open_once: Lab, drawn: str, monkeypatch: pytest.MonkeyPatch
):
    """Far more of them than the server has threads; the quick request is answered meanwhile."""
    go_on = threading.Event()
    finished = open_once.compute.figure

    def slow(request: Any) -> Any:
        go_on.wait(30)
        return finished(request)

    monkeypatch.setattr(open_once.compute.__class__, "figure", lambda self, request: slow(request))
    with ada:  # one event loop for all, as in a server
        waiting = [threading.Thread(target=ada.get, args=(f"{drawn}/figure",)) for _ in range(60)]
        for one in waiting:
            one.start()
        time.sleep(0.5)
        begun = time.monotonic()
        assert ada.get("/v1/me").status_code == 200
        quick = time.monotonic() - begun
        go_on.set()
        for one in waiting:
            one.join()
    assert quick < 10


def test_csv_is_what_the_file_says(ada: TestClient, drawn: str):
    lines = ada.get(f"{drawn}/measurement").text.splitlines()
    assert [float(value) for value in lines[1].split(",")][:2] == [10.0, 115.0]
    assert "#" not in lines[0]
