"""Writes of the room. The caller opens the transaction and records the audit entry in it."""

from kesher.accounts.services.audit import record_audit, record_audit_of_user
from kesher.accounts.services.bootstrap import bootstrap
from kesher.accounts.services.keys import authenticate_api_key, create_api_key, revoke_api_key
from kesher.accounts.services.members import add_member, change_role, remove_member
from kesher.accounts.services.setup import set_up
from kesher.accounts.services.users import (
    accept_invitation,
    change_user,
    create_user,
    invite_user,
    read_invitation,
    renew_invitation,
    set_password,
)
from kesher.accounts.services.workspaces import create_workspace, update_workspace

__all__ = [
    "accept_invitation",
    "add_member",
    "authenticate_api_key",
    "bootstrap",
    "change_role",
    "change_user",
    "create_api_key",
    "create_user",
    "create_workspace",
    "invite_user",
    "read_invitation",
    "record_audit",
    "record_audit_of_user",
    "remove_member",
    "renew_invitation",
    "revoke_api_key",
    "set_password",
    "set_up",
    "update_workspace",
]
