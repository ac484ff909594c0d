// The keyboard: j and k walk the rows; other keys press whatever carries data-key; never while somebody types.
const ROWS = ".rows > li > a, .table tbody th a";
const BY_PLACE = { KeyJ: "j", KeyK: "k", KeyR: "r", KeyE: "e", Slash: "/" };
const TYPING = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";

// On an Arabic keyboard the same key writes another letter: then its place counts.
const meant = ({ key, code, shiftKey }) =>
  key === "؟" ? "?" : /^[\x20-\x7e]$/.test(key) ? key.toLowerCase() : shiftKey ? key : BY_PLACE[code];

function walk(step) {
  const rows = [...document.querySelectorAll(ROWS)].filter((row) => row.checkVisibility());
  const at = rows.indexOf(document.activeElement);
  const chosen = rows.findIndex((row) => row.hasAttribute("aria-current"));
  rows[at < 0 ? Math.max(chosen, 0) : Math.min(Math.max(at + step, 0), rows.length - 1)]?.focus();
}

function press(key) {
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target?.checkVisibility()) return false;
  if (target.matches(TYPING)) target.focus();
  else target.click();
  return true;
}

function done(key) {
  if (key === "j" || key === "k") return walk(key === "j" ? 1 : -1), true;
  if (key === "?") return document.getElementById("keys")?.showModal(), true;
  return key ? press(key) : false;
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey && event.key === "Enter" && event.target.matches?.("textarea")) return event.target.form?.requestSubmit();
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.matches?.(TYPING) || document.querySelector("dialog[open]")) return;
  if (done(meant(event))) event.preventDefault();
});
