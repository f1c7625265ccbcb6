// Buttons that save files which a page makes or carries.

import { html } from "./dom.js";

const REVOKE_MILLISECONDS = 10_000; // an address must live until the browser has begun to save

/** Buttons that save a certificate and weights, each of which may be missing. */
export function saveButtons({ certificate, weights }) {
  return [
    certificate ? saveButton("certificate.json", "application/json", certificate) : null,
    weights ? saveButton("model.safetensors", "application/octet-stream", weights) : null,
  ];
}

function saveButton(name, type, content) {
  return html("button", { type: "button", onclick: () => saveFile(name, new Blob([content], { type })) }, `Save ${name}`);
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
