/*
 * bench_load send|stow|null|bare|line|fill|index|find|qido|get|move OPTION=VALUE...     one line of JSON comes out
 *
 *   host= port= called=   the peer                 kind=ct|tiny   what is sent
 *   senders= objects=     threads, and objects in all             run=   a number that makes the UIDs new
 *   folder=               bare: where to write     path= header= tls=1 per=   stow: URL path, one header line, parts a request
 *   study= to= objects=   get, move: its UID, the destination's title, how many must come
 *   rate= rtt= queue=     line: bits a second, ms, bytes; port= is where it leads
 *   first= objects=       index: which studies, into the database folder=   query=id|accession|name|day known=   find, qido
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load.h"

static int by_ms(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

void took_print(const char *what, Took *t, int threads, double seconds, double bytes, int failed)
{
    qsort(t->ms, (size_t)t->count, sizeof *t->ms, by_ms);
    printf("{\"what\":\"%s\",\"threads\":%d,\"objects\":%d,\"failed\":%d,\"seconds\":%.4f,\"per_second\":%.1f,"
           "\"mb_per_second\":%.1f,\"p50_ms\":%.3f,\"p95_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f}\n",
           what, threads, t->count, failed, seconds, t->count / seconds, bytes / seconds / 1e6, t->ms[t->count / 2],
           t->ms[t->count * 95 / 100], t->ms[t->count * 99 / 100], t->ms[t->count - 1]);
}

static void option(LoadOptions *o, char *text)
{
    char *value = strchr(text, '=');
    if (!value)
        return;
    *value++ = 0;
    if (!strcmp(text, "host"))
        o->host = value;
    else if (!strcmp(text, "port"))
        o->port = value;
    else if (!strcmp(text, "called"))
        o->called = value;
    else if (!strcmp(text, "calling"))
        o->calling = value;
    else if (!strcmp(text, "query"))
        o->query = value;
    else if (!strcmp(text, "first"))
        o->first = (int)strtol(value, NULL, 10);
    else if (!strcmp(text, "known"))
        o->known = (int)strtol(value, NULL, 10);
    else if (!strcmp(text, "study"))
        o->study = value;
    else if (!strcmp(text, "to"))
        o->to = value;
    else if (!strcmp(text, "folder"))
        o->folder = value;
    else if (!strcmp(text, "path"))
        o->path = value;
    else if (!strcmp(text, "header"))
        o->header = value;
    else if (!strcmp(text, "kind"))
        o->kind = strcmp(value, "tiny") == 0 ? OBJECT_TINY : OBJECT_CT;
    else if (!strcmp(text, "senders"))
        o->senders = (int)strtol(value, NULL, 10);
    else if (!strcmp(text, "objects"))
        o->objects = (int)strtol(value, NULL, 10);
    else if (!strcmp(text, "per"))
        o->per_request = (int)strtol(value, NULL, 10);
    else if (!strcmp(text, "run"))
        o->run = (uint32_t)strtoul(value, NULL, 10);
    else if (!strcmp(text, "rate"))
        o->rate = strtod(value, NULL);
    else if (!strcmp(text, "rtt"))
        o->rtt_ms = strtod(value, NULL);
    else if (!strcmp(text, "queue"))
        o->queue = (int)strtol(value, NULL, 10);
    else if (!strcmp(text, "tls"))
        o->tls = *value == '1';
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*act)(const LoadOptions *o);
    } ACTS[] = { { "send", load_send }, { "stow", load_stow }, { "null", load_null }, { "bare", load_bare },
                 { "line", load_line }, { "index", load_index }, { "fill", load_fill }, { "find", load_find }, { "qido", load_qido },
                 { "get", load_get }, { "move", load_move } };
    LoadOptions o = { .host = "127.0.0.1", .port = "104", .called = "BECLERE", .calling = "STORESCU", .query = "id", .known = 1, .folder = ".", .path = "/", .header = "", .study = "", .to = "",
                      .senders = 1, .objects = 100, .run = 1, .per_request = 10, .rate = 20e6, .rtt_ms = 40, .queue = 65536 };
    for (int i = 2; i < argc; i++)
        option(&o, argv[i]);
    signal(SIGPIPE, SIG_IGN);
    for (size_t i = 0; argc > 1 && i < sizeof ACTS / sizeof *ACTS; i++)
        if (strcmp(argv[1], ACTS[i].name) == 0)
            return ACTS[i].act(&o);
    fprintf(stderr, "bench_load send|stow|null|bare|line|fill|index|find|qido|get|move OPTION=VALUE...\n");
    return 2;
}
