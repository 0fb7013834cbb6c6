"""What routes are handed: the open lab and whoever asks."""

from typing import Annotated

from fastapi import Depends, Query, Request

from pydatalab.errors import Forbidden, Unauthenticated
from pydatalab.lab import Lab
from pydatalab.models.people import Person
from pydatalab.services import accounts

COOKIE = "datalab_session"
KEY_HEADERS = ("datalab-api-key", "datalab_api_key")
PAGE_HEADER = "x-requested-with"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def open_lab(request: Request) -> Lab:
    """The lab that this server serves."""
    lab: Lab = request.app.state.lab
    return lab


OpenLab = Annotated[Lab, Depends(open_lab)]


def anybody(
    request: Request,
    lab: OpenLab,
    sudo: Annotated[str, Query(include_in_schema=False)] = "",
) -> Person | None:
    """Whoever asks, by session or API key, whatever the state of their account.

    Administrators change everything, and see everything where they ask for it.

    Raises:
        Forbidden: a browser was sent here by another site.
    """
    asked = sudo == "1" or request.method not in SAFE
    token = request.cookies.get(COOKIE)
    who = accounts.person_of_session(lab, token, sudo=asked) if token else None
    if who is not None:
        if request.method not in SAFE and PAGE_HEADER not in request.headers:
            raise Forbidden("This request did not come from the page. Reload it and try again.")
        request.state.in_browser = True
        return who
    key = next((request.headers[name] for name in KEY_HEADERS if name in request.headers), None)
    return accounts.person_of_key(lab, key, sudo=asked) if key else None


def with_account(request: Request, who: Annotated[Person | None, Depends(anybody)]) -> Person:
    """Somebody with an account, though it may wait to be activated.

    Raises:
        Unauthenticated: nobody is signed in.
    """
    if who is None and any(name in request.headers for name in KEY_HEADERS):
        raise Unauthenticated("This API key is unknown, or was revoked. Make another in the page.")
    return accounts.require_account(who)


def somebody(request: Request, who: Annotated[Person | None, Depends(anybody)]) -> Person:
    """Somebody with an active account.

    Raises:
        Unauthenticated: nobody is signed in.
        Forbidden: the account is not active yet.
    """
    return accounts.require_active(with_account(request, who))


def in_browser(request: Request, who: Annotated[Person, Depends(somebody)]) -> Person:
    """Somebody who signed in, in a browser: not a program with an API key.

    Raises:
        Forbidden: it is a program.
    """
    if not getattr(request.state, "in_browser", False):
        raise Forbidden("API keys are looked after in the page, not with an API key.")
    return who


Anybody = Annotated[Person | None, Depends(anybody)]
PersonWithAccount = Annotated[Person, Depends(with_account)]
CurrentPerson = Annotated[Person, Depends(somebody)]
PersonInBrowser = Annotated[Person, Depends(in_browser)]
