"""Requests of the Step Functions API, without an SDK."""

from __future__ import annotations

import json
from http.client import HTTPConnection, HTTPException
from typing import Any, Dict
from urllib.parse import urlsplit

from ._errors import RequestRefused, ServerError


def request(url: str, operation: str, **members: Any) -> Dict[str, Any]:
    """Sends one request. Members that are None are left out."""
    body = json.dumps({name: value for name, value in members.items() if value is not None})
    headers = {"X-Amz-Target": f"AWSStepFunctions.{operation}", "Content-Type": "application/x-amz-json-1.0"}
    connection = HTTPConnection(urlsplit(url).netloc)
    try:
        connection.request("POST", "/", body, headers)
        response = connection.getresponse()
        answer: Dict[str, Any] = json.loads(response.read() or "{}")
    except (OSError, HTTPException, ValueError) as error:
        raise ServerError(f"{operation}: no answer from {url}: {error}") from error
    finally:
        connection.close()
    if response.status != 200:
        code = str(answer.get("__type", response.status)).split("#")[-1]
        raise RequestRefused(operation, code, str(answer.get("message", "")))
    return answer
