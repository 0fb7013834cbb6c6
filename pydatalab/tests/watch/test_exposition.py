"""Measures as Prometheus reads them, by its own client's parser."""

import pytest
from prometheus_client import parser

from pydatalab.watch.exposition import Family, Sample, exposed, gauge
from pydatalab.watch.measures import REQUEST_SECONDS, REQUESTS, UPLOAD_BYTES, Measures


def _value(text: str, name: str, **labels: str) -> float:
    """The number of one sample."""
    found = [
        sample.value
        for family in parser.text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name and sample.labels == labels
    ]
    assert len(found) == 1, (name, labels, found)
    return float(found[0])


def test_counters_are_read_back_with_their_labels():
    measures = Measures()
    measures.count(REQUESTS, "GET", "/v1/items/{refcode}", "200")
    measures.count(REQUESTS, "GET", "/v1/items/{refcode}", "200")
    measures.count(UPLOAD_BYTES, amount=1234)
    text = exposed(measures.read(), ())
    labels = {"method": "GET", "route": "/v1/items/{refcode}", "status": "200"}
    assert _value(text, "pydatalab_requests_total", **labels) == 2
    assert _value(text, "pydatalab_upload_bytes_total") == 1234


def test_a_histogram_grows_from_bound_to_bound_and_ends_with_its_count():
    measures = Measures()
    for seconds in (0.004, 0.02, 0.02, 0.3, 90):
        measures.take(REQUEST_SECONDS, seconds, "GET", "/x")
    text = exposed(measures.read(), ())
    of = {"method": "GET", "route": "/x"}
    name = "pydatalab_request_seconds"
    assert _value(text, f"{name}_bucket", **of, le="0.005") == 1
    assert _value(text, f"{name}_bucket", **of, le="0.025") == 3
    assert _value(text, f"{name}_bucket", **of, le="0.5") == 4
    assert _value(text, f"{name}_bucket", **of, le="60.0") == 4
    assert _value(text, f"{name}_bucket", **of, le="+Inf") == 5
    assert _value(text, f"{name}_count", **of) == 5
    assert _value(text, f"{name}_sum", **of) == pytest.approx(90.344)


def test_a_duration_of_just_a_bound_is_within_it():
    measures = Measures()
    measures.take(REQUEST_SECONDS, 0.1, "GET", "/x")
    text = exposed(measures.read(), ())
    assert _value(text, "pydatalab_request_seconds_bucket", method="GET", route="/x", le="0.1") == 1


def test_labels_may_hold_anything():
    odd = 'back\\slash "quote"\nline'
    text = exposed(Measures().read(), [gauge("thing", "About it.", 1.5, what=odd)])
    assert _value(text, "thing", what=odd) == 1.5


def test_what_is_not_known_has_no_sample_and_a_family_its_kind():
    families = [
        gauge("unknown", "Nobody knows.", None),
        Family("done_total", "Work.", (Sample(7, {}),), "counter"),
    ]
    text = exposed(Measures().read(), families)
    assert "\nunknown" not in text
    assert "# TYPE done_total counter\ndone_total 7\n" in text
