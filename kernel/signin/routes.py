"""The sessions of a party's members over HTTP; signing in itself is done on pages."""

from litestar import delete, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from kernel import ids
from kernel.act import Act
from kernel.http.guards import allow
from kernel.signin import sessions
from kernel.signin.schemas import SessionView
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page


@get("/v1/member-sessions", opt=allow("kernel:key:write"))
async def list_member_sessions(
    act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[SessionView]:
    """成员登录会话 · Where members of one's own party are signed in, the newest first."""
    return await sessions.sessions_of(act, limit, cursor)


@delete("/v1/member-sessions/{session_id:str}", opt=allow("kernel:key:write"), status_code=204)
async def end_member_session(session_id: FromPath[str], act: NamedDependency[Act]) -> None:
    """结束登录会话 · Sign a member of one's own party out."""
    await sessions.end(act, ids.require("ses", session_id))


ROUTES = [list_member_sessions, end_member_session]
