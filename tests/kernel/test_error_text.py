"""What an error of the database tells, and the log with it: the statement, and not what people sent."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kernel.runtime import Runtime


async def test_an_error_of_the_database_does_not_quote_its_parameters(runtime: Runtime) -> None:
    async with runtime.sessions() as session:
        with pytest.raises(DBAPIError) as caught:
            await session.execute(
                text("SELECT 1 / length(:zero) + length(:said)"), {"zero": "", "said": "password-of-li"}
            )
    assert "division by zero" in str(caught.value)
    assert "password-of-li" not in str(caught.value)
