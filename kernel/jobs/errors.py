"""Refusals of work that would cost more than one request may."""

from kernel.errors import Unavailable, Unprocessable
from kernel.text import Text


class ProcessingBusy(Unavailable):
    """Requests that need a process of their own are answered a few at a time, and a few may wait."""

    title = Text("计算服务繁忙", "Processing is busy")
    detail = Text(
        "同时等待计算的请求已达 {waiting_max} 个，本请求未被处理。请在 {retry_after_seconds} 秒后重试。",
        "{waiting_max} requests wait for a process already; this one was not begun. "
        "Try again in {retry_after_seconds} seconds.",
    )
    rule = "LT-GEN-08"


class ProcessingTooCostly(Unprocessable):
    """Reading or computing what was sent took more time or memory than one request may use."""

    title = Text("内容的处理开销过大", "What was sent costs too much to process")
    detail = Text(
        "处理所提交内容超过了 {seconds} 秒或 {memory_mib} MiB 的上限，已停止，未保存任何结果。请精简后再提交。",
        "Processing took more than {seconds} seconds or {memory_mib} MiB and was stopped; nothing was kept. "
        "Send something smaller or simpler.",
    )
    rule = "LT-GEN-08"
