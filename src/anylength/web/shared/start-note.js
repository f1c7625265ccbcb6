// The note that a page of the site has not started. It stands in the page until a script runs.

/** Takes the note away: the page has started. */
export function removeStartNote() {
  document.getElementById("not-started").remove();
}
