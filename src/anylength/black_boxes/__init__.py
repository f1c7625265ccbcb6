"""Black boxes: functions that can only be queried. They are stress-tested, refuted, and learned as machines, but never proved."""

from anylength.black_boxes.box import BlackBox, black_box
from anylength.black_boxes.learn import LearningResult

__all__ = ["BlackBox", "LearningResult", "black_box"]
