// A file of ours that a person wants to keep: fetched with the token, so that nothing of it stands in an address.

/** Answers the event `paper` of any button: its detail has the file's url, and told(key) for how it went. */
export function keeps(token) {
  document.addEventListener("paper", async ({ detail: { url, told } }) => {
    try {
      const answer = await fetch(url, { headers: { Authorization: `Bearer ${token()}` } });
      if (!answer.ok) return told("receipt_gone");
      save(await answer.blob(), answer.headers.get("Content-Disposition") || "");
      return told("receipt");
    } catch {
      return told("receipt_gone");
    }
  });
}

function save(blob, disposition) {
  const [, name] = /filename="([^"]+)"/.exec(disposition) || [null, "wasl"];
  const href = URL.createObjectURL(blob);
  Object.assign(document.createElement("a"), { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60000);
}
