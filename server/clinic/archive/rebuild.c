/*
 * The index made again from the files alone: each image says itself whose it is and where it belongs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <openssl/evp.h>
#include <stdlib.h>

#include "clinic/archive/archive_internal.h"

typedef struct Found {
    int64_t mtime_s;
    char   *name;
} Found;

typedef struct Rebuild {
    Archive        *a;
    ArchiveFault   *fault;
    void           *with;
    ArchiveRebuilt *sum;
    Found          *found;
    size_t          count, room;
} Rebuild;

static bool collect(const char *name, int64_t bytes, int64_t mtime_s, void *rebuild)
{
    Rebuild *r = rebuild;
    (void)bytes;
    if (!blob_is_image(name))
        return true;
    if (r->count == r->room) {
        size_t room = r->room ? r->room * 2 : 1024;
        Found *more = reallocarray(r->found, room, sizeof *more);
        if (!more)
            return false;
        r->found = more;
        r->room  = room;
    }
    r->found[r->count] = (Found) { mtime_s, slice_dup(slice_of(name)) };
    return r->found[r->count++].name != NULL;
}

/* As they came: what came first under a UID is the one that is shown. */
static int earlier(const void *a, const void *b)
{
    const Found *x = a, *y = b;
    return x->mtime_s != y->mtime_s ? (x->mtime_s < y->mtime_s ? -1 : 1) : strcmp(x->name, y->name);
}

static bool digest(Slice bytes, uint8_t ret[SHA256_BYTES], Err *err)
{
    return EVP_Digest(bytes.at, bytes.len, ret, NULL, EVP_sha256(), NULL) == 1 ||
           err_set(err, ERR_UNAVAILABLE, "Memory is out.", "digest");
}

static bool take(Rebuild *r, const Found *f, Slice file, const Header *h, Err *err)
{
    IngestSource source = {
        .via = "rebuild", .actor = "system:rebuild", .ae_title = "", .address = "", .factors = ""
    };
    IngestResult result  = { 0 };
    Arrival      arrival = { .archive        = r->a,
                             .flushed        = true,
                             .source         = &source,
                             .header         = h,
                             .blob           = f->name,
                             .bytes          = (int64_t)file.len,
                             .received_at_ms = f->mtime_s * 1000,
                             .result         = &result };
    if (!digest(slice_part(file, h->dataset_at, SIZE_MAX), arrival.dataset_sha256, err) ||
        !file_digest(file, h->dataset_at, arrival.dataset_sha256, arrival.sha256) ||
        !db_write(r->a->host, arrival_store, &arrival, err))
        return false;
    *(result.outcome == INGEST_STORED  ? &r->sum->added
      : result.outcome == INGEST_ASIDE ? &r->sum->aside
                                       : &r->sum->known) += 1;
    return true;
}

static bool found_take(Rebuild *r, const Found *f, Err *err)
{
    Header h    = { 0 };
    Err    why  = { 0 };
    bool   rows = false;
    r->sum->files++;
    if (!blob_has_row(r->a, f->name, &rows, err))
        return false;
    if (rows) {
        r->sum->known++;
        return true;
    }
    OWNED(Blob) *blob = blob_open(r->a->blobs, f->name, &why);
    bool ok           = blob && header_read(blob_bytes(blob), &h, &why);
    if (ok)
        ok = take(r, f, blob_bytes(blob), &h, err);
    else if (err_may_pass(why.kind))
        err_set(err, why.kind, why.shown, "%s", why.detail);
    else {
        r->sum->unreadable++;
        if (r->fault)
            r->fault("unreadable", "", f->name, r->with);
        ok = true;
    }
    header_clear(&h);
    return ok;
}

bool archive_rebuild(Archive *a, ArchiveFault *fault, void *with, ArchiveRebuilt *ret, Err *err)
{
    *ret       = (ArchiveRebuilt) { 0 };
    Rebuild r  = { .a = a, .fault = fault, .with = with, .sum = ret };
    bool    ok = blobs_walk(a->blobs, collect, &r, err);
    if (ok && r.count && !r.found[r.count - 1].name)
        ok = err_set(err, ERR_UNAVAILABLE, "Memory is out.", "rebuild");
    if (ok && r.count)
        qsort(r.found, r.count, sizeof *r.found, earlier);
    for (size_t i = 0; ok && i < r.count; i++)
        ok = found_take(&r, &r.found[i], err);
    for (size_t i = 0; i < r.count; i++)
        free(r.found[i].name);
    free(r.found);
    return ok;
}
