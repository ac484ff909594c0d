"""The contrast of every word on a page. axe judges no Arabic: it takes letters that join for an icon's ligature, and it
leaves out what lies below the fold of a box that scrolls, a single digit, and what stands in `::before`."""

from typing import Any

from playwright.async_api import Page

# A layer is [red, green, blue, alpha], the colours times alpha already. The word, and the same place without it, are painted
# from the inside out: each element lays its ground under what is there, then its opacity thins both.
PALE = r"""() => {
  const parsed = new Map();
  const parse = (colour) => {
    const [, space, inner] = /^(rgb|color)a?\((?:srgb )?([^a-z)]+)\)$/.exec(colour) || [];
    if (!space) throw new Error(`a colour that is not understood: ${colour}`);
    const [red, green, blue, alpha = 1] = inner.split(/[\s,/]+/).map(parseFloat);
    return [red, green, blue].map((one) => (one / (space === "rgb" ? 255 : 1)) * alpha).concat(alpha);
  };
  const layer = (colour) => parsed.get(colour) || parsed.set(colour, parse(colour)).get(colour);
  const over = (top, under) => top.map((one, at) => one + under[at] * (1 - top[3]));
  const paint = (layers, style) => {
    if (style.backgroundImage !== "none") throw new Error(`words on a picture: ${style.backgroundImage}`);
    return layers.map((one) => over(one, layer(style.backgroundColor)).map((part) => part * style.opacity));
  };
  const light = (one) => [0.2126, 0.7152, 0.0722].reduce(
    (sum, share, at) => sum + share * (one[at] <= 0.04045 ? one[at] / 12.92 : ((one[at] + 0.055) / 1.055) ** 2.4), 0);
  const canvas = document.head.appendChild(document.createElement("meta"));
  canvas.style.color = "Canvas";
  const sheet = layer(getComputedStyle(canvas).color);
  canvas.remove();
  const contrast = (element, pseudo, style) => {
    let layers = [layer(style.color), [0, 0, 0, 0]];
    if (pseudo) layers = paint(layers, style);
    for (let at = element; at; at = at.parentElement) layers = paint(layers, getComputedStyle(at));
    const [dark, bright] = layers.map((one) => light(over(one, sheet))).sort((one, two) => one - two);
    return (bright + 0.05) / (dark + 0.05);
  };
  const said = (element, pseudo, style) => {
    if (pseudo === "::placeholder") return element.placeholder || "";
    if (pseudo) return (/^"(.*)"/.exec(style.content) || ["", ""])[1];
    if (element.matches("input:not([type=checkbox], [type=radio]), textarea, select")) return "what is written there";
    return [...element.childNodes].map((node) => (node.nodeType === Node.TEXT_NODE ? node.data : "")).join("");
  };
  const seen = (element) => {
    const { width, height } = element.getBoundingClientRect();
    return width > 1 && height > 1 && element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  };
  const found = [];
  for (const element of document.body.querySelectorAll("*:not(option, script, style, :disabled, :disabled *)")) {
    if (!seen(element)) continue;
    for (const pseudo of ["", "::before", "::after", "::placeholder"]) {
      const style = getComputedStyle(element, pseudo || null);
      if (!/[^\s\p{Cf}]/u.test(said(element, pseudo, style))) continue;
      const size = parseFloat(style.fontSize);
      const least = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
      const is = contrast(element, pseudo, style);
      if (is < least) found.push(`contrast | ${element.outerHTML.slice(0, 200)} | ${pseudo} ${is.toFixed(2)} of ${least}:1`);
    }
  }
  return found;
}"""


async def pale(page: Page) -> list[str]:
    """Each word that stands out too little from what lies under it: below 4.5:1, or 3:1 where it is large."""
    found: list[Any] = await page.evaluate(PALE)
    return [str(one) for one in found]
