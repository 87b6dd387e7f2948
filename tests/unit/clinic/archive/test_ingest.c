/*
 * Tests of the archive's entrance: kept byte for byte, once, durable, traced, linked to the act, compared
 * (E15, E30, X5).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "archive_world.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "clinic/archive/refusal.h"
#include "guard/audit/audit.h"

static void a_file_comes_back_byte_for_byte(void **state)
{
    IngestResult r;
    InstanceRow  row;
    OWNED_BUF    sent = buf_make(1 << 20);
    OWNED_BUF    kept = buf_make(1 << 20);
    image_bytes(&AN_IMAGE, true, &sent);
    must_send(*state, &AN_IMAGE, INGEST_STORED, &r);
    stored_bytes(*state, &r, &kept, &row);
    assert_true(slice_equal(buf_slice(&sent), buf_slice(&kept)));
    assert_int_equal(row.frames, 1);
    assert_int_equal(row.number, 1);
    assert_string_equal(row.modality, "CT");
    assert_int_equal(world_number(*state, "SELECT COUNT(*) FROM audit_line WHERE event = 'store'"), 1);
}

static void a_c_store_keeps_the_data_set_as_it_came_on_the_wire(void **state)
{
    Err          err = { 0 };
    IngestResult r;
    InstanceRow  row;
    OWNED_BUF    sent = buf_make(1 << 20);
    OWNED_BUF    kept = buf_make(1 << 20);
    image_bytes(&AN_IMAGE, false, &sent);
    assert_true(send_store(*state, &AN_IMAGE, buf_slice(&sent), &r, &err));
    assert_int_equal(r.outcome, INGEST_STORED);
    stored_bytes(*state, &r, &kept, &row);
    assert_true(
        slice_equal(buf_slice(&sent), slice_part(buf_slice(&kept), (size_t)row.dataset_at, SIZE_MAX)));
    /* The same image as a whole file is the same data set in another wrapper. */
    must_send(*state, &AN_IMAGE, INGEST_ALREADY, &r);
    assert_int_equal(world_blobs(*state), 1);
}

static void a_large_image_streams_and_comes_back(void **state)
{
    Err          err = { 0 };
    IngestResult r;
    InstanceRow  row;
    OWNED_BUF    sent  = buf_make(64 << 20);
    OWNED_BUF    kept  = buf_make(64 << 20);
    Image        large = AN_IMAGE;
    large.pixel_bytes  = 64 * 60000;
    image_bytes(&large, false, &sent);
    assert_true(send_store(*state, &large, buf_slice(&sent), &r, &err));
    stored_bytes(*state, &r, &kept, &row);
    assert_true(
        slice_equal(buf_slice(&sent), slice_part(buf_slice(&kept), (size_t)row.dataset_at, SIZE_MAX)));
    must_send(*state, &large, INGEST_ALREADY, &r);
    large.fill = 7;
    must_send(*state, &large, INGEST_ASIDE, &r);
    assert_int_equal(world_blobs(*state), 2);
}

static void the_same_image_twice_is_kept_once(void **state)
{
    IngestResult first, again;
    must_send(*state, &AN_IMAGE, INGEST_STORED, &first);
    must_send(*state, &AN_IMAGE, INGEST_ALREADY, &again);
    assert_int_equal(first.instance_id, again.instance_id);
    assert_int_equal(world_blobs(*state), 1);
    assert_int_equal(world_number(*state, "SELECT instance_count FROM study"), 1);
}

static void other_bytes_under_a_known_uid_go_aside_and_never_replace(void **state)
{
    World       *w = *state;
    IngestResult r;
    InstanceRow  row;
    OWNED_BUF    sent  = buf_make(1 << 20);
    OWNED_BUF    kept  = buf_make(1 << 20);
    Image        other = AN_IMAGE;
    other.fill         = 1;
    image_bytes(&AN_IMAGE, true, &sent);
    must_send(w, &AN_IMAGE, INGEST_STORED, &r);
    must_send(w, &other, INGEST_ASIDE, &r);
    must_send(w, &other, INGEST_ASIDE, &r); /* told again, kept once */
    assert_int_equal(world_blobs(w), 2);
    assert_int_equal(world_number(w, "SELECT COUNT(*) FROM instance_aside"), 1);
    assert_int_equal(world_number(w, "SELECT instance_count FROM study"), 1);
    stored_bytes(w, &r, &kept, &row);
    assert_true(slice_equal(buf_slice(&sent), buf_slice(&kept)));
}

static void what_has_no_place_is_refused_and_leaves_nothing(void **state)
{
    World       *w = *state;
    IngestResult r;
    Image        without[4] = { AN_IMAGE, AN_IMAGE, AN_IMAGE, AN_IMAGE };
    without[0].study        = "";
    without[1].series       = "";
    without[2].uid          = "1.2..3";
    without[3].study        = "../../etc";
    for (size_t i = 0; i < COUNT(without); i++) {
        OWNED_BUF data = buf_make(1 << 20);
        OWNED_BUF file = buf_make(1 << 20);
        Err       err  = { 0 };
        image_bytes(&without[i], false, &data);
        assert_true(part10_header(slice_of(AN_IMAGE.class_uid), slice_of(AN_IMAGE.uid),
                                  SLICE(UID_EXPLICIT_VR_LITTLE_ENDIAN), SLICE_NONE, &file, NULL));
        buf_add(&file, buf_slice(&data));
        assert_false(ingest_file(w->archive, &A_PEER, buf_slice(&file), &r, &err));
        assert_int_equal(err.kind, ERR_INPUT);
        assert_non_null(err.shown);
    }
    Err       err  = { 0 };
    OWNED_BUF file = buf_make(1 << 20);
    image_bytes(&AN_IMAGE, true, &file);
    assert_false(ingest_file(w->archive, &A_PEER, slice_part(buf_slice(&file), 0, file.len - 100), &r, &err));
    assert_int_equal(err.kind, ERR_INPUT); /* cut short */
    err = (Err) { 0 };
    assert_false(ingest_file(w->archive, &A_PEER, SLICE("hello"), &r, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_int_equal(world_blobs(w), 0);
    assert_int_equal(world_number(w, "SELECT COUNT(*) FROM study"), 0);
}

static void a_large_image_cut_short_leaves_nothing(void **state)
{
    World       *w = *state;
    IngestResult r;
    Err          err   = { 0 };
    Image        large = AN_IMAGE;
    OWNED_BUF    file  = buf_make(64 << 20);
    large.pixel_bytes  = 64 * 60000;
    image_bytes(&large, true, &file);
    assert_false(ingest_file(w->archive, &A_PEER, slice_part(buf_slice(&file), 0, file.len - 100), &r, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_string_equal(r.sop_instance, large.uid); /* told, for the STOW answer */
    OWNED(Ingest) *in = ingest_begin_file(w->archive, &A_PEER, &err);
    assert_true(ingest_append(in, buf_slice(&file), NULL)); /* and given up */
    ingest_free(GIVE(in));
    assert_int_equal(world_blobs(w), 0);
}

static void the_announced_image_must_be_the_one_that_comes(void **state)
{
    World       *w = *state;
    IngestResult r;
    Image        announced = AN_IMAGE;
    announced.uid          = "1.2.826.9";
    for (int large = 0; large < 2; large++) {
        Err       err     = { 0 };
        Image     comes   = AN_IMAGE;
        OWNED_BUF data    = buf_make(64 << 20);
        comes.pixel_bytes = large ? 64 * 60000 : 0;
        image_bytes(&comes, false, &data);
        assert_false(send_store(w, &announced, buf_slice(&data), &r, &err));
        assert_int_equal(err.kind, ERR_INPUT);
    }
    Err err = { 0 };
    assert_null(ingest_begin(w->archive, &A_PEER, SLICE("1.2.3.4"), slice_of(AN_IMAGE.class_uid),
                             slice_of(AN_IMAGE.uid), &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_int_equal(world_blobs(w), 0);
}

/* ---- whose study (E15) ---- */

static Image of_patient(const Patient *p)
{
    static char name[256], birth[9];
    Image       i = AN_IMAGE;
    patient_dicom_name(p, name, sizeof name);
    snprintf(birth, sizeof birth, "%.4s%.2s%.2s", p->birth_date, p->birth_date + 5, p->birth_date + 8);
    i.name  = name;
    i.id    = p->ipp;
    i.birth = birth;
    i.sex   = p->sex == 'F' ? "F" : "M";
    return i;
}

static void the_planned_study_is_linked_to_its_act(void **state)
{
    World        *w = *state;
    IngestResult  r;
    Patient       p        = world_patient(w, "Dupont", "Jeanne", "1970-01-02", "F");
    Image         i        = of_patient(&p);
    ExpectedStudy expected = { i.study, "A1", 77, p.id, 5, "MODALITY1" };
    world_expect(w, &expected);
    must_send(w, &i, INGEST_STORED, &r);
    assert_int_equal(r.act_id, 77);
    assert_int_equal(r.patient_id, p.id);
    assert_false(r.wrong_patient);
    i.uid = "1.2.826.1.1.1.2";
    must_send(w, &i, INGEST_STORED, &r);
    assert_int_equal(world_number(w, "SELECT COUNT(*) FROM job WHERE kind LIKE 'archive.%'"), 0); /* a job that nobody takes would stay for ever */
}

static void an_accession_links_only_with_the_awaited_patient(void **state)
{
    World        *w = *state;
    IngestResult  r;
    Patient       p = world_patient(w, "Dupont", "Jeanne", "1970-01-02", "F");
    Image         i = of_patient(&p), stranger = AN_IMAGE;
    ExpectedStudy expected = { "1.2.826.777", "A1", 77, p.id, 5, "MODALITY1" };
    world_expect(w, &expected);
    must_send(w, &i, INGEST_STORED, &r); /* the machine made its own study UID */
    assert_int_equal(r.act_id, 77);
    stranger.study = "1.2.826.2";
    stranger.uid   = "1.2.826.2.1.1";
    must_send(w, &stranger, INGEST_STORED, &r);
    assert_int_equal(r.act_id, 0);
    assert_int_equal(r.patient_id, 0);
}

static void images_of_another_patient_flag_the_study(void **state)
{
    World        *w = *state;
    IngestResult  r;
    Patient       p        = world_patient(w, "Dupont", "Jeanne", "1970-01-02", "F");
    Image         i        = of_patient(&p);
    ExpectedStudy expected = { i.study, "A1", 77, p.id, 5, "MODALITY1" };
    world_expect(w, &expected);
    must_send(w, &i, INGEST_STORED, &r);
    i.uid  = "1.2.826.1.1.1.2"; /* the second image says somebody else */
    i.name = "MARTIN^PAUL";
    i.sex  = "M";
    must_send(w, &i, INGEST_STORED, &r);
    assert_true(r.wrong_patient);
    assert_int_equal(world_number(w, "SELECT COUNT(*) FROM job WHERE kind = 'archive.wrong-patient'"), 1);
    OWNED(Db) *db  = db_read(w->host, NULL);
    json_t *images = NULL;
    Err     err    = { 0 };
    assert_true(act_images_json(db, 77, &images, &err));
    assert_int_equal(json_array_size(json_object_get(images, "wrong_patient")), 3);
    assert_int_equal(json_integer_value(json_object_get(images, "instances")), 2);
    json_decref(images);
}

static bool assign_work(Db *db, void *assign, Err *err)
{
    return study_assign(db, assign, &(PatientBy) { .actor = "archivist", .what = "test" }, err);
}

static void a_person_with_a_reason_clears_the_flag(void **state)
{
    World        *w = *state;
    IngestResult  r;
    Err           err      = { 0 };
    Patient       p        = world_patient(w, "Dupont", "Jeanne", "1970-01-02", "F");
    ExpectedStudy expected = { AN_IMAGE.study, "A1", 77, p.id, 5, "" };
    Image         i        = of_patient(&p);
    i.birth                = "19700201";
    world_expect(w, &expected);
    must_send(w, &i, INGEST_STORED, &r);
    assert_true(r.wrong_patient);
    StudyAssign assign = { r.study_id, p.id, 77, true, "" };
    assert_false(db_write(w->host, assign_work, &assign, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assign.reason = "day and month exchanged on the console";
    assert_true(db_write(w->host, assign_work, &assign, NULL));
    assert_int_equal(world_number(w, "SELECT wrong_patient FROM study"), 0);
    i.uid = "1.2.826.1.1.1.2";
    must_send(w, &i, INGEST_STORED, &r); /* the same words again need no second decision */
    assert_false(r.wrong_patient);
    i.uid  = "1.2.826.1.1.1.3";
    i.name = "MARTIN^PAUL";
    must_send(w, &i, INGEST_STORED, &r);
    assert_true(r.wrong_patient);
}

static void images_before_the_plan_are_linked_by_it(void **state)
{
    World       *w = *state;
    IngestResult r;
    Patient      p = world_patient(w, "Dupont", "Jeanne", "1970-01-02", "F");
    must_send(w, &AN_IMAGE, INGEST_STORED, &r);
    assert_int_equal(r.patient_id, 0);
    ExpectedStudy expected = { AN_IMAGE.study, "A1", 77, p.id, 5, "" };
    world_expect(w, &expected);
    assert_int_equal(world_number(w, "SELECT act_id FROM study"), 77);
    /* AN_IMAGE says the same name and birth date but an identifier that is not hers. */
    assert_int_equal(world_number(w, "SELECT wrong_patient FROM study"), 1);
}

static bool news_one(const ArchiveNews *n, void *with)
{
    ArchiveNews *sum = with;
    sum->arrived += n->arrived;
    sum->study_instances = n->study_instances;
    return true;
}

static void news_come_by_series_since_the_last_seen(void **state)
{
    World       *w = *state;
    IngestResult r;
    Image        i    = AN_IMAGE;
    int64_t      last = 0;
    ArchiveNews  sum  = { 0 };
    char         uid[64];
    for (i.number = 1; i.number <= 3; i.number++) {
        snprintf(uid, sizeof uid, "1.2.826.1.1.1.%d", i.number);
        i.uid = uid;
        must_send(w, &i, INGEST_STORED, &r);
    }
    OWNED(Db) *db = db_read(w->host, NULL);
    assert_true(archive_news_since(db, 1, news_one, &sum, &last, NULL));
    assert_int_equal(sum.arrived, 2);
    assert_int_equal(sum.study_instances, 3);
    assert_int_equal(last, 3);
    assert_true(archive_news_since(db, last, news_one, &sum, &last, NULL));
    assert_int_equal(sum.arrived, 2);
}

static void a_viewer_sees_only_what_is_granted(void **state)
{
    World        *w = *state;
    IngestResult  r;
    StudyRow      row;
    Err           err      = { 0 };
    ArchiveViewer stranger = { .person_id = 9, .now_s = 1 }, site = { .organisation_id = 5 };
    must_send(w, &AN_IMAGE, INGEST_STORED, &r);
    OWNED(Db) *db = db_read(w->host, NULL);
    assert_false(study_find(db, slice_of(AN_IMAGE.study), &stranger, &row, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    assert_true(study_find(db, slice_of(AN_IMAGE.study), &ALL, &row, NULL));
    assert_true(study_find(db, slice_of(AN_IMAGE.study), &site, &row, NULL));
    OWNED_BUF json = buf_make(1 << 20);
    assert_false(
        instances_metadata(db, slice_of(AN_IMAGE.study), SLICE_NONE, SLICE_NONE, &stranger, &json, NULL));
    buf_clear(&json);
    assert_true(instances_metadata(db, slice_of(AN_IMAGE.study), SLICE_NONE, SLICE_NONE, &ALL, &json, NULL));
    OWNED(json_t) *parsed = json_parse(buf_slice(&json), &err);
    assert_int_equal(json_array_size(parsed), 1);
    assert_non_null(json_object_get(json_array_get(parsed, 0), "00280010"));
}

/* ---- killed (X5) ---- */

/* The child sends without end and writes each acknowledged number to the pipe; it is killed in the middle. */
static void send_for_ever(World *w, int to)
{
    World own = *w;
    Image i   = AN_IMAGE;
    if (!world_open(&own))
        _exit(1);
    for (i.number = 1;; i.number++) {
        char         uid[64];
        IngestResult r;
        snprintf(uid, sizeof uid, "1.2.826.1.1.1.%d", i.number);
        i.uid         = uid;
        i.pixel_bytes = i.number % 3 ? 0 : 64 * 30000;
        if (!send_file(&own, &i, &r, NULL) || write(to, &i.number, sizeof i.number) != sizeof i.number)
            _exit(1);
    }
}

static void a_killed_process_loses_nothing_acknowledged(void **state)
{
    World *w = *state;
    world_shut(w);
    int acknowledged = 0;
    for (int round = 0; round < 3; round++) {
        int pipes[2], number = 0;
        assert_int_equal(pipe(pipes), 0);
        pid_t child = fork();
        if (child == 0) {
            close(pipes[0]);
            send_for_ever(w, pipes[1]);
        }
        close(pipes[1]);
        for (int seen = 0; seen < 5 + round && read(pipes[0], &number, sizeof number) == sizeof number;
             seen++)
            ;
        usleep(3000u * (unsigned)(round + 1));
        kill(child, SIGKILL);
        while (read(pipes[0], &number, sizeof number) == sizeof number)
            ;
        waitpid(child, NULL, 0);
        close(pipes[0]);
        acknowledged = number > acknowledged ? number : acknowledged;
    }
    assert_true(world_open(w));
    assert_true(acknowledged >= 5);
    assert_true(world_number(w, "SELECT COUNT(*) FROM instance") >= acknowledged);
    assert_int_equal(world_number(w, "SELECT COUNT(*) FROM instance"), world_number(w, "SELECT "
                                                                                       "instance_count FROM "
                                                                                       "study"));
    ArchiveCheck check = { 0 };
    Err          err   = { 0 };
    assert_true(archive_check(w->archive, NULL, NULL, &check, &err));
    assert_int_equal(check.missing + check.altered, 0);
    AuditCheck chain = { 0 };
    OWNED(Db) *db    = db_read(w->host, NULL);
    assert_true(audit_verify(db, &chain, &err));
    assert_int_equal(chain.first_broken, 0);
}

int main(void)
{
#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, world_new, world_free)
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(a_file_comes_back_byte_for_byte),
        IN_A_WORLD(a_c_store_keeps_the_data_set_as_it_came_on_the_wire),
        IN_A_WORLD(a_large_image_streams_and_comes_back),
        IN_A_WORLD(the_same_image_twice_is_kept_once),
        IN_A_WORLD(other_bytes_under_a_known_uid_go_aside_and_never_replace),
        IN_A_WORLD(what_has_no_place_is_refused_and_leaves_nothing),
        IN_A_WORLD(a_large_image_cut_short_leaves_nothing),
        IN_A_WORLD(the_announced_image_must_be_the_one_that_comes),
        IN_A_WORLD(the_planned_study_is_linked_to_its_act),
        IN_A_WORLD(an_accession_links_only_with_the_awaited_patient),
        IN_A_WORLD(images_of_another_patient_flag_the_study),
        IN_A_WORLD(a_person_with_a_reason_clears_the_flag),
        IN_A_WORLD(images_before_the_plan_are_linked_by_it),
        IN_A_WORLD(news_come_by_series_since_the_last_seen),
        IN_A_WORLD(a_viewer_sees_only_what_is_granted),
        IN_A_WORLD(a_killed_process_loses_nothing_acknowledged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
