"""The tasks about people and groups, called as invoke calls them."""

import json
from collections.abc import Callable
from inspect import signature
from pathlib import Path
from typing import Any

import pytest
from invoke import Context, Exit

from pydatalab.commands import admin
from pydatalab.services import merging

Do = Callable[..., str]


@pytest.fixture
def do(
    tmp_path: Path,
    engine_variables: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Do:
    """``do("create_user", …)``: what a task says, over a lab of its own."""
    monkeypatch.setenv("PYDATALAB_DATA_DIRECTORY", str(tmp_path / "data"))
    for name, value in engine_variables.items():
        monkeypatch.setenv(name, value)

    def done(task: str, *arguments: str, **options: Any) -> str:
        called = getattr(admin, task)
        names = list(signature(called.body).parameters)[1:]
        capsys.readouterr()
        called(Context(), **dict(zip(names, arguments, strict=False)), **options)
        return capsys.readouterr().out.strip()

    return done


@pytest.fixture
def asked(do: Do) -> Callable[..., Any]:
    """The same as JSON."""
    return lambda task, *arguments, **options: json.loads(
        do(task, *arguments, json=True, **options)
    )


@pytest.fixture
def staff(do: Do) -> None:
    """An administrator, two accounts of one person, and somebody with the name of another."""
    for name, email, role in (
        ("Root", "root@lab.example", "admin"),
        ("Ada", "ada@lab.example", "user"),
        ("Ada L.", "ada.l@lab.example", "user"),
        ("Kim", "kim.1@lab.example", "user"),
        ("Kim", "kim.2@lab.example", "user"),
    ):
        do("create_user", display_name=name, contact_email=email, role=role)


def refused(do: Do, task: str, *arguments: str, **options: Any) -> str:
    """The sentence with which a task refuses."""
    with pytest.raises(Exit) as exit:
        do(task, *arguments, **options)
    assert exit.value.code == 1
    return str(exit.value.message)


@pytest.mark.usefixtures("staff")
def test_people_are_listed_changed_and_found_by_name_or_e_mail(do: Do, asked: Callable[..., Any]):
    do("change_user", "ada", display_name="Ada Lovelace")
    do("set_role", "ada lovelace", "manager")
    do("set_manager", "Ada Lovelace", manager="root, kim.1@lab.example")
    rows = asked("list_users", words="lovelace")["people"]
    assert [(one["contact_email"], one["role"]) for one in rows] == [("ada@lab.example", "manager")]
    table = do("list_users").splitlines()
    assert len(table) == 6
    assert table[0].index("e-mail") == table[1].index("ada.l@") == table[2].index("ada@")
    assert do("list_users", words="nobody") == "There is nobody like that."


@pytest.mark.usefixtures("staff")
def test_a_name_that_several_have_is_asked_about(do: Do):
    said = refused(do, "deactivate_user", "kim")
    assert "kim.1@lab.example" in said
    assert "kim.2@lab.example" in said
    assert "Ida" in refused(do, "deactivate_user", "Ida")


@pytest.mark.usefixtures("staff")
def test_accounts_are_closed_and_opened_again(do: Do, asked: Callable[..., Any]):
    do("deactivate_user", "ada@lab.example")
    closed = asked("list_users", status="deactivated")["people"]
    assert [one["display_name"] for one in closed] == ["Ada"]
    assert "deactivated" in refused(do, "make_sign_in_link", "ada@lab.example")
    do("activate_user", "ada@lab.example")
    assert asked("list_users", status="deactivated")["people"] == []
    assert "last active administrator" in refused(do, "deactivate_user", "root")
    assert "last active administrator" in refused(do, "set_role", "root", "user")


@pytest.mark.usefixtures("staff")
def test_keys_are_made_listed_and_ended(do: Do, asked: Callable[..., Any]):
    key = asked("create_api_key", "ada@lab.example", "laptop")["key"]
    assert key not in do("list_api_keys", "ada@lab.example")
    assert [one["name"] for one in asked("list_api_keys", "Ada")["api_keys"]] == ["laptop"]
    assert "desktop" in refused(do, "revoke_api_key", "Ada", "desktop")
    do("revoke_api_key", "Ada", "laptop")
    assert do("list_api_keys", "Ada") == "Ada has no API keys."


@pytest.mark.usefixtures("staff")
def test_two_accounts_become_one_only_when_one_says_so(do: Do, asked: Callable[..., Any]):
    do("create_api_key", "Ada L.", "older laptop")
    told = asked("merge_users", "Ada", "Ada L.", dry_run=True)
    assert (told["api_keys"], told["merged"]) == (1, False)
    with pytest.raises(Exit):
        do("merge_users", "Ada", "Ada L.")
    assert len(asked("list_api_keys", "Ada")["api_keys"]) == 0
    said = do("merge_users", "Ada", "Ada L.", yes=True)
    assert (
        "From Ada L. to Ada: 0 items, 0 collections, 0 files, 1 API key, 0 people they manage."
        in said
    )
    assert said.endswith("They are one account now.")
    assert [one["name"] for one in asked("list_api_keys", "Ada")["api_keys"]] == ["older laptop"]
    assert asked("set_role", "ada.l@lab.example", "user")["display_name"] == "Ada"
    assert "not both" in refused(do, "merge_users", "Ada", "Kim", dry_run=True, yes=True)


@pytest.mark.usefixtures("staff")
def test_the_same_command_finishes_a_merge_that_was_interrupted(
    do: Do, asked: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
):
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(Exit):
        patch.setattr(merging, "_finish", interrupt)
        do("merge_users", "ada@lab.example", "ada.l@lab.example", yes=True)
    for _ in range(2):
        said = do("merge_users", "ada@lab.example", "ada.l@lab.example", yes=True)
        assert said.endswith("They are one account now.")


@pytest.mark.usefixtures("staff")
def test_groups_are_made_filled_nested_and_deleted(do: Do, asked: Callable[..., Any]):
    do("create_group", "institute", "The institute", description="All of us")
    do("create_group", "crystals", "Crystals")
    do("add_to_group", "crystals", member="Ada")
    do("add_to_group", "the institute", within="crystals")
    assert "now" in do("add_to_group", "institute", member="Root")
    assert "already" in do("add_to_group", "institute", member="Root")
    do("change_group", "crystals", display_name="Single crystals", managers="Ada")
    rows = {one["group_id"]: one for one in asked("list_groups")["groups"]}
    assert (rows["institute"]["num_members"], rows["institute"]["num_people"]) == (1, 2)
    assert rows["crystals"]["managers"][0]["display_name"] == "Ada"
    assert "institute" in do("list_groups", words="single")
    assert "belongs to crystals" not in refused(do, "add_to_group", "crystals", within="institute")
    do("remove_from_group", "institute", within="crystals")
    do("remove_from_group", "crystals", member="Ada")
    do("delete_group", "Single crystals")
    assert [one["group_id"] for one in asked("list_groups")["groups"]] == ["institute"]


@pytest.mark.usefixtures("staff")
def test_a_group_that_is_not_empty_is_deleted_only_when_one_says_so(
    do: Do, asked: Callable[..., Any], capsys: pytest.CaptureFixture[str]
):
    def kept(group: str) -> str:
        with pytest.raises(Exit):
            do("delete_group", group)
        return capsys.readouterr().out

    for name in ("institute", "crystals", "furnace"):
        do("create_group", name, name.title())
    do("add_to_group", "institute", within="crystals")
    do("add_to_group", "furnace", member="Ada")
    assert "contains crystals" in kept("institute")
    assert "stands in institute" in kept("crystals")
    assert "no longer belong to it: 1" in kept("furnace")
    assert len(asked("list_groups")["groups"]) == 3
    for name in ("crystals", "furnace"):
        do("delete_group", name, yes=True)
    do("delete_group", "institute")
    assert asked("list_groups")["groups"] == []


@pytest.mark.usefixtures("staff")
@pytest.mark.parametrize(
    ("task", "arguments", "options", "said"),
    [
        ("change_user", ["Ada"], {}, "--display-name"),
        ("change_user", ["Ada"], {"contact_email": "nonsense"}, "contact email"),
        ("set_manager", ["Ada"], {}, "--nobody"),
        ("set_manager", ["Ada"], {"manager": "Ada"}, "themselves"),
        ("set_role", ["Ada", "king"], {}, "king"),
        ("list_users", [], {"status": "sleeping"}, "sleeping"),
        ("create_user", ["N", "n@lab.example", "king"], {}, "'user', 'manager' or 'admin'"),
        ("create_user", ["N", "nonsense"], {}, "'nonsense'"),
        ("create_group", ["not a name", "N"], {}, "group id"),
        ("add_to_group", ["nowhere"], {"member": "Ada"}, "nowhere"),
        ("add_to_group", ["nowhere"], {}, "--member"),
        ("change_group", ["nowhere"], {}, "--group-id"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    do: Do, task: str, arguments: list[str], options: dict[str, str], said: str
):
    assert said in refused(do, task, *arguments, **options)
