// Security keys: what the page asks is signed by a key, or a key is made for it; the form goes on with the answer. Nothing else.
"use strict";
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const listed = (keys) => (keys || []).map((one) => ({ ...one, id: bytes(one.id) }));

async function sign(asked) {
  const publicKey = { ...asked, challenge: bytes(asked.challenge), allowCredentials: listed(asked.allowCredentials) };
  const { id, rawId, type, response } = await navigator.credentials.get({ publicKey });
  const told = { clientDataJSON: text(response.clientDataJSON), authenticatorData: text(response.authenticatorData), signature: text(response.signature) };
  if (response.userHandle) told.userHandle = text(response.userHandle);
  return { id, rawId: text(rawId), type, response: told };
}

async function make(asked) {
  const user = { ...asked.user, id: bytes(asked.user.id) };
  const publicKey = { ...asked, user, challenge: bytes(asked.challenge), excludeCredentials: listed(asked.excludeCredentials) };
  const { id, rawId, type, response } = await navigator.credentials.create({ publicKey });
  return { id, rawId: text(rawId), type, response: { clientDataJSON: text(response.clientDataJSON), attestationObject: text(response.attestationObject) } };
}

for (const box of document.querySelectorAll(".key")) {
  const form = box.closest("form"), button = box.querySelector("button"), told = box.querySelector("[role=status]");
  box.hidden = false;
  if (!window.PublicKeyCredential) {
    button.disabled = true;
    told.textContent = box.dataset.unknown;
    continue;
  }
  button.addEventListener("click", async () => {
    const making = "make" in box.dataset, code = form.elements.code;
    if (code) code.required = false;
    try {
      if (!form.reportValidity()) return;
      told.textContent = "";
      button.disabled = true;
      const answer = making ? await make(JSON.parse(box.dataset.make)) : await sign(JSON.parse(box.dataset.sign));
      form.elements[making ? "made" : "signed"].value = JSON.stringify(answer);
      form.submit();
    } catch {
      told.textContent = box.dataset.failed;
    } finally {
      if (code) code.required = true;
      button.disabled = false;
    }
  });
}
