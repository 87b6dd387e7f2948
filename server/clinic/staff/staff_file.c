/*
 * One person's file, and everybody's state in an organisation.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/staff/staff_file.h"

#include <openssl/evp.h>

#include "clinic/staff/staff_fit.h"
#include "formats/json/base64.h"
#include "formats/json/json_util.h"
#include "guard/access/directory.h"
#include "guard/access/people.h"

const char *const STAFF_ETHICS_VERSION = "2026-1";
const char *const STAFF_ETHICS_TEXT =
    "Je m’engage, pour chaque acte de téléimagerie auquel je participe, à respecter les règles de déontologie de ma profession : "
    "agir dans l’intérêt du patient, dans la limite de mes compétences et en toute indépendance ; respecter le secret professionnel et la "
    "confidentialité des lieux où je travaille ; n’accepter ni partage d’honoraires ni compérage ; signer moi-même ce que j’ai fait ; "
    "dire sans délai ce qui fait défaut à la qualité ou à la sécurité d’un examen ; tenir à jour mes connaissances et mon dossier.";

bool staff_ethics_digest(char ret[65], Err *err)
{
    uint8_t digest[32];
    if (EVP_Digest(STAFF_ETHICS_TEXT, strlen(STAFF_ETHICS_TEXT), digest, NULL, EVP_sha256(), NULL) != 1)
        return err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "digest of the statement of ethics");
    hex_encode(slice_bytes(digest, sizeof digest), ret);
    return true;
}

/* ---- what blocks a part ---- */

/* May a reader with these roles know that the rule is not met? Procedures and other lines that no kind stands behind: yes. */
static bool sees_rule(const char *code, StaffReader see)
{
    for (size_t i = 0; i < STAFF_RULE_COUNT; i++)
        if (strcmp(STAFF_RULES[i].code, code) == 0) {
            const StaffKind *kind = staff_kind(slice_of(STAFF_RULES[i].kind));
            return kind && ((kind->see | kind->record) & see.roles || see.roles & STAFF_ANSWERS); /* who answers for people knows why they are blocked */
        }
    return true;
}

static bool listed(const MissingList *list, const char *code)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].code, code) == 0)
            return true;
    return false;
}

/* Those of 'all' that the reader may know and (when given) are not in 'but'. */
static json_t *seen_json(const MissingList *all, const MissingList *but, StaffReader see)
{
    MissingList kept = { 0 };
    for (size_t i = 0; i < all->count; i++)
        if (sees_rule(all->items[i].code, see) && !(but && listed(but, all->items[i].code)))
            kept.items[kept.count++] = all->items[i];
    return staff_missing_json(&kept, see.lang);
}

static bool part_json(Db *db, StaffPart *part, const StaffItems *items, int64_t today, StaffReader see, json_t **ret, Err *err)
{
    MissingList plain = { 0 }, irradiating = { 0 }, warning = { 0 };
    unsigned    most = WHEN_IRRADIATING | (part->role == ROLE_NUCLEAR_PHYSICIAN ? WHEN_NUCLEAR : 0);
    part->modality   = SLICE("*");
    if (!staff_fit_items(db, part, WHEN_ALWAYS, items, today, &plain, NULL, err) ||
        !staff_fit_items(db, part, most, items, today, &irradiating, &warning, err))
        return false;
    *ret = json_pack("{s:I, s:s, s:o, s:o, s:o}", "organisation_id", (json_int_t)part->organisation_id, "role", role_name(part->role), "blocking",
                     seen_json(&plain, NULL, see), "irradiating", seen_json(&irradiating, &plain, see), "warning", seen_json(&warning, NULL, see));
    return *ret || err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "a part as JSON");
}

/* One line for each role; 'organisation_id' 0: of all organisations. */
static bool parts_json(Db *db, int64_t person_id, int64_t organisation_id, const StaffItems *items, int64_t at_ms, StaffReader see, json_t *list,
                       Err *err)
{
    Membership memberships[WHO_MEMBERSHIPS_MAX];
    size_t     count = 0;
    if (!memberships_load(db, person_id, memberships, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        for (unsigned bit = 0; bit < ROLE_COUNT; bit++) {
            StaffPart part = { .person_id = person_id, .organisation_id = memberships[i].organisation_id, .role = 1u << bit };
            json_t   *one  = NULL;
            int64_t   today = 0;
            if (!(memberships[i].roles & part.role & STAFF_PROFESSIONAL) || (organisation_id && part.organisation_id != organisation_id))
                continue;
            if (!staff_today(db, part.organisation_id, at_ms, &today, err) || !part_json(db, &part, items, today, see, &one, err))
                return false;
            json_push(list, one);
        }
    return true;
}

/* ---- what ends soon or is over: each kind (and protocol) by its best item ---- */

static void soon_json(const StaffItems *items, int64_t today, StaffReader see, json_t *list)
{
    for (size_t i = 0; i < items->count; i++) {
        const StaffItem *item  = &items->at[i], *best = NULL;
        StaffState       state = staff_best(items->at, items->count, item->kind, item->procedure_id, today, &best);
        int64_t          until = 0;
        if (best != item || !(state == ITEM_SOON || state == ITEM_EXPIRED) ||
            !(item->kind->see & see.roles || see.roles & STAFF_ANSWERS) || !staff_day(slice_of(item->until), &until))
            continue;
        json_push(list, json_pack("{s:I, s:s, s:s, s:s, s:I}", "id", (json_int_t)item->id, "kind", item->kind->code, "state",
                                  staff_state_name(state), "valid_until", item->until, "days", (json_int_t)(until - today)));
    }
}

bool staff_today_of_person(Db *db, int64_t person_id, int64_t at_ms, int64_t *ret, Err *err)
{
    Membership memberships[WHO_MEMBERSHIPS_MAX];
    size_t     count = 0;
    *ret             = at_ms / 86400000;
    return memberships_load(db, person_id, memberships, &count, err) &&
           (!count || staff_today(db, memberships[0].organisation_id, at_ms, ret, err));
}

bool staff_file_json(Db *db, int64_t person_id, StaffReader see, int64_t at_ms, json_t **ret, Err *err)
{
    Person      p;
    char        name[160], digest[65];
    int64_t     today = 0;
    OWNED_ITEMS items = { 0 };
    json_t     *shown = NULL;
    OWNED(json_t) *parts = json_array();
    if (!person_load(db, person_id, &p, err) || !staff_today_of_person(db, person_id, at_ms, &today, err) ||
        !staff_items_load(db, OF_PERSON, person_id, &items, err) || !parts_json(db, person_id, 0, &items, at_ms, see, parts, err) ||
        !staff_ethics_digest(digest, err) || !staff_items_json(db, OF_PERSON, person_id, see, "", today, &shown, err))
        return false;
    person_shown_name(&p, name, sizeof name);
    *ret = json_pack("{s:{s:I, s:s, s:s, s:s, s:s}, s:O, s:o, s:{s:s, s:s, s:s}}", "person", "id", (json_int_t)p.id, "name", name, "rpps", p.rpps,
                     "profession", p.profession, "speciality", p.speciality, "parts", parts, "items", shown, "ethics", "version",
                     STAFF_ETHICS_VERSION, "text", STAFF_ETHICS_TEXT, "sha256", digest);
    return *ret || err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "a file as JSON");
}

static bool one_of_people(Db *db, int64_t person_id, int64_t organisation_id, StaffReader see, int64_t at_ms, json_t **ret, Err *err)
{
    Person      p;
    char        name[160];
    int64_t     today = 0;
    OWNED_ITEMS items = { 0 };
    OWNED(json_t) *parts = json_array();
    OWNED(json_t) *soon  = json_array();
    if (!person_load(db, person_id, &p, err) || !staff_today(db, organisation_id, at_ms, &today, err) ||
        !staff_items_load(db, OF_PERSON, person_id, &items, err) ||
        !parts_json(db, person_id, organisation_id, &items, at_ms, see, parts, err))
        return false;
    soon_json(&items, today, see, soon);
    person_shown_name(&p, name, sizeof name);
    *ret = json_pack("{s:I, s:s, s:s, s:O, s:O}", "id", (json_int_t)p.id, "name", name, "profession", p.profession, "parts", parts, "soon", soon);
    return *ret || err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "people as JSON");
}

bool staff_people_json(Db *db, int64_t organisation_id, StaffReader see, unsigned only, int64_t at_ms, json_t **ret, Err *err)
{
    OWNED(json_t) *list = json_array();
    OWNED(DbQuery) *q   = db_query(db, "SELECT person.id FROM membership JOIN person ON person.id = membership.person_id AND person.active = 1"
                                     " WHERE membership.organisation_id = ?1 AND (membership.roles & ?2) <> 0"
                                     " ORDER BY person.family, person.given, person.id LIMIT 2000");
    db_bind_int(q, 1, organisation_id);
    db_bind_int(q, 2, only ? only : STAFF_PROFESSIONAL);
    DbStep step;
    while ((step = db_next(q, err)) == DB_ROW) {
        json_t *one = NULL;
        if (!one_of_people(db, db_int(q, 0), organisation_id, see, at_ms, &one, err))
            return false;
        json_push(list, one);
    }
    if (step == DB_FAILED)
        return false;
    *ret = GIVE(list);
    return true;
}

/* ---- the tables themselves ---- */

static json_t *who_json(unsigned roles)
{
    json_t *names = roles_json(roles & STAFF_PROFESSIONAL);
    if (roles & STAFF_SELF)
        json_push(names, json_cstr("self"));
    return names;
}

static json_t *years_json(const StaffKind *k)
{
    json_t *json = json_object();
    for (unsigned bit = 0; bit < ROLE_COUNT; bit++)
        if (STAFF_PROFESSIONAL & 1u << bit && staff_years_max(k, 1u << bit) != k->years_max)
            json_put(json, role_name(1u << bit), json_integer(staff_years_max(k, 1u << bit)));
    return json;
}

json_t *staff_kinds_json(Lang lang)
{
    static const struct {
        unsigned    bit;
        const char *name;
    } NEEDS[] = { { ITEM_NEEDS_UNTIL, "until" },   { ITEM_NEEDS_RESULT, "result" }, { ITEM_NEEDS_EVIDENCE, "evidence" }, { ITEM_NEEDS_VERIFIED, "verified" },
                  { ITEM_NEEDS_SIGNED, "signed" }, { ITEM_NEEDS_PROTOCOL, "protocol" }, { ITEM_IS_MEASURED, "measured" } };
    json_t *list = json_array();
    for (size_t i = 0; i < STAFF_KIND_COUNT; i++) {
        const StaffKind *k     = &STAFF_KINDS[i];
        json_t          *needs = json_array();
        for (size_t n = 0; n < COUNT(NEEDS); n++)
            if (k->needs & NEEDS[n].bit)
                json_push(needs, json_cstr(NEEDS[n].name));
        json_push(list, json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:i, s:o, s:s}", "code", k->code, "label", text_in(lang, k->label), "of",
                                  staff_subject_name(k->subject), "record", who_json(k->record), "verify", who_json(k->verify), "needs", needs,
                                  "years_max", k->years_max, "years_by_role", years_json(k), "law", k->law));
    }
    return list;
}

json_t *staff_rules_json(Lang lang)
{
    json_t *list = json_array();
    for (size_t i = 0; i < STAFF_RULE_COUNT; i++) {
        const StaffRule *r    = &STAFF_RULES[i];
        const StaffKind *kind = staff_kind(slice_of(r->kind));
        json_push(list, json_pack("{s:s, s:s, s:o, s:b, s:b, s:b, s:s, s:s, s:s, s:s}", "kind", r->kind, "of", staff_subject_name(kind->subject),
                                  "roles", kind->subject == OF_PERSON ? roles_json(r->whom) : json_array(), "irradiating",
                                  (r->when & WHEN_IRRADIATING) != 0, "nuclear", (r->when & WHEN_NUCLEAR) != 0, "blocks", r->blocks, "code", r->code,
                                  "text", text_in(lang, r->text), "why", r->why, "law", kind->law));
    }
    return list;
}
