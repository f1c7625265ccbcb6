// The page of memory: nets with stacks or a tape.

import { NetPage } from "../site/net-page.js";
import { MEMORY_KIND } from "./memory-nets.js";

new NetPage(MEMORY_KIND);
