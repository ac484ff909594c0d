// The news: the stream says what changed, and the parts of the page that show it fetch themselves anew.
const gone = document.getElementById("gone");
const signIn = document.body.dataset.signIn;

function leave() {
  location.assign(`${signIn}?to=${encodeURIComponent(location.pathname + location.search)}`);
}

const status = (detail) => detail.status || detail.ctx?.response?.status;

// Whoever is signed out by now goes to the door; no refusal is swapped into the place of what it refused.
addEventListener("htmx:before:response", (event) => {
  if (status(event.detail) !== 401) return;
  event.preventDefault();
  leave();
});
addEventListener("htmx:sse:error", (event) => {
  if (status(event.detail) === 401) leave();
  else if (gone) gone.hidden = false;
});
addEventListener("htmx:sse:after:connection", () => {
  if (gone) gone.hidden = true;
});
// One contact's news is an event of its own, so that only the pages that show this contact listen.
addEventListener("chat", (event) => {
  event.target.dispatchEvent(new CustomEvent(`chat:${event.detail.data}`, { bubbles: true }));
});
// A log that stood at its end stays there when something is added.
const atEnd = (log) => log.scrollHeight - log.scrollTop - log.clientHeight < 80;
const logs = () => document.querySelectorAll("[data-ends]");
const toEnd = (log) => (log.scrollTop = log.scrollHeight);
let followed = [];
addEventListener("htmx:before:swap", () => (followed = [...logs()].filter(atEnd).map((log) => log.id)));
addEventListener("htmx:after:swap", () => logs().forEach((log) => followed.includes(log.id) && toEnd(log)));
logs().forEach(toEnd);
