// A one-time link carries its token in the fragment, which no server and no log ever sees: it goes into the form, and
// out of the address, and is sent only by a tap.
const form = document.querySelector("[data-one-time]");
const token = /^#k=([\w-]+)$/.exec(location.hash)?.[1];
if (form && token) {
  form.elements.k.value = token;
  form.elements.k.closest(".entry").hidden = true;
  history.replaceState(null, "", location.pathname + location.search);
}
