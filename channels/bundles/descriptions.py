"""The descriptions in a bundle: Data Package 2.0, Croissant 1.0 and a readme in both languages; pure.

Both formats are written after their published specifications (datapackage.org/standard, docs.mlcommons.org/croissant);
paths are those of the archive, so that what was unpacked anywhere describes itself.
"""

from typing import Any, Final

from channels.bundles.contents import BundledFile, Contents, plain_names
from kernel.time.clock import day_in_china, timestamp

_FIELD_TYPES: Final = {
    "string": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "datetime",
    "time": "time",
    "object": "object",
    "array": "array",
}
"""Table Schema's words for the logical types of ODCS."""

_DATA_TYPES: Final = {
    "string": "sc:Text",
    "integer": "sc:Integer",
    "number": "sc:Float",
    "boolean": "sc:Boolean",
    "date": "sc:Date",
    "timestamp": "sc:DateTime",
    "time": "sc:Text",
}
"""Croissant's words for them; nested values have none and are left out of its records."""

_CONTEXT: Final[dict[str, Any]] = {
    "@language": "zh",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""The context that the specification asks for word by word."""


def data_package(contents: Contents) -> dict[str, Any]:
    """A Data Package 2.0 (`datapackage.json`): every file with size, digest and its columns where they are declared."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": contents.revision_id.lower(),
        "id": contents.revision_id,
        "title": contents.title_zh,
        "description": contents.title_en,
        "version": contents.version,
        "created": timestamp(contents.delivered_at),
        "licenses": [{"title": _agreement(contents), "path": contents.terms_url}],
        "contributors": [{"title": contents.provider, "roles": ["publisher"]}],
        "resources": [
            _resource(file, name) for file, name in zip(contents.files, plain_names(contents.files), strict=True)
        ],
    }


def _resource(file: BundledFile, name: str) -> dict[str, Any]:
    fields = [
        {
            "name": column.name,
            "type": _FIELD_TYPES.get(column.logical_type, "any"),
            **({"description": column.description} if column.description else {}),
            **({"constraints": {"required": True}} if column.required else {}),
        }
        for column in file.columns
    ]
    return {
        "name": name,
        "path": file.path,
        "format": file.ending,
        "mediatype": file.media_type,
        "bytes": file.size_bytes,
        "hash": f"sha256:{file.sha256}",
        **({"schema": {"fieldsMatch": "subset", "fields": fields}} if fields else {}),
    }


def croissant(contents: Contents) -> dict[str, Any]:
    """Croissant 1.0 (`croissant.json`): the files, and the records of those whose columns are declared."""
    names = plain_names(contents.files)
    day = day_in_china(contents.delivered_at).isoformat()
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": contents.revision_id.lower(),
        "description": f"{contents.title_zh} · {contents.title_en}",
        "license": contents.terms_url,
        "url": contents.terms_url,
        "citeAs": f"{contents.provider}: {contents.title_en} ({contents.revision_id})",
        "creator": {"@type": "sc:Organization", "name": contents.provider},
        "datePublished": day,
        "version": contents.version,
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": name,
                "name": name,
                "description": file.name,
                "contentUrl": file.path,
                "contentSize": f"{file.size_bytes} B",
                "encodingFormat": file.media_type,
                "sha256": file.sha256,
            }
            for file, name in zip(contents.files, names, strict=True)
        ],
        "recordSet": [_records(file, name) for file, name in zip(contents.files, names, strict=True) if _flat(file)],
    }


def _flat(file: BundledFile) -> bool:
    """Whether Croissant reads columns of such a file by their names."""
    return bool(file.columns) and file.ending in ("csv", "parquet")


def _records(file: BundledFile, name: str) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": f"{name}-records",
        "name": f"{name}-records",
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{name}-records/{column.name}",
                "name": column.name,
                "description": column.description or column.name,
                "dataType": _DATA_TYPES[column.logical_type],
                "source": {"fileObject": {"@id": name}, "extract": {"column": column.name}},
            }
            for column in file.columns
            if column.logical_type in _DATA_TYPES
        ],
    }


def readme(contents: Contents) -> str:
    """`README.md`: what it is, under which agreement, and how its digests are checked; Chinese first."""
    sums = "\n".join(f"| {file.path} | {file.size_bytes} | `{file.sha256}` |" for file in contents.files)
    at = timestamp(contents.delivered_at)
    return f"""# {contents.title_zh}

- 提供方：{contents.provider}
- 使用方：{contents.buyer}
- 订单：{contents.order_id}
- 协议：{contents.agreement_id}，摘要 `{contents.agreement_digest}`
- 许可条款：{contents.terms_url}
- 数据版本：{contents.revision_id}
- 打包时间：{at}

数据只可按协议约定使用。请以 `sha256sum -c SHA256SUMS` 核对各文件，再按所列摘要确认收货。

# {contents.title_en}

- Provider: {contents.provider}
- User: {contents.buyer}
- Order: {contents.order_id}
- Agreement: {contents.agreement_id}, digest `{contents.agreement_digest}`
- Terms: {contents.terms_url}
- Revision: {contents.revision_id}
- Bundled: {at}

The data is used as the agreement says. Check the files with `sha256sum -c SHA256SUMS`, then confirm their receipt with
these digests.

| 文件 · file | 字节 · bytes | SHA-256 |
|---|---|---|
{sums}
"""


def _agreement(contents: Contents) -> str:
    return f"协议 {contents.agreement_id} · agreement {contents.agreement_id} ({contents.agreement_digest})"


def checksums(contents: Contents) -> str:
    """`SHA256SUMS`, as sha256sum of GNU coreutils reads it."""
    return "".join(f"{file.sha256}  {file.path}\n" for file in contents.files)
