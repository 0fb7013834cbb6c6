"""The list of metrics in the documentation is that of the code."""

import re
from pathlib import Path

import yaml

from pydatalab.api import measured
from pydatalab.watch.measures import COUNTERS, HISTOGRAMS, IN_FLIGHT

PAGE = Path(__file__).parents[3] / "docs/how-to/watch.md"
NAME = re.compile(r"\b(?:pydatalab|process)_[a-z_]+")


def exposed() -> set[str]:
    """The names of all metrics."""
    counted = {one.name for one in (*COUNTERS, *HISTOGRAMS)}
    standing = re.findall(r'"((?:pydatalab|process)_\w+)"', Path(measured.__file__).read_text())
    return {*counted, IN_FLIGHT, *standing}


def test_every_metric_is_explained_and_no_other():
    table = [line for line in PAGE.read_text().splitlines() if line.startswith("| `p")]
    named = {name for line in table for name in NAME.findall(line.split("|")[1])}
    assert named == exposed()


def test_example_rules_ask_for_metrics_that_there_are():
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.S)
    rules = yaml.safe_load(next(one for one in blocks if one.startswith("groups")))
    asked = {name for rule in rules["groups"][0]["rules"] for name in NAME.findall(rule["expr"])}
    assert asked
    assert {name.removesuffix("_bucket") for name in asked} <= exposed()
