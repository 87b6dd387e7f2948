/*
 * The archive on its way out: README, files, DICOMDIR, directory of the zip; one entry open at a time.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <time.h>

#include <openssl/rand.h>

#include "clinic/archive/export_internal.h"
#include "formats/dicom/uid.h"
#include "platform/clock.h"
#include "platform/log.h"

enum {
    LIST_BYTES_MAX     = 64 << 20,
    DIR_BYTES_MAX      = 128 << 20,
    LEFT_OUT_BYTES_MAX = 32 << 20,
    MARK_EVERY_MS      = 1000, /* progress that the page asks for */
};

typedef enum Step { STEP_README, STEP_FILES, STEP_LEFT_OUT, STEP_DIRECTORY, STEP_END, STEP_OVER } Step;

struct Export {
    Archive     *archive;
    ChildPool   *codec;
    ExportSource asked;
    Arena       *list; /* of the files */
    ExportFile  *files;
    size_t       count, room, next;
    size_t       studies, series, images; /* numbers given so far: of the names */
    ZipWriter   *zip;
    DicomDir    *directory;
    Step         step;
    Buf          head, body; /* zip's own bytes; texts we make */
    Buf          left_out;   /* what did not leave, and why */
    ExportEntry  entry;
    size_t       piece, sent; /* of the entry, 0: the head */
    int64_t      marked_ms;
    bool         broken, failed_list;
};

void export_entry_clear(ExportEntry *e)
{
    rewritten_clear(&e->made);
    buf_free(&e->pixels);
    dataset_free(e->ds);
    blob_free(e->blob);
    *e = (ExportEntry) { 0 };
}

void export_entry_rewritten(ExportEntry *e)
{
    e->pieces[0] = buf_slice(&e->made.head);
    e->pieces[1] = e->made.pixels.at ? e->made.pixels : SLICE_NONE;
    e->pieces[2] = slice_bytes(e->made.tail ? e->made.tail : "", e->made.tail_len);
    e->count     = 3;
}

/* ---- the list ---- */

static bool list_add(const InstanceRow *row, void *with)
{
    Export *e = with;
    if (e->count == e->room) {
        size_t      room = e->room ? e->room * 2 : 256;
        ExportFile *more = room > EXPORT_FILES_MAX * 2 ? NULL : realloc(e->files, room * sizeof *more);
        if (!more)
            return !(e->failed_list = true);
        e->files = more;
        e->room  = room;
    }
    const ExportFile *before = e->count ? &e->files[e->count - 1] : NULL;
    ExportFile       *f      = &e->files[e->count];
    if (!before || before->study_id != row->study_id)
        e->studies++;
    if (!before || before->series_id != row->series_id) {
        e->series++;
        e->images = 0;
    }
    *f = (ExportFile) { .blob      = arena_text(e->list, slice_of(row->blob)),
                        .bytes     = row->bytes,
                        .study_id  = row->study_id,
                        .series_id = row->series_id };
    (void)snprintf(f->path, sizeof f->path, "DICOM/ST%06zu/SE%06zu/IM%06zu", e->studies % 1000000,
                   e->series % 1000000, ++e->images % 1000000);
    if (!f->blob || e->count == EXPORT_FILES_MAX)
        return !(e->failed_list = true);
    e->count++;
    return true;
}

static bool list_read(Export *e, const ArchiveViewer *viewer, Err *err)
{
    OWNED(Db) *db = db_read(archive_db(e->archive), err);
    if (!db)
        return false;
    for (size_t i = 0; i < e->asked.part_count; i++)
        if (!instances_each(db, slice_of(e->asked.parts[i].study_uid), slice_of(e->asked.parts[i].series_uid),
                            SLICE_NONE, viewer, list_add, e, err))
            return false;
    return !e->failed_list ||
           err_set(err, ERR_LIMIT, "The archive holds too many files.", "more than %d", EXPORT_FILES_MAX);
}

static bool source_read(Export *e, int64_t id, const ArchiveViewer *viewer, Err *err)
{
    OWNED(Db) *db = db_read(archive_db(e->archive), err);
    if (!db || !export_source_load(db, id, viewer->person_id, &e->asked, err))
        return false;
    const ExportRow *row = &e->asked.row;
    if (clock_now_ms() - row->created_at_ms > EXPORT_FRESH_MS || (row->deidentified && !e->asked.has_secret))
        return err_set(err, ERR_CONFLICT, "This export was asked for too long ago: ask again.", "export %lld",
                       (long long)id);
    return true;
}

Export *export_open(Archive *a, ChildPool *codec, int64_t id, const ArchiveViewer *viewer, Err *err)
{
    OWNED(Export) *e = calloc(1, sizeof *e);
    time_t    now_s  = (time_t)clock_now_s();
    struct tm day;
    if (!e) {
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "export");
        return NULL;
    }
    e->archive  = a;
    e->codec    = codec;
    e->head     = buf_make((size_t)300 << 20);
    e->body     = buf_make(DICOMDIR_BYTES_MAX);
    e->left_out = buf_make(LEFT_OUT_BYTES_MAX);
    if (!source_read(e, id, viewer, err))
        return NULL;
    if (!localtime_r(&now_s, &day) || !(e->list = arena_new(LIST_BYTES_MAX)) || !(e->zip = zip_new(&day)) ||
        !(e->directory = dicomdir_new(DIR_BYTES_MAX))) {
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "export");
        return NULL;
    }
    if (!list_read(e, viewer, err))
        return NULL;
    ExportRow *row  = &e->asked.row;
    row->files_sent = row->files_left_out = row->bytes_sent = row->ended_at_ms = 0;
    row->files                                                                 = (int64_t)e->count;
    (void)snprintf(row->state, sizeof row->state, "running");
    if (!export_mark(a, row, err))
        return NULL;
    e->marked_ms = clock_monotonic_ms();
    return GIVE(e);
}

void export_free(Export *e)
{
    if (!e)
        return;
    Err        err = { 0 };
    ExportRow *row = &e->asked.row;
    if (e->marked_ms) {
        (void)snprintf(row->state, sizeof row->state, "%s",
                       e->step == STEP_OVER && !e->broken ? "done" : "cut");
        row->ended_at_ms = clock_now_ms();
        if (!export_mark(e->archive, row, &err))
            log_err("archive", "the end of an export was not written down", &err);
    }
    export_entry_clear(&e->entry);
    buf_free(&e->head);
    buf_free(&e->body);
    buf_free(&e->left_out);
    zip_free(e->zip);
    dicomdir_free(e->directory);
    arena_free(e->list);
    free(e->files);
    OPENSSL_cleanse(e->asked.secret, sizeof e->asked.secret);
    free(e);
}

/* ---- entries ---- */

static bool entry_begin(Export *e, Slice name, Err *err)
{
    uint32_t crc   = 0;
    uint64_t bytes = 0;
    for (size_t i = 0; i < e->entry.count; i++) {
        crc = zip_crc(crc, e->entry.pieces[i]);
        bytes += e->entry.pieces[i].len;
    }
    return zip_entry(e->zip, name, crc, bytes, &e->head, err);
}

static bool text_entry(Export *e, Slice name, Err *err)
{
    e->entry.pieces[0] = buf_slice(&e->body);
    e->entry.count     = 1;
    return buf_ok(&e->body, err) && entry_begin(e, name, err);
}

static bool fit_for_media(const Part10 *file)
{
    return file->has_preamble && file->has_meta && !file->syntax_guessed &&
           (file->syntax == EXPLICIT_LITTLE || file->syntax_unknown);
}

static bool file_open(Export *e, const ExportFile *f, Part10 *ret, Err *err)
{
    ExportEntry *n = &e->entry;
    n->blob        = blob_open(archive_blobs(e->archive), f->blob, err);
    if (!n->blob)
        return false;
    if ((int64_t)blob_bytes(n->blob).len != f->bytes)
        return err_set(err, ERR_BUG, "A stored header is damaged.",
                       "a stored file has another size than its row");
    return part10_read(blob_bytes(n->blob), ret, err);
}

static bool plain_entry(Export *e, const ExportFile *f, const Part10 *where, Err *err)
{
    ExportEntry *n     = &e->entry;
    Slice        bytes = blob_bytes(n->blob), path = slice_of(f->path);
    if (fit_for_media(where)) {
        n->ds        = part10_head_scan(bytes, NULL, err);
        n->pieces[0] = bytes;
        n->count     = 1;
        slice_copy(slice_of(where->syntax_uid), n->made.syntax_uid, sizeof n->made.syntax_uid);
    } else {
        n->ds = part10_parse(bytes, NULL, err);
        if (n->ds && !rewrite_explicit(n->ds, where, &n->made, err))
            return false;
        export_entry_rewritten(n);
    }
    return n->ds && dicomdir_add(e->directory, n->ds, slice_of(n->made.syntax_uid), path, err) &&
           entry_begin(e, path, err);
}

/* Without identity; or left out, which is written down and is no error. */
static bool anonymous_entry(Export *e, const ExportFile *f, const Part10 *where, Err *err)
{
    const char  *left_out = NULL;
    ExportEntry *n        = &e->entry;
    Slice        path     = slice_of(f->path);
    n->ds                 = part10_parse(blob_bytes(n->blob), NULL, err);
    if (!n->ds)
        return false;
    if (!export_deidentify(&e->asked, e->codec, where, n, &left_out, err)) {
        if (!left_out)
            return false;
        e->asked.row.files_left_out++;
        export_entry_clear(n);
        return buf_addf(&e->left_out, "%s : %s\r\n", f->path, left_out) || buf_ok(&e->left_out, err);
    }
    OWNED(Dataset) *fresh = part10_head_scan(buf_slice(&n->made.head), NULL, err);
    return fresh && dicomdir_add(e->directory, fresh, slice_of(n->made.syntax_uid), path, err) &&
           entry_begin(e, path, err);
}

static bool file_entry(Export *e, const ExportFile *f, Err *err)
{
    Part10 where;
    return file_open(e, f, &where, err) &&
           (e->asked.row.deidentified ? anonymous_entry(e, f, &where, err) : plain_entry(e, f, &where, err));
}

static bool left_out_entry(Export *e, Err *err)
{
    buf_clear(&e->body);
    buf_add_text(&e->body, "\xEF\xBB\xBF"
                           "FICHIERS QUI N’ONT PAS ÉTÉ EXPORTÉS\r\n\r\n");
    buf_add(&e->body, buf_slice(&e->left_out));
    return text_entry(e, SLICE("ECARTES.TXT"), err);
}

static bool directory_entry(Export *e, Err *err)
{
    uint8_t random[16];
    char    uid[UID_LENGTH_MAX + 1];
    if (RAND_bytes(random, sizeof random) != 1)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "random bytes");
    uid_from_random(random, uid);
    buf_clear(&e->body);
    return dicomdir_write(e->directory, SLICE("BECLERE"), slice_of(uid), &e->body, err) &&
           text_entry(e, SLICE("DICOMDIR"), err);
}

static void count_sent(Export *e)
{
    e->asked.row.files_sent = (int64_t)e->next - e->asked.row.files_left_out;
}

/* Prepares what comes next; the previous entry was sent whole. */
static bool advance(Export *e, Err *err)
{
    export_entry_clear(&e->entry);
    buf_clear(&e->head);
    e->piece = e->sent = 0;
    switch (e->step) {
    case STEP_README:
        e->step = e->count ? STEP_FILES : STEP_DIRECTORY;
        return export_readme(&e->asked.row, e->count, &e->body) && text_entry(e, SLICE("LISEZMOI.TXT"), err);
    case STEP_FILES:
        count_sent(e);
        if (e->next + 1 == e->count)
            e->step = STEP_LEFT_OUT;
        return file_entry(e, &e->files[e->next++], err);
    case STEP_LEFT_OUT:
        e->step = STEP_DIRECTORY;
        return !e->left_out.len || left_out_entry(e, err);
    case STEP_DIRECTORY:
        count_sent(e);
        e->step = STEP_END;
        return directory_entry(e, err);
    case STEP_END:
        e->step = STEP_OVER;
        return zip_end(e->zip, &e->head, err);
    case STEP_OVER:
        break;
    }
    return true;
}

static Slice current(const Export *e)
{
    if (e->piece == 0)
        return buf_slice(&e->head);
    return e->piece <= e->entry.count ? e->entry.pieces[e->piece - 1] : SLICE_NONE;
}

static void mark_progress(Export *e)
{
    if (clock_monotonic_ms() - e->marked_ms < MARK_EVERY_MS)
        return;
    e->marked_ms = clock_monotonic_ms();
    (void)export_mark(e->archive, &e->asked.row, NULL);
}

ssize_t export_read(Export *e, char *to, size_t size)
{
    Err err = { 0 };
    while (!e->broken) {
        Slice piece = slice_part(current(e), e->sent, size);
        if (piece.len) {
            memcpy(to, piece.at, piece.len);
            e->sent += piece.len;
            e->asked.row.bytes_sent += (int64_t)piece.len;
            mark_progress(e);
            return (ssize_t)piece.len;
        }
        if (e->piece < e->entry.count) {
            e->piece++;
            e->sent = 0;
        } else if (e->step == STEP_OVER) {
            return 0;
        } else if (!advance(e, &err)) {
            e->broken = true;
        }
    }
    log_err("archive", "an export was broken off", &err);
    return -1;
}
