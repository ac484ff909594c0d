"""What axe finds on a page that stands in a browser, each rule that is broken and what breaks it, and every pale word."""

from pathlib import Path
from typing import Any

from playwright.async_api import Page

from tests.contrast import pale

SOURCE = (Path(__file__).resolve().parent.parent / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
COLOURS = ("contrast",)  # what else is looked at is the same in both themes
# A selector for each element of the page, and the story of each rule that holds, cost twice the looking itself.
RUN = """(only) => axe.run({ selectors: false, resultTypes: ["violations"], ...(only.length ? { runOnly: only } : {}) })
  .then((all) => all.violations.map((one) => [one.id, ...one.nodes.flatMap(({ html, any }) => [html,
    ...any.map((why) => why.message)])].join(" | ")))"""


async def faults(page: Page, only: tuple[str, ...] = ()) -> list[str]:
    """What breaks a rule here and now; of these rules alone, where some are named. Contrast is measured here, in all words."""
    faint = await pale(page)
    if only == COLOURS:
        return faint
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(SOURCE)
    found: list[Any] = await page.evaluate(RUN, list(only))
    return [*(str(one) for one in found), *faint]
