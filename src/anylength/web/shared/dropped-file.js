// A file that a reader chooses in a field, or drops anywhere on the page.

/** Calls `take` with the bytes of each file that is chosen in the field or dropped on the page. */
export function onOpenedFile(field, take) {
  const read = async (file) => file && take(new Uint8Array(await file.arrayBuffer()));
  field.onchange = () => read(field.files[0]);
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    read(event.dataTransfer.files[0]);
  });
}
