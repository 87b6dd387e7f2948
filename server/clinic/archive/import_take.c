/*
 * One file of a medium: streamed to a place apart, looked at, held or let go. A DICOMDIR announces the
 * others.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

#include "clinic/archive/import_internal.h"
#include "clinic/archive/quota.h"
#include "formats/dicom/dicomdir.h"
#include "formats/dicom/uid.h"
#include "formats/json/base64.h"
#include "formats/json/json_util.h"
#include "platform/clock.h"

enum { TEXTS_MAX = 64 << 10, ANNOUNCED_MAX = 50000, LEFTOVER_S = 3600 };

struct ImportTake {
    Archive    *archive;
    ImportRow   row;
    ImportFile  file;
    BlobWriter *writer;
    Err         first; /* sticks */
};

ImportTake *import_take_begin(Archive *a, const ImportRow *row, Slice path, Err *err)
{
    static atomic_uint taken;
    OWNED(ImportTake) *t = calloc(1, sizeof *t);
    if (!t) {
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "import");
        return NULL;
    }
    t->archive        = a;
    t->row            = *row;
    t->file.import_id = row->id;
    if (!path.len || path.len > IMPORT_PATH_MAX) {
        err_set(err, ERR_INPUT, "A value of the request is not right.", "path");
        return NULL;
    }
    text_keep(path, t->file.path, sizeof t->file.path);
    (void)snprintf(t->file.blob, sizeof t->file.blob, "import/%lld/%llx-%x", (long long)row->id,
                   (unsigned long long)clock_now_ms(), atomic_fetch_add(&taken, 1));
    OWNED(Db) *db = db_read(archive_db(a), err);
    if (!db || !quota_store_admits(db, 1, err))
        return NULL;
    t->writer = blob_begin(archive_blobs(a), t->file.blob, err);
    return t->writer ? GIVE(t) : NULL;
}

void import_take_free(ImportTake *t)
{
    if (!t)
        return;
    blob_writer_free(t->writer); /* not committed: the file goes */
    free(t);
}

bool import_take_append(ImportTake *t, Slice bytes, Err *err)
{
    t->file.bytes += (int64_t)bytes.len;
    if (t->first.kind == ERR_NONE && t->file.bytes > INGEST_BYTES_MAX)
        err_set(&t->first, ERR_LIMIT, "The image is too large.", "import");
    if (t->first.kind != ERR_NONE || !blob_append(t->writer, bytes, &t->first))
        return err_set(err, t->first.kind, t->first.shown, "%s", t->first.detail);
    return true;
}

/* ---- what it is ---- */

static void texts_of(const Dataset *ds, ImportFile *f)
{
    OWNED(Arena) *a = arena_new(TEXTS_MAX);
    const struct {
        uint32_t tag;
        char    *to;
        size_t   size;
    } TEXTS[] = { { TAG_PATIENT_NAME, f->patient.name, sizeof f->patient.name },
                  { TAG_PATIENT_ID, f->patient.id, sizeof f->patient.id },
                  { TAG_ISSUER_OF_PATIENT_ID, f->patient.issuer, sizeof f->patient.issuer },
                  { TAG_PATIENT_SEX, f->patient.sex, sizeof f->patient.sex },
                  { TAG_MODALITY, f->modality, sizeof f->modality },
                  { TAG_STUDY_DESCRIPTION, f->description, sizeof f->description } };
    DicomDate day;
    for (size_t i = 0; a && i < COUNT(TEXTS); i++)
        text_keep(slice_trim(dataset_text(ds, TEXTS[i].tag, a)), TEXTS[i].to, TEXTS[i].size);
    if (dicom_date(dataset_code(ds, TAG_PATIENT_BIRTH_DATE), &day))
        (void)snprintf(f->patient.birth_date, sizeof f->patient.birth_date, "%04u%02u%02u",
                       (unsigned)day.year % 10000, (unsigned)day.month % 100, (unsigned)day.day % 100);
    if (dicom_date(dataset_code(ds, TAG_STUDY_DATE), &day))
        (void)snprintf(f->study_date, sizeof f->study_date, "%04u%02u%02u", (unsigned)day.year % 10000,
                       (unsigned)day.month % 100, (unsigned)day.day % 100);
}

static void skipped(ImportFile *f, const char *why)
{
    (void)snprintf(f->state, sizeof f->state, "skipped");
    (void)snprintf(f->why, sizeof f->why, "%s", why);
}

/* Held when it is whole and can be filed; anything else is named and let go. */
static void judge(Slice bytes, ImportFile *f, bool *ret_directory)
{
    Part10   where;
    FourUids uids;
    OWNED(Dataset) *ds = part10_parse(bytes, &where, NULL);
    *ret_directory     = ds && dataset_find(ds, TAG_DIRECTORY_RECORD_SEQUENCE);
    if (*ret_directory)
        skipped(f, "directory");
    else if (!ds || (!where.has_preamble && !dataset_find(ds, TAG_SOP_CLASS_UID)))
        skipped(f, "not-dicom");
    else if (!dataset_four_uids(ds, &uids, NULL))
        skipped(f, "no-uids");
    else {
        (void)snprintf(f->state, sizeof f->state, "waiting");
        (void)slice_copy(slice_of(uids.study), f->study_uid, sizeof f->study_uid);
        (void)slice_copy(slice_of(uids.sop_instance), f->instance_uid, sizeof f->instance_uid);
        texts_of(ds, f);
    }
}

/* ---- rows ---- */

typedef struct TakeWork {
    ImportTake *take;
    Slice       directory; /* bytes of a DICOMDIR, else empty */
    char        old_blob[128];
    Db         *db;
    Err        *err;
    size_t      announced;
} TakeWork;

/* What the directory names and has not come: beside it in the same folder of the medium. */
static bool announce(const DicomDirFile *named, void *with)
{
    TakeWork  *w     = with;
    ImportFile f     = { .import_id = w->take->row.id, .state = "announced" };
    Slice      path  = slice_of(w->take->file.path);
    size_t     slash = path.len;
    while (slash && path.at[slash - 1] != '/')
        slash--;
    int len = snprintf(f.path, sizeof f.path, "%.*s%.*s", (int)slash, path.at, (int)named->path.len,
                       named->path.at);
    if (len < 0 || (size_t)len >= sizeof f.path || ++w->announced > ANNOUNCED_MAX)
        return w->announced <= ANNOUNCED_MAX;
    (void)slice_copy(named->instance_uid, f.instance_uid, sizeof f.instance_uid);
    char key[IMPORT_PATH_MAX + 1];
    import_path_key(f.path, key);
    OWNED(DbQuery) *q =
        db_query(w->db, "INSERT INTO import_file (import_id, path, path_key, state, instance_uid)"
                        " VALUES (?1, ?2, ?3, 'announced', ?4) ON CONFLICT (import_id, path_key)"
                        " DO NOTHING");
    db_bind_int(q, 1, f.import_id);
    db_bind_cstr(q, 2, f.path);
    db_bind_cstr(q, 3, key);
    db_bind_cstr(q, 4, f.instance_uid);
    return db_run(q, w->err);
}

static bool take_work(Db *db, void *work, Err *err)
{
    TakeWork *w       = work;
    Err       why     = { 0 };
    OWNED(DbQuery) *q = db_query(db, "SELECT COUNT(*) FROM import_file WHERE import_id = ?1");
    db_bind_int(q, 1, w->take->row.id);
    if (db_next(q, err) != DB_ROW)
        return false;
    if (db_int(q, 0) >= IMPORT_FILES_MAX)
        return err_set(err, ERR_LIMIT, "The import holds too many files.", "%d", IMPORT_FILES_MAX);
    if (!import_file_put(db, &w->take->file, w->old_blob, err) || !quota_store_admits(db, 0, err))
        return false;
    w->db  = db;
    w->err = &why;
    if (w->directory.len)
        (void)dicomdir_each(w->directory, announce, w, NULL); /* a damaged one announces what can be read */
    return why.kind == ERR_NONE || err_set(err, why.kind, why.shown, "%s", why.detail);
}

bool import_take_finish(ImportTake *t, json_t **ret, Err *err)
{
    uint8_t     sha256[SHA256_BYTES];
    bool        directory = false;
    ImportFile *f         = &t->file;
    Blobs      *blobs     = archive_blobs(t->archive);
    TakeWork    work      = { .take = t };
    if (t->first.kind != ERR_NONE)
        return err_set(err, t->first.kind, t->first.shown, "%s", t->first.detail);
    if (!blob_commit(t->writer, sha256, &f->bytes, err))
        return false;
    hex_encode(slice_bytes(sha256, sizeof sha256), f->sha256);
    char held[128];
    (void)slice_copy(slice_of(f->blob), held, sizeof held);
    OWNED(Blob) *blob = blob_open(blobs, held, err);
    if (!blob)
        return false;
    judge(blob_bytes(blob), f, &directory);
    bool waits = strcmp(f->state, "waiting") == 0;
    if (!waits)
        f->blob[0] = 0;
    work.directory = directory ? blob_bytes(blob) : SLICE_NONE;
    bool ok        = db_write(archive_db(t->archive), take_work, &work, err);
    if (!ok || !waits)
        (void)blob_remove(blobs, held, NULL);
    if (!ok)
        return false;
    if (work.old_blob[0] && strcmp(work.old_blob, held) != 0)
        (void)blob_remove(blobs, work.old_blob, NULL);
    *ret = json_pack("{s:o, s:s, s:s, s:s}", "path", json_cstr(f->path), "state", f->state, "why", f->why,
                     "study_uid", f->study_uid);
    return *ret != NULL;
}

/* ---- what an upload that was cut off left ---- */

/* import/<number>/<name>: does a row name it? */
static bool has_row(Db *db, int64_t import_id, const char *blob, bool *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM import_file WHERE import_id = ?1 AND blob = ?2");
    db_bind_int(q, 1, import_id);
    db_bind_cstr(q, 2, blob);
    DbStep step = db_next(q, err);
    *ret        = step == DB_ROW;
    return step != DB_FAILED;
}

static bool sweep_import(Archive *a, Db *db, const char *number, int64_t *removed, Err *err)
{
    char    path[2048], blob[512];
    int64_t id;
    bool    ok = true, named = false;
    if (!slice_int(slice_of(number), &id))
        return true;
    (void)snprintf(path, sizeof path, "%s/import/%s", blobs_folder(archive_blobs(a)), number);
    DIR *folder = opendir(path);
    for (struct dirent *e; folder && ok && (e = readdir(folder));) {
        struct stat s;
        (void)snprintf(blob, sizeof blob, "import/%s/%s", number, e->d_name);
        if (e->d_name[0] == '.' || fstatat(dirfd(folder), e->d_name, &s, AT_SYMLINK_NOFOLLOW) != 0 ||
            time(NULL) - s.st_mtime <= LEFTOVER_S) /* against file times, which no test moves */
            continue;
        ok = has_row(db, id, blob, &named, err);
        if (ok && !named && blob_remove(archive_blobs(a), blob, NULL))
            ++*removed;
    }
    if (folder)
        (void)closedir(folder);
    return ok;
}

bool import_sweep(Archive *a, int64_t *ret_removed, Err *err)
{
    char path[2048];
    bool ok       = true;
    OWNED(Db) *db = db_read(archive_db(a), err);
    *ret_removed  = 0;
    if (!db)
        return false;
    (void)snprintf(path, sizeof path, "%s/import", blobs_folder(archive_blobs(a)));
    DIR *folder = opendir(path);
    for (struct dirent *e; folder && ok && (e = readdir(folder));)
        ok = sweep_import(a, db, e->d_name, ret_removed, err);
    if (folder)
        (void)closedir(folder);
    return ok;
}
