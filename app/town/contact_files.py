"""Address books in the formats that people really export."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from app.town.entries import Entry, Provider
from graph.model import Birthday, Place

SUFFIXES = {
    Provider.GOOGLE: ".google.json",
    Provider.VCARD2: ".v21.vcf",
    Provider.VCARD3: ".v3.vcf",
    Provider.VCARD4: ".v4.vcf",
    Provider.GOOGLE_CSV: ".google.csv",
    Provider.OUTLOOK: ".outlook.csv",
    Provider.LINKEDIN: ".linkedin.csv",
    Provider.FACEBOOK: ".facebook.json",
    Provider.TYPED: ".typed.txt",
}
PAGE_SIZE = 200
_SECONDS_OF_A_DAY = 86_400


def write_book(chance: np.random.Generator, provider: Provider, entries: Sequence[Entry], as_of: date) -> bytes:
    """The entries in the provider's format, in their order."""
    match provider:
        case Provider.GOOGLE:
            return _google_json(chance, entries)
        case Provider.VCARD2 | Provider.VCARD3 | Provider.VCARD4:
            return _vcards(chance, provider, entries)
        case Provider.GOOGLE_CSV:
            return _google_csv(entries)
        case Provider.OUTLOOK:
            return _outlook_csv(entries)
        case Provider.LINKEDIN:
            return _linkedin_csv(chance, entries, as_of)
        case Provider.FACEBOOK:
            return _facebook_json(chance, entries, as_of)
        case Provider.TYPED:
            return _typed(entries)


def _google_json(chance: np.random.Generator, entries: Sequence[Entry]) -> bytes:
    """Pages as the API answers them, one document a line; most books have one or two."""
    people = [_google_person(entry, int(chance.integers(10**17, 10**18))) for entry in entries]
    starts = range(0, max(len(people), 1), PAGE_SIZE)
    pages = []
    for start in starts:
        page: dict[str, object] = {"connections": people[start : start + PAGE_SIZE]}
        if start + PAGE_SIZE < len(people):
            page["nextPageToken"] = f"page-{start // PAGE_SIZE + 2}"
        pages.append(json.dumps(page | {"totalPeople": len(people), "totalItems": len(people)}, ensure_ascii=False))
    return "\n".join(pages).encode()


def _google_person(entry: Entry, number: int) -> dict[str, object]:
    source = {"primary": True, "source": {"type": "CONTACT", "id": f"{number % 16**12:x}"}}
    groups = ["myContacts", *(["starred"] if entry.is_starred else []), *(label.lower() for label in entry.labels)]
    fields: dict[str, list[dict[str, object]]] = {
        "names": [_google_name(entry)] if entry.display and not entry.organization else [],
        "nicknames": [{"value": entry.nickname}] if entry.nickname else [],
        "organizations": [{"name": entry.organization}] if entry.organization else [],
        "phoneNumbers": [{"value": phone, "type": "mobile"} for phone in entry.phones],
        "emailAddresses": [{"value": email, "type": "home"} for email in entry.emails],
        "addresses": [_google_address(entry.place)] if entry.place else [],
        "birthdays": [{"date": _google_date(entry.birthday)}] if entry.birthday else [],
        "relations": [{"person": relation.name, "type": relation.kind} for relation in entry.relations],
    }
    kept = {name: [{"metadata": source, **value} for value in values] for name, values in fields.items() if values}
    memberships = [{"contactGroupMembership": {"contactGroupId": group}} for group in groups]
    return {
        "resourceName": f"people/c{number}",
        "metadata": {"objectType": "PERSON"},
        **kept,
        "memberships": memberships,
    }


def _google_name(entry: Entry) -> dict[str, object]:
    parts = {
        "displayName": entry.display,
        "givenName": entry.given,
        "middleName": entry.middle,
        "familyName": entry.family,
        "honorificPrefix": entry.prefix,
        "honorificSuffix": entry.suffix,
    }
    return {name: value for name, value in parts.items() if value}


def _google_address(place: Place) -> dict[str, object]:
    parts = {"streetAddress": place.street, "city": place.city, "region": place.region, "postalCode": place.postal_code}
    return {"type": "home", **{name: value for name, value in parts.items() if value}}


def _google_date(birthday: Birthday) -> dict[str, object]:
    parts = {"year": birthday.year, "month": birthday.month, "day": birthday.day}
    return {name: value for name, value in parts.items() if value}


def _facebook_json(chance: np.random.Generator, entries: Sequence[Entry], as_of: date) -> bytes:
    """Names as UTF-8 bytes escaped one by one as if they were Latin-1, newest friend first: Facebook's own fault."""
    end = as_of.toordinal() - date(1970, 1, 1).toordinal()
    days = np.sort(chance.integers(end - 15 * 365, end, len(entries)))[::-1]
    friends = [
        {"name": entry.display.encode().decode("latin-1"), "timestamp": int(day) * _SECONDS_OF_A_DAY + 43_200}
        for entry, day in zip(entries, days, strict=True)
    ]
    return json.dumps({"friends_v2": friends}, indent=2).encode()


def _vcards(chance: np.random.Generator, provider: Provider, entries: Sequence[Entry]) -> bytes:
    version = {Provider.VCARD2: "2.1", Provider.VCARD3: "3.0", Provider.VCARD4: "4.0"}[provider]
    lines: list[str] = []
    for entry in entries:
        lines += ["BEGIN:VCARD", f"VERSION:{version}"]
        if version == "4.0":
            lines.append(
                f"UID:urn:uuid:{chance.integers(0, 2**32):08x}-0000-4000-8000-{chance.integers(0, 2**48):012x}"
            )
        lines += [*(_fold(line) for line in _card_lines(entry, version)), "END:VCARD"]
    return "".join(f"{line}\r\n" for line in lines).encode()


def _card_lines(entry: Entry, version: str) -> list[str]:
    name = (entry.family, entry.given, entry.middle, entry.prefix, entry.suffix)
    lines = [_text_line("N", ";".join(map(_escaped, name)), version)]
    if entry.display or version != "2.1":
        lines.append(_text_line("FN", _escaped(entry.display), version))
    lines += [f"NICKNAME:{_escaped(entry.nickname)}"] if entry.nickname else []
    lines += [f"ORG:{_escaped(entry.organization)}"] if entry.organization else []
    phone_head = {
        "2.1": "TEL;CELL:",
        "3.0": "TEL;type=CELL;type=VOICE;type=pref:",
        "4.0": 'TEL;VALUE=uri;TYPE="voice,cell":tel:',
    }
    lines += [phone_head[version] + phone for phone in entry.phones]
    lines += [f"EMAIL;{'INTERNET' if version == '2.1' else 'TYPE=home'}:{email}" for email in entry.emails]
    if entry.place:
        parts = ("", "", entry.place.street, entry.place.city, entry.place.region, entry.place.postal_code, "USA")
        lines.append(
            _text_line("ADR;HOME" if version == "2.1" else "ADR;TYPE=home", ";".join(map(_escaped, parts)), version)
        )
    lines += [_birthday_line(entry.birthday, version)] if entry.birthday else []
    groups = [*entry.labels, *(["starred"] if entry.is_starred else [])]
    lines += [f"CATEGORIES:{','.join(map(_escaped, groups))}"] if groups else []
    return lines + _relation_lines(entry, version)


def _relation_lines(entry: Entry, version: str) -> list[str]:
    lines = []
    for number, relation in enumerate(entry.relations, start=1):
        if version == "4.0":
            lines.append(f"RELATED;TYPE={relation.kind};VALUE=text:{_escaped(relation.name)}")
        else:
            lines.append(f"item{number}.X-ABRELATEDNAMES;type=pref:{_escaped(relation.name)}")
            lines.append(f"item{number}.X-ABLabel:_$!<{relation.kind.title()}>!$_")
    return lines


def _birthday_line(birthday: Birthday, version: str) -> str:
    month, day = birthday.month or 1, birthday.day or 1
    if birthday.year:
        return f"BDAY:{birthday.year}-{month:02d}-{day:02d}"
    if version == "4.0":
        return f"BDAY:--{month:02d}{day:02d}"
    return f"BDAY;X-APPLE-OMIT-YEAR=1604:1604-{month:02d}-{day:02d}"


def _text_line(head: str, value: str, version: str) -> str:
    if version != "2.1" or value.isascii():
        return f"{head}:{value}"
    quoted = "".join(chr(byte) if 32 <= byte < 127 and byte != 61 else f"={byte:02X}" for byte in value.encode())
    return f"{head};CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:{quoted}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")


def _fold(line: str) -> str:
    """Lines of at most 75 characters, as RFC 6350 section 3.2 wants them; quoted-printable ones stay whole."""
    if len(line) <= 75 or "QUOTED-PRINTABLE" in line:
        return line
    return "\r\n ".join([line[:75], *(line[at : at + 74] for at in range(75, len(line), 74))])


def _csv(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([header, *rows])
    return text.getvalue()


_GOOGLE_HEADER = (
    *("First Name", "Middle Name", "Last Name", "Phonetic First Name", "Phonetic Middle Name", "Phonetic Last Name"),
    *("Name Prefix", "Name Suffix", "Nickname", "File As", "Organization Name", "Organization Title"),
    *("Organization Department", "Birthday", "Notes", "Photo", "Labels", "E-mail 1 - Label", "E-mail 1 - Value"),
    *("Phone 1 - Label", "Phone 1 - Value", "Address 1 - Label", "Address 1 - Formatted", "Address 1 - Street"),
    *("Address 1 - City", "Address 1 - PO Box", "Address 1 - Region", "Address 1 - Postal Code", "Address 1 - Country"),
    *("Address 1 - Extended Address", "Relation 1 - Label", "Relation 1 - Value"),
)


def _google_csv(entries: Sequence[Entry]) -> bytes:
    return _csv(_GOOGLE_HEADER, [_google_row(entry) for entry in entries]).encode()


def _google_row(entry: Entry) -> list[str]:
    place = entry.place or Place()
    labels = " ::: ".join(
        f"* {label}" for label in ("myContacts", *entry.labels, *(("starred",) if entry.is_starred else ()))
    )
    cells = {
        "First Name": entry.given or ("" if entry.family or entry.organization else entry.display),
        "Middle Name": entry.middle,
        "Last Name": entry.family,
        "Name Prefix": entry.prefix,
        "Name Suffix": entry.suffix,
        "Nickname": entry.nickname,
        "Organization Name": entry.organization,
        "Birthday": _dashed(entry.birthday),
        "Labels": labels,
        "E-mail 1 - Label": "* Home" if entry.emails else "",
        "E-mail 1 - Value": " ::: ".join(entry.emails),
        "Phone 1 - Label": "Mobile" if entry.phones else "",
        "Phone 1 - Value": " ::: ".join(entry.phones),
        "Address 1 - Label": "Home" if entry.place else "",
        "Address 1 - Formatted": _formatted(place),
        "Address 1 - Street": place.street,
        "Address 1 - City": place.city,
        "Address 1 - Region": place.region,
        "Address 1 - Postal Code": place.postal_code,
        "Relation 1 - Label": entry.relations[0].kind.title() if entry.relations else "",
        "Relation 1 - Value": entry.relations[0].name if entry.relations else "",
    }
    return [cells.get(column, "") for column in _GOOGLE_HEADER]


def _dashed(birthday: Birthday | None) -> str:
    if birthday is None:
        return ""
    month, day = birthday.month or 1, birthday.day or 1
    return f"{birthday.year}-{month:02d}-{day:02d}" if birthday.year else f" --{month:02d}-{day:02d}"


def _formatted(place: Place) -> str:
    if not place.city:
        return ""
    return f"{place.street}\n{place.city}, {place.region} {place.postal_code}\nUS".strip()


_OUTLOOK_HEADER = (
    *("Title", "First Name", "Middle Name", "Last Name", "Suffix", "Company", "Department", "Job Title"),
    *("Business Street", "Business City", "Business State", "Business Postal Code", "Home Street", "Home City"),
    *("Home State", "Home Postal Code", "Home Country/Region", "Business Phone", "Home Phone", "Mobile Phone"),
    *("Other Phone", "Birthday", "Categories", "E-mail Address", "E-mail Type", "E-mail Display Name"),
    *("E-mail 2 Address", "Notes", "Spouse", "Web Page"),
)


def _outlook_csv(entries: Sequence[Entry]) -> bytes:
    return _csv(_OUTLOOK_HEADER, [_outlook_row(entry) for entry in entries]).encode("utf-8-sig")


def _outlook_row(entry: Entry) -> list[str]:
    place = entry.place or Place()
    birthday = entry.birthday
    is_whole = birthday is not None and birthday.year
    cells = {
        "Title": entry.prefix,
        "First Name": entry.given or ("" if entry.family or entry.organization else entry.display),
        "Middle Name": entry.middle,
        "Last Name": entry.family,
        "Suffix": entry.suffix,
        "Company": entry.organization,
        "Home Street": place.street,
        "Home City": place.city,
        "Home State": place.region,
        "Home Postal Code": place.postal_code,
        "Mobile Phone": entry.phones[0] if entry.phones else "",
        "Home Phone": entry.phones[1] if len(entry.phones) > 1 else "",
        "Birthday": f"{birthday.month}/{birthday.day}/{birthday.year}" if birthday and is_whole else "0/0/00",
        "Categories": ";".join(entry.labels),
        "E-mail Address": entry.emails[0] if entry.emails else "",
        "Spouse": entry.relations[0].name if entry.relations else "",
    }
    return [cells.get(column, "") for column in _OUTLOOK_HEADER]


def _linkedin_csv(chance: np.random.Generator, entries: Sequence[Entry], as_of: date) -> bytes:
    header = ("First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On")
    rows = []
    for number, entry in enumerate(entries):
        connected_on = as_of - timedelta(days=int(chance.integers(1, 4_000)))
        url = f"https://www.linkedin.example/in/member-{number}-{chance.integers(0, 10**6)}"
        email = entry.emails[0] if entry.emails else ""
        rows.append((entry.given, entry.family, url, email, entry.organization, "", f"{connected_on:%d %b %Y}"))
    notes = 'Notes:\r\n"When exporting your connection data, you may notice that some of the addresses are missing."\r\n\r\n'
    return (notes + _csv(header, rows)).encode()


def _typed(entries: Sequence[Entry]) -> bytes:
    lines = []
    for entry in entries:
        name = entry.display.replace(",", "") or "Friend"
        town = entry.place.city if entry.place else ""
        lines.append(", ".join(filter(None, [name, *entry.phones[:1], town])))
    return "\n".join(lines).encode()
