"""A lab of the existing datalab goes on in our containers, as the guide has it."""

import httpx2
from guide import commands_of, type_in

import existing_lab as old
from conftest import API, REPOSITORY, Compose, is_ready, until_true

LEFT_BEHIND = """
import existing_lab as old, os, pathlib
old.write_files(pathlib.Path("/app/files"))
old.write_database(os.environ["PYDATALAB_MONGO_URI"], old.documents())
"""


def test_its_database_and_files_are_adopted_in_place_and_answer_by_their_keys(compose: Compose):
    (compose.folder / ".env").write_text("PYDATALAB_IDENTIFIER_PREFIX=grey\n")
    compose("up", "--detach", "--no-build", "database")
    tests = REPOSITORY / "pydatalab" / "tests"
    mounted = ("--volume", f"{tests}:/old:ro", "--env", "PYTHONPATH=/old")
    compose("run", "--rm", "-T", *mounted, "api", "python", "-c", LEFT_BEHIND)
    said = type_in(compose, commands_of("In containers", page="switch.md"))
    assert "nothing was written" in said
    assert "All of it arrived." in said
    until_true(is_ready, 180, lambda: compose("logs"))
    with httpx2.Client(base_url=API, headers={"DATALAB-API-KEY": old.KEY}) as ada:
        assert ada.get("/get-item-data/jdb-1").json()["item_data"]["refcode"] == "grey:ABCDEF"
        assert ada.get(f"/v1/files/{old.SCAN}/content").content == old.PATTERN
