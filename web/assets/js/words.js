// The page's own words in both languages, from the catalogue; the conversation's come with each message.
import { spoken } from "./nodes.js";

const page = document.documentElement;
const all = JSON.parse(document.getElementById("words").textContent);

/** The language in force: "ar" or "en". */
export const language = () => page.lang;

/** The words of `page.KEY` (or of KEY as it stands), parameters in braces filled in; the key where it is missing. */
export function t(key, values = {}) {
  return filled(String(word(key) ?? key), values);
}

function word(key) {
  const words = all[page.lang] || {};
  return words[`page.${key}`] ?? words[key];
}

function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** Whether the catalogue has the key. */
export const has = (key) => word(key) !== undefined;

/** The words of a key that has plural forms, in the form the number asks for. */
export function plural(key, count) {
  const form = new Intl.PluralRules(page.lang).select(count);
  return filled(String(word(`${key}.${form}`) ?? word(`${key}.other`) ?? key), { count });
}

/** The words with every parameter isolated, as nodes. */
export function told(key, values = {}) {
  const apart = Object.entries(values).map(([name, value]) => [name, `\u2068${value}\u2069`]);
  return spoken(t(key, Object.fromEntries(apart)), false);
}

/** The other language's code. */
export const other = () => Object.keys(all).find((code) => code !== page.lang) || page.lang;

/** Puts the page into a language: direction, and every word of the frame that carries its key. */
export function speak(code) {
  if (!all[code]) return;
  page.lang = code;
  page.dir = code === "ar" ? "rtl" : "ltr";
  fill("[data-word]", (node) => {
    node.textContent = t(node.dataset.word);
  });
  fill("[data-label]", (node) => node.setAttribute("aria-label", t(node.dataset.label)));
  fill("[data-hint]", (node) => node.setAttribute("placeholder", t(node.dataset.hint)));
  fill("[data-other]", (node) => {
    node.lang = other();
    node.dir = node.lang === "ar" ? "rtl" : "ltr";
  });
}

function fill(selector, act) {
  document.querySelectorAll(selector).forEach(act);
}
