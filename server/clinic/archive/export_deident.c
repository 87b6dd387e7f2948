/*
 * An export without identities: the options asked for, the key of this export, and what may not leave at all.
 *
 * UIDs, pseudonyms and the days by which dates move come out of one secret per export (HMAC-SHA-256), so they
 * agree in all its files, need no memory, and cannot be undone once the secret is forgotten.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "clinic/archive/export_internal.h"
#include "formats/dicom/uid.h"
#include "formats/json/json_util.h"

enum { SCRATCH_MAX = 16 << 20, SHIFT_LEAST_DAYS = 30, SHIFT_DAYS = 3600 };

static const struct {
    const char *name;
    unsigned    option;
} OPTIONS[] = {
    { "keep_uids", DEIDENT_UIDS },
    { "keep_device", DEIDENT_DEVICE },
    { "keep_institution", DEIDENT_INSTITUTION },
    { "keep_characteristics", DEIDENT_CHARACTERISTICS },
    { "keep_safe_private", DEIDENT_SAFE_PRIVATE },
    { "clean_descriptors", DEIDENT_DESCRIPTORS },
    { "clean_structured", DEIDENT_STRUCTURED },
    { "clean_graphics", DEIDENT_GRAPHICS },
};

bool export_options(const json_t *options, unsigned *ret, bool *ret_pixels_checked, Err *err)
{
    Slice dates         = SLICE("removed");
    *ret                = 0;
    *ret_pixels_checked = false;
    if (!options)
        return true;
    if (!json_may_bool(options, "pixels_checked", ret_pixels_checked, err) ||
        !json_may_text(options, "dates", &dates, err))
        return false;
    for (size_t i = 0; i < COUNT(OPTIONS); i++) {
        bool on = false;
        if (!json_may_bool(options, OPTIONS[i].name, &on, err))
            return false;
        *ret |= on ? OPTIONS[i].option : 0;
    }
    if (slice_equal_text(dates, "kept"))
        *ret |= DEIDENT_FULL_DATES;
    else if (slice_equal_text(dates, "shifted"))
        *ret |= DEIDENT_SHIFTED_DATES;
    else if (!slice_equal_text(dates, "removed"))
        return err_set(err, ERR_INPUT, "Dates are removed, moved or kept.", "dates");
    return true;
}

/* ---- the key ---- */

static void keyed(const ExportSource *asked, const char *what, Slice text, uint8_t ret[SHA256_BYTES])
{
    OWNED_BUF all = buf_make(8192);
    unsigned  len = 0;
    buf_addf(&all, "%s:", what);
    buf_add(&all, slice_part(text, 0, 4096));
    if (!HMAC(EVP_sha256(), asked->secret, EXPORT_SECRET_BYTES, (const uint8_t *)all.at, all.len, ret, &len))
        memset(ret, 0, SHA256_BYTES);
}

static void replace_uid(void *with, Slice uid, char ret[65])
{
    uint8_t digest[SHA256_BYTES];
    keyed(with, "uid", uid, digest);
    uid_from_random(digest, ret);
}

/* Who it is, as the file says: the same person in all files of one export. */
static void patient_of(const Dataset *ds, Buf *ret)
{
    buf_add(ret, slice_trim(dataset_raw(ds, TAG_PATIENT_ID)));
    buf_add_char(ret, '\n');
    buf_add(ret, slice_trim(dataset_raw(ds, TAG_ISSUER_OF_PATIENT_ID)));
    buf_add_char(ret, '\n');
    buf_add(ret, slice_trim(dataset_raw(ds, TAG_PATIENT_NAME)));
}

static const char *left_out_because(DeidentRisk risk, bool pixels_checked)
{
    switch (risk) {
    case DEIDENT_DOCUMENT:
        return "un document ou un son incorporé ne peut pas être désidentifié ici";
    case DEIDENT_BURNED_IN:
        return "des éléments d’identité sont inscrits dans l’image";
    case DEIDENT_PERHAPS_BURNED_IN:
        return pixels_checked ? NULL : "un nom est peut-être inscrit dans l’image (à vérifier avant export)";
    case DEIDENT_NO_RISK:
        break;
    }
    return NULL;
}

static bool deidentify(const ExportSource *asked, const Part10 *from, unsigned options, ExportEntry *entry,
                       Err *err)
{
    char      pseudonym[16];
    uint8_t   who[SHA256_BYTES];
    OWNED_BUF patient = buf_make(4096);
    patient_of(entry->ds, &patient);
    keyed(asked, "patient", buf_slice(&patient), who);
    (void)snprintf(pseudonym, sizeof pseudonym, "P-%02X%02X%02X%02X", who[0], who[1], who[2], who[3]);
    DeidentKey key = { .replace_uid = replace_uid,
                       .with        = (void *)(uintptr_t)asked,
                       .pseudonym   = pseudonym,
                       .shift_days  = -(SHIFT_LEAST_DAYS + (who[4] << 8 | who[5]) % SHIFT_DAYS) };
    OWNED(DicomWriter) *w =
        dw_new(dataset_is_big_endian(entry->ds) ? REWRITE_SWAPPED_MAX : REWRITE_HEADER_MAX);
    OWNED(Arena) *scratch = arena_new(SCRATCH_MAX);
    if (!w || !scratch)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "de-identification");
    if (!deident_write(entry->ds, options, &key, w, scratch, err) ||
        !rewrite_finish(w, entry->ds, from, &entry->made, err))
        return false;
    export_entry_rewritten(entry);
    return true;
}

bool export_deidentify(const ExportSource *asked, const Part10 *from, ExportEntry *entry,
                       const char **ret_left_out, Err *err)
{
    unsigned options        = 0;
    bool     pixels_checked = false;
    OWNED(json_t) *json     = json_parse_object(slice_of(asked->options), err);
    if (!json || !export_options(json, &options, &pixels_checked, err))
        return false;
    *ret_left_out = left_out_because(deident_risk(entry->ds), pixels_checked);
    return !*ret_left_out && deidentify(asked, from, options, entry, err);
}
