// What is typed in a conversation is not lost where the session ends meanwhile: it waits in this tab, with the id that
// makes it one act and with its kind, so that a note never becomes a reply. It goes when it was sent, or on signing out.
const TYPED = "typed:";
const form = () => document.getElementById("reply");
const place = () => TYPED + location.pathname.split("/").slice(0, 5).join("/");
const kind = () => form().elements.kind?.value ?? "note";

const kept = () => JSON.parse(sessionStorage.getItem(place()));

function keep(text) {
  // What was sent already, perhaps unheard, is another act once it is changed.
  if (kept()?.sent) form().elements.act.value = crypto.randomUUID();
  const act = form().elements.act.value;
  if (text) sessionStorage.setItem(place(), JSON.stringify({ text, act, kind: kind() }));
  else sessionStorage.removeItem(place());
}

function recall() {
  const typed = form() && kept();
  if (!typed) return;
  const { text, act, kind: choice } = form().elements;
  if (!text.value) {
    text.value = typed.text;
    act.value = typed.act;
  }
  if (choice instanceof RadioNodeList) choice.value = typed.kind;
}

function sent() {
  const address = new URL(location.href);
  if (!address.searchParams.has("wrote")) return;
  sessionStorage.removeItem(place());
  address.searchParams.delete("wrote");
  history.replaceState(history.state, "", address);
}

addEventListener("input", ({ target }) => target.form?.id === "reply" && keep(form().elements.text.value));
addEventListener("submit", ({ target }) => {
  if (target.id === "reply" && kept()) sessionStorage.setItem(place(), JSON.stringify({ ...kept(), sent: true }));
  if (!new URL(target.action).pathname.endsWith("/sign-out")) return;
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(TYPED)) sessionStorage.removeItem(key);
});
addEventListener("htmx:after:swap", recall);
sent();
recall();
