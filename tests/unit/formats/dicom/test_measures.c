/*
 * Measures as DICOM objects and back: every kind comes back as it was, and validators of others find no error. E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <math.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/own.h"
#include "formats/dicom/measures.h"
#include "formats/dicom/part10.h"
#include "formats/dicom/writer.h"

extern char **environ;

enum { IMAGES = 4, MANY = 400 };
static MeasureImage IMAGE[IMAGES];
static Err          fault_;
static Err         *fault = &fault_;
#define MUST(what)                                                                                                                           \
    do {                                                                                                                                     \
        fault_ = (Err) { 0 };                                                                                                                \
        if (!(what))                                                                                                                         \
            fail_msg("%s: %s (%s)", #what, fault_.shown ? fault_.shown : "?", fault_.detail);                                                \
    } while (0)

/* ---- a study ---- */

static void image_set(MeasureImage *i, const char *class_uid, const char *series, const char *sop, const char *modality, int64_t frames)
{
    *i = (MeasureImage) { .frames = frames, .rows = 512, .columns = 512, .spacing_mm = { 0.7, 0.8 } };
    snprintf(i->class_uid, sizeof i->class_uid, "%s", class_uid);
    snprintf(i->series_uid, sizeof i->series_uid, "%s", series);
    snprintf(i->sop_uid, sizeof i->sop_uid, "%s", sop);
    snprintf(i->modality, sizeof i->modality, "%s", modality);
    snprintf(i->photometric, sizeof i->photometric, "MONOCHROME2");
    snprintf(i->slope, sizeof i->slope, "1");
    snprintf(i->intercept, sizeof i->intercept, "-1024");
    snprintf(i->frame_of_reference, sizeof i->frame_of_reference, "2.25.77");
}

static int study_set(void **state)
{
    (void)state;
    image_set(&IMAGE[0], "1.2.840.10008.5.1.4.1.1.2", "2.25.10", "2.25.11", "CT", 1);
    image_set(&IMAGE[1], "1.2.840.10008.5.1.4.1.1.2", "2.25.10", "2.25.12", "CT", 1);
    image_set(&IMAGE[2], "1.2.840.10008.5.1.4.1.1.3.1", "2.25.20", "2.25.21", "US", 40);
    image_set(&IMAGE[3], "1.2.840.10008.5.1.4.1.1.1.1", "2.25.30", "2.25.31", "DX", 1);
    IMAGE[2].slope[0] = IMAGE[2].intercept[0] = IMAGE[3].slope[0] = IMAGE[3].intercept[0] = '\0';
    snprintf(IMAGE[2].photometric, sizeof IMAGE[2].photometric, "RGB");
    snprintf(IMAGE[3].photometric, sizeof IMAGE[3].photometric, "MONOCHROME1");
    IMAGE[3].spacing_mm[0] = 0;
    return 0;
}

/* Its header, in Latin-1 as many modalities write it. */
static Dataset *patient_of(Buf *bytes)
{
    OWNED(DicomWriter) *w = dw_new(1 << 16);
    dw_charset(w, "ISO_IR 100");
    dw_text(w, TAG_SOP_CLASS_UID, IMAGE[0].class_uid);
    dw_text(w, TAG_SOP_INSTANCE_UID, IMAGE[0].sop_uid);
    dw_text(w, TAG_STUDY_INSTANCE_UID, "2.25.1");
    dw_text(w, TAG_SERIES_INSTANCE_UID, IMAGE[0].series_uid);
    dw_text(w, TAG_PATIENT_NAME, "LEFÈVRE^ANDRÉ");
    dw_text(w, TAG_PATIENT_ID, "8001");
    dw_text(w, TAG_PATIENT_BIRTH_DATE, "19500102");
    dw_text(w, TAG_PATIENT_SEX, "M");
    dw_text(w, TAG_STUDY_DATE, "20260301");
    dw_text(w, TAG_STUDY_TIME, "101500");
    dw_text(w, TAG_ACCESSION_NUMBER, "A1");
    dw_text(w, TAG_STUDY_DESCRIPTION, "Thorax à jeun");
    dw_sequence_begin(w, TAG_OTHER_PATIENT_IDS_SEQUENCE);
    dw_item_begin(w);
    dw_text(w, TAG_PATIENT_ID, "150017519912345");
    dw_text(w, TAG_TYPE_OF_PATIENT_ID, "TEXT");
    dw_sequence_begin(w, TAG_ISSUER_OF_PATIENT_ID_QUALIFIERS_SEQUENCE);
    dw_item_begin(w);
    dw_text(w, TAG_UNIVERSAL_ENTITY_ID, "1.2.250.1.213.1.4.8");
    dw_text(w, TAG_UNIVERSAL_ENTITY_ID_TYPE, "ISO");
    dw_item_end(w);
    dw_sequence_end(w);
    dw_item_end(w);
    dw_sequence_end(w);
    MUST(dw_finish(w, EXPLICIT_LITTLE, bytes, fault));
    Dataset *ds = dataset_parse(buf_slice(bytes), EXPLICIT_LITTLE, fault);
    assert_non_null(ds);
    return ds;
}

static const MeasureMaking MAKING = { .series_uid         = "2.25.900",
                                      .sop_uid            = "2.25.901",
                                      .series_number      = 9100,
                                      .version            = 2,
                                      .predecessor_uid    = "2.25.899",
                                      .observer           = "MÉRIEUX^Zoé",
                                      .organisation       = "Groupe d’imagerie",
                                      .station_name       = "BECLERE",
                                      .software           = "1",
                                      .at_ms              = 1773481500123,
                                      .utc_offset_minutes = 60,
                                      .verified           = true,
                                      .for_referrer       = true,
                                      .description        = "Nodule à montrer au patient." };

/* ---- any set of measures ---- */

static uint64_t seed = 20260301;
static double   any(double most)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(seed >> 11) / 9007199254740992.0 * most;
}

typedef struct Made {
    Measure      at[MANY];
    MeasurePoint points[MANY][12];
    char         id[MANY][65], uid[MANY][65];
} Made;

static void figure(Measure *m, const char *name, double value, const char *unit)
{
    MeasureFigure *f = &m->figures[m->figure_count++];
    snprintf(f->name, sizeof f->name, "%s", name);
    snprintf(f->unit, sizeof f->unit, "%s", unit);
    f->value = value;
}

static void figures_any(Measure *m)
{
    static const char *const LENGTHS[] = { "mm", "px", "mm-detector" }, *const AREAS[] = { "mm2", "px2", "mm2-detector" };
    static const char *const VALUES[] = { "HU", "SUV", "BQML", "", "CNTS", "PROPORTIONAL-COUNTS/s" };
    size_t                   l = (size_t)any(3), v = (size_t)any(6);
    switch (m->kind) {
    case MEASURE_LENGTH:
        figure(m, "length", any(500), LENGTHS[l]);
        break;
    case MEASURE_BIDIRECTIONAL:
        figure(m, "long", any(500), LENGTHS[l]);
        figure(m, "short", any(100), LENGTHS[l]);
        break;
    case MEASURE_ANGLE:
    case MEASURE_COBB:
        figure(m, "angle", any(180), "deg");
        break;
    case MEASURE_PROBE:
        if (any(4) > 1)
            figure(m, "value", any(4000) - 1000, VALUES[v]);
        break;
    case MEASURE_ELLIPSE:
    case MEASURE_RECTANGLE:
    case MEASURE_FREEHAND:
        if (any(4) > 1) {
            static const char *const NAMES[] = { "mean", "sd", "min", "max" };
            for (int i = 0; i < 4; i++)
                figure(m, NAMES[i], any(1e-7) * (any(2) > 1 ? 1 : 1e9), VALUES[v]);
        }
        figure(m, "area", any(5000), AREAS[l]);
        break;
    default:
        break;
    }
}

static void measures_any(Made *made)
{
    static const size_t COUNTS[MEASURE_KINDS] = { 2, 4, 3, 4, 2, 2, 0, 1, 2, 1 };
    for (size_t i = 0; i < MANY; i++) {
        Measure *m = &made->at[i];
        *m         = (Measure) { .kind = (MeasureKind)(i % MEASURE_KINDS), .image = &IMAGE[(size_t)any(IMAGES)], .points = made->points[i] };
        m->point_count = COUNTS[m->kind] ? COUNTS[m->kind] : 3 + (size_t)any(9);
        for (size_t k = 0; k < m->point_count; k++)
            made->points[i][k] = (MeasurePoint) { any(4200) - 100, any(512) - 0.5 };
        if (i % 7 == 0) /* upright, flat, of no size */
            made->points[i][m->point_count - 1] = (MeasurePoint) { i % 2 ? made->points[i][0].x : any(512), made->points[i][0].y };
        snprintf(made->id[i], sizeof made->id[i], "8b1c-%zu:%s", i, i % 5 ? "a" : "à l’œil");
        snprintf(made->uid[i], sizeof made->uid[i], "2.25.5%zu", i);
        m->id           = made->id[i];
        m->tracking_uid = made->uid[i];
        m->text         = i % 3 == 0 || m->kind == MEASURE_TEXT ? "Lésion \\ n° 1 – “cible” œdème" : "";
        m->frame        = 1 + (int64_t)any((double)m->image->frames - 0.01);
        m->has_window   = i % 2;
        m->center       = any(100);
        m->width        = 1 + any(2000);
        m->at_ms        = 1773481000000 + (int64_t)any(1e6);
        figures_any(m);
    }
}

/* ---- back ---- */

static void near(double a, double b)
{
    double step = fabs(a + 0.5) / 16777216.0; /* 2^-24 of its place from the corner */
    if (!(fabs(a - b) <= step + 1e-12))
        fail_msg("%.9f came back as %.9f", a, b);
}

static void same_measure(const Measure *was, const MeasureRead *is)
{
    assert_int_equal(is->kind, was->kind);
    assert_true(slice_equal_text(is->id, was->id));
    assert_true(slice_equal_text(is->tracking_uid, was->tracking_uid));
    assert_true(slice_equal_text(is->text, was->text));
    assert_true(slice_equal_text(is->sop_uid, was->image->sop_uid));
    assert_int_equal(is->frame, was->frame);
    assert_int_equal(is->at_ms, was->at_ms);
    assert_int_equal(is->point_count, was->point_count);
    for (size_t i = 0; i < was->point_count; i++) {
        near(was->points[i].x, is->points[i].x);
        near(was->points[i].y, is->points[i].y);
    }
    assert_int_equal(is->figure_count, was->figure_count);
    for (size_t i = 0; i < was->figure_count; i++) {
        assert_string_equal(is->figures[i].name, was->figures[i].name);
        assert_string_equal(is->figures[i].unit, was->figures[i].unit);
        assert_true(is->figures[i].value == was->figures[i].value);
    }
}

static void everything_comes_back_from_a_report(void **state) /* E25 */
{
    static Made made, again;
    OWNED_BUF   bytes = buf_make(1 << 16), file = buf_make(16 << 20), second = buf_make(16 << 20);
    OWNED(Dataset) *patient = patient_of(&bytes);
    OWNED(Arena) *arena = arena_new(64 << 20), *arena2 = arena_new(64 << 20);
    MeasureMaking m = MAKING;
    MeasureSet    set, twice;
    (void)state;
    m.patient_of = patient;
    measures_any(&made);
    MUST(measure_report(&m, made.at, MANY, &file, fault));
    OWNED(Dataset) *ds = part10_parse(buf_slice(&file), NULL, fault);
    MUST(ds && measure_read(ds, arena, &set, fault));
    assert_int_equal(set.object, MEASURE_OBJECT_REPORT);
    assert_int_equal(set.count, MANY);
    assert_int_equal(set.at_ms, m.at_ms);
    assert_int_equal(set.version, 2);
    assert_true(set.verified && !set.cut);
    assert_true(slice_equal_text(set.observer, m.observer));
    assert_true(slice_equal_text(set.predecessor_uid, "2.25.899"));
    for (size_t i = 0; i < MANY; i++)
        same_measure(&made.at[i], &set.measures[i]);
    assert_true(slice_equal_text(dataset_text(ds, TAG_PATIENT_NAME, arena), "LEFÈVRE^ANDRÉ"));
    assert_true(slice_equal_text(dataset_code(ds, TAG_SPECIFIC_CHARACTER_SET), "ISO_IR 192"));
    /* What was read once is written and read again without the least change. */
    again = made;
    for (size_t i = 0; i < MANY; i++)
        again.at[i].points = set.measures[i].points;
    MUST(measure_report(&m, again.at, MANY, &second, fault));
    OWNED(Dataset) *ds2 = part10_parse(buf_slice(&second), NULL, fault);
    MUST(ds2 && measure_read(ds2, arena2, &twice, fault));
    for (size_t i = 0; i < MANY; i++)
        assert_memory_equal(twice.measures[i].points, set.measures[i].points, set.measures[i].point_count * sizeof(MeasurePoint));
}

static void a_set_without_measures_says_so(void **state) /* E25 */
{
    OWNED_BUF bytes = buf_make(1 << 16), file = buf_make(1 << 20), none = buf_make(1 << 20);
    OWNED(Dataset) *patient = patient_of(&bytes);
    OWNED(Arena) *arena = arena_new(1 << 20);
    MeasureMaking m = MAKING;
    MeasureSet    set;
    Err           err = { 0 };
    (void)state;
    m.patient_of = patient;
    MUST(measure_report(&m, NULL, 0, &file, fault));
    OWNED(Dataset) *ds = part10_parse(buf_slice(&file), NULL, fault);
    MUST(ds && measure_read(ds, arena, &set, fault));
    assert_int_equal(set.count, 0);
    assert_false(measure_keys(&m, NULL, 0, &none, &err)); /* a selection of nothing is none */
    assert_int_equal(err.kind, ERR_INPUT);
    Measure wrong = { .kind = MEASURE_ANGLE, .image = &IMAGE[0], .points = (MeasurePoint[]) { { 1, 1 } }, .point_count = 1, .id = "x", .text = "", .tracking_uid = "2.25.1" };
    err           = (Err) { 0 };
    assert_false(measure_report(&m, &wrong, 1, &none, &err));
    assert_int_equal(err.kind, ERR_INPUT);
}

static void key_images_come_back(void **state) /* E25 */
{
    OWNED_BUF bytes = buf_make(1 << 16), file = buf_make(1 << 20);
    OWNED(Dataset) *patient = patient_of(&bytes);
    OWNED(Arena) *arena = arena_new(1 << 20);
    MeasureMaking m = MAKING;
    MeasureSet    set;
    KeyPlace      keys[] = { { .image = &IMAGE[1], .frame = 1 }, { .image = &IMAGE[2], .frame = 17 }, { .image = &IMAGE[2], .frame = 3 } };
    (void)state;
    m.patient_of = patient;
    MUST(measure_keys(&m, keys, 3, &file, fault));
    OWNED(Dataset) *ds = part10_parse(buf_slice(&file), NULL, fault);
    MUST(ds && measure_read(ds, arena, &set, fault));
    assert_int_equal(set.object, MEASURE_OBJECT_KEYS);
    assert_int_equal(set.chosen_count, 3);
    assert_true(slice_equal_text(set.title, "For Referring Provider"));
    assert_true(slice_equal_text(set.description, m.description));
    assert_true(slice_equal_text(set.chosen[1].sop_uid, "2.25.21"));
    assert_int_equal(set.chosen[0].frame, 0);
    assert_int_equal(set.chosen[1].frame, 17);
}

/* ---- others ---- */

/* What the program says of the file; NULL: it is not there. */
static const char *said_of(const char *const argv[], int *ret_status)
{
    static char text[256 * 1024];
    char        out[] = "/tmp/measures-said-XXXXXX";
    pid_t       child = 0;
    int         fd    = mkstemp(out);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fd, 1);
    posix_spawn_file_actions_adddup2(&actions, fd, 2);
    int spawned = posix_spawnp(&child, argv[0], &actions, NULL, (char *const *)argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (spawned == 0) {
        assert_int_equal(waitpid(child, ret_status, 0), child);
        ssize_t got = pread(fd, text, sizeof text - 1, 0);
        text[got < 0 ? 0 : got] = '\0';
    }
    close(fd);
    unlink(out);
    return spawned == 0 ? text : NULL;
}

static void file_keep(Slice bytes, char path[40])
{
    snprintf(path, 40, "/tmp/measures-XXXXXX");
    int fd = mkstemp(path);
    assert_int_equal(write(fd, bytes.at, bytes.len), (ssize_t)bytes.len);
    close(fd);
}

static void judged(const char *what, Slice bytes, const char *iod, bool report)
{
    char        path[40];
    int         status = 0;
    const char *keep   = getenv("KEEP_MEASURES");
    file_keep(bytes, path);
    const char *text = said_of((const char *const[]) { "dciodvfy", path, NULL }, &status);
    if (!text)
        print_message("skipped: dciodvfy is not there\n");
    else if (strstr(text, "Error") || !strstr(text, iod))
        fail_msg("%s: %s", what, text);
    else if (keep)
        print_message("%s: %s", what, text);
    text = report ? said_of((const char *const[]) { "dsrdump", path, NULL }, &status) : NULL;
    if (report && !text)
        print_message("skipped: dsrdump is not there\n");
    else if (report && (status != 0 || strstr(text, "E: ")))
        fail_msg("%s: %s", what, text);
    text = said_of((const char *const[]) { "/usr/bin/python3", "-c",
                                           "import sys\ntry:\n import pydicom\nexcept ImportError:\n sys.exit(77)\n"
                                           "d = pydicom.dcmread(sys.argv[1])\nassert str(d.PatientName) == 'LEFÈVRE^ANDRÉ', d.PatientName\n"
                                           "assert d.Manufacturer == 'Béclère'\nprint(d.SOPClassUID.name, len(str(d)))",
                                           path, NULL },
                   &status);
    if (!text || (WIFEXITED(status) && WEXITSTATUS(status) == 77))
        print_message("skipped: pydicom is not there\n");
    else if (status != 0)
        fail_msg("%s: %s", what, text);
    if (keep)
        print_message("%s kept as %s\n", what, path);
    else
        unlink(path);
}

static void validators_find_no_error(void **state) /* E25 */
{
    static Made made;
    OWNED_BUF   bytes = buf_make(1 << 16);
    OWNED(Dataset) *patient = patient_of(&bytes);
    MeasureMaking m = MAKING;
    KeyPlace      keys[] = { { .image = &IMAGE[0], .frame = 1, .has_window = true, .center = 40, .width = 400 }, { .image = &IMAGE[2], .frame = 17 } };
    (void)state;
    m.patient_of = patient;
    measures_any(&made);
    for (int round = 0; round < 3; round++) {
        OWNED_BUF file = buf_make(16 << 20), selection = buf_make(1 << 20);
        m.verified        = round == 0;
        m.for_referrer    = round != 1;
        m.predecessor_uid = round == 1 ? NULL : MAKING.predecessor_uid;
        m.description     = round == 1 ? "" : MAKING.description;
        MUST(measure_report(&m, made.at, round == 2 ? 0 : 80, &file, fault));
        judged("report", buf_slice(&file), "Comprehensive3DSR", true);
        MUST(measure_keys(&m, keys, 2, &selection, fault));
        judged("key images", buf_slice(&selection), "KeyObjectSelectionDocument", true);
        size_t states = 0;
        for (bool any_left = true; any_left; states++) {
            OWNED_BUF drawn = buf_make(16 << 20);
            MUST(measure_state(&m, made.at, round == 2 ? 0 : 80, keys, 2, states, &any_left, &drawn, fault));
            if (any_left)
                judged("presentation", buf_slice(&drawn), "GrayscaleSoftcopyPresentationState", false);
        }
        assert_int_equal(states - 1, round == 2 ? 1 : 2); /* computed tomography, radiography; colour has none */
    }
}

static void a_state_shows_the_same_places(void **state) /* E25 */
{
    OWNED_BUF bytes = buf_make(1 << 16), file = buf_make(1 << 20);
    OWNED(Dataset) *patient = patient_of(&bytes);
    OWNED(Arena) *arena = arena_new(1 << 20);
    MeasureMaking m    = MAKING;
    bool          made = false;
    MeasureSet    set;
    MeasurePoint  line[] = { { 10.25, 20.75 }, { 110.5, 20.5 } };
    Measure       one    = { .kind = MEASURE_LENGTH, .id = "a", .tracking_uid = "2.25.5", .text = "Nodule", .image = &IMAGE[0], .frame = 1,
                             .points = line, .point_count = 2, .has_window = true, .center = -600, .width = 1500, .at_ms = MAKING.at_ms };
    (void)state;
    figure(&one, "length", 80.2, "mm");
    m.patient_of = patient;
    MUST(measure_state(&m, &one, 1, NULL, 0, 0, &made, &file, fault) && made);
    OWNED(Dataset) *ds = part10_parse(buf_slice(&file), NULL, fault);
    MUST(ds && measure_read(ds, arena, &set, fault));
    assert_int_equal(set.count, 2); /* the line, and its words */
    assert_int_equal(set.measures[0].drawings[0].shape, SHAPE_LINE);
    near(line[1].x, set.measures[0].drawings[0].points[1].x);
    assert_true(slice_equal(set.measures[1].text, SLICE("Nodule\r\nLongueur : 80,2 mm")));
    assert_int_equal(set.window_count, 1);
    assert_true(set.windows[0].center == -600 && set.windows[0].width == 1500);
    assert_true(slice_equal_text(set.windows[0].sop_uid, IMAGE[0].sop_uid));
}

/* ---- reports of others ---- */

static bool corpus_read(const char *name, Arena *arena, MeasureSet *ret, Buf *file, Dataset **ret_ds)
{
    char path[512];
    snprintf(path, sizeof path, SOURCE_ROOT "/../shared/data/dicom/%s", name);
    FILE *f = fopen(path, "rb");
    if (!f)
        return false;
    char   chunk[65536];
    size_t got;
    while ((got = fread(chunk, 1, sizeof chunk, f)) > 0)
        assert_true(buf_add(file, (Slice) { chunk, got }));
    fclose(f);
    *ret_ds = part10_parse(buf_slice(file), NULL, fault);
    MUST(*ret_ds && measure_read(*ret_ds, arena, ret, fault));
    return true;
}

static void reports_of_others_are_placed(void **state) /* E25 */
{
    static const struct {
        const char  *file;
        size_t       count;
        MeasureShape shape;
        double       x, y; /* of the first point, from the middle of the first pixel */
        double       value;
        const char  *unit;
    } FILES[] = {
        { "sr/sr_document.dcm", 1, SHAPE_CIRCLE, 57.5, 51.5, 1.7, "cm2" },
        { "sr/sr_document_with_multiple_groups.dcm", 3, SHAPE_CIRCLE, 44.5, 54.5, 10.0, "mm" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(FILES); i++) {
        OWNED_BUF file = buf_make(1 << 20);
        OWNED(Arena) *arena = arena_new(1 << 22);
        Dataset *ds         = NULL;
        MeasureSet set;
        if (!corpus_read(FILES[i].file, arena, &set, &file, &ds)) {
            print_message("skipped: ../shared is not there\n");
            return;
        }
        assert_int_equal(set.count, FILES[i].count);
        const MeasureRead *one = &set.measures[0];
        assert_int_equal(one->drawings[0].shape, FILES[i].shape);
        near(FILES[i].x, one->drawings[0].points[0].x);
        near(FILES[i].y, one->drawings[0].points[0].y);
        assert_true(one->figures[0].value == FILES[i].value);
        assert_string_equal(one->figures[0].unit, FILES[i].unit);
        assert_true(one->label.len > 0);
        const MeasureDrawing *last = set.measures[set.count - 1].drawings; /* the third of the second file stands in space */
        assert_true((last->space != NULL) == (i == 1));
        if (last->space) {
            assert_int_equal(last->shape, SHAPE_POINT);
            near(123.5, last->space[0]);
            near(-23.7, last->space[2]);
            assert_true(slice_equal_text(last->reference, "1.3.6.1.4.1.5962.1.4.1.1.20040119072730.12322"));
            assert_int_equal(set.measures[set.count - 1].kind, MEASURE_KINDS);
        }
        dataset_free(ds);
    }
    OWNED_BUF file = buf_make(1 << 20);
    OWNED(Arena) *arena = arena_new(1 << 22);
    Dataset *ds         = NULL;
    MeasureSet set;
    if (corpus_read("kos/kos-drimbox.dcm", arena, &set, &file, &ds)) {
        assert_int_equal(set.object, MEASURE_OBJECT_KEYS);
        dataset_free(ds);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(everything_comes_back_from_a_report, study_set), cmocka_unit_test_setup(a_set_without_measures_says_so, study_set),
        cmocka_unit_test_setup(key_images_come_back, study_set),                cmocka_unit_test_setup(validators_find_no_error, study_set),
        cmocka_unit_test_setup(a_state_shows_the_same_places, study_set),       cmocka_unit_test(reports_of_others_are_placed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
