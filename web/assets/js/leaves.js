// What can be taken away or acted on as a whole: the review, the declaration, the receipt.
import { el, icon, link, spoken } from "./nodes.js";
import { buttons } from "./replies.js";
import { has, t } from "./words.js";

const DAY = 86400000;

/** The leaf a message's parts make, or null; `choose` is null where the message is no longer the newest. */
export function leaf(message, parts, choose) {
  const roles = new Set(parts.map(({ role }) => role));
  if (roles.has("row")) return review(message, parts, choose);
  if (roles.has("oath")) return framed(message, parts, "oath-leaf", choose);
  if (roles.has("code") && roles.has("heading")) return receipt(message, parts, choose);
  return null;
}

function framed(message, parts, name, choose) {
  const id = `m${message.seq}`;
  const heading = parts.find(({ role }) => role === "heading");
  const head = el("header", {}, heading ? el("h2", { id }, spoken(heading.text)) : null);
  const article = el("article", { class: `leaf ${name}`, ...(heading ? { "aria-labelledby": id } : {}) }, head);
  parts.filter((part) => part !== heading).forEach((part) => article.append(body(part)));
  foot(article, message, parts, choose);
  return article;
}

function body(part) {
  if (part.role === "oath") return el("div", { class: "oath" }, el("p", {}, spoken(part.text)));
  if (part.role === "link" && part.href) return el("p", { class: "note" }, link(part.href, spoken(part.text, false)));
  return el("p", { class: "note" }, spoken(part.text));
}

function foot(article, message, parts, choose, more = []) {
  const own = new Set(parts.map(({ option }) => option).filter(Boolean));
  const options = choose ? (message.options || []).filter(({ id }) => !own.has(id)) : [];
  if (options.length + more.length) article.append(el("div", { class: "foot" }, ...buttons(options, choose), ...more));
}

function review(message, parts, choose) {
  const rest = parts.filter(({ role }) => role === "heading"),
    after = [];
  const article = framed({ ...message, options: [] }, rest, "review", null);
  let list = null;
  for (const part of parts.filter(({ role }) => role !== "heading")) {
    if (part.role === "section") list = article.appendChild(el("h3", {}, spoken(part.text))) && null;
    else if (part.role === "row") (list = list || article.appendChild(el("dl"))).append(row(part, choose));
    else if (list) after.push(part);
    else article.querySelector("header").append(el("p", { class: "quiet" }, spoken(part.text)));
  }
  after.forEach((part) => article.append(body(part)));
  foot(article, message, parts, choose);
  return article;
}

function row(part, choose) {
  const number = part.number ? el("span", { class: "n" }, el("bdi", {}, String(part.number))) : null;
  return el(
    "div",
    { class: "row" },
    el("dt", {}, number, spoken(part.label || "", false)),
    el("dd", { class: "said" }, spoken(part.text)),
    choose && part.option ? el("dd", { class: "turn" }, change(part, choose)) : null,
  );
}

function change(part, choose) {
  const act = () => choose({ choice: part.option }, `${t("change")} ${part.number || part.label || ""}`.trim());
  const name = `${t("change")} ${part.label || part.number || ""}`.replace(/[\u2066-\u2069]/g, "").trim();
  return el("button", { class: "link", type: "button", "aria-label": name, on: { click: act } }, t("change"));
}

function receipt(message, parts, choose) {
  const only = (...names) => parts.filter(({ role }) => names.includes(role));
  const article = framed({ ...message, options: [] }, only("heading"), "receipt", null);
  if (has("submitted"))
    article.querySelector("header").append(el("span", { class: "chip" }, icon("tick"), t("submitted")));
  only("code").forEach((part) => article.append(reference(part)));
  const facts = only("fact");
  if (facts.length) article.append(el("dl", { class: "when" }, ...facts.map(fact)));
  only("days").forEach((part) => article.append(days(part, message.at)));
  only("say", "note", "link", "ask", "why").forEach((part) => article.append(body(part)));
  const more = [message.document ? printed(message.document) : null, ...only("code").slice(0, 1).map(copy)];
  foot(article, message, parts, choose, more.filter(Boolean));
  return article;
}

function reference(part) {
  return el(
    "div",
    { class: "ref" },
    part.label ? el("span", { class: "quiet" }, spoken(part.label, false)) : null,
    el("p", { class: "code" }, el("bdi", { class: "num" }, bare(part.text))),
  );
}

function fact(part) {
  const [first, ...rest] = part.text.split("\n");
  return el(
    "div",
    {},
    part.label ? el("dt", {}, spoken(part.label, false)) : null,
    el("dd", {}, spoken(first)),
    ...rest.map((line) => el("dd", { class: "quiet" }, spoken(line))),
  );
}

function days(part, at) {
  const count = part.number || 14,
    passed = Math.max(0, Math.min(count - 1, Math.floor((Date.now() - new Date(at)) / DAY)));
  const line = el(
    "span",
    { class: "stitches", "aria-hidden": "true" },
    ...Array.from({ length: count }, (_, index) =>
      el("i", { class: index < passed ? "on" : index === passed ? "now" : null }),
    ),
  );
  return el(
    "div",
    { class: "days" },
    line,
    el("p", {}, el("span", {}, spoken(part.label || t("today"), false)), el("span", {}, spoken(part.text, false))),
  );
}

/** The receipt as a file: only the page has the token that opens it, so it is asked for it. */
function printed({ url }) {
  const words = el("span", { "aria-live": "polite" }, t("receipt"));
  const told = (key) => words.replaceChildren(t(key));
  const act = ({ currentTarget }) =>
    currentTarget.dispatchEvent(new CustomEvent("paper", { bubbles: true, detail: { url, told } }));
  return el("button", { class: "btn", type: "button", on: { click: act } }, icon("file"), words);
}

function copy(part) {
  if (!navigator.clipboard) return null;
  const words = el("span", { "aria-live": "polite" }, t("copy"));
  const act = () =>
    navigator.clipboard.writeText(bare(part.text)).then(
      () => words.replaceChildren(t("copied")),
      () => {},
    );
  return el("button", { class: "btn", type: "button", on: { click: act } }, icon("copy"), words);
}

const bare = (text) => text.replace(/[\u2066-\u2069]/g, "");
