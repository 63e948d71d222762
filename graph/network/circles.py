"""Questions over the network of supporters and the voters they know. Pure; pictures' graphs are small, so networkx serves.

A circle of friends is a community of the two-sided graph of supporters and voters (Blondel et al. 2008, by networkx).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import networkx as nx

from graph.model import SupporterId, VoterRef
from graph.store import Edge


@dataclass(frozen=True, slots=True)
class Community:
    """People who know each other: the supporters and the voters in it, and the place most of the voters live."""

    place: str
    supporters: frozenset[SupporterId]
    voters: frozenset[VoterRef]


def communities(edges: Sequence[Edge], *, seed: int, smallest: int) -> list[Community]:
    """Communities, largest first; those with fewer voters than ``smallest`` are one community "elsewhere" at the end.

    When even that is smaller it is left out. No edges give no communities.
    """
    if not edges:
        return []
    network = two_sided(edges)
    places = {edge.voter: (edge.city or edge.precinct).title() for edge in edges}
    found = [
        _community(nodes, places) for nodes in nx.community.louvain_communities(network, weight="weight", seed=seed)
    ]
    large = sorted((c for c in found if len(c.voters) >= smallest), key=lambda c: (-len(c.voters), min(c.voters)))
    rest = [c for c in found if len(c.voters) < smallest]
    elsewhere = _merged(rest)
    return _named_apart(large) + ([elsewhere] if len(elsewhere.voters) >= smallest else [])


def two_sided(edges: Iterable[Edge]) -> nx.Graph[tuple[str, object]]:
    """The graph of ``("supporter", id)`` and ``("voter", ref)`` nodes, in a fixed order, weighted by the match."""
    network: nx.Graph[tuple[str, object]] = nx.Graph()
    for edge in sorted(edges, key=lambda e: (e.supporter_id, e.voter, e.contact_key)):
        network.add_edge(("supporter", edge.supporter_id), ("voter", edge.voter), weight=edge.match_probability)
    return network


def _community(nodes: Iterable[tuple[str, object]], places: Mapping[VoterRef, str]) -> Community:
    members = sorted(nodes, key=str)
    voters = [node for kind, node in members if kind == "voter" and isinstance(node, VoterRef)]
    supporters = frozenset(SupporterId(str(node)) for kind, node in members if kind == "supporter")
    counted = Counter(places[voter] for voter in voters if places[voter])
    place = min(counted, key=lambda name: (-counted[name], name)) if counted else ""
    return Community(place, supporters, frozenset(voters))


def _named_apart(found: Sequence[Community]) -> list[Community]:
    """Two communities of one place are told apart by a number, so that each row and ring has its own name."""
    seen: Counter[str] = Counter()
    named = []
    for community in found:
        seen[community.place] += 1
        number = seen[community.place]
        name = community.place if number == 1 else f"{community.place} {number}"
        named.append(Community(name, community.supporters, community.voters))
    return named


def _merged(rest: Sequence[Community]) -> Community:
    supporters = frozenset(s for c in rest for s in c.supporters)
    return Community("Elsewhere", supporters, frozenset(v for c in rest for v in c.voters))


def ties_between(found: Sequence[Community], edges: Iterable[Edge]) -> dict[tuple[int, int], int]:
    """How many ties cross between two communities, by their places in the list (the smaller first)."""
    home = {voter: at for at, community in enumerate(found) for voter in community.voters}
    seat = {supporter: at for at, community in enumerate(found) for supporter in community.supporters}
    counted: Counter[tuple[int, int]] = Counter()
    for edge in edges:
        ends = (seat.get(edge.supporter_id), home.get(edge.voter))
        if None not in ends and ends[0] != ends[1]:
            first, second = sorted(end for end in ends if end is not None)
            counted[first, second] += 1
    return dict(sorted(counted.items()))


def known_to(edges: Iterable[Edge]) -> dict[VoterRef, int]:
    """How many supporters know each voter."""
    known: defaultdict[VoterRef, set[SupporterId]] = defaultdict(set)
    for edge in edges:
        known[edge.voter].add(edge.supporter_id)
    return {voter: len(supporters) for voter, supporters in known.items()}


def heard_in(community: Community, heard: Collection[VoterRef]) -> int:
    """How many of a community have heard from a friend."""
    return len(community.voters & set(heard))
