/*
 * The study's column list and who may see it, for every query of the room.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_STUDY_INTERNAL_H
#define CLINIC_ARCHIVE_STUDY_INTERNAL_H

#include "clinic/archive/study.h"
#include "guard/access/grant.h"

#define STUDY_COLUMNS                                                                                        \
    "study.id, study.patient_id, study.act_id, study.site_id, study.uid, study.study_date, "                 \
    "study.study_time,"                                                                                      \
    " study.accession, study.description, study.study_key, study.modalities, study.dicom_name,"              \
    " study.dicom_id, study.dicom_issuer, study.dicom_birth, study.dicom_sex, study.series_count,"           \
    " study.instance_count, study.bytes, study.first_at_ms, study.last_at_ms, study.wrong_patient"
enum { STUDY_COLUMN_COUNT = 22 };
void study_from_row(const DbQuery *row, StudyRow *ret);

/* The instance that came last among those with an id above 'above' and at most 'up_to', if any. For our own
 * work. */
bool instance_newest(Db *db, int64_t above, int64_t up_to, InstanceRow *ret, bool *ret_found, Err *err);

/* Parameters 1 to 4 of every query over studies. */
#define SEEN_BY_VIEWER                                                                                       \
    "(?3 = 1 OR (?4 <> 0 AND study.site_id = ?4) OR (?1 <> 0 AND " GRANT_SQL("study.patient_id", "?1",       \
                                                                             "?2") "))"
void viewer_bind(DbQuery *q, const ArchiveViewer *viewer);

/* One study, perhaps narrowed: the same conditions for rows and for headers. */
#define WITHIN_STUDY                                                                                         \
    "  FROM study"                                                                                           \
    "  JOIN series ON series.study_id = study.id AND (?6 = '' OR series.uid = ?6)"                           \
    "  JOIN instance ON instance.series_id = series.id AND (?7 = '' OR instance.uid = ?7)"
#define WITHIN_STUDY_FOR_VIEWER                                                                              \
    " WHERE study.uid = ?5 AND " SEEN_BY_VIEWER " ORDER BY series.number, series.id, instance.number, "      \
    "instance.id"

/* One instance, by its own index: a series of thousands is not walked for it. */
#define WITHIN_INSTANCE                                                                                      \
    "  FROM instance"                                                                                        \
    "  JOIN series ON series.id = instance.series_id AND (?6 = '' OR series.uid = ?6)"                       \
    "  JOIN study ON study.id = instance.study_id"
#define WITHIN_INSTANCE_FOR_VIEWER " WHERE instance.uid = ?7 AND study.uid = ?5 AND " SEEN_BY_VIEWER

void within_bind(DbQuery *q, Slice study_uid, Slice series_uid, Slice instance_uid,
                 const ArchiveViewer *viewer);

#endif
