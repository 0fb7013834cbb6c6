"""Tasks for whoever runs the lab."""

from pydatalab.commands.desk import Desk, Report, lab_task


@lab_task(
    display_name="the person's name",
    contact_email="the person's e-mail",
    role="user, manager or admin",
)
def create_user(desk: Desk, display_name: str, contact_email: str, role: str = "user") -> Report:
    """Make an active account; works beside a running server."""
    from pydatalab.services import people

    person = people.create_person(desk.lab, display_name, contact_email, role)
    name, account = person["display_name"], person["immutable_id"]
    return Report(
        {"immutable_id": account, "display_name": name, "role": role},
        (f"{name} ({role}) has the account {account}.",),
    )


@lab_task(contact_email="whose key it is", name="what the key is called")
def create_api_key(desk: Desk, contact_email: str, name: str) -> Report:
    """Make an API key; it is printed once, alone on the last line."""
    from pydatalab.services import accounts, people

    person = people.person_by_email(desk.lab, contact_email)
    key = accounts.make_api_key(desk.lab, person["immutable_id"], name)
    said = f"The key {name!r} of {person['display_name']} is shown only now:"
    return Report(key, (said, key["key"]))


@lab_task(contact_email="whom it signs in", address="where people reach the page")
def make_sign_in_link(
    desk: Desk, contact_email: str, address: str = "http://localhost:5001"
) -> Report:
    """Make a link that signs a person in once, within a day; it is printed alone on the last line."""
    from pydatalab.services import accounts, people

    person = people.person_by_email(desk.lab, contact_email)
    token = accounts.make_sign_in_link(desk.lab, person["immutable_id"])
    link = f"{(desk.config.APP_URL or address).rstrip('/')}/sign-in/link?token={token}"
    said = f"Hand this link to {person['display_name']}; it works once, until tomorrow:"
    return Report({"link": link}, (said, link))
