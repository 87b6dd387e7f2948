/*
 * Reading the dose that one instance states: the tree of a dose report, or the header of an image.
 *
 * Pure. Units are those written beside the number; a unit we do not know leaves the value unknown.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/dose.h"

#include <ctype.h>

#include "clinic/archive/archive_internal.h"
#include "formats/dicom/sr.h"
#include "formats/json/json_util.h"

/* ---- units: spelled without dots and blanks, 'u' for micro ---- */

typedef enum Quantity { Q_DOSE_MGY, Q_DLP_MGYCM, Q_DAP_MGYCM2, Q_TIME_S, Q_KV, Q_MAS } Quantity;

typedef struct Unit {
    const char *unit;
    Quantity    quantity;
    double      factor;
} Unit;
static const Unit UNITS[] = {
    { "mGy", Q_DOSE_MGY, 1 },
    { "Gy", Q_DOSE_MGY, 1e3 },
    { "dGy", Q_DOSE_MGY, 100 },
    { "cGy", Q_DOSE_MGY, 10 },
    { "uGy", Q_DOSE_MGY, 1e-3 },
    { "mGycm", Q_DLP_MGYCM, 1 },
    { "Gycm", Q_DLP_MGYCM, 1e3 },
    { "mGym", Q_DLP_MGYCM, 100 },
    { "Gym2", Q_DAP_MGYCM2, 1e7 },
    { "mGym2", Q_DAP_MGYCM2, 1e4 },
    { "uGym2", Q_DAP_MGYCM2, 10 },
    { "Gycm2", Q_DAP_MGYCM2, 1e3 },
    { "dGycm2", Q_DAP_MGYCM2, 100 },
    { "cGycm2", Q_DAP_MGYCM2, 10 },
    { "mGycm2", Q_DAP_MGYCM2, 1 },
    { "uGycm2", Q_DAP_MGYCM2, 1e-3 },
    { "s", Q_TIME_S, 1 },
    { "ms", Q_TIME_S, 1e-3 },
    { "min", Q_TIME_S, 60 },
    { "kV", Q_KV, 1 },
    { "V", Q_KV, 1e-3 },
    { "mAs", Q_MAS, 1 },
    { "uAs", Q_MAS, 1e-3 },
};

static void unit_plain(Slice unit, char ret[16])
{
    size_t n = 0;
    for (size_t i = 0; i < unit.len && n < 14; i++) {
        unsigned char c = (unsigned char)unit.at[i];
        if (c == 0xC2 || c == 0xCE) /* micro sign, or the Greek letter, in UTF-8 */
            ret[n++] = 'u';
        else if (isalnum(c))
            ret[n++] = (char)c;
    }
    ret[n] = 0;
}

static DoseValue known(double v)
{
    return (DoseValue) { .known = v >= 0, .value = v };
}

/* The number of a NUM node, in the unit of 'quantity'. */
static DoseValue number_of(const SrNode *node, Quantity quantity)
{
    char unit[16];
    if (!node || !node->has_number)
        return (DoseValue) { 0 };
    unit_plain(node->code.value, unit);
    for (size_t i = 0; i < COUNT(UNITS); i++)
        if (UNITS[i].quantity == quantity && strcmp(UNITS[i].unit, unit) == 0)
            return known(node->number * UNITS[i].factor);
    return (DoseValue) { 0 };
}

static DoseValue child_number(const SrNode *node, const char *code, Quantity quantity)
{
    return number_of(sr_child(node, code, "DCM"), quantity);
}

static void add(DoseValue *sum, DoseValue v)
{
    if (v.known)
        *sum = known((sum->known ? sum->value : 0) + v.value);
}

static void keep_time(Slice text, char ret[27])
{
    slice_copy(slice_part(slice_trim(text), 0, 26), ret, 27);
}

/* ---- events ---- */

static DoseEvent *event_new(DoseFacts *f)
{
    enum { STEP = 32 };
    if (f->event_count >= DOSE_EVENTS_MAX)
        return NULL;
    if (f->event_count % STEP == 0) {
        DoseEvent *more = realloc(f->events, (f->event_count + STEP) * sizeof *more);
        if (!more)
            return NULL;
        f->events = more;
    }
    f->events[f->event_count] = (DoseEvent) { 0 };
    return &f->events[f->event_count++];
}

void dose_facts_clear(DoseFacts *f)
{
    free(f->events);
    *f = (DoseFacts) { 0 };
}

static void event_name(const SrNode *node, DoseEvent *e)
{
    const SrNode *uid = sr_child(node, "113769", "DCM"), *protocol = sr_child(node, "125203", "DCM"),
                 *region = sr_child(node, "123014", "DCM");
    if (uid)
        slice_copy(slice_part(slice_trim(uid->text), 0, 64), e->uid, sizeof e->uid);
    text_keep(protocol && protocol->text.len ? protocol->text
              : region                       ? region->code.meaning
                                             : SLICE_NONE,
              e->label, sizeof e->label);
}

/* TID 10013. A constant-angle event (scout) may have no dose of its own. */
static void ct_event(const SrNode *node, DoseFacts *f)
{
    const SrNode *dose = sr_child(node, "113829", "DCM");
    DoseEvent    *e    = dose ? event_new(f) : NULL;
    if (!e)
        return;
    const SrNode *phantom = sr_child(dose, "113835", "DCM");
    event_name(node, e);
    e->ctdi_mgy  = child_number(dose, "113830", Q_DOSE_MGY);
    e->dlp_mgycm = child_number(dose, "113838", Q_DLP_MGYCM);
    e->kvp       = number_of(sr_find(node, "113733", "DCM"), Q_KV);
    if (phantom && sr_code_is(&phantom->code, "113690", "DCM"))
        e->phantom_cm = known(16);
    if (phantom && sr_code_is(&phantom->code, "113691", "DCM"))
        e->phantom_cm = known(32);
}

/* TID 10003. */
static void projection_event(const SrNode *node, DoseFacts *f)
{
    DoseEvent *e = event_new(f);
    if (!e)
        return;
    event_name(node, e);
    e->dap_mgycm2 = child_number(node, "122130", Q_DAP_MGYCM2);
    e->agd_mgy    = child_number(node, "111631", Q_DOSE_MGY);
    e->kvp        = number_of(sr_find(node, "113733", "DCM"), Q_KV);
    e->mas        = number_of(sr_find(node, "113736", "DCM"), Q_MAS);
}

/* ---- totals ---- */

typedef struct Breast {
    const char *code, *scheme;
    bool        left, right;
} Breast;
static const Breast BREASTS[] = {
    { "T-04030", "SRT", true, false },  { "80248007", "SCT", true, false }, { "T-04020", "SRT", false, true },
    { "73056007", "SCT", false, true }, { "T-04080", "SRT", true, true },   { "63762007", "SCT", true, true },
};

static void breast_total(const SrNode *node, DoseFacts *f)
{
    DoseValue agd = number_of(node, Q_DOSE_MGY);
    for (const SrNode *side = node->first; side; side = side->next)
        for (size_t i = 0; i < COUNT(BREASTS); i++)
            if (sr_code_is(&side->code, BREASTS[i].code, BREASTS[i].scheme)) {
                if (BREASTS[i].left)
                    add(&f->agd_left_mgy, agd);
                if (BREASTS[i].right)
                    add(&f->agd_right_mgy, agd);
            }
}

/* TID 10002, one a plane: what two planes gave is added. */
static void projection_totals(const SrNode *node, DoseFacts *f)
{
    add(&f->dap_mgycm2, child_number(node, "113722", Q_DAP_MGYCM2));
    add(&f->fluoroscopy_s, child_number(node, "113730", Q_TIME_S));
    for (const SrNode *child = node->first; child; child = child->next)
        if (sr_code_is(&child->concept, "111637", "DCM"))
            breast_total(child, f);
}

static void report_when(const Dataset *ds, const SrNode *root, DoseFacts *f)
{
    char          day_and_hour[64];
    Slice         date = dataset_code(ds, TAG_CONTENT_DATE), hour = dataset_code(ds, TAG_CONTENT_TIME);
    const SrNode *end = sr_child(root, "113810", "DCM"), *scope = sr_child(root, "113705", "DCM");
    slice_copy(slice_part(date, 0, 8), day_and_hour, 9);
    slice_copy(slice_part(hour, 0, 16), day_and_hour + strlen(day_and_hour), 17);
    keep_time(end && end->text.len ? end->text : slice_of(day_and_hour), f->ended_at);
    f->whole_study = scope && sr_code_is(&scope->code, "113014", "DCM");
}

static bool report_read(const Dataset *ds, DoseFacts *f, Err *err)
{
    OWNED(SrTree) *tree = sr_parse(ds, err);
    if (!tree)
        return false;
    const SrNode *root = sr_root(tree);
    for (const SrNode *n = sr_walk(root, root); n; n = sr_walk(root, n)) {
        bool ct_total = sr_code_is(&n->concept, "113811", "DCM"),
             ct       = sr_code_is(&n->concept, "113819", "DCM");
        bool total    = sr_code_is(&n->concept, "113702", "DCM"),
             event    = sr_code_is(&n->concept, "113706", "DCM");
        if (ct_total)
            add(&f->dlp_mgycm, child_number(n, "113813", Q_DLP_MGYCM));
        if (ct)
            ct_event(n, f);
        if (total)
            projection_totals(n, f);
        if (event)
            projection_event(n, f);
        if (ct_total || ct)
            f->kind = DOSE_REPORT_CT;
        else if ((total || event) && f->kind == DOSE_NONE)
            f->kind = DOSE_REPORT_PROJECTION;
    }
    report_when(ds, root, f);
    return true;
}

/* ---- headers ---- */

static DoseValue header_value(const Dataset *ds, uint32_t tag, double factor)
{
    double v = 0;
    return ds && dataset_double(ds, tag, 0, &v) && v >= 0 ? known(v * factor) : (DoseValue) { 0 };
}

/* Where CT keeps its exposure: at the top, or in the functional groups of multi-frame images. */
static const Dataset *exposure_of(const Dataset *ds)
{
    const Dataset *shared = dataset_item(ds, TAG_SHARED_FUNCTIONAL_GROUPS_SEQUENCE, 0);
    const Dataset *frame  = dataset_item(ds, TAG_PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, 0);
    const Dataset *found  = shared ? dataset_item(shared, TAG_CT_EXPOSURE_SEQUENCE, 0) : NULL;
    if (!found && frame)
        found = dataset_item(frame, TAG_CT_EXPOSURE_SEQUENCE, 0);
    return found ? found : ds;
}

static DoseValue header_phantom(const Dataset *exposure)
{
    const Dataset *code  = dataset_item(exposure, TAG_CTDI_PHANTOM_TYPE_CODE_SEQUENCE, 0);
    Slice          value = code ? dataset_code(code, TAG_CODE_VALUE) : SLICE_NONE;
    if (slice_equal_text(value, "113690"))
        return known(16);
    if (slice_equal_text(value, "113691"))
        return known(32);
    return (DoseValue) { 0 };
}

static bool is_derived(const Dataset *ds)
{
    return slice_equal(dataset_code(ds, TAG_IMAGE_TYPE), SLICE("DERIVED"));
}

static void header_dose(const Dataset *ds, DoseFacts *f)
{
    Slice          modality = dataset_code(ds, TAG_MODALITY), uid;
    const Dataset *exposure = exposure_of(ds);
    DoseEvent      e        = { .ctdi_mgy   = header_value(exposure, TAG_CTDIVOL, 1),
                                .phantom_cm = header_phantom(exposure),
                                .dap_mgycm2 = header_value(ds, TAG_IMAGE_AND_FLUOROSCOPY_AREA_DOSE_PRODUCT, 100),
                                .kvp        = header_value(ds, TAG_KVP, 1),
                                .mas        = header_value(ds, TAG_EXPOSURE, 1) };
    bool           mammo    = slice_equal_text(modality, "MG");
    bool           projects = mammo || slice_equal_text(modality, "DX") || slice_equal_text(modality, "CR") ||
                    slice_equal_text(modality, "XA") || slice_equal_text(modality, "RF");
    if (mammo)
        e.agd_mgy = header_value(ds, TAG_ORGAN_DOSE, 100);
    if (!(slice_equal_text(modality, "CT") && e.ctdi_mgy.known) &&
        !(projects && !is_derived(ds) && (e.dap_mgycm2.known || e.agd_mgy.known || e.kvp.known)))
        return;
    if (dataset_uid(ds, TAG_IRRADIATION_EVENT_UID, &uid))
        slice_copy(uid, e.uid, sizeof e.uid);
    OWNED(Arena) *a = arena_new(16 << 10);
    if (a)
        text_keep(slice_trim(dataset_text(ds, TAG_SERIES_DESCRIPTION, a)), e.label, sizeof e.label);
    DoseEvent *kept = event_new(f);
    if (kept) {
        *kept   = e;
        f->kind = DOSE_HEADER;
    }
}

bool dose_from_dataset(const Dataset *ds, DoseFacts *ret, Err *err)
{
    static const char *const REPORTS[] = { UID_X_RAY_RADIATION_DOSE_SR_STORAGE,
                                           UID_ENHANCED_X_RAY_RADIATION_DOSE_SR_STORAGE };
    Slice                    class_uid = dataset_code(ds, TAG_SOP_CLASS_UID);
    *ret                               = (DoseFacts) { 0 };
    for (size_t i = 0; i < COUNT(REPORTS); i++)
        if (slice_equal_text(class_uid, REPORTS[i])) {
            if (report_read(ds, ret, err))
                return true;
            dose_facts_clear(ret);
            return false;
        }
    header_dose(ds, ret);
    return true;
}
