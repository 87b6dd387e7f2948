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

static bool box_read(const json_t *from, ExportBox *ret, Err *err)
{
    int64_t rows, columns, left, top, width, height;
    if (!json_need_int(from, "rows", 1, UINT16_MAX, &rows, err) ||
        !json_need_int(from, "columns", 1, UINT16_MAX, &columns, err) ||
        !json_need_int(from, "left", 0, UINT16_MAX, &left, err) ||
        !json_need_int(from, "top", 0, UINT16_MAX, &top, err) ||
        !json_need_int(from, "width", 1, UINT16_MAX, &width, err) ||
        !json_need_int(from, "height", 1, UINT16_MAX, &height, err))
        return false;
    if (left + width > columns || top + height > rows)
        return err_set(err, ERR_INPUT, "A box passes the edge of the image that it is drawn on.",
                       "%lld+%lld of %lld, %lld+%lld of %lld", (long long)left, (long long)width,
                       (long long)columns, (long long)top, (long long)height, (long long)rows);
    *ret = (ExportBox) { (uint32_t)rows,
                         (uint32_t)columns,
                         { (uint32_t)left, (uint32_t)top, (uint32_t)width, (uint32_t)height } };
    return true;
}

/* Clean Pixel Data: where, by boxes or by the regions of an ultrasound image. */
static bool pixel_options(const json_t *options, ExportOptions *ret, Err *err)
{
    json_t *asked = NULL, *boxes = NULL, *one;
    size_t  i;
    if (!json_may_object(options, "clean_pixels", &asked, err))
        return false;
    if (!asked)
        return true;
    ret->clean_pixels = true;
    if (!json_may_array(asked, "boxes", EXPORT_BOXES_MAX, &boxes, err) ||
        !json_may_bool(asked, "outside_regions", &ret->outside_regions, err))
        return false;
    json_array_foreach (boxes, i, one)
        if (!box_read(one, &ret->boxes[ret->box_count++], err))
            return false;
    return ret->box_count || ret->outside_regions ||
           err_set(err, ERR_INPUT,
                   "Draw at least one box, or ask that all outside the ultrasound regions be made black.",
                   "clean_pixels");
}

/* Option 113102 is refused by its name, so that nobody believes it was done. */
static bool refuse_features(const json_t *options, Err *err)
{
    bool asked = false;
    return json_may_bool(options, "clean_recognizable_features", &asked, err) &&
           (!asked || err_set(err, ERR_INPUT,
                              "Faces cannot be taken out of images here (Clean Recognizable Visual "
                              "Features): "
                              "export these images after another program has done it.",
                              "113102"));
}

bool export_options(const json_t *options, ExportOptions *ret, Err *err)
{
    Slice dates = SLICE("removed");
    *ret        = (ExportOptions) { 0 };
    if (!options)
        return true;
    if (!json_may_bool(options, "pixels_checked", &ret->pixels_checked, err) ||
        !json_may_text(options, "dates", &dates, err) || !pixel_options(options, ret, err) ||
        !refuse_features(options, err))
        return false;
    for (size_t i = 0; i < COUNT(OPTIONS); i++) {
        bool on = false;
        if (!json_may_bool(options, OPTIONS[i].name, &on, err))
            return false;
        ret->deident |= on ? OPTIONS[i].option : 0;
    }
    if (slice_equal_text(dates, "kept"))
        ret->deident |= DEIDENT_FULL_DATES;
    else if (slice_equal_text(dates, "shifted"))
        ret->deident |= DEIDENT_SHIFTED_DATES;
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

/* 'covered': something of it is made black. Boxes of another size clean nothing, whoever looked at it. */
static const char *left_out_because(DeidentRisk risk, const ExportOptions *o, bool covered)
{
    switch (risk) {
    case DEIDENT_DOCUMENT:
        return "un document ou un son incorporé ne peut pas être désidentifié ici";
    case DEIDENT_RECOGNIZABLE:
        return "cette image montre des traits reconnaissables, qui ne peuvent pas être effacés ici";
    case DEIDENT_BURNED_IN:
        if (covered)
            return NULL;
        return o->clean_pixels ? "aucun cadre ni aucune région ne masque les inscriptions de cette image"
                               : "des éléments d’identité sont inscrits dans l’image";
    case DEIDENT_PERHAPS_BURNED_IN:
        if (covered)
            return NULL;
        if (o->clean_pixels)
            return "aucun cadre n’est donné pour cette taille d’image, ni aucune région";
        return o->pixels_checked ? NULL
                                 : "un nom est peut-être inscrit dans l’image (à vérifier avant export)";
    case DEIDENT_NO_RISK:
        break;
    }
    return NULL;
}

/* What the pixels are now, where that differs from what was. */
static void describe_pixels(const ExportPixels *p, const Dataset *ds, DicomWriter *w)
{
    if (!p->decoded)
        return;
    dw_text(w, TAG_PHOTOMETRIC_INTERPRETATION, photometric_name(p->colour));
    if (p->samples > 1)
        dw_int(w, TAG_PLANAR_CONFIGURATION, 0);
    if (p->lossy && !dataset_has(ds, TAG_LOSSY_IMAGE_COMPRESSION))
        dw_text(w, TAG_LOSSY_IMAGE_COMPRESSION, "01"); /* it stays true for ever (PS3.3 §C.7.6.1.1.5) */
    dw_remove(w, TAG_EXTENDED_OFFSET_TABLE);
    dw_remove(w, TAG_EXTENDED_OFFSET_TABLE_LENGTHS);
}

static bool deidentify(const ExportSource *asked, const Part10 *from, const ExportOptions *o,
                       const ExportPixels *pixels, ExportEntry *entry, Err *err)
{
    unsigned  options = o->deident | (pixels->blanked ? DEIDENT_PIXELS : 0);
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
    if (!deident_write(entry->ds, options, &key, w, scratch, err))
        return false;
    describe_pixels(pixels, entry->ds, w);
    if (pixels->made
            ? !rewrite_finish_with(w, buf_slice(&entry->pixels), pixels->bits_allocated, &entry->made, err)
            : !rewrite_finish(w, entry->ds, from, &entry->made, err))
        return false;
    export_entry_rewritten(entry);
    return true;
}

bool export_deidentify(const ExportSource *asked, ChildPool *codec, const Part10 *from, ExportEntry *entry,
                       const char **ret_left_out, Err *err)
{
    ExportOptions o;
    ExportPixels  pixels;
    OWNED(json_t) *json = json_parse_object(slice_of(asked->options), err);
    if (!json || !export_options(json, &o, err))
        return false;
    bool covered  = o.clean_pixels && export_pixels_covers(&o, entry->ds);
    *ret_left_out = left_out_because(deident_risk(entry->ds), &o, covered);
    return !*ret_left_out && export_pixels_clean(&o, codec, from, entry, &pixels, ret_left_out) &&
           deidentify(asked, from, &o, &pixels, entry, err);
}
