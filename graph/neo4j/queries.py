"""The questions and orders about people and ties, each a literal. ``$campaign`` is given to every one.

A node that is named by its label is bound to the campaign in the same breath; whatever else is met is reached from it.
Answers come as few records with lists in them: the driver's cost is by the record.
"""

from __future__ import annotations

from typing import Final

# --- supporters -------------------------------------------------------------------------------------------------------

SUPPORTER: Final = """
MATCH (s:Supporter {campaign: $campaign, supporter_id: $supporter_id})
RETURN s.supporter_id, s.display_name, s.email, s.phone, s.postal_code, s.organizer_id, s.created_at
"""
SUPPORTERS: Final = """
MATCH (s:Supporter {campaign: $campaign})
RETURN s.supporter_id, s.display_name, s.email, s.phone, s.postal_code, s.organizer_id, s.created_at
"""
PUT_SUPPORTER: Final = """
MERGE (s:Supporter {campaign: $campaign, supporter_id: $supporter_id})
SET s.display_name = $display_name, s.email = $email, s.phone = $phone, s.postal_code = $postal_code,
    s.organizer_id = $organizer_id, s.created_at = $created_at
"""

# --- contacts and ties ------------------------------------------------------------------------------------------------

CONTACTS: Final = """
MATCH (s:Supporter {campaign: $campaign, supporter_id: $supporter_id})
RETURN s.contact_digest,
       [(s)-[k:KNOWS]->(c) |
        [c.contact_key, c.source, c.position, c.sealed_details, k.relationship_type, k.tie_strength]]
"""
SOME_CONTACTS: Final = """
MATCH (s:Supporter {campaign: $campaign, supporter_id: $supporter_id})
RETURN s.contact_digest, COLLECT {
    UNWIND $rows AS row
    MATCH (c:Contact {campaign: $campaign, supporter_id: $supporter_id, contact_key: row})<-[k:KNOWS]-()
    RETURN [c.contact_key, c.source, c.position, c.sealed_details, k.relationship_type, k.tie_strength]
}
"""
WHICH_ARE_HERS: Final = """
MATCH (:Supporter {campaign: $campaign, supporter_id: $supporter_id})
RETURN COLLECT {
    UNWIND $rows AS row
    MATCH (c:Contact {campaign: $campaign, supporter_id: $supporter_id, contact_key: row})
    RETURN c.contact_key
}
"""
PUT_CONTACTS: Final = """
MATCH (s:Supporter {campaign: $campaign, supporter_id: $supporter_id})
SET s.contact_digest = $digest
WITH s
UNWIND $rows AS row
MERGE (c:Contact {campaign: $campaign, supporter_id: $supporter_id, contact_key: row[0]})
SET c.source = row[1], c.position = row[2], c.sealed_details = row[3]
MERGE (s)-[k:KNOWS]->(c)
SET k.relationship_type = row[4], k.tie_strength = row[5]
"""

# --- voters and matches -----------------------------------------------------------------------------------------------

VOTERS: Final = """
UNWIND $rows AS row
MATCH (v:Voter {campaign: $campaign, state: row[0], voter_id: row[1]})
WHERE v.precinct IS NOT NULL
RETURN v.state, v.voter_id, v.precinct, v.city, v.household
"""
ALL_VOTERS: Final = """
MATCH (v:Voter {campaign: $campaign})
WHERE v.precinct IS NOT NULL
RETURN v.state, v.voter_id, v.precinct, v.city, v.household
"""
PUT_VOTERS: Final = """
UNWIND $rows AS row
MERGE (v:Voter {campaign: $campaign, state: row[0], voter_id: row[1]})
SET v.precinct = row[2], v.city = row[3], v.household = row[4]
"""
MATCHES: Final = """
MATCH (s:Supporter {campaign: $campaign, supporter_id: $supporter_id})
RETURN s.match_digest,
       [(s)-[:KNOWS]->(c) WHERE c.match_status IS NOT NULL |
        [c.contact_key, c.match_status, c.match_reason,
         [(c)-[m:MAY_BE]->(v) | [m.place, v.state, v.voter_id, m.match_probability, m.reasons]]]]
"""
SOME_MATCHES: Final = """
MATCH (s:Supporter {campaign: $campaign, supporter_id: $supporter_id})
RETURN s.match_digest, COLLECT {
    UNWIND $rows AS row
    MATCH (c:Contact {campaign: $campaign, supporter_id: $supporter_id, contact_key: row})
    WHERE c.match_status IS NOT NULL
    RETURN [c.contact_key, c.match_status, c.match_reason,
            [(c)-[m:MAY_BE]->(v) | [m.place, v.state, v.voter_id, m.match_probability, m.reasons]]]
}
"""
PUT_MATCHES: Final = """
MATCH (s:Supporter {campaign: $campaign, supporter_id: $supporter_id})
SET s.match_digest = $digest
WITH s
UNWIND $rows AS row
MATCH (c:Contact {campaign: $campaign, supporter_id: $supporter_id, contact_key: row[0]})
SET c.match_status = row[1], c.match_reason = row[2]
"""
DROP_CANDIDATES: Final = """
UNWIND $rows AS row
MATCH (c:Contact {campaign: $campaign, supporter_id: $supporter_id, contact_key: row[0]})-[m:MAY_BE]->()
DELETE m
"""
PUT_CANDIDATES: Final = """
UNWIND $rows AS row
MATCH (c:Contact {campaign: $campaign, supporter_id: $supporter_id, contact_key: row[0]})
MERGE (v:Voter {campaign: $campaign, state: row[2], voter_id: row[3]})
CREATE (c)-[:MAY_BE {place: row[1], match_probability: row[4], reasons: row[5]}]->(v)
"""
DROP_UNNAMED: Final = """
UNWIND $rows AS row
MATCH (v:Voter {campaign: $campaign, state: row[0], voter_id: row[1]})
WHERE NOT EXISTS { (v)<-[:MAY_BE]-() }
WITH v, v.precinct IS NOT NULL AS was_kept
DELETE v
RETURN count(CASE WHEN was_kept THEN 1 END)
"""
EDGES: Final = """
MATCH (s:Supporter {campaign: $campaign})
RETURN s.supporter_id,
       [(s)-[k:KNOWS]->(c)-[m:MAY_BE {place: 0}]->(v) WHERE c.match_status IN ['auto', 'confirmed'] |
        [c.contact_key, v.state, v.voter_id, m.match_probability, k.tie_strength, c.match_status,
         coalesce(v.precinct, ''), coalesce(v.city, '')]]
"""
TIES: Final = """
MATCH (s:Supporter {campaign: $campaign})
RETURN s.supporter_id, COLLECT {
    MATCH (s)-[:KNOWS]->(c)-[m:MAY_BE {place: 0}]->(v)
    WHERE c.match_status IN ['auto', 'confirmed']
    WITH v.state AS state, collect(v.voter_id) AS ids, collect(m.match_probability) AS chances
    RETURN [state, ids, chances]
}
"""
SPOTS: Final = """
MATCH (v:Voter {campaign: $campaign})
WHERE v.precinct IS NOT NULL
RETURN v.precinct, v.city, v.state, collect(v.voter_id)
"""
SUPPORTERS_OF: Final = """
MATCH (v:Voter {campaign: $campaign, state: $state, voter_id: $voter_id})<-[:MAY_BE {place: 0}]-(c)<-[:KNOWS]-(s)
WHERE c.match_status IN ['auto', 'confirmed']
RETURN DISTINCT s.supporter_id
"""

REACH: Final = """
MATCH (v:Voter {campaign: $campaign})<-[:MAY_BE {place: 0}]-(c)<-[:KNOWS]-(s)
WHERE c.match_status IN ['auto', 'confirmed']
WITH v, collect(DISTINCT s.supporter_id) AS who
UNWIND who AS one
RETURN one, count(*), count(CASE WHEN size(who) = 1 THEN 1 END)
"""
OVERLAP: Final = """
MATCH (:Supporter {campaign: $campaign, supporter_id: $supporter_id})-[:KNOWS]->(c)-[:MAY_BE {place: 0}]->(v)
WHERE c.match_status IN ['auto', 'confirmed']
WITH DISTINCT v
MATCH (v)<-[:MAY_BE {place: 0}]-(other)<-[:KNOWS]-(s)
WHERE other.match_status IN ['auto', 'confirmed'] AND s.supporter_id <> $supporter_id
RETURN s.supporter_id, count(DISTINCT v)
"""

# --- many supporters at once ------------------------------------------------------------------------------------------

WHO_IS_THERE: Final = """
UNWIND $rows AS row
MATCH (s:Supporter {campaign: $campaign, supporter_id: row})
RETURN s.supporter_id
"""
NEW_SUPPORTERS: Final = """
UNWIND $rows AS row
CREATE (:Supporter {campaign: $campaign, supporter_id: row[0], display_name: row[1], email: row[2], phone: row[3],
                    postal_code: row[4], organizer_id: row[5], created_at: row[6], contact_digest: row[7],
                    match_digest: row[8], ask_digest: row[9]})
"""
NEW_CONTACTS: Final = """
UNWIND $rows AS row
MATCH (s:Supporter {campaign: $campaign, supporter_id: row[0]})
UNWIND row[1] AS its
CREATE (s)-[:KNOWS {relationship_type: its[4], tie_strength: its[5]}]->
       (c:Contact {campaign: $campaign, supporter_id: row[0], contact_key: its[0], source: its[1], position: its[2],
                   sealed_details: its[3], match_status: its[6], match_reason: its[7]})
WITH c, its
UNWIND its[8] AS one
MERGE (v:Voter {campaign: $campaign, state: one[1], voter_id: one[2]})
CREATE (c)-[:MAY_BE {place: one[0], match_probability: one[3], reasons: one[4]}]->(v)
"""
NEW_ASKS: Final = """
UNWIND $rows AS row
MATCH (s:Supporter {campaign: $campaign, supporter_id: row[0]})
MATCH (c:Contact {campaign: $campaign, supporter_id: row[0], contact_key: row[2]})
CREATE (s)-[:SUGGESTED]->(a:Ask {campaign: $campaign, supporter_id: row[0], rank: row[1], contact_key: row[2],
                                 state: row[3], voter_id: row[4], kind: row[5], expected_votes: row[6],
                                 reason: row[7], factors: row[8]})-[:ABOUT]->(c)
"""

# --- asks and events --------------------------------------------------------------------------------------------------

ASKS: Final = """
MATCH (s:Supporter {campaign: $campaign, supporter_id: $supporter_id})
RETURN s.ask_digest,
       [(s)-[:SUGGESTED]->(a) |
        [a.rank, a.contact_key, a.state, a.voter_id, a.kind, a.expected_votes, a.reason, a.factors]]
"""
ASKS_ABOUT: Final = """
UNWIND $rows AS row
MATCH (a:Ask {campaign: $campaign, state: row[0], voter_id: row[1]})
RETURN a.supporter_id, [a.rank, a.contact_key, a.state, a.voter_id, a.kind, a.expected_votes, a.reason, a.factors]
"""
DROP_ASKS: Final = """
MATCH (:Supporter {campaign: $campaign, supporter_id: $supporter_id})-[:SUGGESTED]->(a)
DETACH DELETE a
RETURN count(*)
"""
PUT_ASKS: Final = """
MATCH (s:Supporter {campaign: $campaign, supporter_id: $supporter_id})
SET s.ask_digest = $digest
WITH s
UNWIND $rows AS row
MATCH (c:Contact {campaign: $campaign, supporter_id: $supporter_id, contact_key: row[1]})
CREATE (s)-[:SUGGESTED]->(a:Ask {campaign: $campaign, supporter_id: $supporter_id, rank: row[0], contact_key: row[1],
                                 state: row[2], voter_id: row[3], kind: row[4], expected_votes: row[5],
                                 reason: row[6], factors: row[7]})-[:ABOUT]->(c)
"""
PUT_EVENT: Final = """
MATCH (s:Supporter {campaign: $campaign, supporter_id: $supporter_id})
MERGE (e:Event {campaign: $campaign, key: $key})
SET e.supporter_id = $supporter_id, e.contact_key = $contact_key, e.kind = $kind, e.at = $at, e.state = $state,
    e.voter_id = $voter_id, e.is_shared = $is_shared
MERGE (s)-[:DID]->(e)
WITH e
MATCH (c:Contact {campaign: $campaign, supporter_id: $supporter_id, contact_key: $contact_key})
MERGE (e)-[:ABOUT]->(c)
"""
EVENTS_OF: Final = """
MATCH (:Supporter {campaign: $campaign, supporter_id: $supporter_id})-[:DID]->(e)
WHERE e.at >= $since
RETURN collect([e.supporter_id, e.contact_key, e.kind, e.at, e.state, e.voter_id, e.is_shared])
"""
EVENTS_SINCE: Final = """
MATCH (e:Event {campaign: $campaign})
WHERE e.at >= $since
RETURN collect([e.supporter_id, e.contact_key, e.kind, e.at, e.state, e.voter_id, e.is_shared])
"""

# --- leaving ----------------------------------------------------------------------------------------------------------

DROP_EVENTS: Final = """
MATCH (:Supporter {campaign: $campaign, supporter_id: $supporter_id})-[:DID]->(e)
DETACH DELETE e
RETURN count(*)
"""
DROP_CONTACTS: Final = """
MATCH (:Supporter {campaign: $campaign, supporter_id: $supporter_id})-[:KNOWS]->(c)
WITH c, c.match_status IS NOT NULL AS had_match
DETACH DELETE c
RETURN count(*), count(CASE WHEN had_match THEN 1 END)
"""
DROP_SUPPORTER: Final = """
MATCH (s:Supporter {campaign: $campaign, supporter_id: $supporter_id})
DELETE s
RETURN count(*)
"""
DROP_EVENTS_ABOUT: Final = """
UNWIND $rows AS row
MATCH (:Contact {campaign: $campaign, supporter_id: $supporter_id, contact_key: row})<-[:ABOUT]-(e)<-[:DID]-()
DETACH DELETE e
RETURN count(*)
"""
DROP_ASKS_ABOUT: Final = """
UNWIND $rows AS row
MATCH (:Contact {campaign: $campaign, supporter_id: $supporter_id, contact_key: row})<-[:ABOUT]-(a)<-[:SUGGESTED]-()
DETACH DELETE a
RETURN count(*)
"""
DROP_THESE_CONTACTS: Final = """
UNWIND $rows AS row
MATCH (c:Contact {campaign: $campaign, supporter_id: $supporter_id, contact_key: row})
WITH c, c.match_status IS NOT NULL AS had_match
DETACH DELETE c
RETURN count(*), count(CASE WHEN had_match THEN 1 END)
"""
WHO_NAMES_HIM: Final = """
MATCH (v:Voter {campaign: $campaign, state: $state, voter_id: $voter_id})<-[:MAY_BE]-(c)<-[:KNOWS]-(s)
RETURN DISTINCT s.supporter_id, c.contact_key
"""
WHO_IS_TO_ASK_HIM: Final = """
MATCH (a:Ask {campaign: $campaign, state: $state, voter_id: $voter_id}) RETURN DISTINCT a.supporter_id
"""
DROP_ASKS_OF_VOTER: Final = """
MATCH (a:Ask {campaign: $campaign, state: $state, voter_id: $voter_id})
DETACH DELETE a
RETURN count(*)
"""
EVENTS_WITH_VOTER: Final = """
MATCH (e:Event {campaign: $campaign, state: $state, voter_id: $voter_id})
RETURN e.supporter_id, e.contact_key, e.kind, e.at, e.state, e.voter_id, e.is_shared
"""
DROP_EVENTS_WITH_VOTER: Final = """
MATCH (e:Event {campaign: $campaign, state: $state, voter_id: $voter_id})
DETACH DELETE e
"""
DROP_VOTER: Final = """
MATCH (v:Voter {campaign: $campaign, state: $state, voter_id: $voter_id})
WITH v, v.precinct IS NOT NULL AS was_kept
DELETE v
RETURN count(CASE WHEN was_kept THEN 1 END)
"""
SEAL: Final = """
MATCH (s:Supporter {campaign: $campaign, supporter_id: $supporter_id})
SET s.contact_digest = $contacts, s.match_digest = $matches
"""
SEAL_ASKS: Final = """
MATCH (s:Supporter {campaign: $campaign, supporter_id: $supporter_id})
SET s.ask_digest = $digest
"""

# --- looking after it -------------------------------------------------------------------------------------------------

NODES_WITHOUT_CAMPAIGN: Final = """
MATCH (n) WHERE n.campaign IS NULL AND NOT n:KithMigration RETURN count(n)
"""
STRAY_CONTACTS: Final = """
MATCH (c:Contact {campaign: $campaign}) WHERE NOT EXISTS { (c)<-[:KNOWS]-() } RETURN count(c)
"""
STRAY_ASKS: Final = """
MATCH (a:Ask {campaign: $campaign})
WHERE NOT EXISTS { (a)<-[:SUGGESTED]-() } OR NOT EXISTS { (a)-[:ABOUT]->() }
RETURN count(a)
"""
STRAY_EVENTS: Final = """
MATCH (e:Event {campaign: $campaign}) WHERE NOT EXISTS { (e)<-[:DID]-() } RETURN count(e)
"""
CONSTRAINTS: Final = """
SHOW CONSTRAINTS YIELD name RETURN collect(name)
"""
