/*
 * Making a zip archive while it is sent: entries as they are (stored), each with its length and checksum
 * before its bytes, so that every reader, a streaming one too, can follow. Zip64 where it is needed.
 *
 *     OWNED(ZipWriter) *z = zip_new(&day);
 *     zip_entry(z, SLICE("DICOMDIR"), zip_crc(0, bytes), bytes.len, &head, err);   // send 'head', then
 * 'bytes' zip_end(z, &tail, err);                                                       // send 'tail'
 *
 * Memory: about 100 bytes an entry. Source: APPNOTE.TXT 6.3.10 (PKWARE).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_ZIP_ZIP_WRITE_H
#define FORMATS_ZIP_ZIP_WRITE_H

#include <time.h>

#include "base/buf.h"

enum {
    ZIP_NAME_MAX    = 1024,    /* bytes of one name */
    ZIP_ENTRIES_MAX = 1000000, /* and so at most about 128 MB of directory */
};

typedef struct ZipWriter ZipWriter;

/* 'day': the time written into every entry (local, as zip has it). NULL only when memory is out. */
ZipWriter *zip_new(const struct tm *day);
void       zip_free(ZipWriter *z);
OWNED_BY(ZipWriter, zip_free)

/* Checksum of bytes, going on from 'so_far' (0 at the beginning). */
uint32_t zip_crc(uint32_t so_far, Slice bytes);

/*
 * Adds to 'out' what stands before an entry; exactly 'bytes' bytes with this checksum must follow it. 'name'
 * is UTF-8 with '/' between folders. Errors: ERR_INPUT a name that is empty, absolute or climbs ("..");
 * ERR_LIMIT too many entries, a name too long, 'out' full.
 */
bool zip_entry(ZipWriter *z, Slice name, uint32_t crc, uint64_t bytes, Buf *out, Err *err);

/* Adds to 'out' the directory that ends the archive. ERR_LIMIT 'out' is full. */
bool zip_end(ZipWriter *z, Buf *out, Err *err);

/* How many bytes zip_end will add; and what stands before an entry of that name and size. */
uint64_t zip_end_bytes(const ZipWriter *z);
uint64_t zip_entry_bytes(Slice name, uint64_t bytes);

#endif
