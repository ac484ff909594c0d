// A paper as the page draws it: preview, name, size, state; on its way with one bar and one cross.
import { el, icon } from "./nodes.js";
import { t, told } from "./words.js";

const LOOKS = { waiting: "clock", sending: "clock", stuck: "cut", ready: "tick", refused: "alert" };
const KB = 1024;

/** A paper in the tray. */
export function drawn(item, remove) {
  const state = el("span", { class: "state" }, icon(LOOKS[item.state]), el("span", {}, item.why || t(`file_${item.state}`)));
  const name = `${t(item.state === "sending" ? "file_stop" : "file_remove")} ${item.name}`;
  const cross = el("button", { class: "link", type: "button", "aria-label": name, on: { click: remove } }, icon("close"));
  const node = el("li", { class: `doc ${item.state}` }, thumb(item.kind, item.shot), words(item, state), cross);
  if (item.state === "sending") node.append(bar(item));
  return node;
}

/** A paper that was sent; `look` gives the address of its picture, later. */
export function paper(file, look) {
  const shown = thumb(file.kind, file.shot);
  if (!file.shot && file.preview) look(file).then((shot) => shot && shown.replaceWith(thumb(file.kind, shot)));
  return el("div", { class: "say doc" }, shown, words(file, null));
}

function words({ name, bytes, kind }, state) {
  const small = bytes < KB * KB;
  const size = small ? Math.max(1, Math.round(bytes / KB)) : (bytes / KB / KB).toFixed(1);
  const dot = el("span", { "aria-hidden": "true" }, "·");
  const facts = el("span", {}, t(`file_${kind}`), " ", dot, " ", told(small ? "file_kb" : "file_mb", { size }));
  return el("div", { class: "facts" }, el("b", {}, el("bdi", {}, name)), facts, state);
}

function thumb(kind, shot) {
  const plain = () => el("span", { class: "thumb" }, icon("file"));
  if (!shot || kind !== "image") return plain();
  const image = el("img", { class: "thumb", src: shot, alt: "", decoding: "async" });
  image.addEventListener("error", () => image.replaceWith(plain()));
  return image;
}

function bar({ name, part }) {
  const filled = el("i");
  filled.style.inlineSize = `${part * 100}%`;
  const now = Math.round(part * 100);
  const scale = { role: "progressbar", "aria-valuemin": "0", "aria-valuemax": "100", "aria-valuenow": `${now}` };
  return el("span", { class: "bar", "aria-label": name, ...scale }, filled);
}
