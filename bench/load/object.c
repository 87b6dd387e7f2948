/*
 * Data sets made in memory: a CT slice, and a tiny secondary capture.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load.h"

typedef struct Making {
    char  *at;
    size_t len;
} Making;

static void put(Making *m, const void *bytes, size_t len)
{
    memcpy(m->at + m->len, bytes, len);
    m->len += len;
}

/* Little endian, as this machine's; 'vr' of the long form when its length has four bytes. */
static void put_head(Making *m, uint16_t group, uint16_t element, const char *vr, size_t len)
{
    uint16_t tag[2] = { group, element };
    put(m, tag, 4);
    put(m, vr, 2);
    if (strcmp(vr, "OW") == 0 || strcmp(vr, "OB") == 0) {
        uint32_t whole = (uint32_t)len;
        put(m, "\0\0", 2);
        put(m, &whole, 4);
    } else {
        uint16_t half = (uint16_t)len;
        put(m, &half, 2);
    }
}

static void text(Making *m, uint16_t group, uint16_t element, const char *vr, const char *value)
{
    size_t len = strlen(value);
    put_head(m, group, element, vr, len + len % 2);
    put(m, value, len);
    if (len % 2)
        put(m, strcmp(vr, "UI") == 0 ? "" : " ", 1);
}

static void number(Making *m, uint16_t group, uint16_t element, uint16_t value)
{
    put_head(m, group, element, "US", 2);
    put(m, &value, 2);
}

static void uid_of(uint32_t run, int sender, int kind, int n, char ret[UID_LEN + 1])
{
    /* 2.25.<39 digits>: an arbitrary number that no other run makes. */
    snprintf(ret, UID_LEN + 1, "2.25.1%010u%04d%03d%09d%012d", run, sender, kind, n, 777);
}

void object_uid(uint32_t run, int sender, int n, char ret[UID_LEN + 1])
{
    uid_of(run, sender, 3, n, ret);
}

void object_renumber(Object *o, uint32_t run, int sender, int n)
{
    char uid[UID_LEN + 1], digits[9];
    object_uid(run, sender, n, uid);
    memcpy(o->bytes + o->uid_at, uid, UID_LEN);
    snprintf(digits, sizeof digits, "%08d", n % 100000000);
    memcpy(o->bytes + o->number_at, digits, 8);
}

typedef struct Who {
    char id[32], name[64], accession[17], date[9];
} Who;

static Who who_sends(uint32_t run, int sender)
{
    Who w = { .date = "20261123" };
    snprintf(w.id, sizeof w.id, "BENCH%u-%d", run % 1000000, sender);
    snprintf(w.name, sizeof w.name, "Mesure%u^Envoi%d", run % 1000, sender);
    snprintf(w.accession, sizeof w.accession, "B%u-%d", run % 10000000, sender);
    return w;
}

static Who who_in_index(int n)
{
    Who  w;
    char family[32];
    name_of(family_of(n), family);
    day_of(n, w.date);
    snprintf(w.id, sizeof w.id, "PID%08d", n);
    snprintf(w.name, sizeof w.name, "%s^ANNE%d", family, n % 20);
    snprintf(w.accession, sizeof w.accession, "B%09d", n);
    return w;
}

static void patient(Making *m, const Who *w, const char *modality)
{
    text(m, 0x0008, 0x0050, "SH", w->accession);
    text(m, 0x0008, 0x0060, "CS", modality);
    text(m, 0x0010, 0x0010, "PN", w->name);
    text(m, 0x0010, 0x0020, "LO", w->id);
    text(m, 0x0010, 0x0030, "DA", "19610712");
    text(m, 0x0010, 0x0040, "CS", "F");
}

/* In the order of tags: the identifying group 0008 with the instance UID, then what a scanner writes. */
static void header(Making *m, Object *o, ObjectKind kind, uint32_t run, int sender, const Who *w)
{
    char uid[UID_LEN + 1];
    bool ct = kind == OBJECT_CT;
    text(m, 0x0008, 0x0005, "CS", "ISO_IR 192");
    text(m, 0x0008, 0x0008, "CS", ct ? "ORIGINAL\\PRIMARY\\AXIAL" : "DERIVED\\SECONDARY");
    text(m, 0x0008, 0x0016, "UI", o->class_uid);
    object_uid(run, sender, 0, uid);
    o->uid_at = m->len + 8;
    text(m, 0x0008, 0x0018, "UI", uid);
    text(m, 0x0008, 0x0020, "DA", w->date);
    text(m, 0x0008, 0x0021, "DA", "20261123");
    text(m, 0x0008, 0x0030, "TM", "101500");
    patient(m, w, ct ? "CT" : "OT");
    if (ct) {
        static const struct {
            uint16_t    element;
            const char *vr, *value;
        } SCAN[] = {
            { 0x0015, "CS", "CHEST" },      { 0x0022, "CS", "HELICAL MODE" }, { 0x0050, "DS", "1.25" },
            { 0x0060, "DS", "120" },        { 0x0090, "DS", "500" },          { 0x1020, "LO", "bench 1" },
            { 0x1100, "DS", "350" },        { 0x1110, "DS", "949.075" },      { 0x1111, "DS", "541" },
            { 0x1120, "DS", "0" },          { 0x1130, "DS", "143.5" },        { 0x1150, "IS", "500" },
            { 0x1151, "IS", "260" },        { 0x1152, "IS", "5" },            { 0x1160, "SH", "BODY FILTER" },
            { 0x1170, "IS", "31200" },      { 0x1190, "DS", "1.2" },          { 0x1210, "SH", "STANDARD" },
            { 0x5100, "CS", "FFS" },
        };
        for (size_t i = 0; i < sizeof SCAN / sizeof *SCAN; i++)
            text(m, 0x0018, SCAN[i].element, SCAN[i].vr, SCAN[i].value);
    }
    uid_of(run, sender, 1, 0, uid);
    text(m, 0x0020, 0x000D, "UI", uid);
    uid_of(run, sender, 2, 0, uid);
    text(m, 0x0020, 0x000E, "UI", uid);
    text(m, 0x0020, 0x0010, "SH", "1");
    text(m, 0x0020, 0x0011, "IS", "2");
    o->number_at = m->len + 8;
    text(m, 0x0020, 0x0013, "IS", "00000000");
    if (ct) {
        text(m, 0x0020, 0x0032, "DS", "-170.5\\-160.25\\-40.125");
        text(m, 0x0020, 0x0037, "DS", "1\\0\\0\\0\\1\\0");
        text(m, 0x0020, 0x1041, "DS", "-40.125");
    }
}

static void pixels(Making *m, ObjectKind kind)
{
    uint16_t side = kind == OBJECT_CT ? 512 : 32, bits = kind == OBJECT_CT ? 16 : 8;
    number(m, 0x0028, 0x0002, 1);
    text(m, 0x0028, 0x0004, "CS", "MONOCHROME2");
    number(m, 0x0028, 0x0010, side);
    number(m, 0x0028, 0x0011, side);
    if (kind == OBJECT_CT)
        text(m, 0x0028, 0x0030, "DS", "0.68359375\\0.68359375");
    number(m, 0x0028, 0x0100, bits);
    number(m, 0x0028, 0x0101, bits);
    number(m, 0x0028, 0x0102, (uint16_t)(bits - 1));
    number(m, 0x0028, 0x0103, 0);
    if (kind == OBJECT_CT) {
        text(m, 0x0028, 0x1050, "DS", "40");
        text(m, 0x0028, 0x1051, "DS", "400");
        text(m, 0x0028, 0x1052, "DS", "-1024");
        text(m, 0x0028, 0x1053, "DS", "1");
    }
    size_t   len  = (size_t)side * side * (bits / 8);
    uint32_t seed = 12345;
    put_head(m, 0x7FE0, 0x0010, "OW", len);
    for (size_t i = 0; i < len; i += 2) { /* a slope with noise: neither constant nor random */
        seed           = seed * 1664525u + 1013904223u;
        uint16_t value = (uint16_t)((i / 700 + (seed >> 27)) & 0x0FFF);
        put(m, &value, 2);
    }
}

static void make(ObjectKind kind, uint32_t run, int sender, const Who *w, Object *ret)
{
    *ret     = (Object) { .class_uid = kind == OBJECT_CT ? "1.2.840.10008.5.1.4.1.1.2" : "1.2.840.10008.5.1.4.1.1.7" };
    Making m = { malloc(1 << 20), 0 };
    header(&m, ret, kind, run, sender, w);
    pixels(&m, kind);
    ret->bytes = m.at;
    ret->len   = m.len;
}

void object_make(ObjectKind kind, uint32_t run, int sender, Object *ret)
{
    Who w = who_sends(run, sender);
    make(kind, run, sender, &w, ret);
}

void object_of_study(uint32_t run, int n, Object *ret)
{
    Who w = who_in_index(n);
    make(OBJECT_TINY, run + (uint32_t)n / 1000, n % 1000, &w, ret);
}
