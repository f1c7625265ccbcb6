// A button that runs the independent checker in Python, in the page, where the site carries Python.

import { checkButton } from "./check-button.js";
import { hiredWorker } from "./hired-worker.js";

/** The button and what the checker says; nothing where the site has no Python. */
export function pythonCheck(files) {
  if (!("python" in document.documentElement.dataset)) return null;
  return checkButton(files, {
    label: "Check it by the Python checker itself",
    waiting: "Loading Python, once some 13 MB from this site. Nothing is sent anywhere.",
    checker: "anylength_check",
    hire: () => hiredWorker("python-worker.js", { type: "module" }),
  });
}
