"""What a written name promises to tell."""

from __future__ import annotations

import pytest

from graph.model import ContactRecord, SourceKind
from matching.names.reading import NameKind, NameReading, read_name, surnames


def entry(display_name: str = "", **parts: object) -> ContactRecord:
    return ContactRecord("friends.vcf", 0, parts.pop("kind", SourceKind.VCARD), display_name, **parts)


def read(display_name: str = "", **parts: object) -> NameReading:
    return read_name(entry(display_name, **parts))


def best(reading: NameReading) -> tuple[str, str, str]:
    name = reading.possible[0]
    return " ".join(name.given), " ".join(name.middle), " ".join(name.family)


def belief_in(reading: NameReading, *, given: str = "", family: str = "") -> float:
    """The belief in readings with this given name (if given) and this surname among the surnames (if given)."""
    return sum(
        name.weight
        for name in reading.possible
        if (not given or name.given[:1] == (given,)) and (not family or family in name.family)
    )


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Ana Lee", ("ANA", "", "LEE")),
        ("william victor jackson", ("WILLIAM", "VICTOR", "JACKSON")),
        ("DAVEY M", ("DAVEY", "", "M")),
        ("William S.", ("WILLIAM", "", "S")),
        ("J. Smith", ("J", "", "SMITH")),
        ("A.J. Smith", ("A", "J", "SMITH")),
        ("Mark B Buchanan", ("MARK", "B", "BUCHANAN")),
        ("Jones, Derrick", ("DERRICK", "", "JONES")),
        ("Jones, Derrick W.", ("DERRICK", "W", "JONES")),
        ("Jones Derrick", ("DERRICK", "", "JONES")),
        ("  Ann    Bigos ", ("ANN", "", "BIGOS")),
        ("Lonnie Faires 👑", ("LONNIE", "", "FAIRES")),
        ("Ann--Marie Lee", ("ANN", "MARIE", "LEE")),
        ("Dr.Smith", ("", "", "SMITH")),
        ("Mary Ann Smith", ("MARY", "ANN", "SMITH")),
        ("Jean-Luc Picard", ("JEAN", "LUC", "PICARD")),
    ],
)
def test_a_plain_name_gives_given_middle_and_surname(written, expected):
    assert best(read(written)) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Ana Garcia-Lopez", ("ANA", "", "GARCIA LOPEZ")),
        ("Ana Garcia Lopez", ("ANA", "", "GARCIA LOPEZ")),
        ("José Luis Rodríguez Pérez", ("JOSE", "LUIS", "RODRIGUEZ PEREZ")),
        ("Maria de la Cruz", ("MARIA", "", "DELACRUZ")),
        ("del Rio, Ana", ("ANA", "", "DELRIO")),
        ("Anna Van Dyke", ("ANNA", "", "VANDYKE")),
        ("Ronald Mc Donald", ("RONALD", "", "MCDONALD")),
        ("Mary St. Clair", ("MARY", "", "STCLAIR")),
        ("Sandra O Neil", ("SANDRA", "", "ONEIL")),
        ("Sandra O’Neil", ("SANDRA", "", "ONEIL")),
        ("José Ortega y Gasset", ("JOSE", "", "ORTEGA GASSET")),
        ("Ana Lopez (Garcia)", ("ANA", "", "LOPEZ GARCIA")),
        ("Ana Lopez (née García)", ("ANA", "", "LOPEZ GARCIA")),
        ("Ana Lopez née García", ("ANA", "", "LOPEZ GARCIA")),
        ("Al Núñez", ("AL", "", "NUNEZ")),
    ],
)
def test_double_maiden_and_spanish_surnames_keep_every_half(written, expected):
    assert best(read(written)) == expected


def test_the_paternal_surname_alone_is_a_reading_of_the_spanish_form():
    reading = read("Ana Garcia Lopez")
    assert any(name.family == ("GARCIA",) for name in reading.possible)


def test_three_names_on_facebook_are_first_maiden_married_or_first_middle_last():
    reading = read("Sara Beaumont Riley", kind=SourceKind.FACEBOOK_EXPORT)
    assert belief_in(reading, given="SARA", family="RILEY") == pytest.approx(1.0)
    assert 0.3 < belief_in(reading, family="BEAUMONT") < 0.95


def test_a_middle_name_used_as_surname_is_a_reading_without_surname():
    reading = read("Anthony Brian", kind=SourceKind.FACEBOOK_EXPORT)
    assert any(not name.family and name.middle == ("BRIAN",) for name in reading.possible)


def test_swapped_order_shows_in_how_common_the_words_are():
    assert belief_in(read("Garcia Maria"), given="MARIA", family="GARCIA") > 0.9
    assert belief_in(read("Maria Garcia"), given="MARIA", family="GARCIA") > 0.9


@pytest.mark.parametrize("written", ['Robert "Bob" Lee', "Robert 'Bob' Lee", "Robert (Bob) Lee", "Robert “Bob” Lee"])
def test_a_quoted_nickname_is_a_second_given_name(written):
    reading = read(written)
    assert belief_in(reading, given="ROBERT", family="LEE") > belief_in(reading, given="BOB", family="LEE") > 0.1


def test_the_nickname_field_is_a_second_given_name():
    reading = read("Robert Lee", given_name="Robert", family_name="Lee", nickname="Skip")
    assert belief_in(reading, given="ROBERT") > belief_in(reading, given="SKIP") > 0.05


@pytest.mark.parametrize(
    ("written", "expected", "gender"),
    [
        ("Mrs Holbrook", ("", "", "HOLBROOK"), "F"),
        ("Mr. Person", ("", "", "PERSON"), "M"),
        ("Rev Davis", ("", "", "DAVIS"), ""),
        ("Coach Ann", ("ANN", "", ""), ""),
        ("Señora Lopez", ("", "", "LOPEZ"), "F"),
        ("Sr. Lopez", ("", "", "LOPEZ"), "M"),
        ("Coach Amber Wimmer", ("AMBER", "", "WIMMER"), ""),
        ("Miss Debbie", ("DEBBIE", "", ""), "F"),
        ("Mr. & Mrs. Smith", ("", "", "SMITH"), ""),
        ("Tom Smith, M.D.", ("TOM", "", "SMITH"), ""),
    ],
)
def test_titles_and_credentials_are_no_names(written, expected, gender):
    reading = read(written)
    assert (best(reading), reading.gender) == (expected, gender)


@pytest.mark.parametrize(
    ("written", "suffix"), [("John Smith Jr", "JR"), ("John Smith, III", "III"), ("Smith, John, Jr.", "JR")]
)
def test_a_suffix_is_kept_apart(written, suffix):
    name = read(written).possible[0]
    assert (name.given, name.family, name.suffix) == (("JOHN",), ("SMITH",), suffix)


@pytest.mark.parametrize(
    ("written", "kin", "gender"),
    [
        ("Mom", "mother", "F"),
        ("Grandma", "grandmother", "F"),
        ("Sis", "sister", "F"),
        ("Dad Cell", "father", "M"),
        ("Mom & Dad", "parent", ""),
        ("Hubby ❤️", "husband", "M"),
        ("Mother-in-law", "mother-in-law", "F"),
        ("Abuelita", "grandmother", "F"),
    ],
)
def test_a_kin_label_alone_says_who_but_no_name(written, kin, gender):
    reading = read(written)
    assert (reading.kind, reading.possible, reading.kin, reading.gender) == (NameKind.PERSON, (), kin, gender)


@pytest.mark.parametrize(
    ("written", "kin", "expected"),
    [
        ("Aunt Rosa", "aunt", ("ROSA", "", "")),
        ("Cousin Louis", "cousin", ("LOUIS", "", "")),
        ("Tío Juan", "uncle", ("JUAN", "", "")),
        ("Uncle Bob Smith", "uncle", ("BOB", "", "SMITH")),
        ("Grandma Lopez", "grandmother", ("", "", "LOPEZ")),
    ],
)
def test_a_kin_label_with_a_name_keeps_both(written, kin, expected):
    reading = read(written)
    assert (reading.kin, best(reading)) == (kin, expected)


def test_tia_is_an_aunt_before_a_given_name_and_a_given_name_before_a_surname():
    assert read("Tia Rosa").kin == "aunt"
    assert best(read("Tia Payne")) == ("TIA", "", "PAYNE")
    assert read("Tia Payne").kin == ""


@pytest.mark.parametrize("written", ["Emma's mom", "Emma mom", "Mamá de Juan"])
def test_somebody_elses_mother_is_neither_named_nor_the_supporters_kin(written):
    reading = read(written)
    assert (reading.kind, reading.possible, reading.kin) == (NameKind.PERSON, (), "")


@pytest.mark.parametrize(
    ("written", "given", "context"),
    [
        ("Joe Plumber", "JOE", "PLUMBER"),
        ("Ana Work", "ANA", "WORK"),
        ("Thomas PTA", "THOMAS", "PTA"),
        ("Liza Realtor", "LIZA", "REALTOR"),
        ("Tom, Hollis High", "TOM", "HIGH"),
        ("Arlene From Church", "ARLENE", "CHURCH"),
        ("Tom (work)", "TOM", "WORK"),
        ("Georgie Book Club", "GEORGIE", "CLUB"),
        ("Neighbor Joe", "JOE", "NEIGHBOR"),
        ("Darrion Kid's Teacher", "DARRION", "TEACHER"),
        ("Leha Babysiter", "LEHA", "BABYSITER"),
        ("Tom @ Gym", "TOM", "GYM"),
        ("Angel Soccer Mom", "ANGEL", "SOCCER"),
        ("Guy Work", "GUY", "WORK"),
    ],
)
def test_where_she_knows_him_from_is_no_surname(written, given, context):
    reading = read(written)
    assert reading.kind is NameKind.PERSON
    assert best(reading) == (given, "", "")
    assert context in reading.context


@pytest.mark.parametrize("written", ["Joe Baker", "Thomas Church", "Joe Carpenter", "Ann Mason", "John Painter"])
def test_a_surname_that_is_also_a_trade_or_a_place_is_never_lost(written):
    given, family = written.upper().split()
    reading = read(written)
    assert belief_in(reading, given=given, family=family) > 0.2
    assert family in reading.context


def test_two_surnames_are_not_taken_for_a_trade():
    assert best(read("Joe Smith Plumber")) == ("JOE", "", "SMITH")
    assert best(read("Dean Martin")) == ("DEAN", "", "MARTIN")


@pytest.mark.parametrize(
    "written",
    ["Tom & Ann Lee", "Tom and Ann Lee", "Tom Lee & Ann", "Tom Lee & Ann Lee", "TOM + ANN LEE", "Lee, Tom & Ann"],
)
def test_a_joint_entry_gives_each_person(written):
    reading = read(written)
    assert belief_in(reading, given="TOM", family="LEE") > belief_in(reading, given="ANN", family="LEE") > 0.3


def test_a_spanish_couple_gives_each_person():
    reading = read("Ana y Juan Lopez")
    assert belief_in(reading, given="ANA", family="LOPEZ") > 0.3
    assert belief_in(reading, given="JUAN", family="LOPEZ") > 0.3


@pytest.mark.parametrize(
    ("written", "family"),
    [("The Lees", "LEE"), ("Smith Family", "SMITH"), ("Familia López", "LOPEZ"), ("The Joneses", "JONES")],
)
def test_a_household_gives_a_surname_and_no_given_name(written, family):
    reading = read(written)
    assert (reading.kind, best(reading)) == (NameKind.PERSON, ("", "", family))


@pytest.mark.parametrize(
    "written",
    [
        "HVAC guy",
        "Bank Fraud Dept",
        "CVS Raeford",
        "Church Office",
        "Doctor",
        "Vet",
        "Landlord",
        "Spam Likely",
        "Voicemail",
        "AT&T",
        "H&M",
        "Cooper Plumbing",
        "Clark & Sons Roofing",
        "State Farm Rhys",
        "Johnson Law Firm",
        "Rip Hair Salon",
        "Maria's Salon",
        "Realtor Ashkan",
        "Hair - Jessie",
        "First Baptist Church",
        "Chase Bank",
        "Raeford Elementary",
        "DO NOT ANSWER",
        "Roto Rooter",
        "Panadería Rosa",
        "Work",
        "Dr",
    ],
)
def test_businesses_and_roles_are_not_people(written):
    reading = read(written)
    assert reading.kind is NameKind.NOT_A_PERSON
    assert reading.why
    assert reading.possible == ()


@pytest.mark.parametrize(
    "written",
    [
        "Mason",
        "Guy",
        "Dona",
        "Mason Band",
        "Mrs Person",
        "Cooper Gym",
        "Hoa Nguyen",
        "Ashley Chase",
        "Tom Target",
        "Ana Church",
        "Ana Dentist Office",
        "Grace",
        "Jesus",
        "Angel",
        "Christian Church",
        "Art Park",
        "Bill Banks",
        "Heather Law",
        "Robin Hall",
        "Will Power",
    ],
)
def test_people_whose_names_look_like_businesses_stay_people(written):
    assert read(written).kind is NameKind.PERSON


def test_an_entry_with_only_an_organization_is_not_a_person():
    assert read(organization="Semora Pediatrics").kind is NameKind.NOT_A_PERSON


@pytest.mark.parametrize(
    "written", ["", "   ", "🔥", "910-555-0100", "+1 (910) 555-0100", "unknown", "Me", "...", "Иван"]
)
def test_nothing_said_is_said_to_be_nothing(written):
    reading = read(written)
    assert reading.kind is NameKind.SAYS_NOTHING
    assert reading.why


def test_parts_that_agree_with_a_reading_make_it_likelier():
    plain = belief_in(read("Maria Elena"), given="MARIA", family="ELENA")
    told = belief_in(read("Maria Elena", given_name="Maria", family_name="Elena"), given="MARIA", family="ELENA")
    assert told > plain


def test_parts_are_read_when_the_display_name_is_empty_or_leaves_the_surname_out():
    assert best(read("", given_name="Ana", family_name="Lee")) == ("ANA", "", "LEE")
    assert best(read("Annie", given_name="Ana", family_name="Lee")) == ("ANA", "", "LEE")
    assert read("", given_name="Holbrook", name_prefix="Mrs").gender == "F"


def test_everything_in_the_given_field_reads_like_a_display_name():
    assert best(read("Vonna Conde", given_name="Vonna Conde")) == ("VONNA", "", "CONDE")


@pytest.mark.parametrize(
    ("words", "expected"),
    [("DE LA CRUZ", ("DELACRUZ",)), ("GARCIA-LOPEZ", ("GARCIA", "LOPEZ")), ("GARCIA LOPEZ", ("GARCIA", "LOPEZ"))],
)
def test_surnames_of_a_voter_file_are_cut_the_same_way(words, expected):
    assert surnames(words.split()) == expected
