/*
 * What came since: read from the instances themselves, so that nothing more has to be written while images
 * arrive.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/news.h"

bool archive_news_since(Db *db, int64_t after, ArchiveNewsEach *each, void *with, int64_t *ret_last, Err *err)
{
    ArchiveNews n;
    DbStep      step;
    bool        more  = true;
    int64_t     last  = after;
    OWNED(DbQuery) *q = db_query(db, "SELECT series.study_id, series.id, study.act_id, study.patient_id, "
                                     "study.uid, series.uid, series.modality,"
                                     "       fresh.arrived, series.instance_count, study.instance_count, "
                                     "fresh.last_at_ms, fresh.last_id"
                                     "  FROM (SELECT series_id, COUNT(*) AS arrived, MAX(received_at_ms) AS "
                                     "last_at_ms, MAX(id) AS last_id"
                                     "          FROM instance"
                                     "         WHERE id > ?1"
                                     "         GROUP BY series_id) AS fresh"
                                     "  JOIN series ON series.id = fresh.series_id"
                                     "  JOIN study ON study.id = series.study_id"
                                     " ORDER BY fresh.last_id");
    db_bind_int(q, 1, after);
    while ((step = db_next(q, err)) == DB_ROW) {
        n    = (ArchiveNews) { .study_id         = db_int(q, 0),
                               .series_id        = db_int(q, 1),
                               .act_id           = db_int(q, 2),
                               .patient_id       = db_int(q, 3),
                               .arrived          = db_int(q, 7),
                               .series_instances = db_int(q, 8),
                               .study_instances  = db_int(q, 9),
                               .last_at_ms       = db_int(q, 10) };
        last = db_int(q, 11);
        db_text(q, 4, n.study_uid, sizeof n.study_uid);
        db_text(q, 5, n.series_uid, sizeof n.series_uid);
        db_text(q, 6, n.modality, sizeof n.modality);
        more = more && each(&n, with);
    }
    if (step == DB_FAILED)
        return false;
    *ret_last = last;
    return true;
}

bool archive_news_last(Db *db, int64_t *ret_last, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT COALESCE(MAX(id), 0) FROM instance");
    if (db_next(q, err) != DB_ROW)
        return false;
    *ret_last = db_int(q, 0);
    return true;
}
