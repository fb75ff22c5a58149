"""What can go wrong with workspaces, members and keys."""

from __future__ import annotations

from kesher.kernel.errors import Conflict, Invalid, KesherError, NotFound
from kesher.kernel.text import Text


class WorkspaceNotFound(NotFound):
    """No such workspace, or the caller does not belong to it; which of the two is not told."""

    code = "accounts.workspace_not_found"
    message = Text(en="You have no workspace “{key}”.", he="אין לך סביבת עבודה בשם ”{key}“.")


class WorkspaceNotChosen(Invalid):
    """The caller belongs to several workspaces (or to none) and named none."""

    code = "accounts.workspace_not_chosen"
    status = 400
    message = Text(
        en="Name the workspace in the X-Workspace header: its slug or its id.",
        he="יש לציין את סביבת העבודה בכותרת X-Workspace: המזהה המילולי או המספר שלה.",
    )


class WorkspaceExists(Conflict):
    """The slug is taken."""

    code = "accounts.workspace_exists"
    message = Text(
        en="There is already a workspace “{key}”; choose another slug.",
        he="כבר קיימת סביבת עבודה בשם ”{key}“; יש לבחור מזהה אחר.",
    )


class WorkspaceInvalid(Invalid):
    """Some settings of a workspace are wrong; `problems` says which."""

    code = "accounts.workspace_invalid"


class UserInvalid(Invalid):
    """The address, the password or the language of a user is wrong; `problems` says which."""

    code = "accounts.user_invalid"


class UserExists(Conflict):
    """The address belongs to a user already."""

    code = "accounts.user_exists"
    message = Text(en="There is already a user with the address {key}.", he="כבר קיים משתמש עם הכתובת {key}.")


class UserNotFound(NotFound):
    """No user has this id or address."""

    code = "accounts.user_not_found"
    message = Text(en="There is no user “{key}”.", he="לא קיים משתמש ”{key}“.")


class AlreadySetUp(Conflict):
    """Somebody has set this installation up before."""

    code = "accounts.already_set_up"
    message = Text(
        en="Kesher is set up already; sign in, or ask its owner for an invitation.",
        he="קשר כבר הוגדר כאן; אפשר להתחבר, או לבקש הזמנה מבעלי המערכת.",
    )


class SetupInvalid(Invalid):
    """Something about the first owner or workspace is wrong; `problems` says what."""

    code = "accounts.setup_invalid"


class MemberNotFound(NotFound):
    """The user is not a member of this workspace."""

    code = "accounts.member_not_found"
    message = Text(en="There is no member “{key}” in this workspace.", he="אין בסביבת העבודה הזאת חבר ”{key}“.")


class MemberExists(Conflict):
    """The user is a member already."""

    code = "accounts.member_exists"
    message = Text(
        en="{key} is already a member; change the role instead.",
        he="{key} כבר חבר בסביבת העבודה; אפשר לשנות את התפקיד שלו.",
    )


class LastOwner(Conflict):
    """A workspace keeps at least one owner."""

    code = "accounts.last_owner"
    message = Text(
        en="{key} is the only owner; make someone else an owner first.",
        he="{key} הוא הבעלים היחיד; יש למנות קודם בעלים נוסף.",
    )


class InvitationInvalid(NotFound):
    """The invitation is used up, too old, or was never given."""

    code = "accounts.invitation_invalid"
    message = Text(
        en="This invitation is no longer valid; ask for a new one.",
        he="ההזמנה כבר אינה בתוקף; אפשר לבקש הזמנה חדשה.",
    )


class InvitationOpenElsewhere(Conflict):
    """Somebody invited to another workspace has not accepted yet: whoever holds that invitation could come in here."""

    code = "accounts.invitation_open_elsewhere"
    message = Text(
        en="{key} is invited to another workspace and has not accepted yet. Add her once she has.",
        he="{key} הוזמן לסביבת עבודה אחרת ועדיין לא נענה להזמנה. אפשר להוסיף אותו אחרי שייענה לה.",
    )


class InvitationNotNeeded(Conflict):
    """The member has a password already."""

    code = "accounts.invitation_not_needed"
    message = Text(en="{key} has accepted already and can sign in.", he="{key} כבר נענה להזמנה ויכול להתחבר.")


class ApiKeyNotFound(NotFound):
    """No such key in this workspace."""

    code = "accounts.api_key_not_found"
    message = Text(en="There is no API key “{key}” here.", he="אין כאן מפתח API בשם ”{key}“.")


class ApiKeyInvalid(Invalid):
    """The name, scopes or expiry of a new key are wrong; `problems` says which."""

    code = "accounts.api_key_invalid"


class ApiKeyRejected(KesherError):
    """Unknown, revoked or expired; which of the three is not told."""

    code = "accounts.api_key_rejected"
    status = 401
    message = Text(
        en="This API key is not valid: check that it was copied whole, not revoked and not expired.",
        he="מפתח ה־API אינו תקף: יש לוודא שהועתק במלואו, שלא בוטל ושלא פג תוקפו.",
    )
