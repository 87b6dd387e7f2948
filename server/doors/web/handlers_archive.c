/*
 * The archive for who keeps it: how much there is and what waits, and how one study is kept. E30.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "clinic/archive/derived.h"
#include "clinic/archive/overview.h"
#include "clinic/workflow/act_json.h"
#include "doors/web/dicomweb.h"
#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "formats/dicom/tags.h"
#include "formats/json/json_util.h"

/* Names of attributes and UIDs: {"tags":{"00100010":["PatientName","Patient's Name"]},"uids":{"1.2…":"CT Image Storage"}}. PS3.6. */
bool dicom_dictionary(Request *q, HttpResponse *a, Err *err)
{
    (void)q;
    char    tag[9];
    json_t *tags = json_object(), *uids = json_object();
    for (size_t i = 0; tag_info_at(i); i++) {
        const TagInfo *row = tag_info_at(i);
        (void)snprintf(tag, sizeof tag, "%08X", (unsigned)row->tag);
        json_put(tags, tag, json_pack("[s, s]", row->keyword, row->name));
    }
    for (size_t i = 0; uid_info_at(i); i++)
        json_put(uids, uid_info_at(i)->uid, json_cstr(uid_info_at(i)->name));
    http_set_header(a, "Cache-Control", "private, max-age=86400");
    return answer_json(a, json_pack("{s:o, s:o}", "tags", tags, "uids", uids), err);
}

bool archive_overview(Request *q, HttpResponse *a, Err *err)
{
    json_t       *all     = NULL;
    const Derived *ahead  = q->house->derived;
    int64_t        waiting = ahead ? (int64_t)atomic_load(&derived_count(ahead)->waiting) : -1;
    return overview_json(q->house->archive, waiting, &all, err) && answer_json(a, all, err);
}

bool archive_study(Request *q, HttpResponse *a, Err *err)
{
    StudyRow      study;
    json_t       *act    = NULL;
    ArchiveViewer viewer = dicomweb_viewer(q);
    OWNED(json_t) *all   = NULL;
    traced_object(q, q->param[0]);
    if (!study_facts_json(q->house->archive, q->param[0], &viewer, &all, &study, err))
        return false;
    q->traced.patient_id = study.patient_id;
    q->traced.act_id     = study.act_id;
    OWNED(Db) *db        = db_read(q->house->db, err);
    if (!db || !act_label_json(db, study.act_id, &act, err))
        return false;
    json_put(all, "act", act);
    return answer_named(a, db, GIVE(all), err);
}
