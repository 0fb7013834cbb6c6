import re
import time

from pydatalab.models.identifiers import new_object_id


def test_ids_begin_with_the_seconds_and_sort_as_they_were_made():
    ids = []
    for _ in range(200):
        ids.append(new_object_id())
        made = time.time_ns()
        while time.time_ns() - made < 2_000:
            pass
    assert ids == sorted(set(ids))
    assert all(re.fullmatch("[0-9a-f]{24}", one) for one in ids)
    assert 0 <= time.time() - int(ids[-1][:8], 16) < 2


def test_ids_made_within_one_moment_differ(monkeypatch):
    monkeypatch.setattr(time, "time_ns", lambda: 1_795_400_000_999_999_000)
    made = {new_object_id() for _ in range(10_000)}
    assert len(made) == 10_000
    assert {one[:13] for one in made} == {"6b03a140f423f"}
