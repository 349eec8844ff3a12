"""The changelog over HTTP; open to everybody."""

from litestar import get

from centre.publications.changelog.rules import table
from centre.publications.changelog.schemas import ApiChangeView
from kernel.http.guards import public
from kernel.views.projection import shown


@get("/v1/changelog", opt=public())
async def list_api_changes() -> list[ApiChangeView]:
    """接口变更记录 · Every change of the API, the newest first; what is deprecated, and until when it goes on."""
    return [shown(each, ApiChangeView, operations=[*each.operations], members=[*each.members]) for each in table()]


ROUTES = [list_api_changes]
