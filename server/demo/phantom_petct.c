/*
 * PET/CT phantom: a coarse CT and fluorodeoxyglucose activity of the same body in the same frame of reference.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>
#include <stdio.h>
#include <time.h>

#include "demo/phantom_body.h"
#include "demo/phantom_common.h"

enum { PET_SIZE = 144, PET_SLICES = 48 };

/* 'factor': of what the same body shows for another activity, or longer after. */
typedef struct Injection {
    char   at[15]; /* YYYYMMDDHHMMSS, local */
    double activity_bq, factor;
} Injection;

#define PET_STEP_MM  8.0F
#define PET_FIELD_MM 576.0F
#define PET_WEIGHT   68.0
#define PET_DOSE_BQ  238000000.0 /* 3.5 MBq/kg */
#define PET_CTDI_MGY 3.1 /* a low-dose CT for attenuation */
#define HALF_LIFE_S  6586.2
enum { UPTAKE_S = 3600, FIRST_INTERVAL_S = 4500 }; /* rest before the images; the interval the uptake below was drawn for */

/* "YYYYMMDDHHMMSS" as seconds, for differences only. */
static int64_t seconds_of(const char *text)
{
    struct tm at    = { 0 };
    int64_t   parts[6];
    for (size_t i = 0; i < COUNT(parts); i++)
        if (!slice_int(slice_part(slice_of(text), i ? 2 + 2 * i : 0, i ? 2 : 4), &parts[i]))
            return 0;
    at.tm_year = (int)parts[0] - 1900, at.tm_mon = (int)parts[1] - 1, at.tm_mday = (int)parts[2];
    at.tm_hour = (int)parts[3], at.tm_min = (int)parts[4], at.tm_sec = (int)parts[5];
    return (int64_t)timegm(&at);
}

/* What was injected and when; without being told, the usual amount an hour before. */
static Injection injection_of(const PhantomOrder *o)
{
    Injection in = { .activity_bq = o->activity_bq > 0 ? o->activity_bq : PET_DOSE_BQ };
    char      scan[16], text[32];
    (void)snprintf(scan, sizeof scan, "%.8s%.6s", o->date, o->time);
    time_t    before = (time_t)(seconds_of(scan) - UPTAKE_S);
    struct tm at;
    (void)gmtime_r(&before, &at);
    (void)strftime(text, sizeof text, "%Y%m%d%H%M%S", &at);
    slice_copy(slice_of(o->injected[0] ? o->injected : text), in.at, sizeof in.at);
    double interval_s = (double)(seconds_of(scan) - seconds_of(in.at));
    in.factor = in.activity_bq / PET_DOSE_BQ * exp2((FIRST_INTERVAL_S - interval_s) / HALF_LIFE_S);
    return in;
}

static void isotope(DicomWriter *w, const Injection *in)
{
    dw_sequence_begin(w, TAG_RADIOPHARMACEUTICAL_INFORMATION_SEQUENCE);
    dw_item_begin(w);
    dw_text(w, TAG_RADIOPHARMACEUTICAL, "Fluorodeoxyglucose");
    dw_text(w, TAG_RADIOPHARMACEUTICAL_START_TIME, in->at + 8);
    dw_text(w, TAG_RADIOPHARMACEUTICAL_START_DATE_TIME, in->at);
    dw_double(w, TAG_RADIONUCLIDE_TOTAL_DOSE, in->activity_bq);
    dw_double(w, TAG_RADIONUCLIDE_HALF_LIFE, HALF_LIFE_S);
    dw_double(w, TAG_RADIONUCLIDE_POSITRON_FRACTION, 0.967);
    dw_code(w, TAG_RADIONUCLIDE_CODE_SEQUENCE, "77004003", "SCT", "^18^Fluorine");
    dw_code(w, TAG_RADIOPHARMACEUTICAL_CODE_SEQUENCE, "35321007", "SCT", "Fluorodeoxyglucose F^18^");
    dw_item_end(w);
    dw_sequence_end(w);
    dw_code(w, TAG_PATIENT_ORIENTATION_CODE_SEQUENCE, "102538003", "SCT", "recumbent");
    dw_code(w, TAG_PATIENT_GANTRY_RELATIONSHIP_CODE_SEQUENCE, "102540008", "SCT", "headfirst");
}

static void pet_series(DicomWriter *w)
{
    dw_text(w, TAG_UNITS, "BQML");
    dw_text(w, TAG_COUNTS_SOURCE, "EMISSION");
    dw_text(w, TAG_SERIES_TYPE, "STATIC\\IMAGE");
    dw_int(w, TAG_NUMBER_OF_SLICES, PET_SLICES);
    dw_text(w, TAG_CORRECTED_IMAGE, "DECY\\ATTN\\SCAT\\DTIM\\NORM");
    dw_text(w, TAG_RANDOMS_CORRECTION_METHOD, "DLYD");
    dw_text(w, TAG_ATTENUATION_CORRECTION_METHOD, "CT");
    dw_text(w, TAG_SCATTER_CORRECTION_METHOD, "Model");
    dw_text(w, TAG_DECAY_CORRECTION, "START");
    dw_text(w, TAG_COLLIMATOR_TYPE, "NONE");
    dw_text(w, TAG_RECONSTRUCTION_METHOD, "OSEM");
}

static void pet_image(DicomWriter *w, const PhantomOrder *o, const PhantomSeries *s, int image, float z, double slope)
{
    double pixel = (double)PET_FIELD_MM / PET_SIZE, corner = -(double)PET_FIELD_MM / 2 + pixel / 2;
    dw_text(w, TAG_IMAGE_TYPE, "ORIGINAL\\PRIMARY");
    dw_text(w, TAG_FRAME_OF_REFERENCE_UID, s->frame_of_reference);
    dw_empty(w, TAG_POSITION_REFERENCE_INDICATOR);
    dw_text(w, TAG_BODY_PART_EXAMINED, "CHEST");
    dw_doubles(w, TAG_PIXEL_SPACING, (double[]){ pixel, pixel }, 2);
    dw_doubles(w, TAG_IMAGE_ORIENTATION_PATIENT, (double[]){ 1, 0, 0, 0, 1, 0 }, 6);
    dw_doubles(w, TAG_IMAGE_POSITION_PATIENT, (double[]){ corner, corner + 12, (double)z }, 3);
    dw_double(w, TAG_SLICE_THICKNESS, (double)PET_STEP_MM);
    dw_double(w, TAG_SLICE_LOCATION, (double)z);
    dw_text(w, TAG_ACQUISITION_DATE, o->date);
    dw_text(w, TAG_ACQUISITION_TIME, o->time);
    dw_int(w, TAG_ACQUISITION_NUMBER, 1);
    dw_int(w, TAG_ACTUAL_FRAME_DURATION, 120000);
    dw_double(w, TAG_FRAME_REFERENCE_TIME, 0);
    dw_double(w, TAG_DECAY_FACTOR, 1);
    dw_int(w, TAG_IMAGE_INDEX, image);
    dw_text(w, TAG_LOSSY_IMAGE_COMPRESSION, "00");
    dw_double(w, TAG_RESCALE_INTERCEPT, 0);
    dw_double(w, TAG_RESCALE_SLOPE, slope);
    dw_double(w, TAG_WINDOW_CENTER, 10000);
    dw_double(w, TAG_WINDOW_WIDTH, 20000);
    dw_double(w, TAG_PATIENT_WEIGHT, PET_WEIGHT);
    dw_double(w, TAG_PATIENT_SIZE, 1.68);
}

static bool pet_slice(const PhantomOrder *o, const PhantomSeries *s, const Injection *in, uint16_t *at, int image, Noise *n, PhantomEach *each, void *with,
                      Err *err)
{
    float        z     = 165.0F - (float)(image - 1) * PET_STEP_MM, pixel = PET_FIELD_MM / PET_SIZE;
    const double slope = 2.0;
    for (int i = 0; i < PET_SIZE * PET_SIZE; i++) {
        float x = ((float)(i % PET_SIZE) - PET_SIZE / 2.0F + 0.5F) * pixel, y = ((float)(i / PET_SIZE) - PET_SIZE / 2.0F + 0.5F) * pixel + 12;
        float bq = body_uptake(x, y, z) * 2400.0F * (float)in->factor; /* muscle at about SUV 1.1 */
        bq += sqrtf(bq + 60) * 7.0F * noise_normal(n);
        at[i] = (uint16_t)(bq < 0 ? 0 : bq / slope > 32767 ? 32767 : bq / slope);
    }
    OWNED(DicomWriter) *w = dw_new((size_t)1 << 20);
    PhantomPixels p = { .rows = PET_SIZE, .columns = PET_SIZE, .bits_stored = 16, .frames = 1, .at = at };
    char          sop[65];
    phantom_head(w, o, s, image, sop);
    pet_series(w);
    isotope(w, in);
    pet_image(w, o, s, image, z, slope);
    phantom_pixels(w, &p);
    return phantom_give(w, s, sop, each, with, err);
}

bool phantom_petct(const PhantomOrder *o, PhantomEach *each, void *with, Err *err)
{
    PhantomSeries ct  = phantom_series(o, 6, "CT", "1.2.840.10008.5.1.4.1.1.2", "CT d'atténuation", "Phantom PET/CT");
    PhantomSeries pet = phantom_series(o, 7, "PT", "1.2.840.10008.5.1.4.1.1.128", "TEP FDG corrigée", "Phantom PET/CT");
    if (!phantom_ct_volume(o, &ct, 256, PET_SLICES, PET_STEP_MM, 440.0F, each, with, err))
        return false;
    uint16_t *at = calloc((size_t)PET_SIZE * PET_SIZE, sizeof *at);
    bool      ok = at != NULL || err_set(err, ERR_LIMIT, "The content is too large.", "phantom PET");
    Injection in = injection_of(o);
    Noise     n  = { .state = o->seed * 2654435761U + 7 };
    for (int image = 1; ok && image <= PET_SLICES; image++)
        ok = pet_slice(o, &pet, &in, at, image, &n, each, with, err);
    free(at);
    return ok && phantom_dose(o, &ct, PET_CTDI_MGY, (double)PET_SLICES * (double)PET_STEP_MM, each, with, err);
}
