/*
 * The coded values of an act: kinds, modalities, priorities, reasons. Pure tables.
 *
 * Source: R.6316-1 (kinds of telemedicine act), requirements S1, L7, E2, E8.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_codes.h"

#include "base/own.h"
#include "clinic/workflow/act.h"

#define LIST(...)                                                                                            \
    {                                                                                                        \
        __VA_ARGS__, NULL                                                                                    \
    }

const char *const CODES_PRIORITY[]  = LIST("routine", "urgent", "emergency");
const char *const CODES_PREGNANCY[] = LIST("no", "possible", "yes", "unknown", "not-applicable");
const char *const CODES_BENEFIT[] =
    LIST("access", "delay", "transfer-avoided", "expertise", "continuity", "fragile-patient", "emergency",
         "other", "organisational-convenience");
const char *const CODES_SELF_INTEREST[] = LIST("organisational-convenience");
const char *const CODES_DISTANCE[] =
    LIST("no-imager-on-site", "out-of-hours", "speciality", "continuity", "other");
const char *const CODES_PATHWAY[]     = LIST("coordinated", "emergency", "direct");
const char *const CODES_CONSENT_HOW[] = LIST("oral", "written", "representative");
const char *const CODES_CONTRAST[]    = LIST("none", "iodinated", "gadolinium", "radiopharmaceutical");
const char *const CODES_RENAL_UNIT[]  = LIST("mL/min/1.73m2", "mL/min", "umol/L");
const char *const CODES_KNOWN[]       = LIST("no", "yes", "unknown");
const char *const CODES_SAFE[]        = LIST("safe", "not-safe");
const char *const CODES_INFORMED_ON[] = LIST("act", "distance", "both");
const char *const CODES_QUALITY_OF[]  = LIST("parent", "guardian", "legal-representative", "trusted-person", "family", "other");
const char *const CODES_MINOR_ALONE[]  = LIST("secrecy", "family-ties-broken", "emancipated");
const char *const CODES_OTHER_HOLDER[] = LIST("agrees", "sole-holder", "judge");
const char *const CODES_HEARD[]        = LIST("agrees", "refuses", "not-able");
const char *const CODES_ABLE[]         = LIST("alone", "assisted");
const char *const CODES_PROTECTION[]   = LIST("none", "safeguard", "curatorship", "guardianship-goods", "guardianship-person", "family-habilitation", "mandate");
const char *const CODES_ASKED[]        = LIST("open", "relative", "unable");
const char *const CODES_WRISTBAND[]    = LIST("matches", "differs", "absent");
const char *const CODES_JUSTIFIED[]   = LIST("justified", "not-justified");
const char *const CODES_SUBJECT[]     = LIST("act", "distance");
const char *const CODES_VERDICT[]     = LIST("relevant", "not-relevant");
const char *const CODES_REFUSAL[] =
    LIST("not-indicated", "other-exam", "distance-unsuitable", "information-missing", "no-slot",
         "contraindication", "technical", "other");
const char *const CODES_CANCELLATION[] = LIST("patient-refused", "patient-absent", "clinical-change",
                                              "no-slot", "technical", "adverse-effect", "duplicate", "other");
const char *const CODES_SLOT_BACK[] = LIST("machine", "staff", "patient", "clinical", "other");
const char *const CODES_SHEET_HOW[] = LIST("paper", "secure-message", "phone", "read-aloud");
const char *const CODES_SHEET_LANGUAGE[] = LIST("fr", "en");
const char *const CODES_LATER[]     = LIST("accepted", "refused");
const char *const CODES_DOCUMENT[] =
    LIST("passport", "id-card", "residence-permit", "wristband", "family-book", "birth-certificate", "driving-licence", "health-card", "none");
const char *const CODES_SEX[]        = LIST("F", "M", "U");
const char *const CODES_ORDER_TO[]   = LIST("requester", "technologist", "local-physician", "imager");
/* Of a further clinical examination: what a line asks for. E13 */
const char *const CODES_EXAMINED[] = LIST("sign", "measure", "auscultation", "neurological", "biology", "other");
const char *const CODES_ORDER_KIND[] = LIST("information", "clinical-examination", "protocol", "more-images");
const char *const CODES_INCIDENT[]   = LIST("technical", "adverse-effect", "identity", "other");
const char *const CODES_QUALITY[]    = LIST("sufficient", "limited");
const char *const CODES_UNREADABLE[] =
    LIST("motion", "artefact", "incomplete", "positioning", "exposure", "transmission", "other");
const char *const CODES_INFORMED_HOW[] = LIST("in-person", "phone", "video", "letter", "representative");
const char *const CODES_COPY_HOW[]     = LIST("paper", "secure-message", "none-wanted");
const char *const CODES_REVIEW[]       = LIST("stands", "withdrawn");
const char *const CODES_DMP[]          = LIST("present", "none", "opposed");

const char *const CODES_INJECTION[] = LIST("none", "contrast", "radiopharmaceutical", "other");
const char *const CODES_DEVICE_HOW[] = LIST("explained", "tried");
const char *const CODES_DRUG[]      = LIST("contrast", "radiopharmaceutical", "other");
const char *const CODES_UNIT[]      = LIST("ml", "mg", "g", "ug", "iu");
const char *const CODES_ROUTE[] = LIST("intravenous", "intra-arterial", "intra-articular", "intramuscular", "subcutaneous", "oral",
                                       "rectal", "inhaled", "other");
const char *const CODES_DRUG_DECISION[] = LIST("take", "keep", "set-aside");
const char *const CODES_OPINION[] = LIST("favourable", "reserves", "unfavourable");
const char *const CODES_TECHNOLOGIST[] = LIST("positioning", "monitoring", "image-processing", "venous-line", "blood-sample",
                                              "oral-product", "injection", "stress-test", "aerosol");
const char *const CODES_URGENT[]    = LIST("immediate", "hours", "days");
const char *const CODES_SPOKEN[]    = LIST("voice", "video", "message");
/* "video" and "sound" are there to be refused by name. */
const char *const CODES_CHANNEL[]   = LIST("telephone", "other-video", "video", "sound");
const char *const CODES_CHECK_ITEM[]     = LIST("image-quality", "earlier-images", "identity", "medical-information");
const char *const CODES_CHECK[]          = LIST("sufficient", "missing", "not-needed");
const char *const CODES_EXPERTISE_MODE[] = LIST("joint", "separate");
const char *const CODES_YES_NO[]         = LIST("yes", "no");

bool code_known(const char *const *codes, Slice code)
{
    for (; *codes; codes++)
        if (slice_equal_text(code, *codes))
            return true;
    return false;
}

bool modality_is_nuclear(const char *modality)
{
    static const char *const NUCLEAR[] = LIST("NM", "PT", "PT/CT", "NM/CT");
    return code_known(NUCLEAR, slice_of(modality));
}

bool modality_irradiates(const char *modality)
{
    static const char *const IRRADIATING[] = LIST("CT", "DX", "CR", "NM", "PT", "PT/CT", "NM/CT");
    return code_known(IRRADIATING, slice_of(modality));
}

bool modality_supported(Slice modality, const char **ret_why)
{
    static const char *const SUPPORTED[] = LIST("CT", "DX", "CR", "MR", "US", "NM", "PT", "PT/CT", "NM/CT");
    static const char *const LATER[]     = LIST("MG", "RF", "XA");
    if (code_known(SUPPORTED, modality))
        return true;
    if (code_known(LATER, modality))
        *ret_why = "Mammography, fluoroscopy and angiography at a distance are not available here yet.";
    else
        *ret_why = "This modality is not one of téléimagerie.";
    return false;
}

bool modality_of_opinion(Slice modality, const char **ret_why)
{
    static const char *const ALL[] = LIST("CR", "DX", "CT", "MR", "NM", "PT", "PT/CT", "NM/CT", "US", "MG", "RF", "XA");
    if (code_known(ALL, modality))
        return true;
    *ret_why = "This modality is not one of téléimagerie.";
    return false;
}

bool kind_supported(Slice kind, const char **ret_why)
{
    static const struct {
        const char *kind, *why;
    } OTHERS[] = {
        { "teleconsultation", "Teleconsultation is not an act of téléimagerie." },
        { "telesurveillance", "Telesurveillance is not an act of téléimagerie." },
        { "emergency-regulation", "The medical regulation of emergencies is not an act of téléimagerie." },
        { "intervention", "Interventions are not done at a distance." },
        { "therapy", "Therapeutic nuclear medicine is not done at a distance." },
    };
    if (slice_equal_text(kind, "remote-exam") || slice_equal_text(kind, "tele-expertise") ||
        slice_equal_text(kind, "tele-assistance"))
        return true;
    *ret_why = "This kind of act is not known.";
    for (size_t i = 0; i < COUNT(OTHERS); i++)
        if (slice_equal_text(kind, OTHERS[i].kind))
            *ret_why = OTHERS[i].why;
    return false;
}

static const char *const STATE_NAMES[ACT_STATES] = {
    [ACT_DRAFT] = "draft",         [ACT_ASKED] = "asked",         [ACT_INFO_ASKED] = "info-asked",
    [ACT_VALIDATED] = "validated", [ACT_PLANNED] = "planned",     [ACT_RUNNING] = "running",
    [ACT_GONE] = "gone",           [ACT_RELEASED] = "released",   [ACT_LEFT] = "left",
    [ACT_SIGNED] = "signed",       [ACT_DELIVERED] = "delivered", [ACT_ACKNOWLEDGED] = "acknowledged",
    [ACT_REFUSED] = "refused",     [ACT_CANCELLED] = "cancelled", [ACT_NOT_DONE] = "not-done",
    [ACT_CLOSED] = "closed",
};

const char *act_state_name(ActState s)
{
    return (unsigned)s < ACT_STATES ? STATE_NAMES[s] : "";
}

ActState act_state_from_name(Slice name)
{
    for (int s = 0; s < ACT_STATES; s++)
        if (slice_equal_text(name, STATE_NAMES[s]))
            return (ActState)s;
    return ACT_STATES;
}
