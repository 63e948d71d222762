"""Phones and e-mails of a voter file read all at once are those that would be read one by one."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import example, given
from hypothesis import strategies as st

from graph.digests import area_code, keyed_digest, keyed_digests, normalise_email, normalise_phone
from matching.voterfile.append import keyed_emails, keyed_phones

KEY = b"Ana's campaign"
_DIGITS = st.text("0123456789", min_size=7, max_size=12)
_WRITTEN = st.builds(
    lambda digits, sign: f"{sign}{digits[:3]}) {digits[3:6]}-{digits[6:]}",
    _DIGITS,
    st.sampled_from(["(", "+1 (", "1-("]),
)
_PHONES = st.lists(
    st.one_of(_DIGITS, _WRITTEN, st.text(max_size=45), st.just("９１９5550123"), st.just("")), max_size=8
)


@given(texts=_PHONES)
@example(texts=["919-555-0123", "1234567890", "(919) 155-0123", "+919 5550123", "9195550123 x4"])
def test_phones_in_one_sweep_are_those_read_one_by_one(texts):
    found = keyed_phones(
        pa.chunked_array([pa.array(texts, pa.string())]), np.arange(len(texts), dtype=np.int32), key=KEY
    )
    trimmed = pc.utf8_trim_whitespace(pa.array(texts, pa.string())).to_pylist()
    said = [(row, normalise_phone(texts[row])) for row, text in enumerate(trimmed) if text]
    known = [(row, phone) for row, phone in said if phone]
    assert found.digests.tolist() == [keyed_digest(KEY, phone) for _, phone in known]
    assert found.rows.tolist() == [row for row, _ in known]
    assert found.area_codes.tolist() == [area_code(phone) for _, phone in known]
    assert found.invalid == len(said) - len(known)


@given(texts=st.lists(st.one_of(st.emails(), st.text(max_size=20)), max_size=6))
def test_emails_in_one_sweep_are_those_read_one_by_one(texts):
    found = keyed_emails(
        pa.chunked_array([pa.array(texts, pa.string())]), np.arange(len(texts), dtype=np.int32), key=KEY
    )
    assert found.digests.tolist() == [keyed_digest(KEY, email) for email in map(normalise_email, texts) if email]


@given(key=st.binary(max_size=80), texts=st.lists(st.text(max_size=20), max_size=5))
def test_many_digests_are_the_digests_of_each(key, texts):
    assert keyed_digests(key, texts).tolist() == [keyed_digest(key, text) for text in texts]


def test_nobody_has_no_digests():
    assert keyed_digests(KEY, []).tolist() == []
    assert len(keyed_phones(pa.chunked_array([], pa.string()), np.zeros(0, dtype=np.int32), key=KEY).digests) == 0
