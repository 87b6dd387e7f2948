/*
 * Blobs: names, folders made durable once, the free-space limit, reading, removing, walking.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE /* syncfs, sync_file_range */
#include "platform/blobs/blobs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/blobs/blobs_room.h"
#include "platform/clock.h"

/* Not waited for: neither metadata nor the disk's own cache are flushed by it. */
static int begin_writing(int fd)
{
    return sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
}

static const BlobsDisk REAL_DISK = { .write     = write,
                                     .fdatasync = fdatasync,
                                     .fsync     = fsync,
                                     .close     = close,
                                     .statvfs   = statvfs,
                                     .begin     = begin_writing,
                                     .syncfs    = syncfs };

struct Blob {
    void  *at; /* NULL when empty, or not mapped */
    size_t len;
    int    fd; /* of blob_open_pieces; else -1 */
};

void blobs_set_disk(Blobs *b, const BlobsDisk *disk)
{
    b->disk = disk;
}

const char *blobs_folder(const Blobs *b)
{
    return b->folder;
}

int blobs_min_free(const Blobs *b)
{
    return b->min_free_percent;
}

bool blobs_failed(Err *err, const char *what)
{
    int why = errno;
    if (why == ENOSPC || why == EDQUOT)
        return err_set(err, ERR_FULL, "The storage is full.", "%s: %s", what, strerror(why));
    return err_set(err, ERR_UNAVAILABLE, BLOBS_AWAY, "%s: %s", what, strerror(why));
}

bool blobs_sync_folder(const Blobs *b, const char *path, Err *err)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_set(err, ERR_UNAVAILABLE, BLOBS_AWAY, "open folder: %s", strerror(errno));
    bool ok = b->disk->fsync(fd) == 0;
    if (!ok)
        (void)blobs_failed(err, "fsync folder");
    close(fd);
    return ok;
}

bool blobs_sync_all(Blobs *b, Err *err)
{
    int rc = b->disk->syncfs ? b->disk->syncfs(b->folder_fd) : syncfs(b->folder_fd);
    return rc == 0 || blobs_failed(err, "syncfs");
}

/* ---- folders known to be on disk ---- */

static size_t known_slot(char *const *table, size_t room, Slice name)
{
    uint32_t h = 2166136261u; /* FNV-1a */
    for (size_t i = 0; i < name.len; i++)
        h = (h ^ (unsigned char)name.at[i]) * 16777619u;
    size_t slot = h & (room - 1);
    while (table[slot] && !slice_equal_text(name, table[slot]))
        slot = (slot + 1) & (room - 1);
    return slot;
}

static bool is_known(Blobs *b, Slice name)
{
    pthread_mutex_lock(&b->lock);
    bool known = b->known[known_slot(b->known, BLOBS_KNOWN_ROOM, name)] != NULL;
    pthread_mutex_unlock(&b->lock);
    return known;
}

static void forget_known(Blobs *b)
{
    for (size_t i = 0; i < BLOBS_KNOWN_ROOM; i++) {
        free(b->known[i]);
        b->known[i] = NULL;
    }
    b->known_count = 0;
}

/* A full table is emptied: syncing a folder once more costs little, a wrong answer would cost an image. */
static void remember_known(Blobs *b, Slice name)
{
    pthread_mutex_lock(&b->lock);
    if (b->known_count >= BLOBS_KNOWN_ROOM / 2)
        forget_known(b);
    size_t slot = known_slot(b->known, BLOBS_KNOWN_ROOM, name);
    if (!b->known[slot] && (b->known[slot] = slice_dup(name)))
        b->known_count++;
    pthread_mutex_unlock(&b->lock);
}

static bool make_folder(Blobs *b, const char *path, const char *parent, Err *err)
{
    if (mkdir(path, 0750) != 0 && errno != EEXIST)
        return blobs_failed(err, "mkdir");
    return blobs_sync_folder(b, parent, err);
}

/* Every folder above 'name', each new (or not yet known) one made and its entry in its parent flushed. */
bool blobs_make_parents(Blobs *b, const char *name, Err *err)
{
    char path[BLOBS_PATH_MAX], parent[BLOBS_PATH_MAX];
    for (const char *slash = strchr(name, '/'); slash; slash = strchr(slash + 1, '/')) {
        Slice folder = { name, (size_t)(slash - name) };
        if (is_known(b, folder))
            continue;
        (void)snprintf(path, sizeof path, "%s/%.*s", b->folder, (int)folder.len, folder.at);
        (void)slice_copy(slice_of(path), parent, sizeof parent);
        *strrchr(parent, '/') = '\0';
        if (!make_folder(b, path, parent, err))
            return false;
        remember_known(b, folder);
    }
    return true;
}

/* Somebody removed a folder behind our back: nothing is known any more. */
void blobs_forget_folders(Blobs *b)
{
    pthread_mutex_lock(&b->lock);
    forget_known(b);
    pthread_mutex_unlock(&b->lock);
}

/* ---- the free-space limit ---- */

static bool folder_is_low(const Blobs *b, const char *folder)
{
    struct statvfs s  = { 0 };
    int            rc = b->disk->statvfs(folder, &s);
    return rc != 0 || (uint64_t)s.f_bavail * 100 < (uint64_t)s.f_blocks * (uint64_t)b->min_free_percent;
}

/* Asked of the system at most once a second. */
bool blobs_have_space(Blobs *b, Err *err)
{
    int64_t now_ms = clock_monotonic_ms();
    pthread_mutex_lock(&b->lock);
    if (!b->space_asked || now_ms - b->space_asked_ms >= 1000) {
        b->space_asked    = true;
        b->space_asked_ms = now_ms;
        b->space_low      = folder_is_low(b, b->folder) || (b->watched && folder_is_low(b, b->watched));
    }
    bool low = b->space_low;
    pthread_mutex_unlock(&b->lock);
    return !low || err_set(err, ERR_FULL, "The storage is nearly full; new images are refused.",
                           "less than %d percent free", b->min_free_percent);
}

bool blobs_watch(Blobs *b, const char *folder, Err *err)
{
    b->watched = slice_dup(slice_of(folder));
    return b->watched || err_set(err, ERR_UNAVAILABLE, "Memory is out.", "blobs_watch");
}

/* ---- opening, reading, removing ---- */

Blobs *blobs_open(const char *folder, int min_free_percent, Err *err)
{
    OWNED(Blobs) *b = calloc(1, sizeof *b);
    if (!b || !(b->known = calloc(BLOBS_KNOWN_ROOM, sizeof *b->known)) ||
        !(b->folder = slice_dup(slice_of(folder)))) {
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "blobs_open");
        return NULL;
    }
    b->disk             = &REAL_DISK;
    b->folder_fd        = -1;
    b->min_free_percent = min_free_percent;
    pthread_mutex_init(&b->lock, NULL);
    blob_queue_open(b);
    size_t len = strlen(b->folder);
    while (len > 1 && b->folder[len - 1] == '/')
        b->folder[--len] = '\0';
    if (len == 0 || len > BLOBS_FOLDER_MAX) {
        err_set(err, ERR_INPUT, "The storage folder has an unusable name.", "%zu characters", len);
        return NULL;
    }
    if ((mkdir(b->folder, 0750) != 0 && errno != EEXIST) || access(b->folder, R_OK | W_OK | X_OK) != 0) {
        err_set(err, ERR_UNAVAILABLE, BLOBS_AWAY, "storage folder: %s", strerror(errno));
        return NULL;
    }
    char above[BLOBS_PATH_MAX];
    (void)snprintf(above, sizeof above, "%s/..", b->folder);
    if (!blobs_sync_folder(b, above, err))
        return NULL;
    b->folder_fd = open(b->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (b->folder_fd < 0) {
        err_set(err, ERR_UNAVAILABLE, BLOBS_AWAY, "storage folder: %s", strerror(errno));
        return NULL;
    }
    return GIVE(b);
}

void blobs_close(Blobs *b)
{
    if (!b)
        return;
    if (b->known)
        forget_known(b);
    if (b->folder) {
        blob_queue_close(b);
        pthread_mutex_destroy(&b->lock);
    }
    if (b->folder && b->folder_fd >= 0)
        close(b->folder_fd);
    free(b->known);
    free(b->folder);
    free(b->watched);
    free(b);
}

/* Parts of [A-Za-z0-9._-], none empty, "." or "..": nothing leaves the folder. */
static bool part_ok(Slice part)
{
    for (size_t i = 0; i < part.len; i++) {
        char c = part.at[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
              c == '_' || c == '-'))
            return false;
    }
    return part.len > 0 && part.len <= NAME_MAX && !slice_equal_text(part, ".") &&
           !slice_equal_text(part, "..");
}

bool blobs_path(const Blobs *b, const char *name, char ret[BLOBS_PATH_MAX], Err *err)
{
    Slice rest  = slice_of(name);
    int   depth = 0;
    bool  ok    = rest.len > 0 && rest.len <= BLOBS_NAME_MAX && rest.at[rest.len - 1] != '/';
    for (; ok && rest.len; depth++)
        ok = part_ok(slice_cut(&rest, '/')) && depth < BLOBS_DEPTH_MAX;
    if (!ok)
        return err_set(err, ERR_INPUT, "This is not a name under which something can be stored.",
                       "blob name of %zu characters", strlen(name));
    (void)snprintf(ret, BLOBS_PATH_MAX, "%s/%s", b->folder, name);
    return true;
}

/* The length of an open file; false with errno. */
static bool measure(Blob *blob)
{
    struct stat s;
    if (fstat(blob->fd, &s) != 0)
        return false;
    if (!S_ISREG(s.st_mode)) {
        errno = EISDIR;
        return false;
    }
    blob->len = (size_t)s.st_size;
    return true;
}

/* Maps it; false with errno. */
static bool map(Blob *blob)
{
    if (blob->len == 0 || blob->at)
        return true;
    void *at = mmap(NULL, blob->len, PROT_READ, MAP_SHARED, blob->fd, 0);
    if (at == MAP_FAILED)
        return false;
    blob->at = at;
    return true;
}

static void close_file(Blob *blob)
{
    int why = errno;
    if (blob->fd >= 0)
        close(blob->fd);
    blob->fd = -1;
    errno    = why;
}

static Blob *open_blob(Blobs *b, const char *name, bool mapped, Err *err)
{
    char path[BLOBS_PATH_MAX];
    if (!blobs_path(b, name, path, err))
        return NULL;
    OWNED(Blob) *blob = calloc(1, sizeof *blob);
    if (!blob) {
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "blob");
        return NULL;
    }
    blob->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    bool ok  = blob->fd >= 0 && measure(blob) && (!mapped || map(blob));
    if (mapped || !ok)
        close_file(blob);
    if (ok)
        return GIVE(blob);
    int why = errno;
    if (why == ENOENT || why == ENOTDIR || why == EISDIR)
        err_set(err, ERR_NOT_FOUND, "The stored file is not there.", "blob: %s", strerror(why));
    else
        err_set(err, ERR_UNAVAILABLE, BLOBS_AWAY, "blob: %s", strerror(why));
    return NULL;
}

Blob *blob_open(Blobs *b, const char *name, Err *err)
{
    return open_blob(b, name, true, err);
}

Blob *blob_open_pieces(Blobs *b, const char *name, Err *err)
{
    return open_blob(b, name, false, err);
}

bool blob_map(Blob *blob, Err *err)
{
    return map(blob) || err_set(err, ERR_UNAVAILABLE, BLOBS_AWAY, "blob: %s", strerror(errno));
}

size_t blob_length(const Blob *blob)
{
    return blob->len;
}

bool blob_read(const Blob *blob, size_t at, char *to, size_t len, Err *err)
{
    while (len) {
        ssize_t got = pread(blob->fd, to, len, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return err_set(err, ERR_UNAVAILABLE, BLOBS_AWAY, "blob: %s",
                           got ? strerror(errno) : "shorter than it was");
        to += got;
        at += (size_t)got;
        len -= (size_t)got;
    }
    return true;
}

Slice blob_bytes(const Blob *blob)
{
    return blob->at ? slice_bytes(blob->at, blob->len) : SLICE_NONE;
}

void blob_free(Blob *blob)
{
    if (blob && blob->at)
        (void)munmap(blob->at, blob->len);
    if (blob)
        close_file(blob);
    free(blob);
}

bool blob_remove(Blobs *b, const char *name, Err *err)
{
    char path[BLOBS_PATH_MAX];
    if (!blobs_path(b, name, path, err))
        return false;
    if (unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR)
        return true;
    return err_set(err, ERR_UNAVAILABLE, BLOBS_AWAY, "unlink: %s", strerror(errno));
}

/* ---- walking ---- */

typedef struct Walk {
    const Blobs *b;
    bool (*each)(const char *name, int64_t bytes, int64_t mtime_s, void *arg);
    void *arg;
    char  path[BLOBS_PATH_MAX];
    bool  stopped;
} Walk;

static bool walk_folder(Walk *w, size_t len, int depth, Err *err);

static bool walk_entry(Walk *w, size_t len, const char *entry, int depth, Err *err)
{
    struct stat s;
    if (!part_ok(slice_of(entry)) || len + 1 + strlen(entry) >= BLOBS_PATH_MAX)
        return true;
    size_t added = (size_t)snprintf(w->path + len, BLOBS_PATH_MAX - len, "/%s", entry);
    bool   ok    = true;
    if (lstat(w->path, &s) != 0)
        ok = errno == ENOENT || /* removed meanwhile */
             err_set(err, ERR_UNAVAILABLE, BLOBS_AWAY, "walk: %s", strerror(errno));
    else if (S_ISDIR(s.st_mode))
        ok = walk_folder(w, len + added, depth + 1, err);
    else if (S_ISREG(s.st_mode))
        w->stopped = !w->each(w->path + strlen(w->b->folder) + 1, s.st_size, s.st_mtim.tv_sec, w->arg);
    w->path[len] = '\0';
    return ok;
}

static bool walk_folder(Walk *w, size_t len, int depth, Err *err)
{
    DIR *folder = depth <= BLOBS_DEPTH_MAX ? opendir(w->path) : NULL;
    if (!folder)
        return depth > BLOBS_DEPTH_MAX ||
               err_set(err, ERR_UNAVAILABLE, BLOBS_AWAY, "walk: %s", strerror(errno));
    bool           ok = true;
    struct dirent *entry;
    while (ok && !w->stopped && (entry = readdir(folder)))
        ok = walk_entry(w, len, entry->d_name, depth, err);
    closedir(folder);
    return ok;
}

bool blobs_walk(Blobs *b, bool (*each)(const char *name, int64_t bytes, int64_t mtime_s, void *arg),
                void *arg, Err *err)
{
    Walk *w = calloc(1, sizeof *w);
    if (!w)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "blobs_walk");
    *w      = (Walk) { .b = b, .each = each, .arg = arg };
    bool ok = walk_folder(w, (size_t)snprintf(w->path, sizeof w->path, "%s", b->folder), 0, err);
    free(w);
    return ok;
}
