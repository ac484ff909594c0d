// One calm sheet instead of the conversation: hidden, forgotten, a link to take up, a line that was refused.
import { el } from "./nodes.js";
import { t } from "./words.js";

/** The sheet over the room; `away` also takes the header, so that nothing tells whose page it was. */
export class Calm {
  constructor(sheet, room) {
    Object.assign(this, { sheet, room, last: null });
  }

  /** Shows a title, words and buttons ([key, act, quiet?]) under `name` in the catalogue. */
  show(name, acts, { away = false, text = "" } = {}) {
    this.last = [name, acts, { away, text }];
    document.body.classList.toggle("away", away);
    this.room.hidden = true;
    this.sheet.hidden = false;
    this.sheet.replaceChildren(
      el(away ? "h1" : "h2", { tabindex: "-1" }, t(name)),
      el("p", {}, text || t(`${name}_text`)),
      ...acts.flatMap(button),
    );
    this.sheet.firstChild.focus();
  }

  /** The same in today's words. */
  draw() {
    if (this.last) this.show(...this.last);
  }

  /** Back to the conversation. */
  close() {
    this.last = null;
    document.body.classList.remove("away");
    this.sheet.hidden = true;
    this.sheet.replaceChildren();
    this.room.hidden = false;
  }
}

function button([key, act, quiet]) {
  const node = el("button", { class: quiet ? "btn" : "btn btn-main", type: "button", on: { click: act } }, t(key));
  return quiet ? [el("p", { class: "quiet" }, t(`${key}_text`)), node] : [node];
}
