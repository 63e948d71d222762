"""Laws that hold for every file, whoever made it."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import InputError
from oauth.readers.cleaning import clean
from oauth.readers.facebook_export import repair
from oauth.readers.reading import ContactFile, read_contacts
from oauth.readers.vcard_lines import unfold

PIECES = (
    b"BEGIN:VCARD\n", b"END:VCARD\n", b"VERSION:2.1\n", b"FN:Ann Lee\n", b"N:Lee;Ann;;;\n", b"TEL;CELL:9102110143\n", b"AGENT:\n",
    b"N;ENCODING=QUOTED-PRINTABLE:Jos=C3=\n", b" folded\n", b"PHOTO:AAAA\n", b'{"connections": [', b'{"names": [{"displayName": "Ann"}]}',
    b"]}", b",", b'{"friends_v2": [', b'{"name": "Ann"}', b"First Name,Last Name,Labels\n", b"Ann,Lee,* myContacts\n", b'"', b"\n", b"\r\n",
    b"First Name,Last Name,Connected On\n", b"Ann Lee, 910-211-0143, Raeford\n", b"\xff\xfe", b"\xef\xbb\xbf", b"\x00", b"\xc3", b" ::: ",
)  # fmt: skip
FILES = st.one_of(st.binary(max_size=400), st.lists(st.sampled_from(PIECES), max_size=25).map(b"".join))
WORDS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=40)


def read(data: bytes) -> ContactFile | str:
    try:
        return read_contacts(data, source="upload")
    except InputError as error:
        return str(error)


@settings(max_examples=300, deadline=20_000)
@given(FILES)
def test_any_bytes_give_a_contact_file_or_one_sentence_and_the_same_twice(data: bytes):
    answer = read(data)
    assert answer == read(data)
    assert isinstance(answer, str) or answer.entries == len(answer.records) + len(answer.left_out)


@settings(max_examples=200, deadline=20_000)
@given(FILES)
def test_positions_rise_and_no_entry_has_two(data: bytes):
    answer = read(data)
    if isinstance(answer, str):
        return
    records, left_out = ([entry.position for entry in part] for part in (answer.records, answer.left_out))
    assert records == sorted(records)
    assert left_out == sorted(left_out)
    assert sorted(records + left_out) == list(range(answer.entries))


@settings(max_examples=100, deadline=20_000)
@given(st.lists(WORDS, max_size=8))
def test_every_friend_of_a_facebook_export_has_a_place(names: list[str]):
    data = json.dumps({"friends_v2": [{"name": name.encode().decode("latin-1")} for name in names]}).encode()
    answer = read(data)
    assert isinstance(answer, ContactFile)
    assert {record.position: record.display_name for record in answer.records} == {
        position: clean(name) for position, name in enumerate(names) if clean(name)
    }


@settings(max_examples=200)
@given(st.text(max_size=1_200))
def test_cleaning_twice_is_cleaning_once(text: str):
    assert clean(clean(text)) == clean(text)
    assert len(clean(text)) <= 1_000
    clean(text).encode()


@settings(max_examples=100)
@given(WORDS.map(lambda word: "é" + word))
def test_what_facebook_broke_is_repaired(name: str):
    assert repair(name.encode().decode("latin-1")) == name


@settings(max_examples=100)
@given(st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=300), st.integers(1, 74))
def test_unfolding_undoes_folding(value: str, width: int):
    line = f"NOTE:{value}"
    folded = "\n ".join(line[at : at + width] for at in range(0, len(line), width))
    assert list(unfold(folded, source="upload")) == [line]
