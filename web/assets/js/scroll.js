// The log stays at its end while the person is there; otherwise a pill says what has come.
import { plural } from "./words.js";

const NEAR = 90;

/** Follows the end of the log. */
export class Scroll {
  constructor(log, pill) {
    Object.assign(this, { log, pill, fresh: 0, held: true, top: 0 });
    log.addEventListener("scroll", () => this.moved(), { passive: true });
    pill.querySelector("button").addEventListener("click", () => this.end());
    const settle = () => {
      if (this.held) this.jump();
    };
    new ResizeObserver(settle).observe(log);
    if (document.fonts) document.fonts.addEventListener("loadingdone", settle);
  }

  /** Something was drawn: go with it, or count it where the person is reading further up. */
  grown(item, quiet) {
    if (item && item.kind === "mine" && item.live) this.held = true;
    if (this.held) return this.reveal(item, quiet);
    if (item && item.kind === "message" && !quiet) this.tell(this.fresh + 1);
    return null;
  }

  /** To the end, and the pill goes. */
  end() {
    this.held = true;
    this.jump();
    this.tell(0);
  }

  jump() {
    this.log.scrollTop = this.log.scrollHeight;
  }

  /** The pill in today's words. */
  tell(count) {
    this.fresh = count;
    this.pill.hidden = !count;
    if (count) this.pill.querySelector("[data-part=words]").textContent = plural("news", count);
  }

  reveal(item, quiet) {
    this.jump();
    const node = item && item.kind === "message" && item.nodes && item.nodes[0];
    if (quiet || !node) return;
    const above = node.getBoundingClientRect().top - this.log.getBoundingClientRect().top - 12;
    if (above >= 0) return;
    this.log.scrollTop += above;
    this.held = false;
  }

  moved() {
    const { log, top } = this;
    this.top = log.scrollTop;
    if (log.scrollHeight - this.top - log.clientHeight < NEAR) this.held = true;
    else if (this.top < top) this.held = false;
    if (this.held && this.fresh) this.tell(0);
  }
}
