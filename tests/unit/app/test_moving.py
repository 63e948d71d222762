"""A move takes so many supporters at once as a server can hold."""

from hypothesis import given
from hypothesis import strategies as st

from app.moving import _CONTACTS, _PEOPLE, _parts
from graph.model import Contact, ContactKey, Supporter, SupporterId
from graph.store import Brought

FRIEND = Contact(ContactKey("friend"), SupporterId("ana"), "phone.vcf", 0, b"sealed")


def with_friends(number, friends):
    return Brought(Supporter(SupporterId(f"S{number}"), "Ana"), [FRIEND] * friends)


def test_two_with_large_circles_go_one_after_the_other_and_small_ones_together():
    large, small = _CONTACTS - 10, 5
    sizes = [
        [len(one.contacts) for one in part]
        for part in _parts(map(with_friends, range(4), (large, large, small, small)))
    ]
    assert sizes == [[large], [large, small, small]]


@given(st.lists(st.sampled_from([0, 3, _CONTACTS // 2, _CONTACTS, _CONTACTS + 1]), max_size=120))
def test_everybody_is_moved_once_in_her_order(circles):
    everybody = list(map(with_friends, range(len(circles)), circles))
    parts = list(_parts(everybody))
    assert [one for part in parts for one in part] == everybody
    for part in parts:
        assert 1 <= len(part) <= _PEOPLE
        assert len(part) == 1 or sum(len(one.contacts) for one in part) <= _CONTACTS
