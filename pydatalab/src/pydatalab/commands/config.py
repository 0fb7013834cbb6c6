"""Tasks about the lab's settings."""

from pydatalab.commands.desk import Report, in_columns, plain_task


@plain_task()
def show() -> Report:
    """Show every setting that is in force, and where it comes from; secrets are hidden."""
    import json

    from pydatalab.commands.settings_in_force import settings_in_force

    found = settings_in_force()
    data = {
        one.name: {
            "value": one.value,
            "source": one.given.source,
            "place": one.given.place or None,
            "without_effect": one.instead,
        }
        for one in found
    }
    rows = [
        (
            one.name,
            one.given.source if one.given.source in {"environment", "default"} else one.given.place,
            json.dumps(one.value, ensure_ascii=False)
            + (f"  (without effect: {one.instead})" if one.instead and one.given.place else ""),
        )
        for one in found
    ]
    return Report({"settings": data}, in_columns([("setting", "from", "value"), *rows]))
