"""Each format, read as Maria's phone, mail program or network exported it."""

import json
from datetime import date

import pytest

from graph.errors import InputError
from graph.model import Birthday, ContactRecord, Place, Relation, SourceKind
from oauth.readers.reading import describe, read_contacts, read_google_people


def read(data: str | bytes, source: str = "maria.bin"):
    return read_contacts(data.encode() if isinstance(data, str) else data, source=source)


def only(data: str | bytes) -> ContactRecord:
    (record,) = read(data).records
    return record


def card(*lines: str, version: str = "3.0") -> str:
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])


ANN = {
    "resourceName": "people/c1",
    "names": [
        {"displayName": "Old Name", "givenName": "Old"},
        {"metadata": {"primary": True}, "displayName": "Ann Lee", "givenName": "Ann", "familyName": "Lee"},
    ],
    "nicknames": [{"value": "Annie"}],
    "phoneNumbers": [{"value": "910-211-0143"}, {"canonicalForm": "+19102110144"}],
    "emailAddresses": [{"value": "ann@mail.example"}],
    "addresses": [{"streetAddress": "12 Mill St", "city": "Tarrow", "region": "NC", "postalCode": "28376"}],
    "birthdays": [{"date": {"month": 3, "day": 9}}],
    "organizations": [{"name": "Mill Bakery"}],
    "relations": [{"person": "Tom Lee", "type": "spouse"}],
    "memberships": [{"contactGroupMembership": {"contactGroupId": "starred"}}],
}
BEN = {"resourceName": "people/c2", "names": [{"displayName": "Ben Oduya"}]}
GONE = {"resourceName": "people/c3", "metadata": {"deleted": True}}


def test_a_google_person_keeps_what_maria_wrote_of_her():
    assert only(json.dumps({"connections": [ANN]})) == ContactRecord(
        source="maria.bin",
        position=0,
        kind=SourceKind.GOOGLE_PEOPLE,
        display_name="Ann Lee",
        given_name="Ann",
        family_name="Lee",
        nickname="Annie",
        organization="Mill Bakery",
        phones=("910-211-0143", "+19102110144"),
        emails=("ann@mail.example",),
        places=(Place("12 Mill St", "Tarrow", "NC", "28376"),),
        birthday=Birthday(None, 3, 9),
        relations=(Relation("spouse", "Tom Lee"),),
        labels=("starred",),
        is_starred=True,
        provider_id="people/c1",
    )


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"connections": [ANN, GONE]}) + "\n" + json.dumps({"otherContacts": [BEN]}),
        json.dumps({"connections": [ANN, GONE]}) + json.dumps({"connections": [BEN]}),
        json.dumps([{"connections": [ANN, GONE]}, {"connections": [BEN]}]),
        json.dumps({"pages": [{"connections": [ANN, GONE]}, {"connections": [BEN]}]}),
        json.dumps({"connections": [ANN, GONE, BEN]}, indent=2),
        json.dumps([ANN, GONE, BEN]),
        json.dumps({"results": [{"person": ANN}, {"person": GONE}, {"person": BEN}]}),
    ],
    ids=["lines", "one after the other", "list of pages", "pages", "one page", "list of people", "search"],
)
def test_google_positions_count_through_all_pages_and_deleted_people_are_left_out(text: str):
    contact_file = read(text)
    assert [(record.position, record.display_name) for record in contact_file.records] == [
        (0, "Ann Lee"),
        (2, "Ben Oduya"),
    ]
    assert [(left.position, left.reason) for left in contact_file.left_out] == [
        (1, "was deleted from the address book")
    ]
    assert contact_file.entries == 3


def test_pages_fetched_from_google_are_read_without_a_file():
    contact_file = read_google_people([{"connections": [ANN]}, {}, {"connections": [BEN]}], source="google")
    assert [record.position for record in contact_file.records] == [0, 1]


def test_facebooks_broken_letters_are_repaired_and_right_ones_are_kept():
    broken = "José Núñez 🎉".encode().decode("latin-1")
    text = json.dumps({"friends_v2": [{"name": broken, "timestamp": 1_700_000_000}, {"name": "Zoë Lee"}, "no friend"]})
    contact_file = read(text)
    assert [record.display_name for record in contact_file.records] == ["José Núñez 🎉", "Zoë Lee"]
    assert contact_file.records[0].connected_on == date(2023, 11, 14)
    assert [left.position for left in contact_file.left_out] == [2]


def test_an_apple_card_gives_names_numbers_relations_and_a_birthday_without_a_year():
    record = only(
        card(
            "N:Lee\\, Jr.;Ann;Marie;Dr.;MD",
            "FN:Ann Marie Lee",
            "NICKNAME:Annie,Nan",
            "ORG:Mill Bakery;Ovens",
            "item1.TEL;type=CELL;type=VOICE;type=pref:(910) 211-0143",
            'TEL;VALUE=uri;TYPE="voice,home":tel:+1-910-311-0144;ext=5',
            "EMAIL;type=INTERNET:ann@mail.example",
            "item2.ADR;type=HOME:;;12 Mill St;Tarrow;NC;28376;USA",
            "BDAY;X-APPLE-OMIT-YEAR=1604:1604-03-15",
            "item3.X-ABRELATEDNAMES;type=pref:Tom Lee",
            "item3.X-ABLabel:_$!<Spouse>!$_",
            "CATEGORIES:Church,Starred",
            "UID:u-1",
        )
    )
    assert (record.family_name, record.given_name, record.middle_name) == ("Lee, Jr.", "Ann", "Marie")
    assert (record.name_prefix, record.name_suffix, record.nickname) == ("Dr.", "MD", "Annie")
    assert record.phones == ("(910) 211-0143", "+1-910-311-0144")
    assert record.places == (Place("12 Mill St", "Tarrow", "NC", "28376"),)
    assert record.birthday == Birthday(None, 3, 15)
    assert record.relations == (Relation("spouse", "Tom Lee"),)
    assert (record.labels, record.is_starred, record.provider_id) == (("church", "starred"), True, "u-1")
    assert record.organization == "Mill Bakery"


def test_quoted_printable_of_an_old_phone_is_decoded_over_soft_breaks():
    record = only(
        card(
            "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:N=C3=BA=C3=B1ez;Jos=",
            "=C3=A9;;;",
            "TEL;CELL;PREF:9102110143",
            "X-ANDROID-CUSTOM:vnd.android.cursor.item/relation;Ana Pena;14;;;",
            version="2.1",
        )
    )
    assert (record.display_name, record.family_name, record.phones) == ("José Núñez", "Núñez", ("9102110143",))
    assert record.relations == (Relation("spouse", "Ana Pena"),)
    assert only(card("FN;CHARSET=ISO-8859-1;QUOTED-PRINTABLE:Mu=F1oz", version="2.1")).display_name == "Muñoz"


def test_related_names_a_person_and_never_an_address():
    record = only(
        card("FN:Ann", "RELATED;TYPE=sister;VALUE=text:Bea Lee", "RELATED;TYPE=friend:urn:uuid:1", version="4.0")
    )
    assert record.relations == (Relation("sister", "Bea Lee"),)


def test_cards_of_several_versions_count_on_and_groups_are_left_out():
    group = card("FN:Choir", "X-ADDRESSBOOKSERVER-KIND:group")
    contact_file = read(card("FN:Ann", version="2.1") + group + card("N:;;;;") + card("FN:Ben", version="4.0"))
    assert [record.position for record in contact_file.records] == [0, 3]
    assert [left.position for left in contact_file.left_out] == [1, 2]


@pytest.mark.parametrize(
    ("text", "birthday"),
    [
        ("1985-03-15", Birthday(1985, 3, 15)),
        ("19850315", Birthday(1985, 3, 15)),
        ("1985-03-15T00:00:00Z", Birthday(1985, 3, 15)),
        ("1985-03", Birthday(1985, 3, None)),
        ("1985", Birthday(1985, None, None)),
        ("--0315", Birthday(None, 3, 15)),
        ("--03-15", Birthday(None, 3, 15)),
        ("1604-03-15", Birthday(None, 3, 15)),
        ("3/15/1985", Birthday(1985, 3, 15)),
        ("15 Mar 1985", Birthday(1985, 3, 15)),
        ("March 15, 1985", Birthday(1985, 3, 15)),
        ("15.03.1985", Birthday(1985, 3, 15)),
        ("0/0/00", None),
        ("1985-13-45", Birthday(1985, None, None)),
        ("soon", None),
        ("", None),
    ],
)
def test_birthdays_are_read_in_every_form_that_books_write(text: str, birthday: Birthday | None):
    assert only(card("FN:Ann", f"BDAY:{text}")).birthday == birthday


NEW_GOOGLE = (
    "First Name,Middle Name,Last Name,Name Prefix,Name Suffix,Nickname,File As,Organization Name,Birthday,Labels,"
    "E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Address 1 - Label,Address 1 - Formatted,"
    "Address 1 - Street,Address 1 - City,Address 1 - Region,Address 1 - Postal Code,Relation 1 - Label,Relation 1 - Value\r\n"
)


def test_a_google_row_of_today_gives_every_value_of_a_cell():
    row = (
        "Ann,Marie,Lee,Dr.,,Annie,,Mill Bakery,1985-03-15,* myContacts ::: * Church ::: * starred,"
        "* Home,ann@mail.example ::: lee@work.example,Mobile,910-211-0143 ::: 910-311-0144,"
        'Home,"12 Mill St\nTarrow, NC 28376\nUS",,,,,Spouse,Tom Lee\r\n'
    )
    record = only("\ufeff" + NEW_GOOGLE + row)
    assert record.display_name == "Ann Marie Lee"
    assert record.emails == ("ann@mail.example", "lee@work.example")
    assert record.phones == ("910-211-0143", "910-311-0144")
    assert record.places == (Place("12 Mill St", "Tarrow", "NC", "28376"),)
    assert (record.labels, record.is_starred) == (("mycontacts", "church", "starred"), True)
    assert record.relations == (Relation("spouse", "Tom Lee"),)
    assert record.birthday == Birthday(1985, 3, 15)


def test_labels_that_leaked_into_googles_mail_column_are_no_address():
    swapped = "Ann,,Lee,,,,,,,,ann@mail.example,* Home,,,,,,,,,,\r\n"
    assert only(NEW_GOOGLE + swapped).emails == ("ann@mail.example",)


def test_a_google_row_of_old_is_read_by_its_own_header():
    text = (
        "Name,Given Name,Additional Name,Family Name,Nickname,Birthday,Group Membership,E-mail 1 - Type,E-mail 1 - Value,"
        "Phone 1 - Type,Phone 1 - Value,Address 1 - Type,Address 1 - City,Organization 1 - Name\n"
        "Ann Lee,Ann,,Lee,,--03-15,* My Contacts,Home,ann@mail.example,Mobile,9102110143,Home,Tarrow,Mill Bakery\n"
    )
    record = only(text)
    assert (record.kind, record.display_name, record.organization) == (SourceKind.GOOGLE_CSV, "Ann Lee", "Mill Bakery")
    assert record.places == (Place(city="Tarrow"),)
    assert record.birthday == Birthday(None, 3, 15)


def test_outlook_gives_phones_of_all_columns_and_no_birthday_of_zeros():
    text = (
        "Title,First Name,Middle Name,Last Name,Suffix,Company,Company Main Phone,Home Phone,Mobile Phone,E-mail Address,"
        "E-mail 2 Address,E-mail Display Name,Home City,Home State,Birthday,Spouse,Categories\n"
        ",Ann,,Lee,,Mill Bakery,910-911-0100,910-211-0143,910-311-0144,ann@mail.example,/O=OFFICE/CN=ANN,"
        "Ann Lee,Tarrow,NC,0/0/00,Tom,Church;Choir\n"
    )
    record = only(text)
    assert record.kind is SourceKind.OUTLOOK_CSV
    assert record.phones == ("910-211-0143", "910-311-0144")
    assert record.emails == ("ann@mail.example",)
    assert (record.birthday, record.relations) == (None, (Relation("spouse", "Tom"),))
    assert record.labels == ("church", "choir")
    assert record.places == (Place("", "Tarrow", "NC", ""),)


def test_linkedins_notes_are_no_rows():
    text = (
        'Notes:\n"When exporting ""your"" data, some addresses\nare missing."\n\n'
        "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
        "Ann,Lee,https://www.linkedin.example/in/ann,,Mill Bakery,Baker,01 Jan 2024\n"
        ",,,,,,\n"
        "Ben,Oduya,https://www.linkedin.example/in/ben,ben@mail.example,,,02 Feb 2023\n"
    )
    contact_file = read(text)
    assert contact_file.kind is SourceKind.LINKEDIN_CSV
    assert [record.position for record in contact_file.records] == [0, 2]
    assert contact_file.records[0].connected_on == date(2024, 1, 1)
    assert contact_file.left_out[0].position == 1


def test_typed_friends_are_read_with_the_extras_in_any_order():
    text = (
        "Maria Alvarez, 910-211-0143, Raeford\n\n- Tom Lee, Raeford NC 28376, tom@mail.example\n"
        "2. Joe Plumber\nAnn Lee (910) 311-0144\nBea Lee, 3/15/1985\n"
    )
    contact_file = read(text)
    maria, tom, joe, ann, bea = contact_file.records
    assert contact_file.kind is SourceKind.TYPED
    assert (maria.display_name, maria.phones, maria.places) == (
        "Maria Alvarez",
        ("910-211-0143",),
        (Place(city="Raeford"),),
    )
    assert (tom.emails, tom.places) == (("tom@mail.example",), (Place("", "Raeford", "NC", "28376"),))
    assert (joe.display_name, ann.display_name, ann.phones) == ("Joe Plumber", "Ann Lee", ("(910) 311-0144",))
    assert bea.birthday == Birthday(1985, 3, 15)
    assert [record.position for record in contact_file.records] == [0, 1, 2, 3, 4]


def test_the_content_decides_and_never_the_name():
    assert read(card("FN:Ann"), source="ann.csv").kind is SourceKind.VCARD
    assert read(NEW_GOOGLE, source="ann.vcf").records == ()


def test_utf_16_is_read_when_its_mark_says_so():
    assert only(("\ufeff" + card("FN:José")).encode("utf-16-le")).display_name == "José"
    assert only(card("FN:José").encode("cp1252")).display_name == "José"


def test_counts_tell_what_was_left_out_why_and_where_without_naming_anybody():
    counts = describe(read(card("FN:Ann", "TEL:9102110143") + card("N:;;;;") * 7))
    assert (counts.entries, counts.read, counts.with_phone, counts.with_email, counts.left_out) == (8, 1, 1, 0, 7)
    (reason,) = counts.reasons
    assert (reason.entries, reason.first_positions) == (7, (1, 2, 3, 4, 5))
    assert "Ann" not in repr(counts)


def test_a_format_nobody_knows_is_answered_with_the_known_ones():
    for text in ("name;colour\n1;2\n", "<html><body>Ann</body></html>", '{"a": 1}', "[1, 2]"):
        with pytest.raises(InputError, match=r"known format.*Google.*Outlook.*LinkedIn.*Facebook.*vCard.*plain text"):
            read(text)
