"""The files of a small campaign: a register of some hundred neighbors with Maria, Tom, Dana and two Rosas among them, and three
supporters, Ana, Jo and Lee, each with one address book."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from voter_files import ANA, vote, write

_GIVEN = ("JAMES", "MARY", "LINDA", "DAVID", "SUSAN", "BRIAN", "KAREN", "KEVIN", "DONNA", "JASON", "LAURA", "SCOTT")
_FAMILY = ("BAKER", "ADAMS", "COOPER", "REED", "WARD", "BROOKS", "GRAY", "PRICE", "WOOD", "ROSS", "LONG", "FOSTER")
_HOME = {"res_city_desc": "RAEFORD", "zip_code": "28376", "registr_dt": "03/01/2010", "middle_name": ""}

MARIA = {
    **ANA, **_HOME, "ncid": "AA000101", "first_name": "MARIA", "last_name": "ALVAREZ-QUINN", "full_phone_number": "",
    "res_street_address": "7 ELM ST",
}  # fmt: skip
TOM = {
    **ANA, **_HOME, "ncid": "AA000102", "first_name": "TOM", "last_name": "BECKERATH", "full_phone_number": "",
    "res_street_address": "8 ELM ST", "gender_code": "M",
}  # fmt: skip
DANA = {
    **ANA, **_HOME, "ncid": "AA000103", "first_name": "DANA", "last_name": "OSGOODE", "full_phone_number": "9102110103",
    "res_street_address": "9 ELM ST",
}  # fmt: skip
ROSA = {
    **ANA, **_HOME, "ncid": "AA000104", "first_name": "ROSA", "last_name": "DELMARE", "full_phone_number": "",
    "res_street_address": "10 ELM ST",
}  # fmt: skip
ROSAS_NAMESAKE = {**ROSA, "ncid": "AA000105", "birth_year": "1955", "res_street_address": "44 PINE ST"}
ELECTIONS = ("11/03/2020", "11/08/2022", "03/05/2024")


def card(name: str, *, phone: str = "", email: str = "") -> str:
    """A vCard."""
    given, _, family = name.partition(" ")
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"N:{family};{given};;;", f"FN:{name}"]
    lines += [f"TEL:{phone}"] if phone else []
    lines += [f"EMAIL:{email}"] if email else []
    return "\r\n".join([*lines, "END:VCARD", ""])


@dataclass(frozen=True)
class Campaign:
    """Where the files are. ``options`` are those of ``kith run``, without ``--out``."""

    folder: Path

    @property
    def out(self) -> Path:
        """Where a run writes."""
        return self.folder / "out"

    def options(self, **changed: object) -> list[str]:
        """The words of a run; an option named here replaces the usual one, ``None`` leaves it out."""
        usual: dict[str, object] = {
            "voters": self.folder / "voters.txt", "history": self.folder / "history.txt",
            "supporters": self.folder / "supporters.csv", "contacts": self.folder / "contacts",
            "election": "2026-11-03", "out": self.out, **changed,
        }  # fmt: skip
        pairs = [(f"--{name.replace('_', '-')}", value) for name, value in usual.items() if value is not None]
        return ["run", *(str(word) for pair in pairs for word in pair if word is not True)]

    def supporters(self, rows: Iterable[Mapping[str, str]]) -> None:
        """Write supporters.csv."""
        held = list(rows)
        with (self.folder / "supporters.csv").open("w", newline="", encoding="utf-8") as file:
            table = csv.DictWriter(file, list(held[0]))
            table.writeheader()
            table.writerows(held)

    def book(self, name: str, content: str | bytes) -> Path:
        """Write a contact file."""
        path = self.folder / "contacts" / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def table(self, name: str) -> list[dict[str, str]]:
        """A table that the run wrote."""
        with (self.out / name).open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))


def small_campaign(
    folder: Path, *, neighbors: int = 300, named: Sequence[Mapping[str, str]] = (MARIA, TOM, DANA, ROSA, ROSAS_NAMESAKE)
) -> Campaign:
    """Write the files of the campaign."""
    draw = np.random.default_rng(11)
    people = [_neighbor(number, draw) for number in range(neighbors)] + list(named)
    write(folder / "voters.txt", people)
    votes = [vote(one, day) for one in people for day in ELECTIONS if draw.random() < 0.5]
    write(folder / "history.txt", votes)
    (folder / "contacts").mkdir()
    campaign = Campaign(folder)
    campaign.supporters([
        {"supporter_id": "s-ana", "display_name": "Ana Whitfield", "zip": "28376"},
        {"supporter_id": "s-jo", "display_name": "Jo Beckham", "zip": "28376"},
        {"supporter_id": "s-lee", "display_name": "Lee Osborne", "zip": "28376"},
    ])  # fmt: skip
    campaign.book("s-ana.vcf", card("Maria Alvarez-Quinn") + card("Linda Zimmerly") + card("Mom", phone="9102110177"))
    campaign.book("s-jo.vcf", card("Tom Beckerath", phone="9102110177") + card("Rosa Delmare"))
    campaign.book(
        "s-lee.vcf", card("Dana Osgoode", phone="910 211 0103") + card("Pizza Palace") + card("Kevin Ostrander")
    )
    return campaign


def _neighbor(number: int, draw: np.random.Generator) -> dict[str, str]:
    return {
        **ANA, **_HOME, "ncid": f"BB{number:06d}", "first_name": str(draw.choice(_GIVEN)), "last_name": str(draw.choice(_FAMILY)),
        "res_street_address": f"{number // 2} OAK ST", "full_phone_number": f"910211{1000 + number}",
        "birth_year": str(draw.integers(1940, 2005)), "gender_code": str(draw.choice(list("FM"))),
    }  # fmt: skip
