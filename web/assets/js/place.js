// Where the person stands: the strip of stitches, and the parts of the request in the margin.
import { el } from "./nodes.js";
import { t, told } from "./words.js";

const PARTS = ["questions", "review", "declaration", "done"];

/** The progress strip and the margin's list; both follow the newest message. */
export class Place {
  constructor(strip, list) {
    Object.assign(this, { strip, list, progress: null, part: "" });
    this.count = strip.querySelector("[data-part=count]");
    this.stitches = strip.querySelector("[data-part=stitches]");
  }

  /** Moves to where a message from the assistant stands. */
  follow(message) {
    const roles = new Set((message.parts || []).map(({ role }) => role));
    if (message.progress) this.at("questions", message.progress);
    else if (roles.has("row") && this.progress) this.at("review", this.progress);
    else if (roles.has("oath") && this.progress) this.at("declaration", this.progress);
    else if (roles.has("code") && roles.has("heading")) this.at("done", null);
    else if (!roles.has("wrong") && message.from !== "staff" && (message.options || []).length) this.at("", null);
    this.draw();
  }

  /** Nowhere again. */
  leave() {
    this.at("", null);
    this.draw();
  }

  at(part, progress) {
    Object.assign(this, { part, progress });
  }

  draw() {
    const { part, progress } = this,
      all = part && part !== "questions";
    this.strip.hidden = !progress;
    document.body.classList.toggle("bare", !progress);
    if (progress) {
      this.count.replaceChildren(
        all ? t(`part_${part}`) : told("progress_label", { step: progress.step, of: progress.of }),
      );
      this.stitches.replaceChildren(
        ...Array.from({ length: progress.of }, (_, index) => stitch(index + 1, all ? progress.of + 1 : progress.step)),
      );
    }
    this.list.replaceChildren(...PARTS.map((name) => this.entry(name)));
    this.list.parentNode.hidden = !part;
  }

  entry(name) {
    const here = PARTS.indexOf(this.part),
      at = PARTS.indexOf(name);
    const label = t(`part_${name}`),
      now = at === here;
    return el("li", { class: at < here ? "done" : now ? "now" : null, "aria-current": now ? "step" : null }, label);
  }
}

function stitch(number, step) {
  return el("i", { class: number < step ? "on" : number === step ? "now" : null });
}
