"""What can be wrong with data or with its contract, each with the file or field and the cure."""

from kernel.errors import Conflict, FieldError, InvalidInput, TooLarge, Unprocessable
from kernel.text import Text
from valuation.quality.contract.contract import FieldFault


class ContractFaulty(InvalidInput):
    """The data contract has faults; all of them are listed, each with its place and its cure."""

    title = Text("数据合同有误", "The data contract has faults")
    detail = Text("数据合同有 {count} 处问题，请按所列逐项更正。", "The data contract has {count} faults; cure each.")
    rule = "LT-QLT-01"

    @classmethod
    def of(cls, faults: list[FieldFault], prefix: str = "") -> "ContractFaulty":
        """Give the refusal that lists these faults; `prefix` is where the contract sits in the request."""
        errors = [
            FieldError(
                prefix + fault.path,
                Text(fault.message.zh + fault.cure.zh, f"{fault.message.en} {fault.cure.en}"),
                cls.rule,
            )
            for fault in faults
        ]
        return cls(errors=errors, count=len(errors))


class CorruptFile(Unprocessable):
    """A file cannot be read as the table it claims to be; nothing of it was used."""

    title = Text("文件无法读取", "The file cannot be read")
    detail = Text(
        "文件 {file} 无法读取：{reason}。请更正或重新导出后再提交（Parquet、CSV、JSONL、XLSX 或其 zip）。",
        "The file {file} cannot be read: {reason}. Correct it or export it again "
        "(Parquet, CSV, JSONL, XLSX, or a zip of these).",
    )
    rule = "LT-QLT-02"


class DataTooLarge(TooLarge):
    """A file holds or unpacks to more than a scoring run may read."""

    title = Text("数据超过上限", "The data is above the limit")
    detail = Text(
        "文件 {file} 的 {measure} 为 {value}，上限为 {limit}。请拆分后再提交。",
        "The file {file} has {measure} {value}; the limit is {limit}. Split it and submit the parts.",
    )
    rule = "LT-QLT-03"


class SourceUnreachable(Unprocessable):
    """A table of a database or an object of a store cannot be had; what it is told of holds no secret."""

    title = Text("数据源无法读取", "The source cannot be read")
    detail = Text(
        "数据源 {source} 无法读取：{reason}。",
        "The source {source} cannot be read: {reason}.",
    )
    rule = "LT-QLT-02"


class FilesDiffer(Unprocessable):
    """The files are not the tables that the contract declares."""

    title = Text("文件与数据合同不对应", "The files are not those of the contract")
    detail = Text(
        "缺少的对象：{missing}；合同中没有的文件：{extra}。文件名（不含扩展名）须与合同对象同名。",
        "Objects without a file: {missing}; files that the contract does not declare: {extra}. "
        "A file is named after its object, with its extension.",
    )
    rule = "LT-QLT-04"


class NothingToScore(Unprocessable):
    """A table without rows has no quality, good or bad."""

    title = Text("没有可评分的数据", "There is nothing to score")
    detail = Text(
        "文件 {file} 没有任何记录。请提交有记录的数据。",
        "The file {file} has no rows. Submit data with rows.",
    )
    rule = "LT-QLT-05"


class RunUnderWay(Conflict):
    """One scorer scores a revision once at a time."""

    title = Text("该版本正在评分", "This revision is being scored")
    detail = Text(
        "质量评分 {run} 尚未结束，请等待其完成或取消。",
        "The quality run {run} has not ended; wait or cancel it.",
    )
    rule = "LT-QLT-07"


class NoRevision(Unprocessable):
    """An asset without files cannot be scored."""

    title = Text("资产没有数据版本", "The asset has no revision")
    detail = Text("请先上传数据文件并建立数据版本。", "Upload the data files and add a revision first.")
    rule = "LT-QLT-05"


class ScoringCrashed(Unprocessable):
    """The process that scored was killed, most likely because the data needs more memory than there is."""

    title = Text("评分进程中断", "The scoring process died")
    detail = Text(
        "评分进程多次被系统终止，数据可能超出本机内存。请拆分文件后重试，或联系中心；已完成部分的结果已保留。",
        "The system ended the scoring process again and again; the data may need more memory. Split the files, "
        "or ask the centre. What was finished has been kept.",
    )
    rule = "LT-QLT-03"


class ScoringTooSlow(Unprocessable):
    """A run took longer than one may; what it had finished is kept."""

    title = Text("评分超时", "Scoring took too long")
    detail = Text(
        "评分超过 {seconds} 秒，已停止；已完成部分的结果已保留。请拆分文件后重试，或联系中心。",
        "Scoring took more than {seconds} seconds and was stopped; what was finished has been kept. "
        "Split the files, or ask the centre.",
    )
    rule = "LT-QLT-03"


class EngineMissing(Unprocessable):
    """The engine that was asked for is not installed here."""

    title = Text("计算引擎不可用", "The engine is not available")
    detail = Text("计算引擎 {engine} 不可用。{cure}", "The engine {engine} is not available. {cure}")
    rule = "LT-QLT-02"


class ScorecardsUnrelated(Unprocessable):
    """Only scorecards of one asset can be compared; of two assets every number would differ for its own reasons."""

    title = Text("评分卡不属于同一资产", "The scorecards are of different assets")
    detail = Text("请选择同一资产的两份评分卡。", "Choose two scorecards of the same asset.")
    rule = "LT-QLT-04"
