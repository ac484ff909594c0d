// Elements made by hand: never from markup, for the policy forbids it and the words are other people's.
const SVG = "http://www.w3.org/2000/svg";
const MARK = /[\u2066-\u2069]/;
const ISOLATED = /[\u2066-\u2068][^\u2066-\u2069]*\u2069/g;
const DIGITS = /^[\d\u0660-\u0669\u06f0-\u06f9\s.,:+*/-]+$/;
const LINK = /(https?:\/\/[^\s\u2066-\u2069]+[^\s\u2066-\u2069.,;:!?،؛])/;

/** An element with attributes (null and false are left out, `on` holds listeners) and children. */
export function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "on") for (const [type, act] of Object.entries(value)) node.addEventListener(type, act);
    else if (value !== null && value !== undefined && value !== false)
      node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** One of the page's icons, hidden from readers: a word always stands beside it. */
export function icon(name, extra = "") {
  const svg = document.createElementNS(SVG, "svg"),
    use = document.createElementNS(SVG, "use");
  svg.setAttribute("class", `i ${extra}`.trim());
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** Text in which isolates became `<bdi>` and addresses became links, as a fragment. */
export function spoken(text, links = true) {
  const root = document.createDocumentFragment(),
    open = [root];
  for (const piece of text.split(/([\u2066-\u2069])/)) {
    const top = open[open.length - 1];
    if (piece === "\u2069") {
      if (open.length > 1) close(open.pop());
    } else if (MARK.test(piece)) open.push(top.appendChild(bdi(piece)));
    else if (piece) top.append(...(links ? linked(held(piece, top)) : [held(piece, top)]));
  }
  open.slice(1).forEach(close);
  return root;
}

function bdi(mark) {
  return el("bdi", { dir: { "\u2066": "ltr", "\u2067": "rtl" }[mark] });
}

function close(node) {
  if (DIGITS.test(node.textContent)) node.className = "num";
}

/** A short number keeps its word beside it: neither "21 November" nor "change 4" is torn over two lines. */
function held(text, top) {
  const last = top.lastChild,
    follows = last && last.className === "num" && last.textContent.length < 4;
  const glued = follows ? text.replace(/^ /, "\u00a0") : text;
  return glued.replace(/(^|\s)(\d{1,2}) (?=[^\s\d])/g, "$1$2\u00a0").replace(/ (\d{1,2})$/, "\u00a0$1");
}

function linked(text) {
  return text
    .split(LINK)
    .filter(Boolean)
    .map((piece) => (LINK.test(piece) ? link(piece, piece) : piece));
}

/** A link that opens beside the page and tells the other side nothing. */
export function link(href, text) {
  return el("a", { href, target: "_blank", rel: "noopener noreferrer" }, text);
}

/** The language and direction of a text, where they are not the page's own; what is isolated in it does not count. */
export function tongue(text) {
  const own = text.replace(ISOLATED, "");
  const arabic = (own.match(/[\u0600-\u06ff]/g) || []).length,
    latin = (own.match(/[a-z]/gi) || []).length;
  if (arabic === latin) return {};
  const lang = arabic > latin ? "ar" : "en";
  return lang === document.documentElement.lang ? {} : { lang, dir: lang === "ar" ? "rtl" : "ltr" };
}
