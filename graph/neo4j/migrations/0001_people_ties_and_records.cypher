// People, ties and records. Every node names its campaign; a key is unique inside it. Instants are microseconds since
// 1970, UTC. Each statement may be repeated.

CREATE CONSTRAINT turn_once IF NOT EXISTS
FOR (t:Turn) REQUIRE (t.campaign, t.part) IS UNIQUE;

CREATE CONSTRAINT supporter_once IF NOT EXISTS
FOR (s:Supporter) REQUIRE (s.campaign, s.supporter_id) IS UNIQUE;

CREATE CONSTRAINT contact_once IF NOT EXISTS
FOR (c:Contact) REQUIRE (c.campaign, c.supporter_id, c.contact_key) IS UNIQUE;

CREATE CONSTRAINT voter_once IF NOT EXISTS
FOR (v:Voter) REQUIRE (v.campaign, v.state, v.voter_id) IS UNIQUE;

CREATE CONSTRAINT ask_once IF NOT EXISTS
FOR (a:Ask) REQUIRE (a.campaign, a.supporter_id, a.rank, a.contact_key) IS UNIQUE;

CREATE CONSTRAINT event_once IF NOT EXISTS
FOR (e:Event) REQUIRE (e.campaign, e.key) IS UNIQUE;

CREATE CONSTRAINT record_once IF NOT EXISTS
FOR (r:Record) REQUIRE (r.campaign, r.kind, r.key) IS UNIQUE;

CREATE CONSTRAINT entry_once IF NOT EXISTS
FOR (e:Entry) REQUIRE (e.campaign, e.stream, e.sequence) IS UNIQUE;

CREATE INDEX ask_by_voter IF NOT EXISTS FOR (a:Ask) ON (a.campaign, a.state, a.voter_id);

CREATE INDEX event_by_time IF NOT EXISTS FOR (e:Event) ON (e.campaign, e.at);

CREATE INDEX event_by_voter IF NOT EXISTS FOR (e:Event) ON (e.campaign, e.state, e.voter_id);

CREATE INDEX record_ready IF NOT EXISTS FOR (r:Record) ON (r.campaign, r.kind, r.ready_at);

CREATE INDEX record_expiry IF NOT EXISTS FOR (r:Record) ON (r.campaign, r.expires_at);
