/*
 * What a DICOM peer must say of itself: nothing unless it was set, then exactly that.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "guard/access/peer_identity.h"
#include "house.h"

typedef struct Wanted {
    Peer        peer;
    const char *username, *passcode;
} Wanted;

static bool save(Db *db, void *work, Err *err)
{
    Wanted *w = work;
    return (w->peer.id || peer_save(db, &w->peer, &w->peer.id, err)) &&
           peer_identity_set(db, w->peer.id, slice_of(w->username), slice_of(w->passcode), err);
}

static Wanted a_peer(const House *h, const char *username, const char *passcode)
{
    Wanted w = {
        .peer     = { .ae_title = "MODALITY1", .address = "192.0.2.10", .may = PEER_STORE, .enabled = true },
        .username = username,
        .passcode = passcode
    };
    MUST(db_write(h->host, save, &w, fault));
    return w;
}

static bool check(const House *h, const Wanted *w, unsigned type, const char *username, const char *passcode,
                  bool *ret_checked, Err *err)
{
    PeerSaid said = { type, slice_of(username), slice_of(passcode) };
    OWNED(Db) *db = db_read(h->host, err);
    return db && peer_identity_check(db, w->peer.id, &said, ret_checked, err);
}

static void a_peer_of_whom_nothing_is_asked_may_say_anything(void **state)
{
    House *h       = *state;
    Wanted w       = a_peer(h, "", "");
    bool   checked = true;
    for (unsigned type = 0; type <= 5; type++) {
        MUST(check(h, &w, type, "anybody", "anything", &checked, fault));
        assert_false(checked); /* so that nothing is affirmed to it */
    }
}

static void a_name_is_enough_when_only_a_name_is_asked(void **state)
{
    House *h       = *state;
    Wanted w       = a_peer(h, " ct-1 ", "");
    bool   checked = false;
    MUST(check(h, &w, 1, "ct-1", "", &checked, fault));
    assert_true(checked);
    MUST(check(h, &w, 2, "ct-1 ", "whatever", &checked, fault));
    REFUSED(ERR_DENIED, check(h, &w, 1, "CT-1", "", &checked, fault));
    REFUSED(ERR_DENIED, check(h, &w, 1, "", "", &checked, fault));
    REFUSED(ERR_DENIED, check(h, &w, 0, "", "", &checked, fault));
    for (unsigned type = 3; type <= 5; type++) /* a ticket or token proves nothing here */
        REFUSED(ERR_DENIED, check(h, &w, type, "ct-1", "", &checked, fault));
}

static void a_passcode_is_needed_where_there_is_one(void **state)
{
    House *h       = *state;
    Wanted w       = a_peer(h, "ct-1", "long enough");
    bool   checked = false;
    MUST(check(h, &w, 2, "ct-1", "long enough", &checked, fault));
    assert_true(checked);
    REFUSED(ERR_DENIED, check(h, &w, 2, "ct-1", "long enough ", &checked, fault));
    REFUSED(ERR_DENIED, check(h, &w, 2, "ct-1", "", &checked, fault));
    REFUSED(ERR_DENIED, check(h, &w, 1, "ct-1", "long enough", &checked, fault));
    assert_int_equal(count_of(h, "SELECT COUNT(*) FROM peer_identity WHERE passcode LIKE '$argon2id$%'"), 1);
    w.username = ""; /* taken back: nothing is asked any more */
    MUST(db_write(h->host, save, &w, fault));
    MUST(check(h, &w, 0, "", "", &checked, fault));
    assert_false(checked);
}

static void names_and_passcodes_have_their_bounds(void **state)
{
    House      *h = *state;
    static char long_text[66];
    memset(long_text, 'x', sizeof long_text - 1);
    Wanted w = a_peer(h, "", "");
    static const struct {
        const char *username, *passcode;
    } BAD[] = { { long_text, "" }, { "ct-1", "short" }, { "ct-1", long_text } };
    for (size_t i = 0; i < COUNT(BAD); i++) {
        w.username = BAD[i].username, w.passcode = BAD[i].passcode;
        REFUSED(ERR_INPUT, db_write(h->host, save, &w, fault));
    }
    assert_int_equal(count_of(h, "SELECT COUNT(*) FROM peer_identity"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_HOUSE(a_peer_of_whom_nothing_is_asked_may_say_anything),
        WITH_HOUSE(a_name_is_enough_when_only_a_name_is_asked),
        WITH_HOUSE(a_passcode_is_needed_where_there_is_one),
        WITH_HOUSE(names_and_passcodes_have_their_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
