"""What stands in a database, looked at behind the house's back."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from storage.engine import parsed

ODD = {
    "requests without a number": "SELECT count(*) FROM cases WHERE reference IS NULL",
    "events that were parked": "SELECT count(*) FROM parked",
    "messages that were not sent for good": "SELECT count(*) FROM outbox WHERE state IN ('failed', 'unknown')",
}


async def unkept(database: str) -> dict[str, int]:
    """What should be nothing after people have finished the common work, and is not."""
    engine = create_async_engine(parsed(database))
    try:
        async with engine.connect() as connection:
            found = {what: int((await connection.execute(text(sql))).scalar_one()) for what, sql in ODD.items()}
    finally:
        await engine.dispose()
    return {what: many for what, many in found.items() if many}
