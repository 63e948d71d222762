"""The attacks of our threat model by number: what each is called, which tests show the answer, and what only a later page can show.

Anchors: RFC 9700 and its running update, RFC 7636, 9207, 7009, 8252, 8414; OWASP ASVS 5.0 chapters 6 to 10 and 14; OWASP API
Security Top 10 (2023). A test says its number in its name (``test_07_...`` or ``test_attack_07_...``); one that was written
for a promise or for a part of the program is named here.
"""

from __future__ import annotations

ATTACKS: dict[int, str] = {
    1: "callback without state", 2: "callback with an unknown state", 3: "the same callback twice", 4: "an old state",
    5: "login CSRF in a fresh browser", 6: "login CSRF beside a pending flow", 7: "a link that another began (COSF)",
    8: "another signed in meanwhile", 9: "code injection", 10: "PKCE stripped", 11: "PKCE downgrade in the metadata",
    12: "a token endpoint that wants no verifier", 13: "mix-up of issuers", 14: "a callback that hides its issuer",
    15: "callback of another provider or campaign (COAT, CORF)", 16: "metadata of another issuer",
    17: "endpoints on another host", 18: "id_token claims for somebody else", 19: "id_token signatures that prove nothing",
    20: "no id_token", 21: "the contacts scope refused", 22: "more granted than asked", 23: "one subject at two issuers",
    24: "secrets in logs and addresses", 25: "open redirect", 26: "session fixation", 27: "a cookie after signing out",
    28: "cookie flags and tampering", 29: "CSRF", 30: "clickjacking", 31: "somebody else's ids", 32: "another campaign's ids",
    33: "a campaign named by the caller", 34: "mass assignment", 35: "functions of another role", 36: "friends of friends",
    37: "SSRF by address", 38: "DNS rebinding", 39: "redirect to an inner address", 40: "a next page elsewhere",
    41: "pages without end", 42: "answers that hurt", 43: "not now", 44: "refresh race", 45: "a refresh whose answer was lost",
    46: "another subject at refresh", 47: "a sealed token moved", 48: "hostile vCards", 49: "files that are something else",
    50: "hostile file names", 51: "stored XSS", 52: "formulas in exports", 53: "Cypher injection", 54: "SQL injection",
    55: "matching bombs", 56: "a contact book as an oracle", 57: "the list of those left out as an oracle",
    58: "differencing of reports", 59: "forged signed_request", 60: "webhooks forged or aimed inside",
    61: "deletion call for nobody", 62: "the friend's link guessed or prefetched", 63: "left out, then imported again",
    64: "erased, then restored", 65: "brute force", 66: "slow and idle connections", 67: "Host header poisoning",
    68: "odd methods and paths", 69: "CORS", 70: "weak secrets and open documentation", 71: "a changed consent text",
    72: "withdrawal during an import",
}  # fmt: skip

SHOWN_BY: dict[int, tuple[str, ...]] = {
    1: ("flows/test_oauth_flow.py::test_01_02_a_callback_without_a_known_state_goes_nowhere",),
    22: ("unit/oauth/test_login.py::test_a_right_answer_says_who_and_what_was_granted",),
    24: (
        "promises/test_install.py::test_p19_no_log_no_address_and_no_error_page_holds_a_person",
        "security/test_canaries.py::test_a_canary_is_in_the_store_alone_and_after_she_left_nowhere",
    ),
    31: (
        "promises/test_sight.py::test_p13_trying_somebody_elses_friend_is_refused_and_written_down",
        "flows/test_pages.py::test_somebody_elses_friend_looks_like_nobody",
    ),
    32: (
        "promises/test_install.py::test_p15_campaigns_are_apart_and_only_the_list_of_those_left_out_spans_them",
        "contract/test_record_store.py::test_no_method_reaches_into_another_space",
        "contract/test_graph_store.py::test_no_method_reaches_into_another_campaign",
    ),
    35: ("flows/test_roles.py::test_each_role_gets_in_where_the_table_says_and_nowhere_else",),
    48: (
        "unit/oauth/test_readers_hostile.py::test_a_card_with_a_photo_of_ten_megabytes_is_read_without_it",
        "unit/oauth/test_readers_hostile.py::test_two_thousand_cards_that_never_end_are_left_out_one_by_one",
        "unit/oauth/test_readers_hostile.py::test_addresses_in_pictures_keys_and_pages_are_dropped_unread",
    ),
    49: (
        "unit/oauth/test_readers_hostile.py::test_what_is_no_contact_file_is_named_in_one_sentence_and_never_unpacked",
        "unit/oauth/test_readers_hostile.py::test_a_quote_that_is_never_closed_is_named_by_its_line",
    ),
    51: ("flows/test_browser.py::test_a_hostile_name_opens_no_dialog",),
    52: ("unit/app/test_run_outputs.py::test_a_safe_cell_never_begins_like_a_formula_and_can_be_read_back",),
    53: ("unit/graph/test_cypher_literals.py::test_every_query_is_a_literal",),
    55: (
        "unit/matching/test_names_laws.py::test_a_hostile_name_is_read_in_no_time",
        "unit/oauth/test_readers_hostile.py::test_a_name_of_ten_thousand_letters_is_cut",
    ),
    57: ("promises/test_sight.py::test_p09_who_voted_who_left_and_who_is_not_in_the_file_look_alike",),
    58: (
        "promises/test_sight.py::test_p10_no_count_about_friends_below_ten_is_shown_nor_can_be_subtracted",
        "unit/app/test_small_cells.py::test_a_group_and_its_rest_never_tell_of_fewer_than_ten",
    ),
    62: ("promises/test_friends.py::test_p07_a_friend_opts_out_without_an_account_and_stays_out_in_every_spelling",),
    63: ("unit/oauth/test_suppression.py::test_any_spelling_of_her_number_stays_out",),
    64: ("flows/test_restore.py::test_who_left_after_the_backup_is_gone_again",),
    65: ("flows/test_sign_in.py::test_one_caller_cannot_try_addresses_without_end",),
    71: (
        "unit/oauth/test_consent.py::test_a_text_that_was_changed_without_a_new_version_is_refused",
        "promises/test_consent.py::test_p01_what_the_ledger_keeps_is_the_hash_of_the_words_on_the_page",
    ),
    72: (
        "contract/test_graph_store.py::test_an_import_that_was_under_way_keeps_nothing_after_the_withdrawal",
        "promises/test_leaving.py::test_p06_coming_back_from_the_provider_after_she_left_keeps_nothing",
    ),
}
"""Tests that say no number, under ``tests/``."""

LATER: dict[int, str] = {
    59: "Comes with Facebook Login (oauth/providers/): Facebook is no provider there, and no page takes a signed_request today.",
    60: "Comes with the HTTP API and its webhooks (app/api): nothing is delivered to other sites today.",
    61: "Comes with Facebook Login, like 59.",
}
"""Why not today, and where it will live."""
