// A file that a reader chooses in a field, or drops anywhere on the page.

import { BadInput } from "./errors.js";

/**
 * Calls `take` with the bytes of each file that is chosen in the field or dropped on the page. Why a file is refused is said in an
 * element; its name leaves the field, which names no file that the page does not show.
 * @param {HTMLInputElement} field
 * @param {HTMLElement} said
 * @param {(file: Uint8Array) => void | Promise<void>} take throws BadInput to refuse a file
 */
export function onOpenedFile(field, said, take) {
  const read = async (file) => {
    if (!file) return;
    said.textContent = "";
    try {
      await take(new Uint8Array(await file.arrayBuffer()));
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      field.value = "";
      said.textContent = error.message;
    }
  };
  field.onchange = () => read(field.files[0]);
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    field.value = "";
    read(event.dataTransfer.files[0]);
  });
}
