/*
 * Who looks alike: same birth and names close to each other, name and given name exchanged, a slip of a key. E15.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/patients/patient_internal.h"

#include <stdio.h>

#include <openssl/sha.h>

#include "formats/json/base64.h"
#include "formats/json/json_util.h"
#include "guard/access/directory.h"
#include "platform/clock.h"

enum { CLOSE_LETTERS_MIN = 3 };

/* The names of a patient, folded. */
typedef struct Keys {
    char birth[160], used[160], given[80];
} Keys;

static Keys keys_of(const Patient *p)
{
    Keys k;
    trait_key(slice_of(p->birth_name), k.birth, sizeof k.birth);
    trait_key(slice_of(p->used_name), k.used, sizeof k.used);
    trait_key(slice_of(p->first_given), k.given, sizeof k.given);
    return k;
}

static bool same(const char *a, const char *b)
{
    return a[0] && strcmp(a, b) == 0;
}

static bool family_alike(const Keys *a, const Keys *b)
{
    return same(a->birth, b->birth) || same(a->used, b->birth) || same(a->birth, b->used) || same(a->used, b->used);
}

/* One letter other, added or left out, or two neighbours exchanged. */
bool one_slip(const char *a, const char *b)
{
    size_t la = strlen(a), lb = strlen(b), head = 0, tail = 0;
    while (a[head] && a[head] == b[head])
        head++;
    while (tail < la - head && tail < lb - head && a[la - 1 - tail] == b[lb - 1 - tail])
        tail++;
    size_t ra = la - head - tail, rb = lb - head - tail;
    return (ra <= 1 && rb <= 1) || (ra == 2 && rb == 2 && a[head] == b[head + 1] && a[head + 1] == b[head]);
}

bool one_is_part(const char *a, const char *b)
{
    const char *part = strlen(a) < strlen(b) ? a : b, *whole = part == a ? b : a;
    size_t      len = strlen(part);
    if (len < CLOSE_LETTERS_MIN)
        return false;
    for (const char *at = strstr(whole, part); at; at = strstr(at + 1, part))
        if ((at == whole || at[-1] == ' ') && (at[len] == ' ' || at[len] == 0))
            return true;
    return false;
}

static bool names_close(const char *a, const char *b)
{
    return a[0] && b[0] && (one_is_part(a, b) || (strlen(a) >= CLOSE_LETTERS_MIN && strlen(b) >= CLOSE_LETTERS_MIN && one_slip(a, b)));
}

static bool given_close(const char *a, const char *b)
{
    return strncmp(a, b, 3) == 0 || names_close(a, b);
}

static bool exchanged(const Keys *a, const Keys *b)
{
    return (same(a->birth, b->given) || same(a->used, b->given)) && (same(b->birth, a->given) || same(b->used, a->given));
}

bool days_and_months_exchanged(const char *a, const char *b)
{
    return strncmp(a, b, 5) == 0 && strncmp(a + 5, b + 8, 2) == 0 && strncmp(a + 8, b + 5, 2) == 0;
}

bool patients_look_alike(const Patient *a, const Patient *b)
{
    Keys ka = keys_of(a), kb = keys_of(b);
    bool family = family_alike(&ka, &kb);
    if (strcmp(a->birth_date, b->birth_date) == 0)
        return ((family || names_close(ka.birth, kb.birth)) && given_close(ka.given, kb.given)) || exchanged(&ka, &kb);
    return family && strcmp(ka.given, kb.given) == 0 &&
           (one_slip(a->birth_date, b->birth_date) || days_and_months_exchanged(a->birth_date, b->birth_date));
}

/* Who stands in the list and in which version: somebody who came or changed since makes it another list. */
void homonyms_digest(PatientHomonyms *list)
{
    OWNED_BUF text = buf_make(1024);
    uint8_t   digest[SHA256_DIGEST_LENGTH];
    for (size_t i = 0; i < list->count; i++)
        buf_addf(&text, "%lld/%lld,", (long long)list->patients[i].id, (long long)list->patients[i].version);
    SHA256((const uint8_t *)buf_text(&text), text.len, digest);
    hex_encode(slice_bytes(digest, sizeof digest), list->shown);
}

bool alike_remember(Db *db, const Patient *p, const PatientHomonyms *alike, AlikeDecision decision, const PatientBy *by,
                    Err *err)
{
    for (size_t i = 0; i < alike->count; i++) {
        OWNED(DbQuery) *q = db_query(db, "INSERT INTO patient_alike (patient_id, other_id, decision, at_ms, actor)"
                                         " VALUES (?1, ?2, ?3, ?4, ?5)");
        db_bind_int(q, 1, p->id);
        db_bind_int(q, 2, alike->patients[i].id);
        db_bind_cstr(q, 3, decision == ALIKE_DOUBTFUL ? "doubtful" : "homonym");
        db_bind_int(q, 4, clock_now_ms());
        db_bind_cstr(q, 5, by->actor ? by->actor : "");
        if (!db_run(q, err))
            return false;
    }
    return true;
}

bool patient_alike_json(Db *db, int64_t person_id, int64_t patient_id, int64_t now_s, json_t **ret, Err *err)
{
    OWNED(json_t) *list = json_array();
    OWNED(DbQuery) *q   = db_query(db, "SELECT " PATIENT_COLUMNS ", patient_alike.decision, patient_alike.at_ms, patient_alike.actor"
                                       "  FROM patient_alike"
                                       "  JOIN patient ON patient.id = CASE WHEN patient_alike.patient_id = ?1"
                                       "                                    THEN patient_alike.other_id ELSE patient_alike.patient_id END"
                                       " WHERE (patient_alike.patient_id = ?1 OR patient_alike.other_id = ?1)"
                                       "   AND patient.merged_into IS NULL"
                                       " ORDER BY patient.id LIMIT 50");
    DbStep  step;
    Patient other;
    db_bind_int(q, 1, patient_id);
    while ((step = db_next(q, err)) == DB_ROW) {
        bool seen = false;
        patient_from_row(q, 0, &other);
        json_t *by = NULL;
        if (!patient_seen_by(db, person_id, other.id, now_s, &seen, err) || !login_json(db, db_slice(q, PATIENT_COLUMN_COUNT + 2), &by, err))
            return false;
        json_push(list, json_pack("{s:o, s:o, s:o, s:I, s:o}", "by", by, "patient", seen ? patient_json(&other) : json_null(), "decision",
                                  json_slice(db_slice(q, PATIENT_COLUMN_COUNT)), "at_ms",
                                  (json_int_t)db_int(q, PATIENT_COLUMN_COUNT + 1), "actor",
                                  json_slice(db_slice(q, PATIENT_COLUMN_COUNT + 2))));
    }
    if (step == DB_FAILED)
        return false;
    *ret = GIVE(list);
    return true;
}
