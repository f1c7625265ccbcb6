"""A net as one JavaScript module that needs nothing else: `answer("1999")`."""

import json

from anylength.interchange.text.filling import filled
from anylength.interchange.text.sheet import sheet
from anylength.nets import Net, NetConfig


def js_bytes(net: Net, config: NetConfig) -> bytes:
    """The module, in UTF-8: an ES module, for browsers, node and others."""
    own = sheet(net, config)
    return filled("model.mjs", own, labels=json.dumps(own.task.labels)).encode()
