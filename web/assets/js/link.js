// A one-time link: its token stands in the address's fragment and is posted only after a tap,
// for messengers open links too, to preview them.
import { t } from "./words.js";

/** Shows the offer if the address holds a link's token; `done(token)` goes on with it, or without. True if shown. */
export function follow(base, calm, done) {
  const token = new URLSearchParams(location.hash.slice(1)).get("k");
  if (!token) return false;
  history.replaceState(null, "", location.pathname + location.search);
  offer(base, token, calm, done, "");
  return true;
}

function offer(base, token, calm, done, text) {
  calm.show("link", [["link_open", () => redeem(base, token, calm, done)]], { text });
}

async function redeem(base, token, calm, done) {
  let answer = null,
    body = {};
  try {
    answer = await fetch(`${base}/link`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ token }),
    });
    body = await answer.json();
  } catch {
    /* told below: nothing came back, or nothing to read */
  }
  if (answer && answer.ok && body.token) return done(body.token);
  if (answer && answer.status < 500)
    return calm.show("link_gone", [["resume", () => done(null)]], { text: body.text || "" });
  return offer(base, token, calm, done, t("link_failed"));
}
