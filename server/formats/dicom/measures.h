/*
 * Measures and key images of a reader as DICOM objects, and back: structured report (TID 1500), presentation state, key object selection.
 *
 * A place is a column and a row of a frame; whole numbers are the middles of pixels. DICOM counts from the corner of the first
 * pixel, half a pixel further, in 32 bits (PS3.3 §C.18.6): a point comes back within 2^-24 of its size, so within 0.00013
 * pixel up to column 4096, and from then on unchanged. Figures come back bit for bit (Floating Point Value).
 * Source: DICOM PS3.3 §A.33, §A.35.4, §A.35.13; PS3.16 TID 1500, 1501, 1410, 300, 1600, 2010.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_DICOM_MEASURES_H
#define FORMATS_DICOM_MEASURES_H

#include "formats/dicom/dataset.h"

#define MEASURE_REPORT_CLASS "1.2.840.10008.5.1.4.1.1.88.34" /* Comprehensive 3D SR */
#define MEASURE_STATE_CLASS "1.2.840.10008.5.1.4.1.1.11.1"   /* Grayscale Softcopy Presentation State */
#define MEASURE_KEYS_CLASS "1.2.840.10008.5.1.4.1.1.88.59"   /* Key Object Selection Document */

typedef enum MeasureKind {
    MEASURE_LENGTH,
    MEASURE_BIDIRECTIONAL,
    MEASURE_ANGLE,
    MEASURE_COBB,
    MEASURE_ELLIPSE,
    MEASURE_RECTANGLE,
    MEASURE_FREEHAND,
    MEASURE_PROBE,
    MEASURE_ARROW,
    MEASURE_TEXT,
    MEASURE_KINDS, /* none of these: somebody else's drawing */
} MeasureKind;

const char *measure_kind_name(MeasureKind kind);          /* "length"…: docs/api.md */
bool        measure_kind_named(Slice name, MeasureKind *ret);

enum {
    MEASURE_FIGURES_MAX = 16,    /* of one measure */
    MEASURE_NAME_SIZE   = 17,    /* "long", "mean"… */
    MEASURE_UNIT_SIZE   = 33,    /* "mm", "mm-detector", "px", "HU"…: docs/api.md */
    MEASURE_LABEL_SIZE  = 65,
    MEASURE_POINTS_MAX  = 4096,  /* of one drawing */
    MEASURES_MAX        = 2000,  /* read of one object */
    MEASURE_STATES_MAX  = 16,    /* presentation states of one set: images whose values are rescaled alike share one */
};

typedef struct MeasurePoint {
    double x, y; /* column, row */
} MeasurePoint;

typedef struct MeasureFigure {
    char   name[MEASURE_NAME_SIZE];   /* ours; "" when nobody here has a name for it */
    char   label[MEASURE_LABEL_SIZE]; /* as it was written: the meaning of its code */
    double value;
    char   unit[MEASURE_UNIT_SIZE];
} MeasureFigure;

/* An image that is measured or chosen, as its own header says. Texts are its own, empty where it says nothing. */
typedef struct MeasureImage {
    char    class_uid[65], series_uid[65], sop_uid[65], modality[17], frame_of_reference[65];
    char    photometric[17], slope[17], intercept[17], rescale_type[65];
    int64_t frames, rows, columns;
    double  spacing_mm[2]; /* between rows, between columns; 0: none */
} MeasureImage;

typedef struct Measure {
    MeasureKind         kind;
    const char         *id;   /* of the reader's own, at most 64 characters */
    const char         *tracking_uid; /* of the lesion, the same from version to version */
    const char         *text; /* UTF-8; "" none */
    const MeasureImage *image;
    int64_t             frame; /* from 1 */
    const MeasurePoint *points;
    size_t              point_count;
    MeasureFigure       figures[MEASURE_FIGURES_MAX];
    size_t              figure_count;
    bool                has_window;
    double              center, width;
    int64_t             at_ms;
} Measure;

typedef struct KeyPlace {
    const MeasureImage *image;
    int64_t             frame;
    bool                has_window;
    double              center, width;
} KeyPlace;

/* Who makes the objects, of what, when. Everything is borrowed; texts are UTF-8. */
typedef struct MeasureMaking {
    const Dataset *patient_of;      /* one of the images: patient and study are copied from it */
    const char    *series_uid, *sop_uid;
    int64_t        series_number, version; /* the version is the Instance Number */
    const char    *predecessor_uid; /* of the same series and class; NULL: none */
    const char    *observer;        /* PN */
    const char    *organisation, *station_name, *software;
    int64_t        at_ms;
    int            utc_offset_minutes;
    bool           verified;        /* by the signature of the report */
    bool           for_referrer;    /* key images: "For Referring Provider", else "Of Interest" */
    const char    *description;     /* of the key images; "" none */
} MeasureMaking;

/*
 * Each adds a whole Part 10 file, explicit little endian, UTF-8. Errors: ERR_INPUT an image without its four UIDs, or nothing to say
 * (measure_keys, measure_state); ERR_LIMIT too large; ERR_UNAVAILABLE memory. No measures at all is a report that says so.
 */
bool measure_report(const MeasureMaking *m, const Measure *measures, size_t count, Buf *ret, Err *err);
bool measure_keys(const MeasureMaking *m, const KeyPlace *keys, size_t count, Buf *ret, Err *err);

/*
 * What is drawn, and the window of each image. Images whose values are rescaled differently cannot share a state: 'group' (from 0)
 * chooses; *ret_made is false when there is no such group (or its images are in colour), and nothing was added.
 */
bool measure_state(const MeasureMaking *m, const Measure *measures, size_t count, const KeyPlace *keys, size_t key_count, size_t group,
                   bool *ret_made, Buf *ret, Err *err);

/* ---- reading: ours and anybody's ---- */

typedef enum MeasureShape { SHAPE_POINT, SHAPE_POINTS, SHAPE_LINE, SHAPE_CURVE, SHAPE_CIRCLE, SHAPE_ELLIPSE } MeasureShape;

/* One drawing on one frame. Of a circle: centre, one point of it. Of an ellipse: ends of the major, then of the minor axis. */
typedef struct MeasureDrawing {
    MeasureShape        shape;
    Slice               sop_uid;
    int64_t             frame; /* from 1 */
    const MeasurePoint *points;
    size_t              count;
    bool                displayed; /* of a state: places are parts of the displayed area, from 0 to 1 */
    Slice               reference; /* in space (SCOORD3D, PS3.3 §C.18.9): its frame of reference; no image then, and no 'points' */
    const double       *space;     /* x, y, z of each, mm */
} MeasureDrawing;

typedef struct MeasureRead {
    MeasureKind    kind; /* MEASURE_KINDS: only 'drawings' say where it is */
    Slice          id, tracking_uid, text, label;
    Slice          sop_uid;
    int64_t        frame;
    MeasurePoint  *points; /* as Measure's, when 'kind' is one */
    size_t         point_count;
    MeasureFigure  figures[MEASURE_FIGURES_MAX];
    size_t         figure_count;
    int64_t        at_ms; /* 0: not said */
    MeasureDrawing *drawings;
    size_t         drawing_count;
} MeasureRead;

typedef struct MeasureWindow {
    Slice   sop_uid;
    int64_t frame; /* 0: all */
    double  center, width;
} MeasureWindow;

typedef struct MeasureChosen {
    Slice   sop_uid;
    int64_t frame; /* 0: all */
} MeasureChosen;

typedef enum MeasureObject { MEASURE_OBJECT_NONE, MEASURE_OBJECT_REPORT, MEASURE_OBJECT_STATE, MEASURE_OBJECT_KEYS } MeasureObject;
MeasureObject measure_object(Slice class_uid);

typedef struct MeasureSet {
    MeasureObject  object;
    Slice          title, description, observer /* PN */, manufacturer, predecessor_uid;
    int64_t        at_ms;    /* content date and time; 0: not said */
    int64_t        version;  /* instance number */
    bool           verified;
    MeasureRead   *measures; /* drawn or written */
    size_t         count;
    MeasureChosen *chosen; /* key images */
    size_t         chosen_count;
    MeasureWindow *windows; /* of a state */
    size_t         window_count;
    bool           cut; /* there is more than is read */
} MeasureSet;

/*
 * 'ds' and 'arena' must outlive the result. What is malformed is left out. Errors: ERR_INPUT none of the three kinds; ERR_LIMIT a
 * report too large; ERR_UNAVAILABLE the arena is full.
 */
bool measure_read(const Dataset *ds, Arena *arena, MeasureSet *ret, Err *err);

#endif
