// Buttons that save files which a page makes or carries.

import { html } from "./dom.js";

const REVOKE_MILLISECONDS = 10_000; // an address must live until the browser has begun to save

/** A button that saves a file; its content is made when it is pressed. */
export function saveButton(name, type, makeContent) {
  return html("button", { type: "button", onclick: () => saveFile(name, new Blob([makeContent()], { type })) }, `Save ${name}`);
}

function saveFile(name, blob) {
  const address = URL.createObjectURL(blob);
  html("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), REVOKE_MILLISECONDS);
}

/** The bytes that base64 spells. */
export function bytesOfBase64(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
