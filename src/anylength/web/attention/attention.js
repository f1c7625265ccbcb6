// The page of attention: nets that look back on the whole word.

import { NetPage } from "../site/net-page.js";
import { ATTENTION_KIND } from "./attention-nets.js";

new NetPage(ATTENTION_KIND);
