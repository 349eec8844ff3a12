"""What is refused of the test clock."""

from kernel.errors import Forbidden
from kernel.text import Text


class TestClockOff(Forbidden):
    """The test clock exists in the sandbox only."""

    title = Text("测试时钟不可用", "There is no test clock here")
    detail = Text("测试时钟只存在于沙箱模式。", "The test clock exists in sandbox mode only.")
    rule = "LT-GEN-04"
