"""What is said of an error that nobody foresaw: where it was, and nothing that somebody may have typed."""

from __future__ import annotations

import logging

import pytest

from app.unforeseen import WithoutWords, kind_and_place
from app.web.patience import server_settings

MARIA = "Maria Alvarez, 919-211-0101"


def raised() -> ValueError:
    """An error whose words, and whose cause's words, hold a name and a number."""
    try:
        try:
            int(MARIA)
        except ValueError as error:
            raise ValueError(MARIA) from error
    except ValueError as error:
        return error


def test_an_error_is_told_by_its_kind_and_place() -> None:
    assert kind_and_place(raised()).startswith("ValueError in test_unforeseen.py, line ")
    assert kind_and_place(KeyError(MARIA)) == "KeyError"


def test_the_servers_log_has_where_it_was_and_none_of_the_words(caplog: pytest.LogCaptureFixture) -> None:
    server_settings(None, host="127.0.0.1", port=1)  # type: ignore[arg-type] # never served
    logger = logging.getLogger("uvicorn.error")
    logger.addHandler(caplog.handler)
    logger.error("Exception in ASGI application\n", exc_info=raised())  # as uvicorn says it
    logger.removeHandler(caplog.handler)

    assert "in raised" in caplog.text
    assert "Maria" not in caplog.text
    assert "211" not in caplog.text


def test_other_records_pass_as_they_are() -> None:
    record = logging.LogRecord("uvicorn.error", logging.WARNING, "", 0, "%s requests", (3,), None)

    assert WithoutWords().filter(record)
    assert record.getMessage() == "3 requests"
