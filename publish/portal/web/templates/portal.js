// Sends a file in pieces: each where the file ends so far, tried again when the line breaks. Nothing else.
"use strict";
const told = document.getElementById("told"), bar = document.querySelector("progress"), state = document.getElementById("state");
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

async function sendPieces(file, number, token, size, received, piece) {
  let wait = 1000;
  while (received < size) {
    try {
      const answer = await fetch(`/inzenden/${number}/stuk`, {
        method: "PUT", headers: { "Upload-Offset": String(received), "X-Form-Token": token }, body: file.slice(received, received + piece),
      });
      if (answer.status !== 204 && answer.status !== 409) return location.reload();
      received = Number(answer.headers.get("Upload-Offset"));
      wait = 1000;
    } catch {
      await pause(wait);
      wait = Math.min(wait * 2, 30000);
    }
    bar.value = received;
    told.textContent = `${Math.round((100 * received) / size)} %`;
  }
  location.assign(`/inzenden/${number}`);
}

async function watch(number) {
  for (;;) {
    await pause(1500);
    try {
      const now = await (await fetch(`/inzenden/${number}/stand`)).json();
      if (now.state !== state.dataset.state) return location.reload();
    } catch { /* the line is broken: asked again */ }
  }
}

const begin = document.getElementById("begin");
if (begin) {
  begin.addEventListener("submit", async (event) => {
    event.preventDefault();
    const file = document.getElementById("file").files[0];
    begin.elements.size.value = file.size;
    begin.elements.form.value = file.name.toLowerCase().split(".").pop();
    const answer = await fetch("/inzenden", { method: "POST", body: new URLSearchParams(new FormData(begin)) });
    if (!answer.redirected) { document.body.innerHTML = new DOMParser().parseFromString(await answer.text(), "text/html").body.innerHTML; return; }
    bar.hidden = false;
    bar.max = file.size;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("state").dataset;
    sendPieces(file, page.number, page.token, file.size, 0, Number(page.piece));
  });
}
if (state && state.dataset.state === "receiving" && Number(state.dataset.received) < Number(state.dataset.size)) {
  document.getElementById("file").addEventListener("change", (event) => {
    const file = event.target.files[0], page = state.dataset;
    if (file.size === Number(page.size)) sendPieces(file, page.number, page.token, file.size, Number(page.received), Number(page.piece));
    else told.textContent = page.other;
  });
} else if (state && (state.dataset.state === "checking" || state.dataset.state === "receiving")) watch(state.dataset.number);
