// The worker that runs the independent checker itself, `anylength_check`, by Python compiled for the browser (Pyodide). Both lie in the
// site's folder, and are loaded when a reader first asks.

const PROGRAM = [
  "import json, sys",
  "from pathlib import Path",
  'sys.path.insert(0, ".")',
  "from anylength_check import check",
  'result = check(Path("certificate.json"), Path("model.safetensors"))',
  'json.dumps({"valid": result.valid, "reason": result.reason, "lines": list(result.lines)})',
].join("\n");
let python = null;

async function loadedPython() {
  const { loadPyodide } = await import(new URL("pyodide/pyodide.mjs", location.href));
  const pyodide = await loadPyodide();
  const sources = await (await fetch("anylength_check.json")).json();
  pyodide.FS.mkdirTree("anylength_check");
  for (const [name, text] of Object.entries(sources)) pyodide.FS.writeFile(`anylength_check/${name}`, text);
  return pyodide;
}

async function checkByPython({ certificate, weights }) {
  python ??= loadedPython();
  const pyodide = await python;
  const started = performance.now();
  pyodide.FS.writeFile("certificate.json", certificate);
  pyodide.FS.writeFile("model.safetensors", weights);
  const said = JSON.parse(pyodide.runPython(PROGRAM));
  postMessage({ ...said, milliseconds: performance.now() - started });
}

onmessage = ({ data }) => {
  checkByPython(data).catch((error) => setTimeout(() => {
    throw error; // the page hears it
  }));
};
