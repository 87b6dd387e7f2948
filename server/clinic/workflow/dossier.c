/*
 * The proof file: put together, sealed, packed; and checked again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/dossier.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include <openssl/sha.h>

#include "clinic/workflow/dossier_internal.h"
#include "formats/json/base64.h"
#include "formats/zip/zip_write.h"
#include "guard/audit/seal.h"
#include "platform/clock.h"

#define PURPOSE "dossier"
enum { PATH_ROOM = 4200, KEY_BYTES_MAX = 4096 };

static void sha256_of(Slice bytes, uint8_t digest[32], char hex[65])
{
    SHA256((const unsigned char *)bytes.at, bytes.len, digest);
    hex_encode(slice_bytes(digest, 32), hex);
}

/* ---- the key ---- */

static bool key_ready(const ActHouse *house, char path[PATH_ROOM], Err *err)
{
    const char *folder = house->needs.keys_folder;
    if (!folder)
        return err_set(err, ERR_UNAVAILABLE, "The signing key cannot be used.", "no keys folder");
    (void)snprintf(path, PATH_ROOM, "%s/" PURPOSE ".pub", folder);
    return seal_keys_ready(folder, PURPOSE, err);
}

bool dossier_public_key(ActHouse *house, Buf *ret, Err *err)
{
    char path[PATH_ROOM];
    return key_ready(house, path, err) && seal_public_key(house->needs.keys_folder, PURPOSE, ret, err);
}

/* ---- packing ---- */

static bool file_add(ZipWriter *zip, const char *name, Slice bytes, Buf *ret, Err *err)
{
    return zip_entry(zip, slice_of(name), zip_crc(0, bytes), bytes.len, ret, err) &&
           (buf_add(ret, bytes) || err_set(err, ERR_LIMIT, "The content is too large.", "dossier %s", name));
}

static bool readme(const Act *a, const char *sha256, const char *fingerprint, Buf *ret)
{
    return buf_addf(ret,
                    "\xEF\xBB\xBF"
                    "DOSSIER DE PREUVE — acte %s\r\n\r\n"
                    "dossier.pdf       pour la lecture\r\n"
                    "dossier.json      tout le dossier, pour une vérification\r\n"
                    "dossier.json.sig  signature détachée (Ed25519)\r\n"
                    "dossier.pub       clé publique ; à comparer avec celle que publie l’établissement\r\n\r\n"
                    "Empreinte SHA-256 de dossier.json : %s\r\n"
                    "Empreinte de la clé               : %s\r\n\r\n"
                    "Vérifier avec le programme : beclere verify --dossier DOSSIER --key CLE\r\n"
                    "Vérifier sans lui (Python 3 et openssl) : verify-dossier.py DOSSIER CLE\r\n"
                    "Document confidentiel, secret médical.\r\n",
                    a->number, sha256, fingerprint);
}

static bool pack(const Act *a, Slice json, const char *keys, const char *public_path, Slice public_key, const json_t *all, Buf *ret,
                 Err *err)
{
    uint8_t        digest[32];
    char           sha256[65], fingerprint[65];
    struct tm      day;
    time_t         now_s     = (time_t)clock_now_s();
    OWNED_BUF      signature = buf_make(512), pdf = buf_make(DOSSIER_BYTES_MAX), text = buf_make(8192);
    OWNED(ZipWriter) *zip    = zip_new(localtime_r(&now_s, &day) ? &day : &(struct tm) { .tm_mday = 1 });
    sha256_of(json, digest, sha256);
    if (!zip)
        return err_set(err, ERR_UNAVAILABLE, "The act could not be recorded: try again.", "no memory");
    return seal_make(keys, PURPOSE, digest, &signature, err) && seal_key_fingerprint(public_path, fingerprint, err) &&
           dossier_pdf(all, sha256, fingerprint, &pdf, err) && readme(a, sha256, fingerprint, &text) &&
           file_add(zip, "LISEZMOI.txt", buf_slice(&text), ret, err) && file_add(zip, "dossier.pdf", buf_slice(&pdf), ret, err) &&
           file_add(zip, "dossier.json", json, ret, err) && file_add(zip, "dossier.json.sig", buf_slice(&signature), ret, err) &&
           file_add(zip, "dossier.pub", public_key, ret, err) && zip_end(zip, ret, err);
}

bool dossier_zip(ActHouse *house, const Who *who, int64_t act_id, Buf *ret, Err *err)
{
    OWNED_ACT a        = { 0 };
    OWNED(json_t) *all = NULL;
    OWNED_BUF json     = buf_make(DOSSIER_BYTES_MAX), key = buf_make(KEY_BYTES_MAX);
    char      path[PATH_ROOM];
    {
        OWNED(Db) *db = db_read(house->needs.host, err);
        if (!db || !act_load_for(db, act_id, who->person_id, clock_now_s(), &a, err) || !dossier_json(db, &a, who, &all, err))
            return false;
    }
    return key_ready(house, path, err) && dossier_public_key(house, &key, err) && json_dump_to_buf(all, &json, err) &&
           pack(&a, buf_slice(&json), house->needs.keys_folder, path, buf_slice(&key), all, ret, err);
}

/* ---- checking ---- */

static const char *text_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static int64_t int_at(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

/* The event as it was hashed. 'data' stays in its text: that text is what the chain was made from. */
static bool event_fits(const json_t *row, const char *previous)
{
    char     hash[ACT_HASH_SIZE];
    ActEvent e = { .act_id             = int_at(row, "act_id"),
                   .seq                = int_at(row, "seq"),
                   .at_ms              = int_at(row, "at_ms"),
                   .from               = act_state_from_name(slice_of(text_at(row, "from"))),
                   .to                 = act_state_from_name(slice_of(text_at(row, "to"))),
                   .person_id          = int_at(row, "person_id"),
                   .organisation_id    = int_at(row, "organisation_id"),
                   .convention_id      = int_at(row, "convention_id"),
                   .convention_version = int_at(row, "convention_version") };
    snprintf(e.step, sizeof e.step, "%s", text_at(row, "step"));
    snprintf(e.person_name, sizeof e.person_name, "%s", text_at(row, "person_name"));
    snprintf(e.role, sizeof e.role, "%s", text_at(row, "role"));
    snprintf(e.factors, sizeof e.factors, "%s", text_at(row, "factors"));
    snprintf(e.why, sizeof e.why, "%s", text_at(row, "why"));
    snprintf(e.prev_hash, sizeof e.prev_hash, "%s", text_at(row, "prev_hash"));
    act_event_hash(&e, slice_of(text_at(row, "data")), hash);
    return strcmp(e.prev_hash, previous) == 0 && strcmp(hash, text_at(row, "hash")) == 0;
}

static void chain_walk(const json_t *dossier, DossierCheck *ret)
{
    size_t        i;
    const json_t *row, *events = json_object_get(dossier, "events");
    const char   *previous = text_at(json_array_get(events, 0), "prev_hash");
    json_array_foreach (events, i, row) {
        ret->events++;
        if (!ret->broken_seq && (int_at(row, "seq") != (int64_t)i + 1 || !event_fits(row, previous)))
            ret->broken_seq = (int64_t)i + 1;
        previous = text_at(row, "hash");
    }
}

bool dossier_check(Slice json, Slice signature, const char *public_key, DossierCheck *ret, Err *err)
{
    uint8_t digest[32];
    char    hex[65];
    *ret = (DossierCheck) { 0 };
    sha256_of(json, digest, hex);
    if (json.len > DOSSIER_BYTES_MAX)
        return err_set(err, ERR_LIMIT, "The content is too large.", "dossier of %zu bytes", json.len);
    if (!seal_check(public_key, PURPOSE, digest, signature, err))
        return false;
    OWNED(json_t) *dossier = json_loadb(json.at, json.len, JSON_REJECT_DUPLICATES, NULL); /* sealed: ours, and bounded above */
    if (!dossier || strcmp(text_at(dossier, "format"), DOSSIER_FORMAT) != 0)
        return err_set(err, ERR_INPUT, "This is no proof file.", "format");
    snprintf(ret->number, sizeof ret->number, "%s", text_at(json_object_get(dossier, "act"), "number"));
    chain_walk(dossier, ret);
    return true;
}
