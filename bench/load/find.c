/*
 * Searches one after the other, each timed: C-FIND at study level, and the same asked by QIDO-RS.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "load.h"

/* What is asked of study number 'n', and by which key. */
static const char *asked(const char *query, int n, char ret[64], const char **ret_keyword)
{
    char day[9], name[32];
    if (strcmp(query, "accession") == 0) {
        snprintf(ret, 64, "B%09d", n);
        *ret_keyword = "AccessionNumber";
    } else if (strcmp(query, "name") == 0) {
        name_of(family_of(n), name);
        snprintf(ret, 64, "%s*", name);
        *ret_keyword = "PatientName";
    } else if (strcmp(query, "day") == 0) {
        day_of(n, day);
        snprintf(ret, 64, "%s", day);
        *ret_keyword = "StudyDate";
    } else {
        snprintf(ret, 64, "PID%08d", n);
        *ret_keyword = "PatientID";
    }
    return ret;
}

static int study_number(const LoadOptions *o, int i)
{
    return (int)(((uint64_t)i * 2654435761u + o->run * 40503u) % (uint64_t)o->known);
}

/* ---- C-FIND ---- */

#define STUDY_ROOT "1.2.840.10008.5.1.4.1.2.2.1"

static void request(Bytes *out, const char *query, int n, uint16_t message)
{
    char        value[64];
    const char *keyword = NULL;
    Bytes       command = { .len = 12 }, keys = { 0 };
    asked(query, n, value, &keyword);
    add_element(&command, 0, 0x0002, NULL, STUDY_ROOT);
    add_number(&command, 0x0100, 0x0020);
    add_number(&command, 0x0110, message);
    add_number(&command, 0x0700, 0);
    add_number(&command, 0x0800, 1);
    command_close(&command);
    add_element(&keys, 0x0008, 0x0020, "DA", strcmp(keyword, "StudyDate") == 0 ? value : "");
    add_element(&keys, 0x0008, 0x0030, "TM", "");
    add_element(&keys, 0x0008, 0x0050, "SH", strcmp(keyword, "AccessionNumber") == 0 ? value : "");
    add_element(&keys, 0x0008, 0x0052, "CS", "STUDY");
    add_element(&keys, 0x0008, 0x0061, "CS", "");
    add_element(&keys, 0x0010, 0x0010, "PN", strcmp(keyword, "PatientName") == 0 ? value : "");
    add_element(&keys, 0x0010, 0x0020, "LO", strcmp(keyword, "PatientID") == 0 ? value : "");
    add_element(&keys, 0x0020, 0x000D, "UI", "");
    out->len = 0;
    add_fragment(out, &command, 3);
    add_fragment(out, &keys, 2);
}

/* The matches of one search; -1 when it failed. */
static int answers(Peer *p, uint8_t *body, size_t room)
{
    int matches = 0;
    for (;;) {
        uint8_t head[6];
        if (!read_whole(p->fd, head, 6) || head[0] != 0x04 || get_u32be(head + 2) > room ||
            !read_whole(p->fd, body, get_u32be(head + 2)))
            return -1;
        size_t len = get_u32be(head + 2);
        for (size_t at = 0; at + 6 <= len; at += 4 + get_u32be(body + at)) {
            if (!(body[at + 5] & 1))
                continue;
            size_t end = at + 4 + get_u32be(body + at);
            for (size_t e = at + 6; e + 10 <= end;) {
                uint32_t size = (uint32_t)body[e + 4] | (uint32_t)body[e + 5] << 8;
                if (memcmp(body + e, "\0\0\0\x09", 4) == 0) {
                    int status = body[e + 8] | body[e + 9] << 8;
                    if (status != 0xFF00 && status != 0xFF01)
                        return status == 0 ? matches : -1;
                    matches++;
                }
                e += 8 + size;
            }
        }
    }
}

int load_find(const LoadOptions *o)
{
    Peer     p;
    Took     took    = { .ms = calloc((size_t)o->objects, sizeof(double)) };
    uint8_t *body    = malloc(1 << 20);
    int      failed  = 0;
    long     matches = 0;
    Bytes    out     = { 0 };
    if (!peer_open(&p, o->host, o->port, o->called, o->calling, STUDY_ROOT))
        return 1;
    double begin = now_s();
    for (int i = 0; i < o->objects; i++) {
        request(&out, o->query, study_number(o, i), (uint16_t)(i + 1));
        double from  = now_s();
        int    found = send_whole(p.fd, out.at, out.len) ? answers(&p, body, 1 << 20) : -1;
        took.ms[i]   = (now_s() - from) * 1000;
        failed += found < 0;
        matches += found > 0 ? found : 0;
    }
    took.count = o->objects;
    printf("{\"matches\":%ld}\n", matches);
    failed += matches < o->objects; /* each asks for something that is there */
    took_print("find", &took, 1, now_s() - begin, 0, failed);
    peer_close(&p);
    return failed ? 1 : 0;
}

/* ---- QIDO-RS ---- */

int load_qido(const LoadOptions *o)
{
    Took     took   = { .ms = calloc((size_t)o->objects, sizeof(double)) };
    SSL_CTX *tls    = o->tls ? SSL_CTX_new(TLS_client_method()) : NULL;
    char    *answer = malloc(1 << 20), head[4096], value[64];
    Line     line;
    int      failed = 0;
    if (!line_open(&line, o, tls))
        return 1;
    double begin = now_s();
    for (int i = 0; i < o->objects; i++) {
        const char *keyword = NULL;
        asked(o->query, study_number(o, i), value, &keyword);
        int    size = snprintf(head, sizeof head, "GET %s?%s=%s HTTP/1.1\r\nHost: localhost:%s\r\nAccept: application/dicom+json\r\n%s%s\r\n",
                               o->path, keyword, value, o->port, o->header, *o->header ? "\r\n" : "");
        double from = now_s();
        int    status = line_send(&line, head, (size_t)size) ? answer_status(&line, answer, 1 << 20) : -1;
        took.ms[i] = (now_s() - from) * 1000;
        if ((status != 200 || !strstr(answer, "0020000D")) && failed++ == 0) /* each asks for something that is there */
            fprintf(stderr, "QIDO: status %d %.300s\n", status, answer);
    }
    took.count = o->objects;
    took_print("qido", &took, 1, now_s() - begin, 0, failed);
    return failed ? 1 : 0;
}
