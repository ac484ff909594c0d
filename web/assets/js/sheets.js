// What happens to the page when the conversation is hidden, forgotten, or cannot go on.
import { t } from "./words.js";

const REFUSED_BY_RULE = 1008;
const TOKEN_GONE = 4001;

/** The acts `hide()` and `ended(code)` over the page's parts; `open()` shows the conversation again. */
export function sheets({ session, store, thread, place, composer, frame, calm, tray, open }) {
  const empty = () => {
    thread.clear();
    tray.clear();
    place.leave();
  };
  const resume = () => {
    store.remove("hidden");
    document.title = frame.title;
    calm.close();
    open();
    composer.focus();
  };
  const forget = () => session.end(() => calm.show("forgotten", [["hide_open", resume]], { away: true }));
  const anew = () => {
    empty();
    calm.close();
    session.fresh();
    composer.focus();
  };
  const retry = () => {
    calm.close();
    session.begin();
  };

  /** Clears the page at once and says nothing to the server; a reload stays as blank. */
  function hide() {
    session.pause();
    store.set("hidden", "1");
    empty();
    composer.clear();
    frame.clear();
    document.title = t("resume");
    const acts = [
      ["resume", resume],
      ["forget", forget, true],
    ];
    calm.show("hidden", acts, { away: true });
  }

  /** The server closed the line for good; the line it refused goes back to where it was typed. */
  function ended(code) {
    if (code === TOKEN_GONE) return gone();
    if (code !== REFUSED_BY_RULE) session.outbox.lines.slice(0, 1).forEach(giveBack);
    return calm.show("refused", [["retry", retry]]);
  }

  function gone() {
    if (!store.borrowed) return calm.show("expired", [["hide_open", anew]]);
    store.giveBack();
    empty();
    return open();
  }

  function giveBack(line) {
    session.outbox.drop(line.id);
    composer.offer(line.text);
    thread.remove(line.id);
  }

  return { hide, ended };
}
