/*
 * What the workflow will ask: is this person, this machine, this place fit, from files in a database. S5, O3, O5, O6, L13.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <unistd.h>

#include "clinic/staff/staff.h"
#include "clinic/staff/staff_file.h"
#include "clinic/staff/staff_procedures.h"
#include "clinic/staff/staff_register.h"
#include "guard/access/people.h"
#include "platform/clock.h"
#include "schema/schema.h"

#define MUST(call)                                                                                           \
    do {                                                                                                     \
        Err must_err = { 0 }, *fault = &must_err;                                                            \
        if (!(call))                                                                                         \
            fail_msg("%s: %s (%s)", #call, must_err.shown ? must_err.shown : "?", must_err.detail);          \
    } while (0)

enum { DAY_MS = 86400000 };

/* Of today: the same day here and at the organisation, in summer and in winter, whatever the hour of the run. */
static int64_t noon(void)
{
    return clock_now_ms() / DAY_MS * DAY_MS + DAY_MS / 2;
}

typedef struct Place {
    char    folder[64], path[96];
    DbHost *host;
    int64_t site, group, technologist, imager, machine, room, equipment, display, protocol, today;
} Place;

static bool person(Db *db, const char *login, int64_t organisation, unsigned roles, int64_t *ret, Err *err)
{
    Person p = { .active = true, .family = "NOM", .given = "Prénom" };
    slice_copy(slice_of(login), p.login, sizeof p.login);
    return person_create(db, &p, ret, err) && membership_set(db, *ret, organisation, roles, err);
}

static const StaffBy ALL = { .roles = ~0u, .factors = "test", .proved = true }, VERIFIER = { .roles = STAFF_ANSWERS };

static bool item(Db *db, const char *code, int64_t subject, int64_t procedure, int64_t today, int64_t days, const char *result, Err *err)
{
    StaffItem i = { .kind = staff_kind(slice_of(code)), .subject_id = subject, .procedure_id = procedure, .number = "N-1", .measured = true, .ambient_lux = 30 };
    staff_day_text(today, i.from);
    staff_day_text(today, i.assessed_on);
    staff_day_text(today + days, i.until);
    slice_copy(slice_of(result), i.result, sizeof i.result);
    if (i.kind->needs & ITEM_IS_MEASURED && i.kind->subject == OF_EQUIPMENT) {
        i.luminance_max = 420;
        i.luminance_min = 1.2;
    }
    StaffBy by = ALL;
    return staff_item_add(db, &i, "", today, &by, err) &&
           (!(i.kind->needs & ITEM_NEEDS_VERIFIED) || staff_item_verify(db, &i, &VERIFIER, err));
}

static bool fill(Db *db, void *arg, Err *err)
{
    Place       *p = arg;
    Organisation site = { .name = "Site", .kind = "site", .time_zone = "Europe/Paris" }, group = { .name = "Groupe", .kind = "imaging", .time_zone = "Europe/Paris" };
    if (!organisation_create(db, &site, &p->site, err) || !organisation_create(db, &group, &p->group, err) ||
        !person(db, "manip", p->site, ROLE_TECHNOLOGIST, &p->technologist, err) || !person(db, "imageur", p->group, ROLE_IMAGER, &p->imager, err) ||
        !staff_today(db, p->site, clock_now_ms(), &p->today, err))
        return false;
    OWNED(DbQuery) *machine = db_query(db, "INSERT INTO room (site_id, name, modality, ae_title, station_name) VALUES (?1, 'Scanner', 'CT', 'CT1', 'CT1')");
    db_bind_int(machine, 1, p->site);
    if (!db_run(machine, err))
        return false;
    p->machine = db_last_id(db);
    StaffRoom      room = { .organisation_id = p->site, .name = "Salle 1", .purpose = "exam", .active = true }, reading = { .organisation_id = p->group, .name = "Lecture", .purpose = "reading", .active = true };
    StaffEquipment e    = { .organisation_id = p->site, .machine_id = p->machine, .kind = "modality", .name = "Scanner", .modality = "CT", .active = true };
    StaffEquipment screen = { .organisation_id = p->group, .kind = "display", .name = "Écran", .active = true };
    if (!staff_room_save(db, &room, &ALL, err) || !staff_room_save(db, &reading, &ALL, err))
        return false;
    e.room_id      = room.id;
    screen.room_id = reading.id;
    if (!equipment_save(db, &e, &ALL, err) || !equipment_save(db, &screen, &ALL, err))
        return false;
    p->room = room.id, p->equipment = e.id, p->display = screen.id;
    StaffProcedure   protocol = { .organisation_id = p->site, .kind = "protocol", .code = "CT-1", .title = "Scanner", .modality = "CT", .roles = ROLE_TECHNOLOGIST };
    ProcedureVersion v        = { .text = SLICE("1. Topogramme.") };
    staff_day_text(p->today, v.from);
    if (!procedure_add(db, &protocol, &ALL, &protocol.id, err) || !procedure_publish(db, &protocol, &v, &ALL, err))
        return false;
    p->protocol = protocol.id;
    for (size_t i = 0; i < STAFF_KIND_COUNT; i++) {
        const StaffKind *k = &STAFF_KINDS[i];
        int64_t          days = k->years_max == 1 ? 300 : 700;
        bool             ok = k->subject == OF_PERSON ? item(db, k->code, p->technologist, p->protocol, p->today, days, "passed", err) && item(db, k->code, p->imager, p->protocol, p->today, days, "passed", err)
                              : k->subject == OF_ROOM ? item(db, k->code, p->room, 0, p->today, days, "passed", err) && item(db, k->code, reading.id, 0, p->today, days, "passed", err)
                                                      : item(db, k->code, p->equipment, 0, p->today, days, "passed", err) && item(db, k->code, p->display, 0, p->today, days, "passed", err);
        if (!ok)
            return false;
    }
    StaffBy by = { .person_id = p->technologist, .factors = "password+totp" };
    return procedure_accept(db, &v, &by, "totp", err);
}

static int open_place(void **state)
{
    Place *p = calloc(1, sizeof *p);
    snprintf(p->folder, sizeof p->folder, "/tmp/staff-fit-XXXXXX");
    assert_non_null(mkdtemp(p->folder));
    snprintf(p->path, sizeof p->path, "%s/db", p->folder);
    MUST((p->host = db_open(p->path, SCHEMA_MIGRATIONS, SCHEMA_MIGRATION_COUNT, fault)));
    MUST(db_write(p->host, fill, p, fault));
    *state = p;
    return 0;
}

static int close_place(void **state)
{
    static const char *const NAMES[] = { "db", "db-wal", "db-shm", "db-journal" };
    Place *p = *state;
    db_close(p->host);
    for (size_t i = 0; i < COUNT(NAMES); i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", p->folder, NAMES[i]);
        (void)unlink(path);
    }
    (void)rmdir(p->folder);
    free(p);
    return 0;
}

static bool has(const MissingList *list, const char *code)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].code, code) == 0)
            return true;
    return false;
}

/* The database changed by one literal statement with one number. */
typedef struct Change {
    const char *sql;
    int64_t     n;
} Change;

static bool change_work(Db *db, void *arg, Err *err)
{
    const Change *c   = arg;
    OWNED(DbQuery) *q = db_query(db, c->sql);
    db_bind_int(q, 1, c->n);
    return db_run(q, err);
}

static void change(Place *p, const char *sql, int64_t n)
{
    Change c = { sql, n };
    MUST(db_write(p->host, change_work, &c, fault));
}

static MissingList ask_person(Place *p, int64_t person_id, int64_t organisation, unsigned role, Slice modality, int64_t days, MissingList *warning)
{
    MissingList blocking = { 0 };
    OWNED(Db) *db        = NULL;
    StaffPart part       = { .person_id = person_id, .organisation_id = organisation, .role = role, .modality = modality, .at_ms = noon() + days * DAY_MS };
    MUST((db = db_read(p->host, fault)));
    MUST(staff_fit(db, &part, &blocking, warning, fault));
    return blocking;
}

static MissingList ask_machine(Place *p, int64_t machine, Slice modality, int64_t days)
{
    MissingList blocking = { 0 };
    OWNED(Db) *db        = NULL;
    MUST((db = db_read(p->host, fault)));
    MUST(equipment_fit(db, &(EquipmentPart) { machine, modality, noon() + days * DAY_MS }, &blocking, NULL, fault));
    return blocking;
}

static MissingList ask_place(Place *p, int64_t person_id, int64_t days)
{
    MissingList blocking = { 0 };
    OWNED(Db) *db        = NULL;
    MUST((db = db_read(p->host, fault)));
    MUST(workplace_fit(db, &(WorkplacePart) { person_id, p->group, SLICE("CT"), noon() + days * DAY_MS }, &blocking, NULL, fault));
    return blocking;
}

static void a_complete_file_takes_part_and_an_empty_one_is_told_all_it_lacks(void **state) /* S5 O5 L1 L13 */
{
    Place      *p = *state;
    MissingList warning = { 0 };
    assert_int_equal(ask_person(p, p->technologist, p->site, ROLE_TECHNOLOGIST, SLICE("CT"), 0, &warning).count, 0);
    assert_int_equal(warning.count, 0);
    MissingList none = ask_person(p, p->technologist + 1000, p->site, ROLE_TECHNOLOGIST, SLICE("CT"), 0, &warning);
    static const char *const CODES[] = { "staff-diploma", "staff-training-tools", "staff-training-distance", "staff-training-breakdowns", "staff-training-patients",
                                         "staff-training-workers", "staff-classification", "staff-dosimetry", "staff-procedures", "staff-knowledge" };
    for (size_t i = 0; i < COUNT(CODES); i++)
        assert_true(has(&none, CODES[i]));
    assert_int_equal(none.count, COUNT(CODES));
    assert_true(warning.count >= 3);
    MissingList plain = ask_person(p, p->technologist + 1000, p->site, ROLE_TECHNOLOGIST, SLICE("MR"), 0, NULL);
    assert_false(has(&plain, "staff-dosimetry") || has(&plain, "staff-training-patients") || has(&plain, "staff-knowledge"));
}

static void the_day_after_the_last_one_blocks(void **state) /* S5 L13 */
{
    Place *p = *state;
    assert_false(has(&(MissingList[]) { ask_person(p, p->technologist, p->site, ROLE_TECHNOLOGIST, SLICE("CT"), 300, NULL) }[0], "staff-dosimetry"));
    assert_true(has(&(MissingList[]) { ask_person(p, p->technologist, p->site, ROLE_TECHNOLOGIST, SLICE("CT"), 301, NULL) }[0], "staff-dosimetry"));
}

static void a_version_in_force_must_be_signed(void **state) /* O6 */
{
    Place *p = *state;
    change(p, "INSERT INTO staff_procedure_version (procedure_id, version, text, sha256, in_force_from, published_at_ms) VALUES (?1, 2, 'b', 'b', '2999-01-01', 0)", p->protocol);
    assert_int_equal(ask_person(p, p->technologist, p->site, ROLE_TECHNOLOGIST, SLICE("CT"), 0, NULL).count, 0);
    change(p, "UPDATE staff_procedure_version SET in_force_from = '2020-01-01' WHERE version = 2 AND procedure_id = ?1", p->protocol);
    MissingList missing = ask_person(p, p->technologist, p->site, ROLE_TECHNOLOGIST, SLICE("CT"), 0, NULL);
    assert_int_equal(missing.count, 1);
    assert_string_equal(missing.items[0].code, "staff-procedures");
    assert_int_equal(missing.items[0].count, 1);
    change(p, "UPDATE staff_procedure SET active = 0 WHERE id = ?1", p->protocol);
    assert_int_equal(ask_person(p, p->technologist, p->site, ROLE_TECHNOLOGIST, SLICE("CT"), 0, NULL).count, 0);
}

static void a_protocol_not_checked_blocks_its_own_modality_only(void **state) /* O6 */
{
    Place *p = *state;
    change(p, "UPDATE staff_item SET withdrawn_at_ms = 1 WHERE kind = 'knowledge' AND person_id = ?1", p->technologist);
    assert_true(has(&(MissingList[]) { ask_person(p, p->technologist, p->site, ROLE_TECHNOLOGIST, SLICE("CT"), 0, NULL) }[0], "staff-knowledge"));
    assert_int_equal(ask_person(p, p->technologist, p->site, ROLE_TECHNOLOGIST, SLICE("MR"), 0, NULL).count, 0);
}

static void a_machine_is_fit_by_its_checks_its_room_and_its_service(void **state) /* O3 S5 L13 */
{
    Place *p = *state;
    assert_int_equal(ask_machine(p, p->machine, SLICE("CT"), 0).count, 0);
    assert_true(has(&(MissingList[]) { ask_machine(p, p->machine + 9, SLICE("CT"), 0) }[0], "equipment-unknown"));
    assert_true(has(&(MissingList[]) { ask_machine(p, p->machine, SLICE("CT"), 301) }[0], "equipment-quality-control"));
    change(p, "UPDATE staff_equipment SET stopped_at_ms = 1, stopped_why = 'x' WHERE id = ?1", p->equipment);
    assert_true(has(&(MissingList[]) { ask_machine(p, p->machine, SLICE("CT"), 0) }[0], "equipment-stopped"));
    change(p, "UPDATE staff_equipment SET stopped_at_ms = NULL WHERE id = ?1", p->equipment);
    change(p, "UPDATE staff_item SET withdrawn_at_ms = 1 WHERE kind IN ('zoning', 'waste-plan') AND staff_room_id = ?1", p->room);
    MissingList ct = ask_machine(p, p->machine, SLICE("CT"), 0), nm = ask_machine(p, p->machine, SLICE("NM"), 0), mr = ask_machine(p, p->machine, SLICE("MR"), 0);
    assert_true(has(&ct, "room-zoning") && !has(&ct, "room-waste-plan"));
    assert_true(has(&nm, "room-zoning") && has(&nm, "room-waste-plan"));
    assert_int_equal(mr.count, 0);
}

static void an_imager_reads_where_a_display_fits(void **state) /* O3 */
{
    Place *p = *state;
    assert_int_equal(ask_place(p, p->imager, 0).count, 0);
    assert_true(has(&(MissingList[]) { ask_place(p, p->imager, 301) }[0], "equipment-display"));
    change(p, "UPDATE staff_equipment SET active = 0 WHERE id = ?1", p->display);
    assert_true(has(&(MissingList[]) { ask_place(p, p->imager, 0) }[0], "workplace-display"));
    change(p, "UPDATE staff_room SET active = 0 WHERE organisation_id = ?1", p->group);
    assert_true(has(&(MissingList[]) { ask_place(p, p->imager, 0) }[0], "workplace-unknown"));
}

static bool warn_work(Db *db, void *arg, Err *err)
{
    int64_t *of = arg;
    return staff_warn(db, noon() + of[0] * DAY_MS, &of[1], err);
}

static void each_warning_is_said_once(void **state) /* S5 */
{
    Place  *p = *state;
    int64_t at[2] = { 241, 0 };
    MUST(db_write(p->host, warn_work, at, fault));
    int64_t first = at[1];
    assert_true(first > 0);
    MUST(db_write(p->host, warn_work, at, fault));
    assert_int_equal(at[1], 0);
    at[0] = 293;
    MUST(db_write(p->host, warn_work, at, fault));
    assert_true(at[1] >= first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_complete_file_takes_part_and_an_empty_one_is_told_all_it_lacks, open_place, close_place),
        cmocka_unit_test_setup_teardown(the_day_after_the_last_one_blocks, open_place, close_place),
        cmocka_unit_test_setup_teardown(a_version_in_force_must_be_signed, open_place, close_place),
        cmocka_unit_test_setup_teardown(a_protocol_not_checked_blocks_its_own_modality_only, open_place, close_place),
        cmocka_unit_test_setup_teardown(a_machine_is_fit_by_its_checks_its_room_and_its_service, open_place, close_place),
        cmocka_unit_test_setup_teardown(an_imager_reads_where_a_display_fits, open_place, close_place),
        cmocka_unit_test_setup_teardown(each_warning_is_said_once, open_place, close_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
