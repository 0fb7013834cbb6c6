"""Tasks for whoever runs the lab."""

from invoke import Context, task


@task(
    help={
        "display_name": "the person's name",
        "contact_email": "the person's e-mail",
        "role": "user, manager or admin",
    }
)
def create_user(_: Context, display_name: str, contact_email: str, role: str = "user") -> None:
    """Make an active account; works beside a running server."""
    from pydatalab.app import open_lab
    from pydatalab.config import read_config
    from pydatalab.services import people

    with open_lab(read_config()) as lab:
        person = people.create_person(lab, display_name, contact_email, role)
    print(f"{person['display_name']} ({role}) has the account {person['immutable_id']}.")


@task(help={"contact_email": "whose key it is", "name": "what the key is called"})
def create_api_key(_: Context, contact_email: str, name: str) -> None:
    """Make an API key; it is printed once, alone on the last line."""
    from pydatalab.app import open_lab
    from pydatalab.config import read_config
    from pydatalab.services import accounts, people

    with open_lab(read_config()) as lab:
        person = people.person_by_email(lab, contact_email)
        key = accounts.make_api_key(lab, person["immutable_id"], name)["key"]
    print(f"The key {name!r} of {person['display_name']} is shown only now:")
    print(key)


@task(help={"contact_email": "whom it signs in", "address": "where people reach the page"})
def make_sign_in_link(
    _: Context, contact_email: str, address: str = "http://localhost:5001"
) -> None:
    """Make a link that signs a person in once, within a day; it is printed alone on the last line."""
    from pydatalab.app import open_lab
    from pydatalab.config import read_config
    from pydatalab.services import accounts, people

    config = read_config()
    with open_lab(config) as lab:
        person = people.person_by_email(lab, contact_email)
        token = accounts.make_sign_in_link(lab, person["immutable_id"])
    print(f"Hand this link to {person['display_name']}; it works once, until tomorrow:")
    print(f"{(config.APP_URL or address).rstrip('/')}/sign-in/link?token={token}")
