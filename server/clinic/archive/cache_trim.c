/*
 * Ready files that nobody needs as much as the room they take: the oldest go first.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clinic/archive/archive_internal.h"
#include "clinic/archive/cache.h"

enum { FOLDERS_MAX = 65536, SHA_HEX = 64 };

/* The ready files of one stored file. */
typedef struct Folder {
    int64_t made_s;
    char    kind[8], sha256[SHA_HEX + 1];
} Folder;

typedef struct Folders {
    Folder *at;
    size_t  count;
} Folders;

static void folder_note(Folders *all, const char *path, const char *kind, const char *sha256)
{
    struct stat s;
    if (all->count == FOLDERS_MAX || strlen(sha256) != SHA_HEX || lstat(path, &s) != 0 || !S_ISDIR(s.st_mode))
        return;
    Folder *f = &all->at[all->count++];
    f->made_s = s.st_mtime;
    (void)slice_copy(slice_of(kind), f->kind, sizeof f->kind);
    (void)slice_copy(slice_of(sha256), f->sha256, sizeof f->sha256);
}

typedef void EachName(const char *path, const char *name, void *with);

static void names_each(const char *path, EachName *each, void *with)
{
    DIR *folder = opendir(path);
    for (struct dirent *e; folder && (e = readdir(folder));) {
        char inside[1400];
        if (e->d_name[0] == '.')
            continue;
        snprintf(inside, sizeof inside, "%s/%s", path, e->d_name);
        each(inside, e->d_name, with);
    }
    if (folder)
        (void)closedir(folder);
}

typedef struct Gather {
    Folders    *all;
    const char *kind;
} Gather;

static void gather_folder(const char *path, const char *name, void *with)
{
    const Gather *g = with;
    folder_note(g->all, path, g->kind, name);
}

static void gather_shelf(const char *path, const char *name, void *with)
{
    if (strlen(name) == 2)
        names_each(path, gather_folder, with);
}

static int by_age(const void *a, const void *b)
{
    const Folder *x = a, *y = b;
    return (x->made_s > y->made_s) - (x->made_s < y->made_s);
}

static void remove_file(const char *path, const char *name, void *freed)
{
    struct stat s;
    (void)name;
    if (lstat(path, &s) == 0 && S_ISREG(s.st_mode) && unlink(path) == 0)
        *(int64_t *)freed += s.st_blocks * 512;
}

int64_t cache_trim(const Archive *a, int64_t bytes)
{
    static const char *const KINDS[] = { "frames", "objects", "headers" };
    Folders                  all     = { .at = calloc(FOLDERS_MAX, sizeof(Folder)) };
    int64_t                  freed   = 0;
    for (size_t i = 0; all.at && i < COUNT(KINDS); i++) {
        char path[1024];
        snprintf(path, sizeof path, "%s/%s", a->cache, KINDS[i]);
        names_each(path, gather_shelf, &(Gather) { &all, KINDS[i] });
    }
    if (all.at)
        qsort(all.at, all.count, sizeof *all.at, by_age);
    for (size_t i = 0; i < all.count && freed < bytes; i++) {
        char path[1024];
        snprintf(path, sizeof path, "%s/%s/%.2s/%s", a->cache, all.at[i].kind, all.at[i].sha256,
                 all.at[i].sha256);
        names_each(path, remove_file, &freed);
        (void)rmdir(path);
    }
    free(all.at);
    return freed;
}
