"""Tasks for whoever runs the lab, gathered from the modules that hold them, a noun each."""

from pydatalab.commands.backups import (
    confirm_restore,
    create_backup,
    restore_backup,
    undo_restore,
    verify_backup,
)
from pydatalab.commands.groups import (
    add_to_group,
    change_group,
    create_group,
    delete_group,
    list_groups,
    remove_from_group,
)
from pydatalab.commands.people import (
    activate_user,
    change_user,
    create_api_key,
    create_user,
    deactivate_user,
    list_api_keys,
    list_users,
    make_sign_in_link,
    merge_users,
    revoke_api_key,
    set_manager,
    set_role,
)

__all__ = [
    "activate_user",
    "add_to_group",
    "change_group",
    "change_user",
    "confirm_restore",
    "create_api_key",
    "create_backup",
    "create_group",
    "create_user",
    "deactivate_user",
    "delete_group",
    "list_api_keys",
    "list_groups",
    "list_users",
    "make_sign_in_link",
    "merge_users",
    "remove_from_group",
    "restore_backup",
    "revoke_api_key",
    "set_manager",
    "set_role",
    "undo_restore",
    "verify_backup",
]
