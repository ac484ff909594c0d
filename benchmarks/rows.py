"""What stands in a database, looked at behind the house's back."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from storage.engine import parsed

FINISHED = "SELECT count(*) FROM cases WHERE state <> 'draft'"
ODD = {
    "parked": "SELECT count(*) FROM parked",
    "failed or unknown": "SELECT count(*) FROM outbox WHERE state IN ('failed', 'unknown')",
}


async def unkept(database: str, finished: int) -> dict[str, int]:
    """What should be nothing after so many people have finished the common work, and is not."""
    engine = create_async_engine(parsed(database))
    try:
        async with engine.connect() as connection:
            kept = int((await connection.execute(text(FINISHED))).scalar_one())
            found = {what: int((await connection.execute(text(sql))).scalar_one()) for what, sql in ODD.items()}
    finally:
        await engine.dispose()
    found["lost"] = max(0, finished - kept)
    return {what: many for what, many in found.items() if many}
