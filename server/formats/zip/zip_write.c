/*
 * Making a zip archive: the heads of the entries as they go, and the directory gathered for the end.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/zip/zip_write.h"

#include <zlib.h>

enum {
    LOCAL_HEAD    = 0x04034b50,
    CENTRAL_HEAD  = 0x02014b50,
    END_64        = 0x06064b50,
    END_64_PLACE  = 0x07064b50,
    END_HEAD      = 0x06054b50,
    VERSION_PLAIN = 20,
    VERSION_64    = 45,
    MADE_ON_UNIX  = 3 << 8,
    NAME_IS_UTF8  = 1 << 11,
    EXTRA_64      = 0x0001,
    PLAIN_FILE    = 0100644, /* Unix mode, in the high half of the external attributes */
    LOCAL_BYTES   = 30,
    END_BYTES     = 22,
    END_64_BYTES  = 56 + 20,
};

struct ZipWriter {
    Buf      directory;
    uint64_t at, entries; /* bytes given out so far, data included */
    uint16_t day, time;   /* MS-DOS */
};

ZipWriter *zip_new(const struct tm *day)
{
    ZipWriter *z = calloc(1, sizeof *z);
    if (!z)
        return NULL;
    int year     = day->tm_year < 80 ? 80 : day->tm_year > 207 ? 207 : day->tm_year;
    z->day       = (uint16_t)((year - 80) << 9 | (day->tm_mon + 1) << 5 | day->tm_mday);
    z->time      = (uint16_t)(day->tm_hour << 11 | day->tm_min << 5 | day->tm_sec / 2);
    z->directory = buf_make((size_t)256 << 20);
    return z;
}

void zip_free(ZipWriter *z)
{
    if (!z)
        return;
    buf_free(&z->directory);
    free(z);
}

uint32_t zip_crc(uint32_t so_far, Slice bytes)
{
    uLong crc = so_far;
    while (bytes.len) {
        size_t step = bytes.len < ((size_t)1 << 30) ? bytes.len : (size_t)1 << 30;
        crc         = crc32(crc, (const Bytef *)bytes.at, (uInt)step);
        bytes       = slice_part(bytes, step, SIZE_MAX);
    }
    return (uint32_t)crc;
}

static void add_u64le(Buf *out, uint64_t v)
{
    (void)buf_add_u32le(out, (uint32_t)v);
    (void)buf_add_u32le(out, (uint32_t)(v >> 32));
}

static bool large(uint64_t v)
{
    return v >= UINT32_MAX;
}

/* No way out of the folder it is unpacked in, on any system. */
static bool name_is_safe(Slice name)
{
    Slice rest = name;
    if (!name.len || name.at[0] == '/' || memchr(name.at, '\\', name.len) || memchr(name.at, 0, name.len) ||
        memchr(name.at, ':', name.len))
        return false;
    while (rest.len) {
        Slice part = slice_cut(&rest, '/');
        if (slice_equal_text(part, "..") || slice_equal_text(part, ".") || !part.len)
            return false;
    }
    return true;
}

/* What local head and directory say alike, from the version needed to the length of the name. */
static void add_shared(const ZipWriter *z, Buf *out, Slice name, uint32_t crc, uint64_t bytes, bool is_64)
{
    uint32_t size = large(bytes) ? UINT32_MAX : (uint32_t)bytes;
    (void)buf_add_u16le(out, is_64 ? VERSION_64 : VERSION_PLAIN);
    (void)buf_add_u16le(out, NAME_IS_UTF8);
    (void)buf_add_u16le(out, 0); /* stored */
    (void)buf_add_u16le(out, z->time);
    (void)buf_add_u16le(out, z->day);
    (void)buf_add_u32le(out, crc);
    (void)buf_add_u32le(out, size);
    (void)buf_add_u32le(out, size);
    (void)buf_add_u16le(out, (uint16_t)name.len);
}

static void add_directory(ZipWriter *z, Slice name, uint32_t crc, uint64_t bytes)
{
    bool     far   = large(z->at);
    unsigned extra = (large(bytes) ? 16u : 0u) + (far ? 8u : 0u);
    Buf     *out   = &z->directory;
    (void)buf_add_u32le(out, CENTRAL_HEAD);
    (void)buf_add_u16le(out, MADE_ON_UNIX | VERSION_64);
    add_shared(z, out, name, crc, bytes, extra > 0);
    (void)buf_add_u16le(out, (uint16_t)(extra ? extra + 4 : 0));
    (void)buf_add_u16le(out, 0); /* comment */
    (void)buf_add_u16le(out, 0); /* disk */
    (void)buf_add_u16le(out, 0);
    (void)buf_add_u32le(out, (uint32_t)PLAIN_FILE << 16);
    (void)buf_add_u32le(out, far ? UINT32_MAX : (uint32_t)z->at);
    (void)buf_add(out, name);
    if (!extra)
        return;
    (void)buf_add_u16le(out, EXTRA_64);
    (void)buf_add_u16le(out, (uint16_t)extra);
    if (large(bytes)) {
        add_u64le(out, bytes);
        add_u64le(out, bytes);
    }
    if (far)
        add_u64le(out, z->at);
}

uint64_t zip_entry_bytes(Slice name, uint64_t bytes)
{
    return LOCAL_BYTES + name.len + (large(bytes) ? 20u : 0u);
}

bool zip_entry(ZipWriter *z, Slice name, uint32_t crc, uint64_t bytes, Buf *out, Err *err)
{
    if (!name_is_safe(name))
        return err_set(err, ERR_INPUT, "A file name of the archive is not right.", "%zu bytes", name.len);
    if (name.len > ZIP_NAME_MAX || z->entries == ZIP_ENTRIES_MAX)
        return err_set(err, ERR_LIMIT, "The archive holds too many files.", "entry %llu",
                       (unsigned long long)z->entries);
    add_directory(z, name, crc, bytes);
    (void)buf_add_u32le(out, LOCAL_HEAD);
    add_shared(z, out, name, crc, bytes, large(bytes));
    (void)buf_add_u16le(out, large(bytes) ? 20 : 0);
    (void)buf_add(out, name);
    if (large(bytes)) {
        (void)buf_add_u16le(out, EXTRA_64);
        (void)buf_add_u16le(out, 16);
        add_u64le(out, bytes);
        add_u64le(out, bytes);
    }
    z->at += zip_entry_bytes(name, bytes) + bytes;
    z->entries++;
    return buf_ok(&z->directory, err) && buf_ok(out, err);
}

static bool needs_64(const ZipWriter *z)
{
    return z->entries >= UINT16_MAX || large(z->at) || large(z->directory.len);
}

uint64_t zip_end_bytes(const ZipWriter *z)
{
    return z->directory.len + (needs_64(z) ? (uint64_t)END_64_BYTES : 0) + END_BYTES;
}

static void add_end_64(const ZipWriter *z, Buf *out)
{
    (void)buf_add_u32le(out, END_64);
    add_u64le(out, 44); /* of this record, from here on */
    (void)buf_add_u16le(out, MADE_ON_UNIX | VERSION_64);
    (void)buf_add_u16le(out, VERSION_64);
    (void)buf_add_u32le(out, 0);
    (void)buf_add_u32le(out, 0);
    add_u64le(out, z->entries);
    add_u64le(out, z->entries);
    add_u64le(out, z->directory.len);
    add_u64le(out, z->at);
    (void)buf_add_u32le(out, END_64_PLACE);
    (void)buf_add_u32le(out, 0);
    add_u64le(out, z->at + z->directory.len);
    (void)buf_add_u32le(out, 1);
}

bool zip_end(ZipWriter *z, Buf *out, Err *err)
{
    bool     is_64   = needs_64(z);
    uint16_t entries = is_64 ? UINT16_MAX : (uint16_t)z->entries;
    (void)buf_add(out, buf_slice(&z->directory));
    if (is_64)
        add_end_64(z, out);
    (void)buf_add_u32le(out, END_HEAD);
    (void)buf_add_u16le(out, 0);
    (void)buf_add_u16le(out, 0);
    (void)buf_add_u16le(out, entries);
    (void)buf_add_u16le(out, entries);
    (void)buf_add_u32le(out, is_64 ? UINT32_MAX : (uint32_t)z->directory.len);
    (void)buf_add_u32le(out, is_64 ? UINT32_MAX : (uint32_t)z->at);
    (void)buf_add_u16le(out, 0);
    return buf_ok(out, err);
}
