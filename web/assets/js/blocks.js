// One message of the conversation as the blocks it is drawn in: bubbles, a question with its answers, a leaf.
import { el, icon, link, spoken, tongue } from "./nodes.js";
import { leaf } from "./leaves.js";
import { replies, stepOf } from "./replies.js";
import { t } from "./words.js";

const QUESTION = new Set(["ask", "why", "sample"]);

/** The blocks of a message as [{node, leaf}]; `choose` is null where its options are no longer live. */
export function blocks(message, choose) {
  const parts = message.parts && message.parts.length ? message.parts : [{ role: "say", text: message.text || "" }];
  const start = Math.max(
    0,
    parts.findIndex(({ role }) => role === "heading"),
  );
  const whole = leaf(message, parts.slice(start), choose);
  if (whole) return [...bubbles(parts.slice(0, start), message), { node: at(whole, message), leaf: true }];
  const drawn = bubbles(parts, message);
  const options = choose ? message.options || [] : [];
  if (options.length) {
    const { node } = drawn[drawn.length - 1];
    node.classList.add("asking");
    node.append(replies(options, message.select === "many", choose));
  }
  return drawn;
}

function bubbles(parts, message) {
  return split(parts).map((run) => ({ node: bubble(run, message), leaf: false }));
}

/** The person's own line. */
export function line(text) {
  const words = /^[\d\u0660-\u0669\s+]+$/.test(text) ? el("bdi", { class: "num" }, text) : spoken(text, false);
  return el("div", { class: "say" }, el("p", tongue(text), words));
}

function split(parts) {
  const runs = [];
  for (const part of parts) {
    const kind = part.role === "wrong" ? "wrong" : QUESTION.has(part.role) ? "ask" : "say";
    const last = runs[runs.length - 1];
    const joins =
      last &&
      (last.kind === kind ||
        (last.kind === "wrong" && part.role === "sample") ||
        (last.kind === "ask" && part.role === "say"));
    if (joins) last.parts.push(part);
    else runs.push({ kind, parts: [part] });
  }
  return runs;
}

function bubble(run, message) {
  const text = run.parts.map((part) => part.text).join(" ");
  const words = el("div", { class: "words", ...tongue(text) });
  const node = el("div", { class: `say ${run.kind}` }, words);
  if (run.kind === "ask" && message.progress) words.append(el("span", { class: "step-of" }, stepOf(message.progress)));
  if (run.kind === "wrong") wrong(words, run.parts, message);
  else run.parts.forEach((part) => words.append(piece(part)));
  return node;
}

function wrong(words, parts, message) {
  const title = parts[0].label || t("wrong");
  words.id = `m${message.seq}-wrong`;
  words.append(el("p", { class: "what" }, icon("alert"), el("span", {}, spoken(title, false))));
  parts.forEach((part) => words.append(piece(part)));
}

function piece(part) {
  if (part.role === "sample") return sample(part);
  if (part.role === "link" && part.href) return el("p", {}, link(part.href, spoken(part.label || part.text, false)));
  if (part.role === "call" && part.href) return dialled(part);
  const name = { why: "why", note: "small", fact: "small", heading: "strong" }[part.role];
  const label = part.label && part.role !== "wrong" && part.role !== "ask" ? [spoken(part.label, false), " "] : [];
  const words = part.role === "heading" ? el("b", {}, spoken(part.text)) : spoken(part.text);
  return el("p", { class: name }, ...label, words);
}

/** A number that a tap dials. */
function dialled(part) {
  const label = part.label ? [spoken(part.label, false), " "] : [];
  return el("p", {}, el("a", { class: "dial", href: part.href }, ...label, spoken(part.text, false)));
}

function sample(part) {
  const text = part.label
    ? [el("span", {}, spoken(part.label, false)), " ", el("bdi", {}, spoken(part.text, false))]
    : [spoken(part.text, false)];
  return el("p", { class: "sample" }, ...text);
}

function at(article, message) {
  const { lang, dir } = tongue((message.parts || []).map((part) => part.text).join(" "));
  if (lang) Object.assign(article, { lang, dir });
  return article;
}
