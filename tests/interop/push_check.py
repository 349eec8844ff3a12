"""What boto3 finds in a bucket that a push was written into, told as JSON: run by an interpreter that has it.

`push_check.py URL serve` runs moto's server, `… make` makes the bucket, `… read` tells its objects, `… sign` what
botocore's signature of a request is.
"""

import hashlib
import json
import sys
from datetime import UTC, datetime


def client(url):
    import boto3

    return boto3.client(
        "s3", endpoint_url=url, aws_access_key_id="AKIATEST", aws_secret_access_key="a-secret-of-the-buyer",
        region_name="us-east-1",
    )  # fmt: skip


def serve(url):
    from moto.server import main

    main(["-H", "127.0.0.1", "-p", url.rpartition(":")[2]])


def make(url):
    client(url).create_bucket(Bucket="liutong-in")
    return {}


def read(url):
    s3 = client(url)
    found = {}
    for each in s3.list_objects_v2(Bucket="liutong-in").get("Contents", []):
        body = s3.get_object(Bucket="liutong-in", Key=each["Key"])["Body"].read()
        written = each["LastModified"].timestamp()
        found[each["Key"]] = {"sha256": hashlib.sha256(body).hexdigest(), "written": written, "size": len(body)}
        if each["Key"].endswith(".json"):
            found[each["Key"]]["body"] = body.decode()
    uploads = s3.list_multipart_uploads(Bucket="liutong-in").get("Uploads", [])
    return {"objects": found, "uploads": len(uploads)}


def sign(_):
    from unittest import mock

    from botocore.auth import S3SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    at = datetime(2026, 11, 23, 2, tzinfo=UTC)
    url = "https://store.example/liutong-in/%E6%95%B0%E6%8D%AE/a%20b.csv?partNumber=2&uploadId=a%2B%2F%3D"
    headers = {"if-none-match": "*", "x-amz-checksum-sha256": "x", "host": "store.example"}
    request = AWSRequest(method="PUT", url=url, data=b"body", headers=headers)
    signer = S3SigV4Auth(Credentials("AKIATEST", "a-secret-of-the-buyer"), "s3", "cn-hangzhou")
    with mock.patch("botocore.auth.get_current_datetime", return_value=at.replace(tzinfo=None)):
        signer.add_auth(request)
    return {"authorization": request.headers["Authorization"]}


if __name__ == "__main__":
    told = {"serve": serve, "make": make, "read": read, "sign": sign}[sys.argv[2]](sys.argv[1])
    print(json.dumps(told))
