/*
 * STOW-RS of metadata and bulk data: the parts gathered as they come, the instances put together at the end.
 * DICOM PS3.18 §10.5.1, §8.6 (BulkDataURI and Content-Location).
 *
 * Bulk data waits in a file without name of the cache folder, never in memory.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_WEB_STOW_METADATA_H
#define DOORS_WEB_STOW_METADATA_H

#include "clinic/archive/ingest.h"

typedef struct StowMetadata StowMetadata;

/* Is that the type of the first part (type= of the multipart)? */
bool stow_metadata_type(Slice media_type);

StowMetadata *stow_metadata_new(Archive *a, Err *err);
void          stow_metadata_free(StowMetadata *m);
OWNED_BY(StowMetadata, stow_metadata_free)

/* Of one part after the other; errors end the upload. ERR_UNAVAILABLE the disk; ERR_LIMIT; ERR_INPUT no
 * metadata. */
bool stow_metadata_begin(StowMetadata *m, Slice header, Err *err);
bool stow_metadata_data(StowMetadata *m, Slice bytes, Err *err);
bool stow_metadata_end(StowMetadata *m, Err *err);

/* After the last part: how many instances; then each. */
bool stow_metadata_close(StowMetadata *m, size_t *ret_count, Err *err);

/*
 * Instance 'nth' as a stream that waits for ingest_finish; 'ids' gets its UIDs, also on failure. The study it
 * says it belongs to is in ids->study. Errors: ERR_INPUT the metadata, bulk data that did not come.
 */
Ingest *stow_metadata_instance(StowMetadata *m, size_t nth, const IngestSource *source, IngestResult *ids,
                               Err *err);

#endif
