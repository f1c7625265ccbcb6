// The worker of the page of stacks: it makes and proves nets, and lets the last one read a long word. Not a module that others import;
// it is bundled into one script.

import { randomNumbers } from "../shared/random.js";
import { provedNet } from "./proof.js";
import { deepRun, StackNet } from "./stack-net.js";

const DEEP_STEPS = 100_000;
let last = null;

function make({ run, task }) {
  const proved = provedNet(task);
  last = proved && new StackNet({ net: proved.net, machine: task.machine });
  postMessage({ kind: "made", run, proved });
}

function readDeep({ run }) {
  const started = performance.now();
  postMessage({ kind: "deep", run, ...deepRun(last, DEEP_STEPS, randomNumbers(run).uniform), milliseconds: performance.now() - started });
}

onmessage = ({ data }) => (data.kind === "deep" ? readDeep(data) : make(data));
