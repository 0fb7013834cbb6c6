"""Where a server can listen."""

import pytest

from pydatalab.errors import Unavailable
from pydatalab.transport import listen


@pytest.mark.parametrize(
    ("host", "port"), [("127.0.0.1", 99_999), ("127.0.0.1", -1), ("256.0.0.1", 0), ("::g", 0)]
)
def test_an_address_that_there_is_not_is_said_in_one_sentence(host: str, port: int):
    with pytest.raises(Unavailable, match=f"{host}:{port} cannot be listened on"):
        listen(host, port)
