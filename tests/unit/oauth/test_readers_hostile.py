"""Files made to hurt: each is answered within two seconds by counts or by one sentence that holds nobody's text."""

import gzip
import io
import json
import time
import zipfile

import pytest

from graph.errors import InputError
from oauth.readers.reading import read_contacts
from oauth.readers.vcard_lines import LONG_CARD, LONG_LINE, NESTED, NO_END

SECRET = "Philomena"


def read(data: str | bytes):
    began = time.monotonic()
    try:
        return read_contacts(data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data, source="upload")
    finally:
        assert time.monotonic() - began < 20  # a loop within a loop would take minutes


def refused(data: str | bytes) -> str:
    with pytest.raises(InputError) as caught:
        read(data)
    sentence = str(caught.value)
    assert SECRET not in sentence
    assert caught.value.next_step
    return sentence


def card(*lines: str) -> str:
    return "\n".join(["BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD", ""])


def reasons(data: str | bytes) -> dict[int, str]:
    return {left.position: left.reason for left in read(data).left_out}


def zipped() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("contacts.csv", "First Name,Last Name\n" * 100)
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (zipped(), "zip archive"),
        (gzip.compress(card("FN:Ann").encode()), "gzip"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(200), "photo"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(200), "photo"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "picture"),
        (b"\xd0\xcf\x11\xe0" + bytes(50), "Office"),
        (b"SQLite format 3\x00" + bytes(50), "database"),
        (bytes(range(256)) * 20, "known format"),
        (bytes(5_000), "binary"),
        ("First Name,Last Name\nPhilomena,Lee".encode("utf-16-le"), "UTF-16"),
        ("First Name".encode("utf-32"), "UTF-32"),
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"x" * 20_000_001, "20 MB"),
    ],
    ids=[
        "zip",
        "gzip",
        "pdf",
        "jpeg",
        "heic",
        "png",
        "office",
        "database",
        "bytes",
        "zeros",
        "utf-16",
        "utf-32",
        "nothing",
        "blanks",
        "large",
    ],
)
def test_what_is_no_contact_file_is_named_in_one_sentence_and_never_unpacked(data: bytes, said: str):
    assert said in refused(data)


def test_a_card_with_a_photo_of_ten_megabytes_is_read_without_it():
    photo = "PHOTO;ENCODING=b;TYPE=JPEG:" + "\n ".join(["QUJD" * 18] * 130_000)
    (record,) = read(card("FN:Ann", photo, "item1.LOGO;VALUE=uri:file:///etc/passwd", "TEL:9102110143")).records
    assert (record.display_name, record.phones) == ("Ann", ("9102110143",))


def test_addresses_in_pictures_keys_and_pages_are_dropped_unread():
    lines = [
        f"{name};VALUE=uri:http://tracker.example/x" for name in ("PHOTO", "LOGO", "SOUND", "KEY", "URL", "SOURCE")
    ]
    (record,) = read(card("FN:Ann", *lines)).records
    assert "tracker" not in repr(record)


def test_two_thousand_cards_that_never_end_are_left_out_one_by_one():
    left = reasons("BEGIN:VCARD\nFN:Philomena\n" * 2_000)
    assert left == dict.fromkeys(range(2_000), NO_END)


def test_an_agents_card_is_not_the_card_that_holds_it():
    text = (
        "BEGIN:VCARD\nFN:Ann\nAGENT:\nBEGIN:VCARD\nFN:Secretary\nTEL:1\nEND:VCARD\nTEL:9102110143\nEND:VCARD\n"
        + card("FN:Ben")
    )
    contact_file = read(text)
    assert [(record.position, record.display_name) for record in contact_file.records] == [(0, "Ann"), (2, "Ben")]
    assert contact_file.records[0].phones == ("9102110143",)
    assert [(left.position, left.reason) for left in contact_file.left_out] == [(1, NESTED)]


def test_a_hundred_thousand_folds_make_one_line_that_is_too_long():
    assert reasons(card("FN:Ann", "NOTE:" + "\n x" * 100_000) + card("FN:Ben")) == {0: LONG_LINE}


def test_soft_breaks_without_end_make_one_line_that_is_too_long():
    assert reasons("BEGIN:VCARD\nFN;QUOTED-PRINTABLE:" + "=\n" * 1_000 + "A=\n" * 90_000 + "END:VCARD\n") == {
        0: LONG_LINE
    }


def test_a_soft_break_does_not_swallow_the_end_of_a_card():
    assert len(read(card("FN;QUOTED-PRINTABLE:Ann=") + card("FN:Ben")).records) == 2


def test_a_card_of_ten_thousand_phones_is_left_out_and_one_of_a_hundred_keeps_thirty_two():
    assert reasons(card("FN:Ann", *(["TEL:1"] * 10_000))) == {0: LONG_CARD}
    (record,) = read(card("FN:Ann", *(f"TEL:91021100{number}" for number in range(10, 99)))).records
    assert len(record.phones) == 32


def test_a_card_without_end_does_not_spoil_the_next():
    contact_file = read("BEGIN:VCARD\nFN:Philomena\n" + card("FN:Ben"))
    assert [record.display_name for record in contact_file.records] == ["Ben"]


def test_unknown_and_dangerous_character_sets_are_not_used():
    for charset in ("punycode", "zlib_codec", "unicode_escape", "rot13", "x" * 100):
        (record,) = read(card(f"FN;CHARSET={charset};ENCODING=QUOTED-PRINTABLE:Jos=C3=A9")).records
        assert record.display_name == "José"


@pytest.mark.parametrize(
    "head",
    ['TEL;TYPE="voice', 'TEL;TYPE="a;b:c":', ";;;;:", ":", 'X;"' * 5_000 + ":", "N" + ";X" * 5_000 + ":"],
    ids=["open quote", "quoted marks", "no name", "colon", "many quotes", "many parameters"],
)
def test_broken_property_heads_harm_nothing(head: str):
    (record,) = read(card("FN:Ann", head + "9102110143")).records
    assert record.display_name == "Ann"


def test_more_than_twenty_thousand_entries_are_refused_with_their_number():
    many = 200_000
    assert "200,000 entries" in refused("First Name,Last Name,Labels\n" + "Philomena,Lee,\n" * many)
    assert "200,000 entries" in refused("BEGIN:VCARD\nEND:VCARD\n" * many)
    assert "20,001 entries" in refused(json.dumps({"friends_v2": [{"name": SECRET}] * 20_001}))
    assert "20,001 entries" in refused(json.dumps({"connections": [{"names": []}] * 20_001}))
    assert "30,000 entries" in refused("Philomena Lee\n" * 30_000)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"connections": ' + "[" * 100_000, "deeper than 32"),
        ('{"connections": ' + "[" * 40 + "]" * 40 + "}", "deeper than 32"),
        ('{"connections": [{"names": [{"displayName": NaN}]}]}', "does not allow"),
        ('{"connections": [' + "9" * 6_000 + "]}", "does not allow"),
        ('{"connections": [{"names"', "line 1"),
        ('{"friends_v2": [\n{"name": "Philomena"},\n', "line 3"),
        ('{"a"' + r":\"" * 200_000, "line 1"),
        ("{}" * 30_000, "too many"),
    ],
    ids=["deep and open", "deep", "NaN", "endless number", "cut off", "cut off later", "quotes", "many documents"],
)
def test_json_that_bites_is_refused(text: str, said: str):
    assert said in refused(text)


def test_lone_surrogates_zeros_and_wrong_types_in_json_are_read_as_nothing():
    people = [
        {"names": [{"displayName": "A\ud800n\x00n\u202e <b>"}]},
        {"names": "Ann", "phoneNumbers": {"value": 1}, "metadata": [], "emailAddresses": [{"value": ["x"]}]},
        {"names": [{"displayName": 7}], "birthdays": [{"date": {"year": 10**30, "month": "3", "day": True}}]},
        None,
    ]
    contact_file = read(json.dumps({"connections": people}))
    assert [record.display_name for record in contact_file.records] == ["Ann <b>"]
    assert len(contact_file.left_out) == 3
    stamps = [True, "x", -1, 1e400, 10**20, None]
    friends = read(
        json.dumps({"friends_v2": [{"name": "Ann", "timestamp": stamp} for stamp in stamps]}).replace(
            "Infinity", "1e999"
        )
    )
    assert {record.connected_on for record in friends.records} == {None}


def test_a_quote_that_is_never_closed_is_named_by_its_line():
    text = 'First Name,Last Name,Labels\nAnn,Lee,\nPhilomena,"Lee,\n' + "Ben,Oduya,\n" * 50
    assert "line 3" in refused(text)


def test_fields_and_headers_without_measure_are_refused():
    assert "line 2" in refused("First Name,Last Name,Labels\n" + "x" * 200_000 + ",Lee,\n")
    wide = ",".join(["First Name", "Last Name", "Labels", *(f"Custom {number}" for number in range(10_000))])
    assert "10,003 columns" in refused(wide + "\nAnn,Lee\n")
    (record,) = read("First Name,Last Name,Labels\nAnn,Lee" + ",x" * 10_000 + "\n").records
    assert record.display_name == "Ann Lee"


def test_a_name_of_ten_thousand_letters_is_cut():
    (record,) = read(card("FN:" + "é" * 10_000)).records
    assert len(record.display_name) == 1_000


def test_marks_that_pile_up_cost_no_more_than_letters():
    (record,) = read(card("FN:a" + "\u0301\u0327" * 15_000)).records
    assert len(record.display_name) <= 1_000


@pytest.mark.parametrize(
    "name", ["<img src=x onerror=alert(1)>", "{{7*7}}", "javascript:alert(1)", "=cmd|'/c calc'!A1"]
)
def test_scripts_and_formulas_stay_text(name: str):
    (record,) = read(json.dumps({"friends_v2": [{"name": name}]})).records
    assert record.display_name == name


def test_text_that_turns_or_hides_is_cleaned_and_emoji_stay():
    (record,) = read(card("FN:Ann\u202e eeL\u200b \u2066\u00ad👩\u200d👧 ❤️\u200d")).records
    assert record.display_name == "Ann eeL 👩\u200d👧 ❤️"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Philomena\n" * 1_000_002, "1,000,000 lines"),
        ("," * 1_000_002, "Line 1"),
        ('{"connections": [' + "{}," * 1_000_002 + "{}]}", "1,000,000 JSON objects"),
        ("[" + ",".join(["0"] * 20_001) + "]", "20,001 entries"),
    ],
    ids=["lines", "one row", "objects", "list"],
)
def test_files_that_are_only_bulk_are_refused_before_they_are_worked_on(text: str, said: str):
    assert said in refused(text)
