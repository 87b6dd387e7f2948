/*
 * The list of one backup: its lines, read as strictly as they are written.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/backup_manifest.h"

#include <inttypes.h>

#include "formats/json/base64.h"

#define MALFORMED "The list of the backup is malformed."
enum { NAME_LONGEST = 1024 };

static const char *const KIND_WORDS[MANIFEST_KINDS] = { "beclere-backup", "database", "key",
                                                        "blob",           "lost",     "end" };

static bool malformed(const char *what, Err *err)
{
    return err_set(err, ERR_INPUT, MALFORMED, "%s", what);
}

/* As blobs are named: nothing leaves the folder. */
static bool part_ok(Slice part)
{
    for (size_t i = 0; i < part.len; i++) {
        char c = part.at[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
              c == '_' || c == '-'))
            return false;
    }
    return part.len > 0 && !slice_equal_text(part, ".") && !slice_equal_text(part, "..");
}

static bool name_ok(Slice name, bool one_part)
{
    Slice rest = name;
    if (!name.len || name.len > NAME_LONGEST || name.at[name.len - 1] == '/')
        return false;
    for (int parts = 0; rest.len; parts++)
        if (!part_ok(slice_cut(&rest, '/')) || (one_part && parts))
            return false;
    return true;
}

static bool count_read(Slice text, int64_t *ret)
{
    return text.len && text.at[0] >= '0' && text.at[0] <= '9' && slice_int(text, ret);
}

/* As clock_iso writes it. */
static bool moment_ok(Slice text)
{
    static const char SHAPE[] = "0000-00-00T00:00:00.000Z";
    if (text.len != sizeof SHAPE - 1)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (SHAPE[i] == '0' ? text.at[i] < '0' || text.at[i] > '9' : text.at[i] != SHAPE[i])
            return false;
    return true;
}

bool manifest_line_read(Slice line, ManifestLine *ret, Err *err)
{
    ManifestLine l    = { .kind = MANIFEST_KINDS };
    Slice        rest = line, word = slice_cut(&rest, ' ');
    for (int k = 0; k < MANIFEST_KINDS; k++)
        if (slice_equal_text(word, KIND_WORDS[k]))
            l.kind = (ManifestKind)k;
    Slice first = slice_cut(&rest, ' '), second = slice_cut(&rest, ' ');
    switch (l.kind) {
    case MANIFEST_BACKUP:
        l.name = rest;
        if (!slice_equal_text(first, "1") || !count_read(second, &l.number) || !moment_ok(rest))
            return malformed("first line", err);
        break;
    case MANIFEST_END:
        if (!count_read(first, &l.number) || !count_read(second, &l.bytes) || rest.len)
            return malformed("last line", err);
        break;
    case MANIFEST_BLOB:
    case MANIFEST_LOST:
        if (!count_read(slice_cut(&rest, ' '), &l.dataset_at))
            return malformed("place of the data set", err);
        __attribute__((fallthrough));
    case MANIFEST_DATABASE:
    case MANIFEST_KEY:
        l.name = rest;
        if (first.len != 64 || !hex_decode(first, l.sha256, sizeof l.sha256) ||
            !count_read(second, &l.bytes) ||
            !name_ok(rest, l.kind == MANIFEST_DATABASE || l.kind == MANIFEST_KEY))
            return malformed("digest, size or name", err);
        break;
    case MANIFEST_KINDS:
        return malformed("unknown line", err);
    }
    *ret = l;
    return true;
}

bool manifest_line_add(const ManifestLine *l, Buf *ret)
{
    char hex[65];
    hex_encode(slice_bytes(l->sha256, 32), hex);
    const char *word = KIND_WORDS[l->kind];
    if (l->kind == MANIFEST_BACKUP)
        return buf_addf(ret, "%s 1 %" PRId64 " %.*s\n", word, l->number, (int)l->name.len, l->name.at);
    if (l->kind == MANIFEST_END)
        return buf_addf(ret, "%s %" PRId64 " %" PRId64 "\n", word, l->number, l->bytes);
    if (l->kind == MANIFEST_BLOB || l->kind == MANIFEST_LOST)
        return buf_addf(ret, "%s %s %" PRId64 " %" PRId64 " %.*s\n", word, hex, l->bytes, l->dataset_at,
                        (int)l->name.len, l->name.at);
    return buf_addf(ret, "%s %s %" PRId64 " %.*s\n", word, hex, l->bytes, (int)l->name.len, l->name.at);
}
