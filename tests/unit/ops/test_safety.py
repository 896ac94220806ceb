"""Production refuses to start unsafe, and says everything that is wrong at once."""

import base64
import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from insureweb.settings.safety import key_problems, problems, secret_key_problems

ROOT = Path(__file__).resolve().parent.parent.parent.parent


def random_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


@pytest.fixture
def certificate(tmp_path: Path) -> str:
    path = tmp_path / "certificate.p12"
    path.write_bytes(b"any file will do here")
    return str(path)


@pytest.fixture
def safe(certificate: str) -> dict[str, Any]:
    return {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "SEALING_KEYS": {"a": random_key()},
        "SEALING_ACTIVE_KEY": "a",
        "BLIND_INDEX_KEY": random_key(),
        "ALLOWED_HOSTS": ["insure.example.cn"],
        "PUBLIC_URL": "https://insure.example.cn",
        "DEBUG": False,
        "DEVELOPMENT_PAGES": False,
        "SANDBOX_GATEWAY": False,
        "SANDBOX_IDENTITY": False,
        "PAYMENT_GATEWAYS": ["alipay"],
        "DATABASE_URL": "postgresql://u:p@db/insureweb",
        "REDIS_URL": "redis://cache:6379/0",
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "mail.example.cn",
        "DEFAULT_FROM_EMAIL": "service@insure.example.cn",
        "SIGNING_CERTIFICATE_FILE": certificate,
    }


def test_safe_settings_have_no_problems(safe: dict[str, Any]) -> None:
    assert problems(safe) == []


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("SECRET_KEY", "", "missing"),
        ("SECRET_KEY", "short", "characters"),
        ("SECRET_KEY", "changeme" * 8, "sample"),
        ("SECRET_KEY", "ab" * 40, "repeats"),
        ("SEALING_KEYS", {}, "SEALING_KEYS is missing"),
        ("SEALING_KEYS", {"a": "not base64!"}, "not base64"),
        ("SEALING_KEYS", {"a": base64.b64encode(b"short").decode()}, "5 bytes"),
        ("SEALING_KEYS", {"a": base64.b64encode(b"x" * 32).decode()}, "repeats"),
        ("SEALING_KEYS", {"a": "ZGV2LXNlYWxpbmcta2V5LTAwMDAwMDAwMDAwMDAwMDA="}, "development key"),
        ("SEALING_ACTIVE_KEY", "b", "does not hold"),
        ("BLIND_INDEX_KEY", "", "BLIND_INDEX_KEY is missing"),
        ("ALLOWED_HOSTS", [], "ALLOWED_HOSTS is missing"),
        ("ALLOWED_HOSTS", ["*"], "every host"),
        ("PUBLIC_URL", "http://insure.example.cn", "https"),
        ("PUBLIC_URL", "https://elsewhere.example.cn", "not in ALLOWED_HOSTS"),
        ("DEBUG", True, "DEBUG"),
        ("DEVELOPMENT_PAGES", True, "DEVELOPMENT_PAGES"),
        ("SANDBOX_GATEWAY", True, "sandbox"),
        ("SANDBOX_IDENTITY", True, "SANDBOX_IDENTITY"),
        ("PAYMENT_GATEWAYS", ["sandbox"], "sandbox"),
        ("DATABASE_URL", "", "DATABASE_URL"),
        ("REDIS_URL", "", "REDIS_URL"),
        ("EMAIL_HOST", "", "EMAIL_HOST"),
        ("SIGNING_CERTIFICATE_FILE", "", "SIGNING_CERTIFICATE_FILE is missing"),
        ("SIGNING_CERTIFICATE_FILE", "/nowhere/certificate.p12", "no such file"),
    ],
)
def test_each_unsafe_setting_is_named(safe: dict[str, Any], name: str, value: object, word: str) -> None:
    found = problems({**safe, name: value})
    assert len(found) == 1
    assert word in found[0]


def test_the_blind_index_needs_a_key_of_its_own(safe: dict[str, Any]) -> None:
    assert "equals a sealing key" in problems({**safe, "BLIND_INDEX_KEY": safe["SEALING_KEYS"]["a"]})[0]


def test_a_subdomain_pattern_covers_the_public_host(safe: dict[str, Any]) -> None:
    assert problems({**safe, "ALLOWED_HOSTS": [".example.cn"]}) == []


def test_every_fixed_key_of_the_repository_is_refused() -> None:
    fixed = [
        "ZGV2LXNlYWxpbmcta2V5LTAwMDAwMDAwMDAwMDAwMDA=",
        "ZGV2LWJsaW5kLWluZGV4LWtleS0wMDAwMDAwMDAwMDA=",
        "dGVzdC1zZWFsaW5nLWtleS0wMDAwMDAwMDAwMDAwMDA=",
        "dGVzdC1ibGluZC1pbmRleC1rZXktMDAwMDAwMDAwMDA=",
    ]
    assert all(any("development key" in problem for problem in key_problems("KEY", key)) for key in fixed)
    assert any("sample" in p for p in secret_key_problems("development-only-" + "Qm7xT2vK" * 5))
    assert any("sample" in p for p in secret_key_problems("test-" + "k3Jx" * 12))


def start(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "import insureweb.settings.prod as s; print(s.SESSION_COOKIE_SECURE, s.DEBUG)"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_without_an_environment_lists_all_problems_in_one_error() -> None:
    done = start({})
    assert done.returncode != 0
    for name in ("SECRET_KEY", "SEALING_KEYS", "BLIND_INDEX_KEY", "ALLOWED_HOSTS", "PUBLIC_URL", "DATABASE_URL",
                 "REDIS_URL", "SIGNING_CERTIFICATE_FILE", "EMAIL_HOST"):  # fmt: skip
        assert f"  - {name}" in done.stderr
    assert done.stderr.count("Unsafe settings, not starting") == 1


def test_production_starts_with_a_safe_environment(certificate: str) -> None:
    done = start({
        "SECRET_KEY": secrets.token_urlsafe(64),
        "SEALING_KEYS": f"a:{random_key()},b:{random_key()}",
        "SEALING_ACTIVE_KEY": "",
        "BLIND_INDEX_KEY": random_key(),
        "ALLOWED_HOSTS": "insure.example.cn",
        "PUBLIC_URL": "https://insure.example.cn",
        "PAYMENT_GATEWAYS": "alipay",
        "DATABASE_URL": "postgresql://u:p@db.example.cn/insureweb",
        "REDIS_URL": "redis://cache.example.cn:6379/0",
        "EMAIL_HOST": "mail.example.cn",
        "DEFAULT_FROM_EMAIL": "service@insure.example.cn",
        "SIGNING_CERTIFICATE_FILE": certificate,
    })  # fmt: skip
    assert done.stderr == ""
    assert done.stdout == "True False\n"
