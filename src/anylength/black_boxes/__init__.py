"""Black boxes: functions that can only be asked, stress-tested, refuted, and learned as machines. Nothing here is ever a proof."""

from anylength.black_boxes.box import Box, black_box
from anylength.black_boxes.learn import Learned

__all__ = ["Box", "Learned", "black_box"]
