import os
import shutil

import pytest

pytest_plugins = ["pytester"]


@pytest.fixture(autouse=True)
def no_settings_for_aws(monkeypatch):
    """The tests pass on a computer that has none, and must not use those of another."""
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_ACCOUNT_ID", "AWS_DEFAULT_REGION", "SFN_MOCK_CONFIG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def aws():
    """The path of the aws-cli."""
    found = os.environ.get("AWS_CLI") or shutil.which("aws")
    return found or pytest.skip("there is no `aws`")
