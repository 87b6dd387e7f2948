/*
 * Tables of concepts and units.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/dicom/measure_codes.h"

#include <stdio.h>

static const char *const KIND_NAMES[MEASURE_KINDS] = { "length",  "bidirectional", "angle", "cobb",  "ellipse",
                                                       "rectangle", "freehand",    "probe", "arrow", "text" };

const char *measure_kind_name(MeasureKind kind)
{
    return kind < MEASURE_KINDS ? KIND_NAMES[kind] : "drawing";
}

bool measure_kind_named(Slice name, MeasureKind *ret)
{
    for (size_t i = 0; i < COUNT(KIND_NAMES); i++)
        if (slice_equal_text(name, KIND_NAMES[i])) {
            *ret = (MeasureKind)i;
            return true;
        }
    return false;
}

/* What is measured on the image plane. Schemes told apart: SNOMED CT was written SRT with other values. */
static const struct {
    const char *name;
    Concept     code;
    const char *srt; /* its older value; NULL none */
} SIZES[] = {
    { "length", { "410668003", "SCT", "Length" }, "G-D7FE" },
    { "long", { "103339001", "SCT", "Long Axis" }, "G-A185" },
    { "short", { "103340004", "SCT", "Short Axis" }, "G-A186" },
    { "angle", { "1483009", "SCT", "Angle" }, NULL },
    { "angle", { "285285000", "SCT", "Cobb angle" }, NULL },
    { "area", { "42798000", "SCT", "Area" }, "G-A166" },
    { "length", { "121206", "DCM", "Distance" }, NULL }, /* read, not written */
    { "area", { "42798000", "SCT", "Area of defined region" }, "G-A16A" },
};
enum { ANGLE_AT = 3, COBB_AT = 4 };

static const struct {
    const char *name;
    Concept     code;
    const char *srt;
} DERIVED[] = {
    { "mean", { "373098007", "SCT", "Mean" }, "R-00317" },
    { "sd", { "386136009", "SCT", "Standard Deviation" }, "R-10047" },
    { "min", { "255605001", "SCT", "Minimum" }, "R-404FB" },
    { "max", { "56851009", "SCT", "Maximum" }, "G-A437" },
};

/* What the value of a pixel is: by its unit, else by the kind of image. */
static const struct {
    const char *unit, *modality;
    Concept     code;
} VALUES[] = {
    { "HU", NULL, { "112031", "DCM", "Attenuation Coefficient" } },
    { "SUV", NULL, { "126401", "DCM", "SUVbw" } },
    { "BQML", NULL, { "110821", "DCM", "Nuclear Medicine Tomographic Activity" } },
    { NULL, "CT", { "112031", "DCM", "Attenuation Coefficient" } },
    { NULL, "PT", { "110821", "DCM", "Nuclear Medicine Tomographic Activity" } },
    { NULL, "NM", { "110820", "DCM", "Nuclear Medicine Projection Activity" } },
    { NULL, "MR", { "110852", "DCM", "MR signal intensity" } },
    { NULL, "US", { "110849", "DCM", "Echogenicity" } },
    { NULL, "CR", { "110850", "DCM", "X-Ray Attenuation" } },
    { NULL, "DX", { "110850", "DCM", "X-Ray Attenuation" } },
    { NULL, "MG", { "110850", "DCM", "X-Ray Attenuation" } },
    { NULL, "XA", { "110850", "DCM", "X-Ray Attenuation" } },
    { NULL, "RF", { "110850", "DCM", "X-Ray Attenuation" } },
};
static const Concept STORED_VALUE = { "STORED-VALUE", OUR_SCHEME, "Stored value" };

static Concept value_concept(const char *unit, const char *modality)
{
    for (size_t i = 0; i < COUNT(VALUES); i++)
        if (VALUES[i].unit ? strcmp(VALUES[i].unit, unit) == 0 : strcmp(VALUES[i].modality, modality) == 0)
            return VALUES[i].code;
    return STORED_VALUE;
}

Concept measure_concept(const MeasureFigure *f, MeasureKind kind, const char *modality)
{
    if (strcmp(f->name, "angle") == 0)
        return SIZES[kind == MEASURE_COBB ? COBB_AT : ANGLE_AT].code;
    for (size_t i = 0; i < COUNT(SIZES); i++)
        if (strcmp(SIZES[i].name, f->name) == 0)
            return SIZES[i].code;
    return value_concept(f->unit, modality);
}

const Concept *measure_derivation(const char *name)
{
    for (size_t i = 0; i < COUNT(DERIVED); i++)
        if (strcmp(DERIVED[i].name, name) == 0)
            return &DERIVED[i].code;
    return NULL;
}

static bool is_code(const SrCode *code, const Concept *concept, const char *srt)
{
    return sr_code_is(code, concept->value, concept->scheme) || (srt && sr_code_is(code, srt, "SRT"));
}

static bool is_value(const SrCode *concept)
{
    if (sr_code_is(concept, STORED_VALUE.value, STORED_VALUE.scheme))
        return true;
    for (size_t i = 0; i < COUNT(VALUES); i++)
        if (is_code(concept, &VALUES[i].code, NULL))
            return true;
    return false;
}

bool measure_figure_name(const SrCode *concept, const SrCode *derivation, char ret[MEASURE_NAME_SIZE])
{
    for (size_t i = 0; i < COUNT(DERIVED); i++)
        if (is_code(derivation, &DERIVED[i].code, DERIVED[i].srt)) {
            (void)snprintf(ret, MEASURE_NAME_SIZE, "%s", DERIVED[i].name);
            return true;
        }
    for (size_t i = 0; i < COUNT(SIZES); i++)
        if (is_code(concept, &SIZES[i].code, SIZES[i].srt)) {
            (void)snprintf(ret, MEASURE_NAME_SIZE, "%s", SIZES[i].name);
            return true;
        }
    (void)snprintf(ret, MEASURE_NAME_SIZE, "%s", is_value(concept) ? "value" : "");
    return *ret != '\0';
}

/* ---- units ---- */

static const struct {
    const char *name, *ucum, *meaning;
} UNITS[] = {
    { "mm", "mm", "millimeter" },
    { "mm-detector", "mm", "millimeter" }, /* told apart by the method of the measure */
    { "mm2", "mm2", "square millimeter" },
    { "mm2-detector", "mm2", "square millimeter" },
    { "px", "{pixels}", "pixels" },
    { "px2", "{squarepixels}", "square pixels" },
    { "deg", "deg", "degree" },
    { "HU", "[hnsf'U]", "Hounsfield unit" },
    { "SUV", "{SUVbw}g/ml", "Standardized Uptake Value body weight" },
    { "BQML", "Bq/ml", "Becquerels/milliliter" },
    { "", "1", "no units" },
};

Concept measure_unit(const char *unit, char room[2][MEASURE_UNIT_SIZE + 2])
{
    for (size_t i = 0; i < COUNT(UNITS); i++)
        if (strcmp(UNITS[i].name, unit) == 0)
            return (Concept) { UNITS[i].ucum, "UCUM", UNITS[i].meaning };
    /* A word of the image itself: an annotation of UCUM when it is short and plain, else told by its meaning. */
    bool plain = strlen(unit) <= 14;
    for (const char *c = unit; *c; c++)
        plain = plain && *c > ' ' && *c <= '~' && *c != '{' && *c != '}' && *c != '\\';
    (void)snprintf(room[0], MEASURE_UNIT_SIZE + 2, plain ? "{%s}" : "1", unit);
    (void)snprintf(room[1], MEASURE_UNIT_SIZE + 2, "%s", unit);
    return (Concept) { room[0], "UCUM", room[1] };
}

void measure_unit_name(const SrCode *unit, bool at_detector, char ret[MEASURE_UNIT_SIZE])
{
    Slice word = unit->value;
    if (slice_equal_text(word, "1")) /* nothing, or a word that fits no code */
        word = slice_equal_text(unit->meaning, "no units") ? SLICE_NONE : unit->meaning;
    else
        for (size_t i = 0; i < COUNT(UNITS); i++)
            if (slice_equal_text(unit->value, UNITS[i].ucum)) {
                bool far = at_detector && i + 1 < COUNT(UNITS) && strcmp(UNITS[i + 1].ucum, UNITS[i].ucum) == 0;
                (void)snprintf(ret, MEASURE_UNIT_SIZE, "%s", UNITS[far ? i + 1 : i].name);
                return;
            }
    if (word.len > 2 && word.at[0] == '{' && word.at[word.len - 1] == '}')
        word = (Slice) { word.at + 1, word.len - 2 };
    (void)snprintf(ret, MEASURE_UNIT_SIZE, "%.*s", (int)(word.len < MEASURE_UNIT_SIZE ? word.len : MEASURE_UNIT_SIZE - 1), word.len ? word.at : "");
}

/* ---- kinds of image ---- */

static const struct {
    const char *modality, *meaning;
    Concept     procedure;
} MODALITIES[] = {
    { "CT", "Computed Tomography", { "25045-6", "LN", "CT unspecified body region" } },
    { "MR", "Magnetic Resonance", { "25056-3", "LN", "MRI unspecified body region" } },
    { "PT", "Positron emission tomography", { "44136-0", "LN", "PET unspecified body region" } },
    { "NM", "Nuclear Medicine", { NULL, NULL, NULL } },
    { "US", "Ultrasound", { NULL, NULL, NULL } },
    { "CR", "Computed Radiography", { NULL, NULL, NULL } },
    { "DX", "Digital Radiography", { NULL, NULL, NULL } },
    { "MG", "Mammography", { NULL, NULL, NULL } },
    { "XA", "X-Ray Angiography", { NULL, NULL, NULL } },
    { "RF", "Radiofluoroscopy", { NULL, NULL, NULL } },
    { "OT", "Other Modality", { NULL, NULL, NULL } },
};

Concept measure_modality(const char *modality)
{
    for (size_t i = 0; i < COUNT(MODALITIES); i++)
        if (strcmp(MODALITIES[i].modality, modality) == 0)
            return (Concept) { modality, "DCM", MODALITIES[i].meaning };
    return (Concept) { "OT", "DCM", "Other Modality" };
}

Concept measure_procedure(const char *modality)
{
    for (size_t i = 0; i < COUNT(MODALITIES); i++)
        if (MODALITIES[i].procedure.value && strcmp(MODALITIES[i].modality, modality) == 0)
            return MODALITIES[i].procedure;
    return (Concept) { "363679005", "SCT", "Imaging" };
}
