// The news: the stream says what changed, and the parts of the page that show it fetch themselves anew.
const { htmx } = window;
const gone = document.getElementById("gone");
const signIn = document.body.dataset.signIn;

function leave() {
  location.assign(`${signIn}?to=${encodeURIComponent(location.pathname + location.search)}`);
}

const status = (detail) => detail.status || detail.ctx?.response?.status;

const stale = new Set(); // the ids of what could not be fetched anew; the stream is one of them
const STREAM = "live";

function told(id, well) {
  if (well) stale.delete(id);
  else stale.add(id);
  if (gone) gone.hidden = !stale.size;
}

// Whoever is signed out by now goes to the door. What could not be fetched anew stays as it was, and the page says so.
addEventListener("htmx:before:response", (event) => {
  const { request, response } = event.detail.ctx;
  if (response.status === 401) leave();
  else if (request.method !== "GET") return;
  else told(event.target.id, response.status < 400);
  if (response.status >= 400) event.preventDefault();
});
addEventListener("htmx:sse:error", (event) => (status(event.detail) === 401 ? leave() : told(STREAM, false)));
addEventListener("htmx:sse:after:connection", () => told(STREAM, true));
// A tab that nobody looks at asks for no stream: a browser has six connections to a house, and a stream takes one.
const stream = document.getElementById(STREAM);
addEventListener("htmx:before:request", (event) => {
  if (event.target === stream && document.hidden) event.preventDefault();
});
document.addEventListener("visibilitychange", () => {
  if (stream && !document.hidden && !stream._htmx?.sse) htmx.trigger(stream, "seen");
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
