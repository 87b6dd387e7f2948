/*
 * What the disk alone takes: as many threads as senders, each writing its files one after the other into its own
 * folder: write, fdatasync, close, fsync of the folder.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "load.h"

typedef struct Writer {
    const LoadOptions *o;
    int                index, objects, failed;
    double            *ms;
    pthread_barrier_t *ready;
} Writer;

static bool write_durably(int folder, const char *name, const char *bytes, size_t len)
{
    int fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0)
        return false;
    for (size_t at = 0; at < len;) {
        ssize_t put = write(fd, bytes + at, len - at);
        if (put < 0)
            return false;
        at += (size_t)put;
    }
    return fdatasync(fd) == 0 && close(fd) == 0 && fsync(folder) == 0;
}

static void *writer_run(void *writer)
{
    Writer *w = writer;
    Object  object;
    char    path[1024];
    object_make(w->o->kind, w->o->run, w->index, &object);
    snprintf(path, sizeof path, "%s/%u-%d", w->o->folder, w->o->run, w->index);
    int folder = mkdir(path, 0755) == 0 ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    pthread_barrier_wait(w->ready);
    for (int i = 0; i < w->objects; i++) {
        char name[UID_LEN + 8];
        object_renumber(&object, w->o->run, w->index, i);
        object_uid(w->o->run, w->index, i, name);
        double from = now_s();
        if (folder < 0 || !write_durably(folder, name, object.bytes, object.len)) {
            perror("write");
            w->failed++;
        }
        w->ms[i] = (now_s() - from) * 1000;
    }
    free(object.bytes);
    return NULL;
}

int load_bare(const LoadOptions *o)
{
    pthread_t        *threads = calloc((size_t)o->senders, sizeof *threads);
    Writer           *writers = calloc((size_t)o->senders, sizeof *writers);
    Took              took    = { .ms = calloc((size_t)o->objects, sizeof(double)) };
    pthread_barrier_t ready;
    int               failed = 0, each = o->objects / o->senders;
    Object            sample;
    object_make(o->kind, o->run, 0, &sample);
    pthread_barrier_init(&ready, NULL, (unsigned)o->senders + 1);
    for (int i = 0; i < o->senders; i++) {
        writers[i] = (Writer) { .o = o, .index = i, .objects = each, .ready = &ready, .ms = took.ms + i * each };
        pthread_create(&threads[i], NULL, writer_run, &writers[i]);
    }
    pthread_barrier_wait(&ready);
    double from = now_s();
    for (int i = 0; i < o->senders; i++) {
        pthread_join(threads[i], NULL);
        failed += writers[i].failed;
    }
    took.count = each * o->senders;
    took_print("bare", &took, o->senders, now_s() - from, (double)sample.len * took.count, failed);
    return failed ? 1 : 0;
}
